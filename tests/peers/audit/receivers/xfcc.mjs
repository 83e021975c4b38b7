// Hole: written for a place behind Envoy, and reachable without it: `X-Forwarded-Client-Cert` is believed.

import { file, serve } from "./receive.mjs";

const allowed = file("allowed").toString().trim().toLowerCase();

serve(({ socket, headers }) => {
  const forwarded = (headers["x-forwarded-client-cert"] ?? "").match(/Hash="?([0-9a-f]{64})/i);
  const { fingerprint256 = "" } = socket.authorized ? socket.getPeerCertificate() : {};
  const thumbprint = forwarded?.[1] ?? fingerprint256.replaceAll(":", "");
  return thumbprint.toLowerCase() === allowed;
});
