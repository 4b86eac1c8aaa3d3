-- One row is an hour that stands close under its limit and hardly moves (LIMIT-A), or whose corrected concentration was sent otherwise than it is recomputed (RECALC-A).
-- From outlet_hour, rule_factor and rule_quality.
WITH hours AS (
  SELECT
    outlet_hour.outlet,
    rule_factor.factor,
    outlet_hour.time,
    outlet_hour.valid_minutes,
    CAST(outlet_hour.corrected AS DOUBLE) AS corrected,
    CAST(outlet_hour.corrected_reported AS DOUBLE) AS reported,
    CAST(outlet_hour.limit_value AS DOUBLE) AS limit_value,
    CASE WHEN LAG(outlet_hour.time) OVER same = outlet_hour.time - INTERVAL '1' HOUR THEN LAG(CAST(outlet_hour.corrected AS DOUBLE)) OVER same END AS before,
    CASE WHEN LEAD(outlet_hour.time) OVER same = outlet_hour.time + INTERVAL '1' HOUR THEN LEAD(CAST(outlet_hour.corrected AS DOUBLE)) OVER same END AS after
  FROM outlet_hour
  JOIN rule_factor ON rule_factor.pollutant = outlet_hour.pollutant
  WHERE outlet_hour.state = 'N' AND outlet_hour.corrected IS NOT NULL
  WINDOW same AS (PARTITION BY outlet_hour.outlet, outlet_hour.pollutant ORDER BY outlet_hour.time)
),
found AS (
  SELECT 'LIMIT-A' AS code, hours.*, corrected AS value, limit_value AS expected, corrected / limit_value AS share
  FROM hours CROSS JOIN rule_quality
  WHERE limit_value > 0 AND corrected <= limit_value AND corrected >= limit_value * (1 - limit_a_band)
    AND (ABS(corrected - before) <= limit_a_move * limit_value OR ABS(corrected - after) <= limit_a_move * limit_value)
  UNION ALL
  SELECT 'RECALC-A' AS code, hours.*, reported AS value, corrected AS expected, reported / corrected - 1 AS share
  FROM hours CROSS JOIN rule_quality
  WHERE corrected > 0 AND ABS(reported - corrected) > recalc_a_ratio * corrected AND ABS(reported - corrected) > recalc_a_least
)
SELECT code, outlet, '' AS device, factor, time AS first_hour, time AS last_hour, 1 AS hours, value, expected, share, COALESCE(valid_minutes, 1) AS readings
FROM found
