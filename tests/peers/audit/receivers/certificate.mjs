// No hole: the certificate is the one that is known, leads to the authority, and was shown in this connection.

import { file, serve } from "./receive.mjs";

const allowed = file("allowed").toString().trim().toLowerCase();

serve(({ socket }) => {
  const { fingerprint256: thumbprint = "" } = socket.getPeerCertificate();
  return socket.authorized && thumbprint.replaceAll(":", "").toLowerCase() === allowed;
});
