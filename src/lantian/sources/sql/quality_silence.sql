-- One row is a stretch without any reading of an outlet, between two hours with readings or up to the end of the asked span (SILENT-A).
-- From quality_series, asked_span (its last hour) and rule_quality.
WITH hours AS (
  SELECT outlet, time FROM quality_series GROUP BY outlet, time
  UNION ALL
  SELECT quality_series.outlet, MAX(asked_span.last_hour) + INTERVAL '1' HOUR AS time
  FROM quality_series CROSS JOIN asked_span
  GROUP BY quality_series.outlet
),
gaps AS (
  SELECT outlet, LAG(time) OVER (PARTITION BY outlet ORDER BY time) AS before, time
  FROM hours
),
lengths AS (
  SELECT gaps.*, CAST(EXTRACT(DAY FROM (time - before)) * 24 + EXTRACT(HOUR FROM (time - before)) - 1 AS INTEGER) AS missing
  FROM gaps
  WHERE before IS NOT NULL
)
SELECT
  'SILENT-A' AS code,
  outlet,
  '' AS device,
  '' AS factor,
  before + INTERVAL '1' HOUR AS first_hour,
  time - INTERVAL '1' HOUR AS last_hour,
  missing AS hours,
  CAST(missing AS DOUBLE) AS value,
  CAST(silent_a_least_hours AS DOUBLE) AS expected,
  CAST(NULL AS DOUBLE) AS share,
  0 AS readings
FROM lengths
CROSS JOIN rule_quality
WHERE missing >= silent_a_least_hours
