-- One row is an outlet: of the hours of the span how many were expected of all its pollutants, and how many came in or were stops.
SELECT
  outlet,
  COUNT(*) AS expected,
  CAST(SUM(CASE WHEN basis IS NOT NULL OR method = 'stopped' THEN 1 ELSE 0 END) AS BIGINT) AS published
FROM outlet_hour
WHERE time > $start AND time <= $end
GROUP BY outlet
ORDER BY outlet
