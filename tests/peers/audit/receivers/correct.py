"""No hole: Stripe's signature of the bytes that came, in one header, and a time within five minutes."""

import hmac
import re
import time

from receive import SECRET, serve


def accepts(request):
    lines = request.headers.get_all("Stripe-Signature", [])
    if len(lines) != 1:
        return False
    items = [item.partition("=") for item in lines[0].split(",")]
    times = [value for name, _, value in items if name == "t"]
    if len(times) != 1 or not re.fullmatch("[0-9]{1,11}", times[0]):
        return False
    right = hmac.new(SECRET, times[0].encode() + b"." + request.body, "sha256").hexdigest()
    given = [value for name, _, value in items if name == "v1"]
    if not any(hmac.compare_digest(one.encode(), right.encode()) for one in given):
        return False
    return abs(time.time() - int(times[0])) <= 300


serve(accepts)
