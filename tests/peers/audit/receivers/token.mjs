// No hole: a bearer token is RS256 with the key that is known, is for us, from whom we know, and in its time.

import { createVerify } from "node:crypto";
import { serve } from "./receive.mjs";

const key = process.env.PUBLIC_KEY;
const read = (part) => JSON.parse(Buffer.from(part, "base64url"));

serve((request) => {
  try {
    const [line, ...more] = request.headersDistinct.authorization ?? [];
    const [head, claims, signature, ...rest] = line.replace(/^Bearer /, "").split(".");
    if (more.length || rest.length || read(head).alg !== "RS256") return false;
    const is_signed = createVerify("RSA-SHA256").update(`${head}.${claims}`).verify(key, signature, "base64url");
    const { aud, iss, exp, nbf = 0, iat = 0 } = read(claims);
    const now = Date.now() / 1000;
    return is_signed && aud === "https://hooks.example/in" && iss === "https://issuer.example" && exp > now - 30 &&
      Math.max(nbf, iat) < now + 30;
  } catch {
    return false;
  }
});
