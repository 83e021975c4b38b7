#!/usr/bin/env bash
# What `inspect` costs beside the tools it replaces: user and system CPU of one run each, in
# milliseconds, the best of several. usage: benches/inspect.sh [path of hookprint]
set -eu
tool=${1:-target/release/hookprint}
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
bundle=/etc/ssl/certs/ca-certificates.crt

# cpu RUNS COMMAND: the least CPU of so many runs, in milliseconds.
cpu() {
    python3 - "$@" <<'PY'
import os, resource, subprocess, sys, time
runs, command = int(sys.argv[1]), sys.argv[2]
best = wall = 1e9
for _ in range(runs):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.monotonic()
    subprocess.run(["bash", "-c", command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    elapsed = time.monotonic() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    best, wall = min(best, used), min(wall, elapsed)
print(f"{best * 1000:9.1f} ms CPU {wall * 1000:9.1f} ms wall  {command[:100]}")
PY
}

cd "$(dirname "$0")/.."
tool=$(realpath "$tool")
cd "$folder"
printf changeit > pw; chmod 600 pw
openssl req -x509 -newkey rsa:2048 -nodes -keyout k.pem -out c.pem -days 90 -subj /CN=bench 2>/dev/null
openssl pkcs12 -export -inkey k.pem -in c.pem -name bench -passout file:pw -out one.p12
keytool -importkeystore -srckeystore one.p12 -srcstorepass changeit -destkeystore one.jks \
    -deststoretype JKS -deststorepass changeit -destkeypass changeit >/dev/null 2>&1 || true

echo "the system's bundle"
cpu 10 "exec openssl storeutl -noout -text -certs $bundle"
cpu 10 "exec $tool inspect $bundle"
cpu 10 "exec $tool inspect $bundle --json"

echo "one .p12 of openssl's default"
cpu 10 "openssl pkcs12 -in one.p12 -passin file:pw -nokeys | openssl x509 -noout -text"
cpu 10 "exec $tool inspect one.p12 --password file:pw"

if [ -f one.jks ]; then
    echo "one .jks"
    cpu 3 "exec keytool -list -v -keystore one.jks -storepass changeit"
    cpu 10 "exec $tool inspect one.jks --password file:pw"
fi

echo "100,000 different certificates in one file"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.pem \
    -days 3650 -subj "/C=DE/O=Example Trust Services/CN=Example Issuing CA 3" 2>/dev/null
for kind in rsa:2048 "ec -pkeyopt ec_paramgen_curve:P-256"; do
    # shellcheck disable=SC2086
    openssl req -x509 -newkey $kind -nodes -keyout leaf.key -out "${kind%%[: ]*}.leaf" -days 90 \
        -CA ca.pem -CAkey ca.key -set_serial 0x4d00000000000000000000000000000000 \
        -subj "/C=DE/L=Berlin/O=Example GmbH/CN=hooks-0000000.example" \
        -addext subjectAltName=DNS:hooks-0000000.example,DNS:www.hooks-0000000.example \
        -addext keyUsage=critical,digitalSignature -addext extendedKeyUsage=serverAuth \
        -addext "authorityInfoAccess=OCSP;URI:http://ocsp.example,caIssuers;URI:http://ca.example/3.crt" \
        -addext crlDistributionPoints=URI:http://crl.example/3.crl \
        -addext certificatePolicies=2.23.140.1.2.2 2>/dev/null
done
# Serial number and names differ; the signatures are those of the first, which nothing here checks.
python3 - > many.pem <<'PY'
import base64, ssl
leaves = [ssl.PEM_cert_to_DER_cert(open(name + ".leaf").read()) for name in ("rsa", "ec")]
serial = bytes.fromhex("4d" + "00" * 16)
for number in range(100_000):
    der = leaves[number % 2].replace(serial, serial[:9] + number.to_bytes(8, "big"))
    print(ssl.DER_cert_to_PEM_cert(der.replace(b"-0000000.", b"-%07d." % number)), end="")
PY
cpu 2 "exec $tool inspect many.pem"
cpu 2 "exec $tool inspect many.pem --format ndjson"

echo "2,000 files: CPU is more than wall time where both processors work"
mkdir files
for i in $(seq 500); do
    cp one.p12 "files/$i.p12"; cp c.pem "files/$i.pem"; cp k.pem "files/$i.key"
    openssl x509 -in c.pem -outform DER -out "files/$i.der" 2>/dev/null
done
cpu 3 "exec $tool inspect files --password file:pw"
