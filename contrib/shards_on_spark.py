"""One command over parts of its input, on a Spark cluster: shards_on_spark.py FOLDER SHARDS COMMAND ARGUMENT...

    spark-submit contrib/shards_on_spark.py /shared/out 64 verify /shared/deliveries.har.ndjson --scheme stripe \\
        --secret file:/shared/key

FOLDER and the input are shared by all machines, under the same names. A part whose machine or process dies is run
again; a report appears under its name only when it is whole.
"""
import subprocess
import sys

from pyspark.sql import SparkSession

folder, count, command = sys.argv[1], int(sys.argv[2]), sys.argv[3:]


def shard(index):
    out = f"{folder}/{index}.ndjson"
    part = ["--shard", f"0-based:{index}/{count}", "--format", "ndjson", "--output", out]
    subprocess.run(["hookprint", *command, *part, "--exit", "complete"], check=True)
    return out


spark = SparkSession.builder.appName("hookprint").getOrCreate()
parts = spark.sparkContext.parallelize(range(count), count).map(shard).collect()
merge = ["hookprint", "merge", "--expect", str(count), "--format", "ndjson", "--output", f"{folder}/merged.ndjson"]
sys.exit(subprocess.run([*merge, *parts]).returncode)
