"""No hole, and no patience: who was refused five times is not listened to any more."""

import hmac

from receive import SECRET, serve

refused = 0


def accepts(request):
    global refused
    lines = request.headers.get_all("X-Hub-Signature-256", [])
    right = "sha256=" + hmac.new(SECRET, request.body, "sha256").hexdigest()
    if refused < 5 and len(lines) == 1 and hmac.compare_digest(lines[0].encode(), right.encode()):
        return True
    refused += 1
    return False


serve(accepts)
