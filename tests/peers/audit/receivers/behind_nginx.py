"""Hole: Flask behind nginx. nginx overwrites the header that it was taught, and passes on all others; this
believes one that nginx never heard of."""

import os
import signal
import sys
import threading

import flask
import werkzeug.serving

app = flask.Flask(__name__)
ALLOWED = "CN=hooks.partner.example"


@app.post("/in")
def receive():
    headers = flask.request.headers
    verified = headers.get("Ssl-Client-Verify") == "SUCCESS" and headers.get("Ssl-Client-S-Dn") == ALLOWED
    forwarded = headers.get("X-SSL-Client-Verify") == "SUCCESS" and headers.get("X-SSL-Client-S-DN") == ALLOWED
    return ("ok\n", 200) if verified or forwarded else ("refused\n", 401)


signal.alarm(120)
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
server = werkzeug.serving.make_server("127.0.0.1", 0, app, threaded=True)
print(server.server_port, flush=True)
server.serve_forever()
