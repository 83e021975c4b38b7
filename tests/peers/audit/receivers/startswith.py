"""Hole: a part of the signature is enough, even none of it."""

import hmac

from receive import SECRET, serve


def accepts(request):
    lines = request.headers.get_all("X-Hub-Signature-256", [])
    if len(lines) != 1 or not lines[0].startswith("sha256="):
        return False
    right = hmac.new(SECRET, request.body, "sha256").hexdigest()
    return right.startswith(lines[0].removeprefix("sha256="))


serve(accepts)
