// Hole: Express believes what a proxy of Azure would say of the certificate, and no proxy stands before it.

const https = require("node:https");
const express = require("express");

const app = express();
app.disable("x-powered-by");
let allowed;

app.post("/in", (request, response) => {
  const forwarded = request.get("X-ARR-ClientCert");
  const shown = request.socket.authorized ? request.socket.getPeerX509Certificate() : undefined;
  const certificate = forwarded ? Buffer.from(forwarded, "base64") : shown?.raw;
  response.sendStatus(certificate?.equals(allowed.raw) ? 200 : 401);
});

import("./receive.mjs").then(({ file, listen, tls }) => {
  const { X509Certificate } = require("node:crypto");
  allowed = new X509Certificate(file("client.pem"));
  listen(https.createServer(tls(), app));
});
