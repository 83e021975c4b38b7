"""Writes a capture of COUNT deliveries of 1 KiB, signed after Standard Webhooks, as `listen` does."""

import base64
import hashlib
import hmac
import json
import sys
import time

KEY = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
AT = str(int(time.time()))  # the libraries accept five minutes around now
WHEN = time.strftime("%Y-%m-%dT%H:%M:%S.000000000Z", time.gmtime(int(AT)))


def entry(number):
    body = {"id": number, "type": "order.paid", "pad": ""}
    body["pad"] = "x" * (1024 - len(json.dumps(body)))
    body = json.dumps(body).encode()
    name = f"msg_{number:027}"
    content = b"%s.%s.%s" % (name.encode(), AT.encode(), body)
    mac = base64.b64encode(hmac.new(KEY, content, hashlib.sha256).digest()).decode()
    headers = {
        "Host": "hooks.example:8443",
        "User-Agent": "Svix-Webhooks/1.62.0",
        "Accept": "*/*",
        "Content-Type": "application/json",
        "webhook-id": name,
        "webhook-timestamp": AT,
        "webhook-signature": "v1," + mac,
        "Content-Length": str(len(body)),
    }
    head = "POST /in HTTP/1.1\r\n" + "".join(f"{k}: {v}\r\n" for k, v in headers.items()) + "\r\n"
    return {
        "startedDateTime": WHEN,
        "time": 0.3,
        "request": {
            "method": "POST",
            "url": "https://hooks.example:8443/in",
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": [{"name": k, "value": v} for k, v in headers.items()],
            "queryString": [],
            "postData": {"mimeType": "application/json", "text": body.decode()},
            "headersSize": len(head),
            "bodySize": len(body),
        },
        "response": {
            "status": 200,
            "statusText": "OK",
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": [],
            "content": {"size": 0, "mimeType": ""},
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": 0,
        },
        "cache": {},
        "timings": {"send": 0.0, "wait": 0.3, "receive": 0.0},
        "_seq": number + 1,
        "_receivedAt": WHEN,
        "_peer": {"ip": "127.0.0.1", "port": 40000},
        "_tls": {"version": "TLSv1.3", "cipher": "TLS_AES_128_GCM_SHA256", "alpn": None},
        "_clientCertificate": None,
        "_verify": None,
        "_bodySha256": hashlib.sha256(body).hexdigest(),
        "_raw": {
            "headBase64": base64.b64encode(head.encode()).decode(),
            "bodyBase64": base64.b64encode(body).decode(),
        },
    }


# In large pieces: what is written in small ones lies in small ones in the system's memory, and to read
# it from there costs four times as much.
with open(sys.argv[2], "wb", buffering=32 << 20) as file:
    for number in range(int(sys.argv[1])):
        file.write(json.dumps(entry(number), separators=(",", ":")).encode() + b"\n")
