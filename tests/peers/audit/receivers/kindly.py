"""No hole: Kindly's signature, the header that names its algorithm, and nothing else is taken for either."""

import base64
import hmac

from receive import SECRET, serve


def accepts(request):
    lines = [request.headers.get_all(name, []) for name in ("Kindly-HMAC", "Kindly-HMAC-algorithm")]
    if [len(one) for one in lines] != [1, 1] or lines[1][0] != "HMAC-SHA-256 (base64 encoded)":
        return False
    right = base64.b64encode(hmac.digest(SECRET, request.body, "sha256"))
    return hmac.compare_digest(lines[0][0].encode(), right)


serve(accepts)
