-- One row is an outlet and factor: its usual level, spread within an hour and change from hour to hour, each the median of the normal hours of the span.
-- From quality_series and rule_quality (how many hours make a usual level).
WITH changes AS (
  SELECT
    outlet,
    factor,
    mean,
    spread,
    CASE WHEN LAG(time) OVER (PARTITION BY outlet, factor ORDER BY time) = time - INTERVAL '1' HOUR
      THEN ABS(mean - LAG(mean) OVER (PARTITION BY outlet, factor ORDER BY time)) END AS change
  FROM quality_series
  WHERE usable = 1
)
SELECT
  outlet,
  factor,
  COUNT(*) AS hours,
  PERCENTILE_CONT(0.5e0) WITHIN GROUP (ORDER BY mean) AS level,
  PERCENTILE_CONT(0.5e0) WITHIN GROUP (ORDER BY spread) AS spread,
  PERCENTILE_CONT(0.5e0) WITHIN GROUP (ORDER BY change) AS change
FROM changes
GROUP BY outlet, factor
HAVING COUNT(*) >= (SELECT MAX(all_usual_hours) FROM rule_quality)
