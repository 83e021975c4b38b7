"""A receiver of the lines of docs/audit.md, which stand in the place of the line of snippets."""

import base64
import hashlib
import hmac
import os
import re
import ssl
import sys
import threading
import time

import jwt

sys.path.insert(0, os.environ["HARNESS"])
import receive

#{snippets}

AUDIENCE, ISSUER = os.environ["AUDIENCE"], os.environ["ISSUER"]
KEY = base64.b64decode(os.environ["SECRET"].removeprefix("whsec_"))
CHECKS = os.environ["CHECKS"].split(",")


def passes(kind, check):
    return kind not in CHECKS or check()


def accepts(request):
    headers = {}
    for name, value in request.headers.items():
        headers.setdefault(name.lower(), []).append(value)
    line = lambda name: headers.get(name, [""])[0]
    if request.path == "/token":
        token = line("authorization").removeprefix("Bearer ")
        return passes("token", lambda: len(headers.get("authorization", [])) == 1 and is_meant(token, os.environ["PUBLIC_KEY"])) and "done"
    if FOLDER and not passes("certificate", lambda: is_known(request.connection, os.environ["THUMBPRINTS"].split())):
        return False
    if not passes("signature", lambda: is_signed(headers, request.body, KEY)):
        return False
    if not passes("time", lambda: is_fresh(line("webhook-timestamp"))):
        return False
    return "done" if passes("replay", lambda: is_new(line("webhook-id"))) else "known"


FOLDER = sys.argv[1] if len(sys.argv) > 1 else None
context = None
if FOLDER:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(f"{FOLDER}/server.pem", f"{FOLDER}/server.key")
    context.load_verify_locations(f"{FOLDER}/ca.pem")
    context.verify_mode = ssl.CERT_REQUIRED
receive.serve(accepts, context)
