-- The pins of each address, as --pin takes them: where several nodes behind it differ there are several.
SELECT facts->>'address' AS address,
       list_sort(list(DISTINCT facts->>'$.chain[0].sha256')) AS certificate_pins,
       list_sort(list(DISTINCT 'sha256//' || (facts->>'$.chain[0].spki_sha256'))) AS key_pins,
       count(*) AS looks
FROM report('merged.ndjson')
WHERE (facts->>'address') IS NOT NULL AND (facts->'$.chain[0]') IS NOT NULL
GROUP BY address
ORDER BY address;
