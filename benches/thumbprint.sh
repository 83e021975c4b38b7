#!/usr/bin/env bash
# What `thumbprint` costs, beside openssl, in one run: user and system CPU of the client alone.
#
#   benches/thumbprint.sh [HOSTS] [TARGETS]
#
# one host       20 runs of each, against the same openssl s_server
# HOSTS (500)    as many loopback endpoints, once: CPU for each, largest resident set
# TARGETS (20000) as many targets from stdin: largest resident set, which must not grow with them
set -eu
hosts=${1:-500} targets=${2:-20000}
cd "$(dirname "$0")/.."
# HOOKPRINT names a binary that is built already.
[ -n "${HOOKPRINT:-}" ] || cargo build --release --quiet
hookprint=${HOOKPRINT:-$PWD/target/release/hookprint}
work=$(mktemp -d)
trap 'kill $server $farm 2>/dev/null || true; rm -rf "$work"' EXIT
server= farm=

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 90 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost,IP:127.0.0.1 \
    -keyout "$work/key.pem" -out "$work/cert.pem" 2>/dev/null
openssl s_server -accept 127.0.0.1:0 -cert "$work/cert.pem" -key "$work/key.pem" -www \
    >"$work/server.log" 2>&1 &
server=$!
until port=$(sed -n 's/^ACCEPT 127.0.0.1://p' "$work/server.log") && [ -n "$port" ]; do sleep 0.1; done

# CPU milliseconds of 20 runs of a command, for each run.
cpu() {
    python3 - "$@" <<'PYTHON'
import resource, subprocess, sys
runs = 20
before = resource.getrusage(resource.RUSAGE_CHILDREN)
for _ in range(runs):
    subprocess.run(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
after = resource.getrusage(resource.RUSAGE_CHILDREN)
spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
print(f"{spent / runs * 1000:.2f}")
PYTHON
}

pipe="openssl s_client -connect 127.0.0.1:$port </dev/null 2>/dev/null | openssl x509 -noout -fingerprint"
for program in "$pipe" "$hookprint thumbprint 127.0.0.1:$port"; do sh -c "$program" >/dev/null; done
theirs=$(cpu sh -c "$pipe")
ours=$(cpu "$hookprint" thumbprint "127.0.0.1:$port")
echo "one host     openssl $theirs ms   hookprint $ours ms   1/$(python3 -c "print(f'{$theirs / $ours:.1f}')")"

# Many endpoints: one python process that terminates TLS on as many ports.
cat >"$work/farm.py" <<'PYTHON'
import asyncio, ssl, sys
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[1], sys.argv[2])
async def end(reader, writer):
    try:
        await reader.read(1)
        writer.close()
    except Exception:
        pass
async def main():
    servers = [await asyncio.start_server(end, "127.0.0.1", 0, ssl=context, backlog=64) for _ in range(int(sys.argv[3]))]
    for server in servers:
        print("127.0.0.1:%d" % server.sockets[0].getsockname()[1])
    print("ready", flush=True)
    await asyncio.Event().wait()
asyncio.run(main())
PYTHON
ulimit -n "$(ulimit -Hn)" 2>/dev/null || true
python3 "$work/farm.py" "$work/cert.pem" "$work/key.pem" "$hosts" >"$work/ports" 2>/dev/null &
farm=$!
until grep -q ready "$work/ports"; do sleep 0.2; done
grep -v ready "$work/ports" >"$work/hosts"

# CPU for each item and largest resident set of one run.
measure() {
    python3 - "$@" <<'PYTHON'
import json, resource, subprocess, sys
count, hosts, command = int(sys.argv[1]), open(sys.argv[2]).read().split(), sys.argv[3:]
lines = "".join(hosts[i % len(hosts)] + "\n" for i in range(count))
run = subprocess.run(command, input=lines.encode(), stdout=subprocess.PIPE)
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
items = [json.loads(line) for line in run.stdout.splitlines()]
good = sum(item["failure"] is None for item in items)
spent = (usage.ru_utime + usage.ru_stime) * 1000
print(f"{count} targets   {good} read, {spent / count:.2f} ms CPU each, {usage.ru_maxrss / 1024:.1f} MiB")
PYTHON
}
stream=("$hookprint" thumbprint --targets - --format ndjson --timeout 60s)
measure "$hosts" "$work/hosts" "${stream[@]}"
measure "$targets" "$work/hosts" "${stream[@]}"
