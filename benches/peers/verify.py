"""Verifies a capture with the reference library: pip install standardwebhooks."""

import base64
import json
import sys

from standardwebhooks import Webhook

webhook = Webhook(sys.argv[2])
count = 0
with open(sys.argv[1], "rb") as file:
    for line in file:
        raw = json.loads(line)["_raw"]
        rows = base64.b64decode(raw["headBase64"]).decode().split("\r\n")[1:-2]
        headers = dict(row.split(": ", 1) for row in rows)
        webhook.verify(base64.b64decode(raw["bodyBase64"]), headers, json_parse=False)
        count += 1
print(f"{count} verified")
