// Hole: headers are put into a map one after the other, so the last of two is read.

import { createHmac, timingSafeEqual } from "node:crypto";
import { secret, serve } from "./receive.mjs";

serve((request, body) => {
  const headers = {};
  for (let place = 0; place < request.rawHeaders.length; place += 2) {
    headers[request.rawHeaders[place].toLowerCase()] = request.rawHeaders[place + 1];
  }
  const given = Buffer.from(headers["x-hub-signature-256"] ?? "");
  const right = Buffer.from("sha256=" + createHmac("sha256", secret).update(body).digest("hex"));
  return given.length === right.length && timingSafeEqual(given, right);
});
