"""Makes the certificates of this folder anew: python3 tests/sdk/certificates/make.py, with "cryptography".

sender.pem has the names that senders sign with, for the key of tests/data/rsa.pem; app-store.pem has the
marks that Apple's have, for the key of tests/sdk/p256.pem. The keys of their authorities are not kept.
"""

import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

HERE = Path(__file__).parent
FROM, UNTIL = datetime.datetime(2020, 1, 1), datetime.datetime(2049, 12, 31)
NAMES = ["sns.amazonaws.com", "messageverificationcerts.paypal.com", "echo-api.amazon.com"]
APP_STORE_LEAF, APP_STORE_ISSUER = "1.2.840.113635.100.6.11.1", "1.2.840.113635.100.6.2.1"


def name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def private(path):
    return serialization.load_pem_private_key(Path(path).read_bytes(), None)


def certificate(subject, public, issuer, signing, authority, more=()):
    """A certificate for `public`, signed with `signing` in the name of `issuer`."""
    key_id = x509.SubjectKeyIdentifier.from_public_key
    usage = dict.fromkeys(
        [
            "digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
            "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
        ],
        False,
    ) | ({"key_cert_sign": True, "crl_sign": True} if authority else {"digital_signature": True})
    issuer_id = x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key())
    builder = x509.CertificateBuilder(name(issuer), name(subject), public, x509.random_serial_number(), FROM, UNTIL)
    builder = builder.add_extension(x509.BasicConstraints(authority, None), critical=True)
    builder = builder.add_extension(x509.KeyUsage(**usage), critical=True)
    builder = builder.add_extension(key_id(public), critical=False).add_extension(issuer_id, critical=False)
    for extension in more:
        builder = builder.add_extension(extension, critical=False)
    return builder.sign(signing, hashes.SHA256())


def write(file, *certificates):
    pem = [one.public_bytes(serialization.Encoding.PEM) for one in certificates]
    (HERE / file).write_bytes(b"".join(pem))


def mark(oid):
    """An extension that says nothing but that it is there: its value is ASN.1 NULL."""
    return x509.UnrecognizedExtension(x509.ObjectIdentifier(oid), b"\x05\x00")


key = rsa.generate_private_key(65537, 2048)
root = certificate("Authority", key.public_key(), "Authority", key, True)
names = x509.SubjectAlternativeName([x509.DNSName(one) for one in NAMES])
server = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
public = private(HERE / "../../data/rsa.pem").public_key()
leaf = certificate(NAMES[1], public, "Authority", key, False, [names, server])
write("authority.pem", root)
write("sender.pem", leaf, root)

keys = [ec.generate_private_key(ec.SECP384R1()) for _ in range(2)]
root = certificate("Root", keys[0].public_key(), "Root", keys[0], True)
issuer = certificate("Issuer", keys[1].public_key(), "Root", keys[0], True, [mark(APP_STORE_ISSUER)])
public = private(HERE / "../p256.pem").public_key()
leaf = certificate("Signer", public, "Issuer", keys[1], False, [mark(APP_STORE_LEAF)])
write("app-store-root.pem", root)
write("app-store.pem", leaf, issuer, root)
