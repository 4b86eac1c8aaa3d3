-- Every city's day, the daily report before the stations where both exist (comparable across cities).
SELECT * FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY place ORDER BY CASE reading WHEN 'published' THEN 0 ELSE 1 END) AS choice
  FROM city_index
  WHERE day = $day AND reading IN ('published', 'evaluation')
)
WHERE choice = 1
ORDER BY place
