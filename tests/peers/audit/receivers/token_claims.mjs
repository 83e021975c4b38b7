// Hole: the signature is checked, and none of the claims: a token for somebody else, of last year, is as good.

import { createVerify } from "node:crypto";
import { serve } from "./receive.mjs";

const key = process.env.PUBLIC_KEY;

serve((request) => {
  const lines = request.headersDistinct.authorization ?? [];
  const [head, claims, signature = ""] = (lines[0] ?? "").replace(/^Bearer /, "").split(".");
  try {
    if (lines.length !== 1 || JSON.parse(Buffer.from(head, "base64url")).alg !== "RS256") return false;
  } catch {
    return false;
  }
  return createVerify("RSA-SHA256").update(`${head}.${claims}`).verify(key, signature, "base64url");
});
