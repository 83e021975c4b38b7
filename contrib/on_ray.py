"""One command over parts of its input, on a Ray cluster: on_ray.py FOLDER SHARDS COMMAND ARGUMENT...

    python contrib/on_ray.py out 64 verify deliveries.har.ndjson --scheme stripe --secret file:key

FOLDER and the input are shared by all machines. A part whose machine or process dies is run again; a
report appears under its name only when it is whole.
"""
import subprocess
import sys

import ray

folder, count, command = sys.argv[1], int(sys.argv[2]), sys.argv[3:]


@ray.remote(max_retries=3, retry_exceptions=True)
def shard(index):
    out = f"{folder}/{index}.ndjson"
    part = ["--shard", f"0-based:{index}/{count}", "--format", "ndjson", "--output", out]
    subprocess.run(["hookprint", *command, *part, "--exit", "complete"], check=True)
    return out


ray.init()
parts = ray.get([shard.remote(index) for index in range(count)])
merge = ["hookprint", "merge", "--expect", str(count), "--format", "ndjson", "--output", f"{folder}/merged.ndjson"]
sys.exit(subprocess.run([*merge, *parts]).returncode)
