// What the receivers in JavaScript share: HTTP/1.1 on loopback around one question, `accepts(request, body)`.
// With a folder in the arguments it is TLS, with `server.pem`, `server.key` and `ca.pem` of that folder;
// `authorized` of the socket says whether a client certificate came that leads to `ca.pem`. The port is
// printed; the process ends with its standard input, or after two minutes.

import { readFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";

export const secret = process.env.SECRET ?? "";
const folder = process.argv[2];
export const file = (name) => readFileSync(`${folder}/${name}`);
const most = 1 << 20;

export function serve(accepts, said = () => "ok\n") {
  const receive = async (request, response) => {
    const answer = (status, text) => response.writeHead(status).end(text);
    if (request.method !== "POST") return answer(405, "POST only\n");
    if (Number(request.headers["content-length"]) > most) return answer(413, "too much\n");
    const parts = [];
    let length = 0;
    for await (const part of request) {
      length += part.length;
      if (length > most) return request.destroy();
      parts.push(part);
    }
    return accepts(request, Buffer.concat(parts)) ? answer(200, said()) : answer(401, "refused\n");
  };
  const listener = (request, response) => receive(request, response).catch(() => request.destroy());
  listen(folder ? https.createServer(tls(), listener) : http.createServer(listener));
}

/** A client certificate is asked for, and who has none is let in as far as `accepts`. */
export function tls() {
  const [key, cert, ca] = ["server.key", "server.pem", "ca.pem"].map(file);
  return { key, cert, ca, requestCert: true, rejectUnauthorized: false };
}

export function listen(server) {
  server.listen(0, "127.0.0.1", () => console.log(server.address().port));
  process.stdin.resume().on("end", () => process.exit());
  setTimeout(() => process.exit(1), 120_000).unref();
}
