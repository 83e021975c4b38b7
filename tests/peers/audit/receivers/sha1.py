"""Hole: the caller says by which digest the signature is to be checked, and SHA-1 is one of them."""

import hmac

from receive import SECRET, serve


def accepts(request):
    lines = request.headers.get_all("X-Hub-Signature-256", [])
    digest, _, given = lines[0].partition("=") if len(lines) == 1 else ("", "", "")
    if digest not in ("sha256", "sha1"):
        return False
    right = hmac.new(SECRET, request.body, digest).hexdigest()
    return hmac.compare_digest(given.encode(), right.encode())


serve(accepts)
