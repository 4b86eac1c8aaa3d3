-- One row is a city: plain means of its days, and its good and heavy days, over a span; the reading asked first where it has most of the days.
SELECT * FROM (
  SELECT
    *,
    ROW_NUMBER() OVER (PARTITION BY place ORDER BY CASE reading WHEN $first THEN 0 ELSE 1 END) AS choice
  FROM (
    SELECT
      reading,
      place,
      COUNT(*) AS days,
      COUNT(aqi) AS valid_days,
      COUNT(*) FILTER (level <= 2) AS good_days,
      COUNT(*) FILTER (level >= 5) AS heavy_days,
      AVG(pm25) AS pm25,
      AVG(pm10) AS pm10,
      COUNT(pm25) AS pm25_days,
      COUNT(pm10) AS pm10_days
    FROM city_index
    WHERE day BETWEEN $start AND $end AND reading IN ('published', 'evaluation') AND place IN (SELECT UNNEST($places))
    GROUP BY reading, place
  )
)
WHERE choice = 1
ORDER BY place
