-- One row is a day: how many cities reported, how many stood at each level, how many are unknown.
SELECT
  day,
  COUNT(*) AS cities,
  COUNT(*) - COUNT(aqi) AS unknown,
  COUNT(*) FILTER (level = 1) AS level1,
  COUNT(*) FILTER (level = 2) AS level2,
  COUNT(*) FILTER (level = 3) AS level3,
  COUNT(*) FILTER (level = 4) AS level4,
  COUNT(*) FILTER (level = 5) AS level5,
  COUNT(*) FILTER (level = 6) AS level6
FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY place, day ORDER BY CASE reading WHEN 'published' THEN 0 ELSE 1 END) AS choice
  FROM city_index
  WHERE day BETWEEN $start AND $end AND reading IN ('published', 'evaluation')
)
WHERE choice = 1
GROUP BY day
ORDER BY day
