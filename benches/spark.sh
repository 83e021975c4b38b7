#!/usr/bin/env bash
# Spark with a worker that is killed: what comes out is what one undisturbed run writes.
#
#   benches/spark.sh [TARGETS] [DELIVERIES] [SHARDS]      (20000, 1000000, 8)
#
# A cluster of two executors on this machine (`local-cluster`). In the middle of the first part, the executor that
# runs it is killed with -9, its Python and `hookprint` with it. PYTHON has pyspark (requirements-engines.txt).
set -eu
targets=${1:-20000} deliveries=${2:-1000000} shards=${3:-8}
cd "$(dirname "$0")/.."
# HOOKPRINT names a binary that is built already.
[ -n "${HOOKPRINT:-}" ] || cargo build --release --quiet
hookprint=${HOOKPRINT:-$PWD/target/release/hookprint}
python=${PYTHON:-$PWD/target/peers-venv/bin/python}
work=$(mktemp -d)
trap 'kill $server 2>/dev/null || true; rm -rf "$work"' EXIT
server=
at=$(date -u -d '1 hour' +%Y-%m-%dT%H:%M:%SZ)
mkdir "$work/bin" "$work/out"

# The `hookprint` of the cluster.
cat >"$work/bin/hookprint" <<WRAPPER
#!/bin/bash
more="--at $at"
case "\$*" in thumbprint*) more="\$more --timeout 10m" ;; esac
case "\$*" in merge*) ;; *)
    if mkdir $work/killed 2>/dev/null; then
        $hookprint "\$@" \$more <&0 & child=\$!
        sleep 0.3
        parent=\$PPID
        until grep -q CoarseGrainedExecutorBackend /proc/\$parent/cmdline; do
            parent=\$(awk '/^PPid/ { print \$2 }' /proc/\$parent/status)
        done
        echo "executor \$parent, hookprint \$child" >$work/killed/whom
        kill -9 \$parent \$child \$\$
    fi
    exec $hookprint "\$@" \$more ;;
esac
exec $hookprint "\$@"
WRAPPER
chmod +x "$work/bin/hookprint"

# A script on the cluster, and what was killed.
spark() {
    rm -rf "$work/killed"
    local began=$SECONDS code=0
    PATH=$work/bin:$PATH PYSPARK_PYTHON=$python \
        PYSPARK_SUBMIT_ARGS="--master local-cluster[2,2,1024] --conf spark.executorEnv.PATH=$work/bin:$PATH \
            --conf spark.ui.enabled=false pyspark-shell" "$python" "$@" >"$work/log" 2>&1 || code=$?
    [ $code -le 1 ] || { tail -40 "$work/log"; return 1; }
    echo "  spark, $((SECONDS - began)) s, killed: $(cat "$work/killed/whom"), lost: $(grep -c 'Lost executor' "$work/log")"
}

printf 0123456789abcdef >"$work/key"
chmod 600 "$work/key"
# One in a hundred was signed over another body.
python3 - "$deliveries" >"$work/deliveries.har.ndjson" <<'PYTHON'
import hashlib, hmac, json, sys
body = '{"id":"evt_1","amount":1200}'
good, bad = (hmac.new(b"0123456789abcdef", it.encode(), hashlib.sha256).hexdigest() for it in (body, body + "\n"))
for n in range(int(sys.argv[1])):
    header = {"name": "X-Hub-Signature-256", "value": "sha256=" + (bad if n % 100 == 7 else good)}
    request = {"method": "POST", "url": f"https://a.example/{n}", "headers": [header], "postData": {"text": body}}
    print(json.dumps({"startedDateTime": "2026-11-26T00:00:00Z", "request": request}, separators=(",", ":")))
PYTHON
verify="verify $work/deliveries.har.ndjson --scheme github --secret file:$work/key --no-diagnose"
$hookprint $verify --format ndjson --end-mark --exit complete --at $at >"$work/whole.ndjson"
spark contrib/shards_on_spark.py "$work/out" "$shards" $verify
cmp "$work/whole.ndjson" "$work/out/merged.ndjson"
echo "$deliveries deliveries, $shards shards: byte for byte the $(wc -l <"$work/whole.ndjson") lines of the undisturbed run"
rm -rf "$work"/deliveries* "$work"/whole* "$work"/out

# One listener, at as many addresses of loopback.
$hookprint mint "$work/pki" -q
$hookprint listen --addr 0.0.0.0:0 --allow-remote --cert "$work/pki/server.pem" --key "$work/pki/server.key" -qq \
    >/dev/null 2>"$work/listen" &
server=$!
until grep -q 'listening on' "$work/listen"; do sleep 0.1; done
port=$(sed -n 's/^listening on .*://p' "$work/listen" | head -1)
for ((n = 0; n < targets; n++)); do echo "127.0.$((n / 250 + 1)).$((n % 250 + 1)):$port"; done >"$work/targets"
look="thumbprint --targets $work/targets --timeout 10m"
$hookprint $look --format ndjson --end-mark --exit complete --at $at >"$work/whole.ndjson"
spark contrib/on_spark.py "$work/targets" "$work/pins.parquet" "$shards"
"$python" - "$work" 2>"$work/log" <<'PYTHON' || tail -3 "$work/log"
import json, sys
from pyspark.sql import SparkSession
work = sys.argv[1]
spark = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
spark.sparkContext.setLogLevel("OFF")
def key(row):
    facts = json.loads(row["facts"]) if isinstance(row["facts"], str) else row["facts"]
    return json.dumps([row["subject"], row["status"], facts, [it["code"] for it in row["findings"]]], sort_keys=True)
seen = sorted(key(row.asDict(recursive=True)) for row in spark.read.parquet(work + "/pins.parquet").collect())
whole = [json.loads(line) for line in open(work + "/whole.ndjson")]
expected = sorted(key(row) for row in whole if "subject" in row)
assert len(set(expected)) == len(expected)
assert seen == expected, (len(seen), len(expected), [pair for pair in zip(seen, expected) if pair[0] != pair[1]][:1])
print(f"{len(seen)} targets: the rows of the undisturbed run, each once")
PYTHON
