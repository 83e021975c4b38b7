"""Hole: while a secret is replaced the old one counts too; when that is done it is the empty text."""

import hmac
import os

from receive import SECRET, serve


def accepts(request):
    lines = request.headers.get_all("X-Hub-Signature-256", [])
    if len(lines) != 1:
        return False
    secrets = [SECRET, os.environ.get("OLD_SECRET", "").encode()]
    right = ["sha256=" + hmac.new(secret, request.body, "sha256").hexdigest() for secret in secrets]
    return any([hmac.compare_digest(lines[0].encode(), one.encode()) for one in right])


serve(accepts)
