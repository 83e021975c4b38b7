-- The rows of `hookprint ... --format ndjson`, without end marks: FROM report('out/*.ndjson')
CREATE OR REPLACE MACRO report(files) AS TABLE
    SELECT * EXCLUDE ("end") FROM read_json(files, format = 'newline_delimited', columns = {
        'n': 'BIGINT',
        'offset': 'BIGINT',
        'subject': 'VARCHAR',
        'status': 'VARCHAR',
        'facts': 'JSON',
        'findings': 'STRUCT("code" VARCHAR, "severity" VARCHAR, "subject" VARCHAR, "message" VARCHAR, "help" VARCHAR)[]',
        'failure': 'STRUCT("code" VARCHAR, "kind" VARCHAR, "message" VARCHAR, "help" VARCHAR, "alert" STRUCT("name" VARCHAR, "number" BIGINT))',
        'elapsed_ms': 'DOUBLE',
        'end': 'STRUCT("complete" BOOLEAN, "next" BIGINT, "shard" VARCHAR, "input" BIGINT, "items" BIGINT, "summary" JSON, "exit_code" BIGINT, "input_sha256" VARCHAR)'
    }, maximum_object_size = 268435456) WHERE "end" IS NULL;
