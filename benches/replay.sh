#!/usr/bin/env bash
# replay beside oha and ab: 20,000 small requests over mutual TLS to nginx, kept alive,
# 16 at once. CPU seconds of the client (user + system), the journal on: on this disk, and in memory,
# which leaves out what the disk costs.
# Needs: nginx, openssl, and oha or ab. Usage: cargo build --release && benches/replay.sh
set -eu
tool=$(realpath "${1:-target/release/hookprint}")
count=${COUNT:-20000} lanes=${LANES:-16} rounds=${ROUNDS:-5}
folder=$(mktemp -d)
memory=/dev/shm/hookprint-journal.$$
trap 'kill "$server" 2>/dev/null || true; rm -rf "$folder" "$memory"' EXIT
cd "$folder"

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout ca.key -out ca.pem \
  -subj /CN=ca -days 2 2>/dev/null
for name in server client; do
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout $name.key -out $name.csr \
    -subj "/CN=localhost" 2>/dev/null
  openssl x509 -req -in $name.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -out $name.pem \
    -extfile <(echo "subjectAltName=DNS:localhost") 2>/dev/null
done
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
cat > nginx.conf <<CONF
daemon off; master_process off; pid nginx.pid; error_log nginx.log; worker_priority -5;
events { worker_connections 512; }
http { access_log off; keepalive_requests 1000000; client_body_temp_path b; proxy_temp_path p;
  fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s;
  server { listen 127.0.0.1:$port ssl; ssl_protocols TLSv1.3; ssl_certificate server.pem;
    ssl_certificate_key server.key; ssl_client_certificate ca.pem; ssl_verify_client on;
    location / { return 200 "ok\n"; } } }
CONF
nginx -p "$folder" -c "$folder/nginx.conf" -e nginx.log 2>/dev/null & server=$!
for _ in $(seq 50); do (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && break; sleep 0.1; done
printf '{"event":"order.created","id":12345}' > body.json
url=https://localhost:$port/hook

TIMEFORMAT='%R %U %S'
measure() { # name, command: the median of the rounds by CPU
  local name=$1; shift
  rm -f journal "$memory"
  "$@" > out.txt 2>&1 || { echo "$name failed:"; tail -5 out.txt; return; }
  for _ in $(seq "$rounds"); do rm -f journal "$memory"; { time "$@" > out.txt 2>&1; } 2>&1; done |
    awk '{ print $2 + $3, $1 }' | sort -n | sed -n "$(((rounds + 1) / 2))p" |
    awk -v name="$name" '{ printf "%-28s %6.2f s CPU  %6.2f s\n", name, $1, $2 }'
}
replay=("$tool" replay --payload body.json --to "$url" --ca ca.pem --cert client.pem --key client.key
  --repeat "$count" --jobs "$lanes" -q)
measure "hookprint replay, journal" "${replay[@]}" --journal journal
[ -d /dev/shm ] && measure "  journal in memory" "${replay[@]}" --journal "$memory"
measure "hookprint replay" "${replay[@]}"
command -v oha > /dev/null && measure oha oha --no-tui -n "$count" -c "$lanes" -m POST -D body.json \
  --cacert ca.pem --cert client.pem --key client.key "$url"
cat client.pem client.key > both.pem
command -v ab > /dev/null && measure "ab -k" ab -q -k -n "$count" -c "$lanes" -p body.json \
  -T application/json -E both.pem "$url"
true
