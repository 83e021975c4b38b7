-- How many certificates end in each week, and where the first of them was seen.
SELECT date_trunc('week', (certificate->>'not_after')::TIMESTAMPTZ AT TIME ZONE 'UTC')::DATE AS week,
       count(DISTINCT certificate->>'sha256') AS certificates,
       count(DISTINCT subject) AS places,
       min_by(subject, certificate->>'not_after') AS first_place
FROM (
    SELECT subject, unnest(list_concat(facts->'$.chain[*]', facts->'$.entries[*].chain[*]')) AS certificate
    FROM report('merged.ndjson')
)
GROUP BY week
ORDER BY week;
