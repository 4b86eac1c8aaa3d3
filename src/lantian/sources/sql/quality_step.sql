-- One row is an hour at which several factors of an outlet change level at once while load or flow does not (STEP-A); value is how many.
-- From quality_series, quality_usual, rule_factor (steps: which factors are compared) and rule_quality; a level is the mean of three hours before and three from the hour on.
WITH windows AS (
  SELECT
    quality_series.outlet,
    quality_series.factor,
    quality_series.time,
    quality_series.n,
    AVG(quality_series.mean) OVER (PARTITION BY quality_series.outlet, quality_series.factor ORDER BY quality_series.time ROWS BETWEEN 3 PRECEDING AND 1 PRECEDING) AS before,
    AVG(quality_series.mean) OVER (PARTITION BY quality_series.outlet, quality_series.factor ORDER BY quality_series.time ROWS BETWEEN CURRENT ROW AND 2 FOLLOWING) AS after,
    LAG(quality_series.time, 3) OVER (PARTITION BY quality_series.outlet, quality_series.factor ORDER BY quality_series.time) AS first_before,
    LEAD(quality_series.time, 2) OVER (PARTITION BY quality_series.outlet, quality_series.factor ORDER BY quality_series.time) AS last_after
  FROM quality_series
  WHERE quality_series.usable = 1
),
changes AS (
  SELECT
    windows.*,
    rule_factor.steps,
    ABS(windows.after - windows.before) AS size,
    ABS(windows.after - windows.before) / NULLIF(ABS(quality_usual.level), 0) AS relative,
    quality_usual.change
  FROM windows
  JOIN quality_usual ON quality_usual.outlet = windows.outlet AND quality_usual.factor = windows.factor
  LEFT JOIN rule_factor ON rule_factor.factor = windows.factor
  WHERE windows.first_before = windows.time - INTERVAL '3' HOUR AND windows.last_after = windows.time + INTERVAL '2' HOUR
),
outlets AS (
  SELECT
    changes.outlet,
    changes.time,
    SUM(changes.n) AS n,
    SUM(CASE WHEN changes.steps = 1 AND changes.size >= step_a_times * changes.change AND changes.size > 0 AND changes.relative >= step_a_share THEN 1 ELSE 0 END) AS stepping,
    MAX(CASE WHEN changes.steps = 1 THEN changes.relative END) AS share,
    COALESCE(
      MAX(CASE WHEN changes.factor = 'i33400' THEN changes.relative END),
      MAX(CASE WHEN changes.factor = 'a00000' THEN changes.relative END)
    ) AS load
  FROM changes
  CROSS JOIN rule_quality
  GROUP BY changes.outlet, changes.time
)
SELECT
  'STEP-A' AS code,
  outlet,
  '' AS device,
  '' AS factor,
  time AS first_hour,
  time AS last_hour,
  1 AS hours,
  CAST(stepping AS DOUBLE) AS value,
  CAST(step_a_factors AS DOUBLE) AS expected,
  share,
  CAST(n AS INTEGER) AS readings
FROM outlets
CROSS JOIN rule_quality
WHERE stepping >= step_a_factors AND load < step_a_load
