#!/bin/sh
# `listen --forward` beside nginx `proxy_pass`: user and system CPU of each per request, under the same load.
#
# Both stand in plain HTTP before the same nginx, which answers `return 200`; wrk keeps CONNECTIONS (50) open
# and posts BODY (1024) bytes for SECONDS (10), in turn, ROUNDS (3) times.
set -eu
tool=${1:-target/release/hookprint}
connections=${CONNECTIONS:-50} seconds=${SECONDS_EACH:-10} rounds=${ROUNDS:-3} body=${BODY:-1024}
folder=$(mktemp -d)
listen=
cleanup() {
  for pid in $listen $(cat "$folder/pid" "$folder/pid2" 2>/dev/null); do kill "$pid" 2>/dev/null; done
  rm -rf "$folder"
}
trap cleanup EXIT
mkdir -p "$folder/t"
cat > "$folder/nginx.conf" <<CONF
worker_processes 2;
pid $folder/pid;
error_log $folder/error.log;
events { worker_connections 4096; }
http {
  access_log off;
  client_body_temp_path $folder/t; proxy_temp_path $folder/t; fastcgi_temp_path $folder/t;
  uwsgi_temp_path $folder/t; scgi_temp_path $folder/t;
  keepalive_requests 1000000;
  server { listen 127.0.0.1:18180; location / { proxy_pass http://127.0.0.1:18181; } }
}
CONF
# The application is another nginx: its CPU is not to be counted.
sed "s|$folder/pid|$folder/pid2|; s|server {.*|server { listen 127.0.0.1:18181; location / { return 200 ok; } }|" \
  "$folder/nginx.conf" > "$folder/application.conf"
nginx -p "$folder" -c application.conf
nginx -p "$folder" -c nginx.conf
"$tool" listen --plain --addr 127.0.0.1:18182 -qq --forward http://127.0.0.1:18181 > "$folder/report" &
listen=$!
sleep 1
printf 'wrk.method = "POST"; wrk.body = string.rep("x", %d)\n' "$body" > "$folder/post.lua"
ticks=$(getconf CLK_TCK)
# User and system ticks of processes.
cpu() { for pid; do cut -d' ' -f14,15 "/proc/$pid/stat"; done | awk '{ sum += $1 + $2 } END { print sum }'; }
measure() {
  name=$1 port=$2
  shift 2
  before=$(cpu "$@")
  wrk -t2 -c"$connections" -d"${seconds}s" -s "$folder/post.lua" "http://127.0.0.1:$port/" > "$folder/wrk"
  after=$(cpu "$@")
  requests=$(awk '/requests in/ { print $1 }' "$folder/wrk")
  errors=$(awk '/Non-2xx|Socket errors/' "$folder/wrk")
  awk -v n="$name" -v t=$((after - before)) -v r="$requests" -v h="$ticks" -v s="$seconds" -v e="$errors" \
    'BEGIN { printf "%-10s %6.1f us a request, %7.0f a second %s\n", n, t / h / r * 1e6, r / s, e }'
}
for round in $(seq "$rounds"); do
  measure listen 18182 "$listen"
  # shellcheck disable=SC2046 # a word each
  measure nginx 18180 $(pgrep -P "$(cat "$folder/pid")")
done
