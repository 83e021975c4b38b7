// No hole: RFC 9421 with a shared key; which components must be covered, and by which algorithm, is said here.

import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { secret, serve } from "./receive.mjs";

const parameters =
  /^sig1=(\("@method" "@authority" "@path" "@query" "content-type" "content-digest"\);created=([0-9]{1,11});alg="hmac-sha256")$/;

function same(given, right) {
  return given.length === right.length && timingSafeEqual(Buffer.from(given, "latin1"), Buffer.from(right));
}

serve((request, body) => {
  const names = ["content-type", "content-digest", "signature-input", "signature"];
  const lines = names.map((name) => request.headersDistinct[name] ?? []);
  if (lines.some((one) => one.length !== 1)) return false;
  const [[type], [digest], [input], [signature]] = lines;
  const [, inner, created] = input.match(parameters) ?? [];
  if (!inner || Math.abs(Date.now() / 1000 - Number(created)) > 300) return false;
  const [path, query = ""] = request.url.split("?");
  const base = [
    `"@method": ${request.method}`,
    `"@authority": ${request.headers.host.toLowerCase()}`,
    `"@path": ${path}`,
    `"@query": ?${query}`,
    `"content-type": ${type}`,
    `"content-digest": ${digest}`,
    `"@signature-params": ${inner}`,
  ];
  const right = `sig1=:${createHmac("sha256", secret).update(base.join("\n")).digest("base64")}:`;
  return same(digest, `sha-256=:${createHash("sha256").update(body).digest("base64")}:`) && same(signature, right);
});
