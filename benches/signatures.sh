#!/usr/bin/env bash
# Puts `sign` beside openssl, and `verify` of a capture beside the libraries of the field, in one
# run. Python with standardwebhooks and node with svix are used where they are found.
# Usage: benches/signatures.sh [DELIVERIES=1000000]; PYTHON=..., NODE_PATH=... choose the peers.
set -eu
cd "$(dirname "$0")/.."
count=${1:-1000000}
tool=target/release/hookprint
python=${PYTHON:-python3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export SECRET=whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw
timed() { /usr/bin/time -f "%e s wall, %U s user, %S s system, %M KiB" "$@"; }

echo "== 2 KiB: sign, openssl"
head -c 2048 /dev/zero | tr '\0' a > "$work/2k"
hyperfine -N --warmup 20 --runs 200 --style basic \
    "$tool sign $work/2k --secret env:SECRET" "openssl dgst -sha256 -hmac $SECRET $work/2k"

echo "== 1 GiB: sign, sign from a pipe, openssl"
head -c 1073741824 /dev/zero > "$work/1g"
timed "$tool" sign "$work/1g" --secret env:SECRET
timed "$tool" sign - --secret env:SECRET < <(cat "$work/1g")
timed openssl dgst -sha256 -hmac "$SECRET" "$work/1g"
rm "$work/1g"

echo "== $count deliveries of 1 KiB: verify, standardwebhooks, svix (the peers see a tenth)"
"$python" benches/peers/capture.py "$count" "$work/capture.har.ndjson"
"$python" benches/peers/capture.py "$((count / 10))" "$work/tenth.har.ndjson"
"$python" -c 'import standardwebhooks' 2>/dev/null &&
    timed "$python" benches/peers/verify.py "$work/tenth.har.ndjson" "$SECRET"
node -e 'require("svix")' 2>/dev/null &&
    timed node benches/peers/verify.cjs "$work/tenth.har.ndjson" "$SECRET"
at=$(sed -n '1s/.*"startedDateTime":"\([^"]*\)".*/\1/p' "$work/capture.har.ndjson")
for how in -q "--format ndjson"; do
    # shellcheck disable=SC2086
    timed "$tool" verify "$work/capture.har.ndjson" --scheme standard-webhooks \
        --secret env:SECRET --at "$at" $how > /dev/null
done
