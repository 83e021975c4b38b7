#!/bin/bash
# Makes the stores of this folder anew, with their expectations: tests/data/make.sh
#
# Every file has new keys each time, so what is committed is one run of it. Wants openssl 3, keytool,
# python3 with "cryptography" 48 or later, and Bouncy Castle's provider (bcprov.jar, for BKS and UBER).
#
# stores/expect.jsonl has a line for each file: its password (null: none), format, how many
# certificates and private keys, whether the first key belongs to its certificate (true, false, or
# null where nobody can tell), and what made it.
set -euo pipefail
cd "$(dirname "$0")"
rm -rf stores && mkdir stores && cd stores
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bouncy=${BCPROV:-/usr/share/java/bcprov.jar}
password=changeit
days=7300

row() { # FILE PASSWORD FORMAT CERTIFICATES KEYS MATCHES MADE-BY
    local secret=null
    [ "$2" = null ] || secret="\"$2\""
    printf '{"file":"%s","password":%s,"format":"%s","certificates":%s,"keys":%s,"matches":%s,"by":"%s"}\n' \
        "$1" "$secret" "$3" "$4" "$5" "$6" "$7" >>expect.jsonl
}
quiet() { "$@" >"$work/said" 2>&1 || { cat "$work/said" >&2; return 1; }; }

# An authority, a client of it, and a second key that belongs to nothing.
ec() { openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1"; }
ec "$work/ca.key"
ec "$work/client.key"
ec "$work/other.key"
openssl req -x509 -new -key "$work/ca.key" -subj "/O=Example/CN=Example Issuing CA" -days $days \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=keyCertSign -out "$work/ca.pem"
certify() { # PUBLIC-KEY SUBJECT EXTENSIONS OUT
    quiet openssl req -new -key "$work/client.key" -subj "$2" -out "$work/request"
    quiet openssl x509 -req -in "$work/request" -force_pubkey "$1" -CA "$work/ca.pem" \
        -CAkey "$work/ca.key" -CAcreateserial -days $days -extfile <(printf '%b' "$3") -out "$4"
}
client='subjectAltName=DNS:client.example\nextendedKeyUsage=clientAuth\nkeyUsage=digitalSignature'
openssl pkey -in "$work/client.key" -pubout -out "$work/client.pub"
certify "$work/client.pub" "/CN=client.example" "$client" "$work/client.pem"

# Kinds of keys: the right one beside its certificate, and one of the same kind beside another's.
pair() { # NAME MATCHES MATCHES-IF-WRONG GENPKEY-ARGUMENTS
    local name=$1 right=$2 wrong=$3
    shift 3
    for which in "" other-; do
        openssl genpkey "$@" -out "$work/$which$name.key"
    done
    openssl pkey -in "$work/$name.key" -pubout -out "$work/$name.pub"
    certify "$work/$name.pub" "/CN=$name.example" "$client" "$work/$name.pem"
    cat "$work/$name.pem" "$work/$name.key" >"key-$name.pem"
    row "key-$name.pem" null pem 1 1 "$right" "openssl genpkey $*"
    cat "$work/$name.pem" "$work/other-$name.key" >"key-$name-wrong.pem"
    row "key-$name-wrong.pem" null pem 1 1 "$wrong" "openssl genpkey $*"
}
pair ed25519 true false -algorithm ED25519
pair ed448 null null -algorithm ED448
pair x25519 true false -algorithm X25519
pair x448 null null -algorithm X448
pair p384 true false -algorithm EC -pkeyopt ec_paramgen_curve:P-384
pair secp256k1 true false -algorithm EC -pkeyopt ec_paramgen_curve:secp256k1
cat "$work/p384.pem" "$work/client.key" >key-other-curve.pem
row key-other-curve.pem null pem 1 1 false "openssl genpkey"
quiet openssl genpkey -genparam -algorithm DSA -pkeyopt dsa_paramgen_bits:1024 -out "$work/dsa.parameters"
openssl genpkey -paramfile "$work/dsa.parameters" -out "$work/dsa.key"
openssl pkey -in "$work/dsa.key" -pubout -out "$work/dsa.pub"
certify "$work/dsa.pub" "/CN=dsa.example" "$client" "$work/dsa.pem"
cat "$work/dsa.pem" "$work/dsa.key" >key-dsa-pkcs8.pem
row key-dsa-pkcs8.pem null pem 1 1 null "openssl genpkey"
openssl pkey -in "$work/dsa.key" -traditional -out "$work/dsa.traditional"
cat "$work/dsa.pem" "$work/dsa.traditional" >key-dsa.pem
row key-dsa.pem null pem 1 1 true "openssl pkey -traditional"

# ML-DSA, which this openssl does not know; and Ed448 keys with the public key beside them.
python3 - "$work" <<'PYTHON'
import datetime, sys
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ed448, mldsa
work = sys.argv[1]
read = lambda name: open(f"{work}/{name}", "rb").read()
ca, ca_key = x509.load_pem_x509_certificate(read("ca.pem")), serialization.load_pem_private_key(read("ca.key"), None)

def certificate(name, key):
    now = datetime.datetime.now(datetime.timezone.utc)
    builder = x509.CertificateBuilder(ca.subject, x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)]), key.public_key(),
        x509.random_serial_number(), now, ca.not_valid_after_utc)
    signed = builder.sign(ca_key, hashes.SHA256())
    return signed.public_bytes(serialization.Encoding.PEM)

def pem(key):
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())

def write(name, *parts):
    open(f"key-{name}.pem", "wb").write(b"".join(parts))

kinds = {"mldsa44": mldsa.MLDSA44PrivateKey, "mldsa65": mldsa.MLDSA65PrivateKey, "mldsa87": mldsa.MLDSA87PrivateKey}
keys = {name: (kind.generate(), kind.generate()) for name, kind in kinds.items()}
for name, (right, wrong) in keys.items():
    write(name, certificate(f"{name}.example", right), pem(right))
    write(f"{name}-wrong", certificate(f"{name}.example", right), pem(wrong))
write("mldsa-other-kind", certificate("mldsa65.example", keys["mldsa65"][0]), pem(keys["mldsa44"][0]))

# OneAsymmetricKey (RFC 5958): SEQUENCE { 1, SEQUENCE { 1.3.101.113 }, OCTET STRING, [1] public }
def with_public(private, public):
    seed = private.private_bytes(serialization.Encoding.Raw, serialization.PrivateFormat.Raw, serialization.NoEncryption())
    point = public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    tlv = lambda tag, content: bytes([tag]) + (bytes([len(content)]) if len(content) < 128 else bytes([0x81, len(content)])) + content
    der = tlv(0x30, b"\x02\x01\x01" + tlv(0x30, tlv(6, b"\x2b\x65\x71")) + tlv(4, tlv(4, seed)) + tlv(0x81, b"\0" + point))
    import base64
    return b"-----BEGIN PRIVATE KEY-----\n" + base64.encodebytes(der).replace(b"\n", b"") + b"\n-----END PRIVATE KEY-----\n"

right, wrong = ed448.Ed448PrivateKey.generate(), ed448.Ed448PrivateKey.generate()
write("ed448-public", certificate("ed448.example", right), with_public(right, right.public_key()))
write("ed448-public-wrong", certificate("ed448.example", right), with_public(wrong, wrong.public_key()))
PYTHON
for name in mldsa44 mldsa65 mldsa87 ed448-public; do
    row "key-$name.pem" null pem 1 1 true "python cryptography"
    row "key-$name-wrong.pem" null pem 1 1 false "python cryptography"
done
row key-mldsa-other-kind.pem null pem 1 1 false "python cryptography"

# Names.
certify "$work/client.pub" "/C=DE/O=Acme, Inc./organizationIdentifier=NTRDE-1/serialNumber=7/CN=named.example/emailAddress=a@b.example" \
    "$client" name-many.pem
row name-many.pem null pem 1 0 null "openssl x509 -req"
certify "$work/client.pub" / 'subjectAltName=critical,DNS:nameless.example' name-empty.pem
row name-empty.pem null pem 1 0 null "openssl x509 -req"
certify "$work/client.pub" / 'keyUsage=digitalSignature' name-none.pem
row name-none.pem null pem 1 0 null "openssl x509 -req"

# PKCS#12 of openssl.
p12() { # NAME PASSWORD ARGUMENTS
    local name=$1 secret=$2
    shift 2
    quiet openssl pkcs12 -export -in "$work/client.pem" -inkey "$work/client.key" \
        -certfile "$work/ca.pem" -passout "pass:$secret" -out "$name.p12" "$@"
    row "$name.p12" "$secret" pkcs12 2 1 true "openssl pkcs12 -export $*"
}
p12 modern "$password" -name client
p12 nameless "$password"
p12 legacy "$password" -name client -legacy
p12 empty-password "" -name client
p12 no-mac "$password" -name client -nomac
p12 no-mac-clear-certificates "$password" -name client -nomac -certpbe NONE
p12 all-clear "$password" -name client -certpbe NONE -keypbe NONE
p12 all-clear-no-mac "" -name client -certpbe NONE -keypbe NONE -nomac
p12 clear-key "$password" -name client -keypbe NONE
p12 mac-sha3 "$password" -name client -macalg sha3-256
p12 des-pbes2 "$password" -name client -provider default -provider legacy -certpbe DES-CBC -keypbe DES-CBC

# Java's own, and the same with another password for the key.
store() { # NAME TYPE
    quiet keytool -importkeystore -noprompt -srckeystore modern.p12 -srcstorepass $password \
        -srcalias client -destkeystore "$1" -deststoretype "$2" -deststorepass $password "${@:3}"
}
store client.jks JKS && row client.jks $password jks 2 1 true "keytool -importkeystore"
store client.jceks JCEKS && row client.jceks $password jceks 2 1 true "keytool -importkeystore"
store two-passwords.jks JKS -destkeypass different
row two-passwords.jks $password jks 2 1 null "keytool -importkeystore -destkeypass"
quiet keytool -importcert -noprompt -alias ca -file "$work/ca.pem" -keystore trust.jks \
    -storetype JKS -storepass $password
row trust.jks $password jks 1 0 null "keytool -importcert"
bc=(-providerclass org.bouncycastle.jce.provider.BouncyCastleProvider -providerpath "$bouncy")
store client.bks BKS "${bc[@]}" && row client.bks $password bks 2 1 true "keytool, Bouncy Castle"
store client.ubr UBER "${bc[@]}" && row client.ubr $password uber 2 1 true "keytool, Bouncy Castle"

# Encrypted keys in files of their own.
key() { # NAME ARGUMENTS
    quiet openssl pkcs8 -topk8 -in "$work/client.key" -passout "pass:$password" -out "$1.pem" "${@:2}"
    row "$1.pem" "$password" pem 0 1 null "openssl pkcs8 -topk8 ${*:2}"
}
key sealed-aes
key sealed-scrypt -scrypt
# OpenSSL refuses to derive with so much memory, and so to write it.
openssl pkcs8 -topk8 -nocrypt -in "$work/client.key" -outform DER -out "$work/client.der"
python3 - "$work/client.der" $password sealed-scrypt-2-20.pem <<'PYTHON'
import base64, hashlib, os, sys
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
plain, n, salt, iv = open(sys.argv[1], "rb").read(), 1 << 20, os.urandom(16), os.urandom(16)
secret = hashlib.scrypt(sys.argv[2].encode(), salt=salt, n=n, r=8, p=1, maxmem=2_000_000_000, dklen=32)
padding = 16 - len(plain) % 16
cipher = Cipher(algorithms.AES(secret), modes.CBC(iv)).encryptor()
sealed = cipher.update(plain + bytes([padding]) * padding) + cipher.finalize()
tlv = lambda tag, *parts: (lambda c: bytes([tag]) + (bytes([len(c)]) if len(c) < 128 else b"\x82" + len(c).to_bytes(2, "big")) + c)(b"".join(parts))
scrypt = tlv(0x30, bytes.fromhex("06092b06010401da47040b"), tlv(0x30, tlv(4, salt), tlv(2, n.to_bytes(3, "big")), b"\x02\x01\x08\x02\x01\x01"))
aes = tlv(0x30, bytes.fromhex("060960864801650304012a"), tlv(4, iv))
pbes2 = tlv(0x30, bytes.fromhex("06092a864886f70d01050d"), tlv(0x30, scrypt, aes))
der = tlv(0x30, pbes2, tlv(4, sealed))
body = "\n".join(base64.b64encode(der).decode()[at:at + 64] for at in range(0, len(der) * 2, 64)).strip()
open(sys.argv[3], "w").write(f"-----BEGIN ENCRYPTED PRIVATE KEY-----\n{body}\n-----END ENCRYPTED PRIVATE KEY-----\n")
PYTHON
row sealed-scrypt-2-20.pem $password pem 0 1 null "python cryptography"
key sealed-des3 -v1 PBE-SHA1-3DES
quiet openssl ec -in "$work/client.key" -aes128 -passout "pass:$password" -out sealed-traditional.pem
row sealed-traditional.pem $password pem 0 1 null "openssl ec -aes128"

# A PFX that Windows protects for a group: its password stands in a secret bag, sealed for the SID
# (wincrypt.h: szOID_PKCS_12_PROTECTED_PASSWORD_SECRET_BAG_TYPE_ID). The seal is an imitation.
python3 - <<'PYTHON'
tlv = lambda tag, *parts: (lambda c: bytes([tag]) + (bytes([len(c)]) if len(c) < 128 else b"\x82" + len(c).to_bytes(2, "big")) + c)(b"".join(parts))
def oid(text):
    first, second, *rest = map(int, text.split("."))
    out = bytes([first * 40 + second])
    for number in rest:
        digits = [number & 127]
        while number := number >> 7:
            digits.insert(0, number & 127 | 128)
        out += bytes(digits)
    return tlv(6, out)
text = lambda value: tlv(0x0c, value.encode())
descriptor = tlv(0x30, oid("1.3.6.1.4.1.311.74.1.1"), tlv(0x30, tlv(0x30, tlv(0x30, text("SID"), text("S-1-5-21-1004336348-1177238915-682003330-512")))))
blob = tlv(0x30, oid("1.2.840.113549.1.7.3"), tlv(0xa0, tlv(0x30, b"\x02\x01\x02", descriptor, tlv(4, bytes(64)))))
secret = tlv(0x30, oid("1.2.840.113549.1.12.10.1.5"), tlv(0xa0, tlv(0x30, oid("1.3.6.1.4.1.311.17.4"), tlv(0xa0, tlv(4, blob)))))
data = lambda content: tlv(0x30, oid("1.2.840.113549.1.7.1"), tlv(0xa0, tlv(4, content)))
# The rest is as in any other: contents and a MAC that a long random password opens.
import subprocess, tempfile
from cryptography.hazmat.primitives.serialization import pkcs12
original = open("modern.p12", "rb").read()
# PFX { 3, ContentInfo { data, AuthenticatedSafe }, MacData }
def read(data, at=0):
    length, start = data[at + 1], at + 2
    if length & 0x80:
        count = length & 0x7f
        length, start = int.from_bytes(data[start:start + count], "big"), start + count
    return data[at], data[start:start + length], start + length
_, pfx, _ = read(original)
_, _, at = read(pfx)
_, info, after = read(pfx, at)
mac = pfx[after:]
_, _, at = read(info)
_, explicit, _ = read(info, at)
_, safe, _ = read(explicit)
_, contents, _ = read(safe)
open("sid-protected.pfx", "wb").write(tlv(0x30, b"\x02\x01\x03", data(tlv(0x30, contents, data(tlv(0x30, secret)))), mac))
PYTHON
row sid-protected.pfx null pkcs12 0 0 null "python, after modern.p12"
