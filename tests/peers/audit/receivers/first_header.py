"""Hole: of two headers the first is read, whatever stands in the other one."""

import hmac

from receive import SECRET, serve


def accepts(request):
    given = request.headers.get("X-Hub-Signature-256", "")
    right = "sha256=" + hmac.new(SECRET, request.body, "sha256").hexdigest()
    return hmac.compare_digest(given.encode(), right.encode())


serve(accepts)
