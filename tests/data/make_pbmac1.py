"""Makes pbmac1-*.p12: PKCS#12 with a MAC of RFC 9579, as OpenSSL 3.4 writes with -pbmac1_pbkdf2.

tests/data/make_pbmac1.py [FOLDER], wants openssl 3. The password is "changeit".
"""

import hashlib
import hmac
import pathlib
import subprocess
import sys
import tempfile

PASSWORD = "changeit"
ITERATIONS = 2048
# Of HMAC as pseudorandom function and as MAC.
OIDS = {"sha1": "2a864886f70d0207", "sha256": "2a864886f70d0209", "sha512": "2a864886f70d020b"}
PBKDF2, PBMAC1 = "2a864886f70d01050c", "2a864886f70d01050e"


def tlv(tag, *parts):
    body = b"".join(parts)
    size = len(body)
    length = bytes([size]) if size < 128 else b"\x82" + size.to_bytes(2, "big")
    return bytes([tag]) + length + body


def sequence(*parts):
    return tlv(0x30, *parts)


def integer(number):
    return tlv(2, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def algorithm(oid, *parameters):
    return sequence(tlv(6, bytes.fromhex(oid)), *parameters)


def inner(der):
    """The content of the first value, and what follows it."""
    at, size = 2, der[1]
    if size > 127:
        at += size & 127
        size = int.from_bytes(der[2:at], "big")
    return der[at : at + size], der[at + size :]


def without_mac(folder):
    key, certificate, store = (f"{folder}/{name}" for name in ("key", "certificate", "store"))
    request = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 7300"
    request += f" -subj /CN=client.example -keyout {key} -out {certificate}"
    export = f"pkcs12 -export -nomac -inkey {key} -in {certificate} -name client"
    export += f" -passout pass:{PASSWORD} -out {store}"
    for command in (request, export):
        subprocess.run(["openssl", *command.split()], check=True, capture_output=True)
    return pathlib.Path(store).read_bytes()


def with_mac(store, digest):
    version_and_safe, _ = inner(store)
    content = inner(inner(version_and_safe)[1])[0]  # of authSafe: its type, and [0] data
    data = inner(inner(inner(content)[1])[0])[0]
    salt = bytes(range(16))
    size = hashlib.new(digest).digest_size
    key = hashlib.pbkdf2_hmac(digest, PASSWORD.encode(), salt, ITERATIONS, size)
    hmac_of = algorithm(OIDS[digest], b"\x05\x00")
    numbers = integer(ITERATIONS) + integer(size)
    kdf = algorithm(PBKDF2, sequence(tlv(4, salt), numbers, hmac_of))
    mac = tlv(4, hmac.new(key, data, digest).digest())
    info = sequence(algorithm(PBMAC1, sequence(kdf, hmac_of)), mac)
    return sequence(version_and_safe, sequence(info, tlv(4, b"NOT USED"), integer(1)))


folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent)
with tempfile.TemporaryDirectory() as work:
    store = without_mac(work)
for digest in OIDS:
    (folder / f"pbmac1-{digest}.p12").write_bytes(with_mac(store, digest))
