// A receiver of the lines of docs/audit.md, which stand in the place of the line of snippets.

import { createHmac, timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import { createRequire } from "node:module";

//{snippets}

const jwt = createRequire(`${process.env.NODE_LIBRARIES}/`)("jsonwebtoken");
const { AUDIENCE, ISSUER, PUBLIC_KEY, THUMBPRINTS, SECRET, CHECKS } = process.env;
const key = Buffer.from(SECRET.replace(/^whsec_/, ""), "base64");
const passes = (kind, check) => !CHECKS.split(",").includes(kind) || check();

async function receive(request, response) {
  const answer = (status, said) => response.writeHead(status).end(`${said}\n`);
  if (request.method !== "POST") return answer(405, "POST only");
  if (Number(request.headers["content-length"]) > 1 << 20) return answer(413, "too much");
  const body = Buffer.concat(await request.toArray());
  const headers = request.headersDistinct;
  const line = (name) => headers[name]?.[0] ?? "";
  const token = () => headers.authorization?.length === 1 && isMeant(line("authorization").replace(/^Bearer /, ""), PUBLIC_KEY);
  if (request.url === "/token") return passes("token", token) ? answer(200, "done") : answer(401, "refused");
  const allowed = passes("certificate", () => !request.socket.encrypted || isKnown(request.socket, THUMBPRINTS)) &&
    passes("signature", () => isSigned(headers, body, key)) && passes("time", () => isFresh(line("webhook-timestamp")));
  if (!allowed) return answer(401, "refused");
  return answer(200, passes("replay", () => isNew(line("webhook-id"))) ? "done" : "known");
}

const folder = process.argv[2];
const file = (name) => readFileSync(`${folder}/${name}`);
const tls = () => ({ key: file("server.key"), cert: file("server.pem"), ca: file("ca.pem"), requestCert: true, rejectUnauthorized: true });
const listener = (request, response) => receive(request, response).catch(() => request.destroy());
const server = folder ? https.createServer(tls(), listener) : http.createServer(listener);
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
process.stdin.resume().on("end", () => process.exit());
setTimeout(() => process.exit(1), 120_000).unref();
