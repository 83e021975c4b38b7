"""What the receivers in Python share: HTTP/1.1 on loopback around one question, `accepts(request)`.

A request has `headers` (an email.message.Message, that finds names in any case) and `body`; a text for an
answer is what is said with 200. The port is printed; the process ends with its standard input, or after two
minutes.
"""

import http.server
import os
import signal
import sys
import threading

SECRET = os.environ.get("SECRET", "").encode()
MOST = 1 << 20


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 10

    def do_POST(self):
        self.body = self.read()
        if self.body is None:
            self.close_connection = True
            return self.answer(400)
        accepted = self.server.accepts(self)
        self.answer(200 if accepted else 401, accepted if isinstance(accepted, str) else "ok")

    def do_GET(self):
        self.close_connection = True
        self.answer(405)

    do_HEAD = do_PUT = do_GET

    def read(self):
        """The body, if it has one length, and not too much of it."""
        lengths = self.headers.get_all("Content-Length", [])
        coding = self.headers.get("Transfer-Encoding", "").lower()
        if coding == "chunked" and not lengths:
            return self.chunks()
        if coding or len(lengths) != 1 or not lengths[0].isdecimal() or int(lengths[0]) > MOST:
            return None
        body = self.rfile.read(int(lengths[0]))
        return body if len(body) == int(lengths[0]) else None

    def chunks(self):
        body = b""
        while size := int(self.rfile.readline(32).partition(b";")[0], 16):
            if len(body) + size > MOST:
                return None
            body += self.rfile.read(size)
            self.rfile.readline(2)
        while self.rfile.readline(1024).strip():
            pass
        return body

    def answer(self, status, said="ok"):
        said = f"{said if status == 200 else 'refused'}\n".encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    def finish_request(self, request, address):
        """The handshake is made on the thread of its connection: who is slow, or no TLS, keeps nobody waiting."""
        if self.context:
            request.settimeout(10)
            try:
                request = self.context.wrap_socket(request, server_side=True)
            except OSError:
                return
        super().finish_request(request, address)

    def handle_error(self, *_):
        pass


def serve(accepts, context=None):
    signal.alarm(120)
    server = Server(("127.0.0.1", 0), Handler)
    server.accepts, server.context = accepts, context
    threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
    print(server.server_port, flush=True)
    server.serve_forever()
