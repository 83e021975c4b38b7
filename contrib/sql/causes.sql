-- Why signatures did not match: the changes that make them match, and one delivery of each kind.
SELECT coalesce(nullif(array_to_string(list_sort(facts->>'$.diagnosis[*].change'), ' + '), ''),
                'not explained') AS cause,
       count(*) AS deliveries,
       min_by(subject, n) AS first_delivery
FROM report('merged.ndjson')
WHERE (facts->'$.diagnosis') IS NOT NULL
   OR list_contains(list_transform(findings, lambda finding: finding.code), 'signature-mismatch')
GROUP BY cause
ORDER BY deliveries DESC, cause;
