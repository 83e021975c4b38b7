"""Certificates of a list of targets, by Spark, into Parquet: on_spark.py TARGETS PARQUET PARTITIONS

    spark-submit contrib/on_spark.py hdfs:///targets.txt hdfs:///pins.parquet 64

The schema is given: to infer one, Spark would look at every target twice.
"""
import os
import pathlib
import sys

from pyspark.sql import SparkSession

targets, out, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
schema = (pathlib.Path(__file__).parent / "../schema/report.ddl").read_text()
look = "hookprint thumbprint --targets - --format ndjson --end-mark --exit complete"

spark = SparkSession.builder.appName("hookprint").getOrCreate()
# Spark gives a pipe no environment: what decides whom it finds, and whom it trusts, is that of the driver.
names = ["PATH", "SSL_CERT_FILE", "SSL_CERT_DIR", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"]
environment = {name: os.environ[name] for name in names if name in os.environ}
lines = spark.sparkContext.textFile(targets).repartition(count)
piped = lines.pipe(look, env=environment, checkCode=True)
rows = spark.read.schema(schema).json(piped).where("subject IS NOT NULL")
# `n` counts in a partition; what tells a row is its subject.
rows.drop("n", "offset", "end").write.mode("overwrite").option("compression", "gzip").parquet(out)
