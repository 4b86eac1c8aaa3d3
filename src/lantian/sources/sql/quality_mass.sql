-- One row is an hour with a concentration and flow whose sent total is missing most of its mass (MASS-A), or with a mass but no concentration (MASS-B).
-- From quality_series, quality_wide and rule_quality; mg/m³ times m³/s is 0.0036 kg in an hour.
WITH hours AS (
  SELECT quality_series.outlet, quality_series.factor, quality_series.time, quality_series.n, quality_series.mean, quality_series.total, quality_series.mean * quality_wide.flow * 0.0036e0 AS mass
  FROM quality_series
  JOIN quality_wide ON quality_wide.outlet = quality_series.outlet AND quality_wide.time = quality_series.time
  WHERE quality_series.usable = 1 AND quality_series.pollutant IS NOT NULL AND quality_series.total IS NOT NULL
),
found AS (
  SELECT 'MASS-A' AS code, hours.*, mass AS expected, total / mass AS share
  FROM hours CROSS JOIN rule_quality
  WHERE mean > 0 AND mass >= mass_a_least AND total < mass_a_ratio * mass
  UNION ALL
  SELECT 'MASS-B' AS code, hours.*, 0e0 AS expected, CAST(NULL AS DOUBLE) AS share
  FROM hours CROSS JOIN rule_quality
  WHERE mean <= 0 AND total >= mass_b_least
)
SELECT code, outlet, '' AS device, factor, time AS first_hour, time AS last_hour, 1 AS hours, total AS value, expected, share, n AS readings
FROM found
