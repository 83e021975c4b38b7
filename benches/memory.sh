#!/usr/bin/env bash
# Memory of both sides over 100,000 deliveries: replay reads a capture of that many and keeps a
# journal, listen captures them, mutual TLS between them. Resident memory in each quarter of the run.
# Usage: cargo build --release && benches/memory.sh
set -eu
tool=$(realpath "${1:-target/release/hookprint}")
count=${COUNT:-100000} lanes=${LANES:-16}
folder=$(mktemp -d)
trap 'kill "$server" 2>/dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"

"$tool" mint pki -q > /dev/null 2>&1
"$tool" listen --addr :0 -qq --cert pki/server.pem --key pki/server.key --client-cert require \
  --client-ca pki/ca.pem --capture received.har.ndjson 2> listen.txt & server=$!
for _ in $(seq 100); do grep -q listening listen.txt && break; sleep 0.1; done
url=$(sed -n 's/^listening on //p' listen.txt)
awk -v count="$count" 'BEGIN { for (n = 1; n <= count; n++) printf \
  "{\"startedDateTime\":\"2026-11-22T05:00:00Z\",\"request\":{\"method\":\"POST\",\"url\":\"https://old.example/%d\",\"headers\":[],\"postData\":{\"mimeType\":\"text/plain\",\"text\":\"delivery %d\"}}}\n", n, n }' \
  > sent.har.ndjson
"$tool" replay sent.har.ndjson --to "https://localhost:${url##*:}" --ca pki/ca.pem \
  --cert pki/client.pem --journal journal --jobs "$lanes" -qq > /dev/null & client=$!
while kill -0 "$client" 2>/dev/null; do
  for side in client server; do
    awk -v side="$side" '/VmRSS/ { print side, $2 }' "/proc/${!side}/status" 2>/dev/null || true
  done
  sleep 0.2
done > samples.txt
wait "$client"
printf '%s deliveries, %s captured\n' "$count" "$(wc -l < received.har.ndjson)"
for side in client server; do
  awk -v side="$side" '$1 == side && $2 > 0 { kb[++n] = $2 }
    END { printf "%s:", side; for (q = 0; q < 4; q++) { most = 0
      for (i = int(n * q / 4) + 1; i <= n * (q + 1) / 4; i++) if (kb[i] > most) most = kb[i]
      printf "  %.1f MB", most / 1000 } print "" }' samples.txt
done
