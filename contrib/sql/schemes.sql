-- How many deliveries came under each scheme, their share, and how many of them were as they should be.
SELECT coalesce(facts->>'scheme', 'none') AS scheme,
       count(*) AS deliveries,
       round(100.0 * count(*) / sum(count(*)) OVER (), 2) AS percent,
       count(*) FILTER (status IN ('ok', 'info')) AS as_they_should_be,
       count(*) FILTER (status = 'failed') AS unread
FROM report('merged.ndjson')
GROUP BY scheme
ORDER BY deliveries DESC, scheme;
