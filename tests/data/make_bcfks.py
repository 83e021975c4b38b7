#!/usr/bin/env python3
"""Makes the stores of this folder that no common program writes. Needs the package cryptography.

  store.bcfks   BCFKS as Bouncy Castle's FIPS provider writes it: AES-256-CCM under PBKDF2 with
                HMAC-SHA-512, a key with its certificate ("hooks"), a certificate ("root");
                password `changeit`
  scrypt.bcfks  the same with scrypt
"""
import datetime
import hashlib
import hmac
import os
import pathlib

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESCCM
from cryptography.x509.oid import NameOID

HERE = pathlib.Path(__file__).parent
PASSWORD = "changeit"


def tlv(tag, *parts):
    body = b"".join(parts)
    if len(body) < 128:
        return bytes([tag, len(body)]) + body
    length = len(body).to_bytes((len(body).bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + body


def sequence(*parts):
    return tlv(0x30, *parts)


def octets(data):
    return tlv(0x04, data)


def integer(number):
    return tlv(0x02, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def oid(dotted):
    first, second, *rest = map(int, dotted.split("."))
    body = bytes([first * 40 + second])
    for number in rest:
        digits = [number & 127]
        while number := number >> 7:
            digits.append(number & 127 | 128)
        body += bytes(reversed(digits))
    return tlv(0x06, body)


def time():
    return tlv(0x18, b"20260101000000Z")


def derivation(kind):
    """A key derivation: its DER, and what derives a key for a purpose."""
    salt = os.urandom(32)
    if kind == "scrypt":
        der = sequence(
            oid("1.3.6.1.4.1.11591.4.11"),
            sequence(octets(salt), integer(1024), integer(8), integer(1), integer(32)),
        )
        # Bouncy Castle takes r for p, whatever p is.
        return der, lambda secret: hashlib.scrypt(secret, salt=salt, n=1024, r=8, p=8, dklen=32)
    prf = sequence(oid("1.2.840.113549.2.11"), tlv(0x05))
    der = sequence(
        oid("1.2.840.113549.1.5.12"), sequence(octets(salt), integer(2048), integer(32), prf)
    )
    return der, lambda secret: hashlib.pbkdf2_hmac("sha512", secret, salt, 2048, 32)


def secret(purpose):
    bmp = lambda text: text.encode("utf-16-be") + b"\0\0"
    return bmp(PASSWORD) + bmp(purpose)


def sealed(kind, purpose, plain):
    der, derive = derivation(kind)
    nonce = os.urandom(12)
    ccm = sequence(oid("2.16.840.1.101.3.4.1.47"), sequence(octets(nonce), integer(8)))
    algorithm = sequence(oid("1.2.840.113549.1.5.13"), sequence(der, ccm))
    encrypted = AESCCM(derive(secret(purpose)), tag_length=8).encrypt(nonce, plain, None)
    return sequence(algorithm, octets(encrypted))


def entry(kind, alias, data):
    name = tlv(0x0C, alias.encode())
    return sequence(integer(kind), name, time(), time(), octets(data))


def certificate(name, key, issuer, issuer_key):
    text = lambda name: x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = x509.CertificateBuilder().subject_name(text(name)).issuer_name(text(issuer))
    builder = builder.public_key(key.public_key()).serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(datetime.datetime(2026, 1, 1))
    builder = builder.not_valid_after(datetime.datetime(2036, 1, 1))
    return builder.sign(issuer_key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def store(kind):
    root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root = certificate("Example Root", root_key, "Example Root", root_key)
    leaf = certificate("hooks.example", key, "Example Root", root_key)
    pkcs8 = key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    hooks = sequence(sealed(kind, "PRIVATE_KEY_ENCRYPTION", pkcs8), sequence(leaf, root))
    mac = sequence(oid("1.2.840.113549.2.11"), tlv(0x05))
    entries = sequence(entry(1, "hooks", hooks), entry(0, "root", root))
    whole = sealed(kind, "STORE_ENCRYPTION", sequence(integer(1), mac, time(), time(), entries))
    der, derive = derivation(kind)
    check = hmac.digest(derive(secret("INTEGRITY_CHECK")), whole, "sha512")
    return sequence(whole, sequence(mac, der, octets(check)))


(HERE / "store.bcfks").write_bytes(store("pbkdf2"))
(HERE / "scrypt.bcfks").write_bytes(store("scrypt"))
