-- One row is a day on which the last digits of an outlet's readings of a pollutant are far from even (DIGIT-A): value is chi-square with 9 degrees of freedom.
-- From device_values (minutes), outlet_device, quality_series, rule_factor, rule_digit (decimals of a display and their step in millionths) and rule_quality.
-- A value counts once an hour, so that readings that stand still do not weigh. Digits are even by themselves only where readings spread over several steps within the hour; other days are not asked.
WITH readings AS (
  SELECT DISTINCT
    outlet_device.outlet,
    device_values.factor,
    CAST(date_trunc('hour', device_values.time - INTERVAL '1' MINUTE) AS TIMESTAMP) + INTERVAL '1' HOUR AS time,
    ABS(CAST(device_values.value * 1000000 AS BIGINT)) AS millionths
  FROM device_values
  JOIN outlet_device ON outlet_device.device = device_values.device
    AND device_values.day >= outlet_device.valid_from AND (outlet_device.valid_to IS NULL OR device_values.day <= outlet_device.valid_to)
  JOIN rule_factor ON rule_factor.factor = device_values.factor AND rule_factor.pollutant IS NOT NULL
  WHERE device_values.cn = '2051' AND device_values.value IS NOT NULL AND COALESCE(device_values.flag, 'N') IN ('N', '')
),
counts AS (
  SELECT readings.outlet, readings.factor, quality_series.day, readings.millionths, COUNT(*) AS n
  FROM readings
  JOIN quality_series ON quality_series.outlet = readings.outlet AND quality_series.factor = readings.factor AND quality_series.time = readings.time
  WHERE quality_series.usable = 1
  GROUP BY readings.outlet, readings.factor, quality_series.day, readings.millionths
),
fitting AS (
  SELECT counts.outlet, counts.factor, rule_digit.step, SUM(CASE WHEN MOD(counts.millionths, rule_digit.step) = 0 THEN counts.n ELSE 0 END) / CAST(SUM(counts.n) AS DOUBLE) AS fits
  FROM counts
  CROSS JOIN rule_digit
  GROUP BY counts.outlet, counts.factor, rule_digit.step
),
display AS (
  SELECT fitting.outlet, fitting.factor, MAX(fitting.step) AS step
  FROM fitting
  CROSS JOIN rule_quality
  WHERE fitting.fits >= rule_quality.digit_a_share
  GROUP BY fitting.outlet, fitting.factor
),
spreads AS (
  SELECT outlet, factor, day, SQRT(AVG(spread * spread)) AS spread
  FROM quality_series
  WHERE usable = 1
  GROUP BY outlet, factor, day
),
digits AS (
  SELECT counts.outlet, counts.factor, counts.day, MAX(display.step) AS step, MOD(CAST(FLOOR(counts.millionths / display.step) AS BIGINT), 10) AS digit, CAST(SUM(counts.n) AS DOUBLE) AS n
  FROM counts
  JOIN display ON display.outlet = counts.outlet AND display.factor = counts.factor
  WHERE MOD(counts.millionths, display.step) = 0
  GROUP BY counts.outlet, counts.factor, counts.day, 5
),
days AS (
  SELECT outlet, factor, day, MAX(step) AS step, SUM(n) AS n, SUM(n * n) * 10 / SUM(n) - SUM(n) AS chi_square, MAX(n) / SUM(n) AS share
  FROM digits
  GROUP BY outlet, factor, day
)
SELECT
  'DIGIT-A' AS code,
  days.outlet,
  '' AS device,
  days.factor,
  CAST(days.day AS TIMESTAMP) + INTERVAL '1' HOUR AS first_hour,
  CAST(days.day AS TIMESTAMP) + INTERVAL '24' HOUR AS last_hour,
  24 AS hours,
  days.chi_square AS value,
  digit_a_chi_square AS expected,
  days.share,
  CAST(days.n AS INTEGER) AS readings
FROM days
JOIN spreads ON spreads.outlet = days.outlet AND spreads.factor = days.factor AND spreads.day = days.day
CROSS JOIN rule_quality
WHERE days.n >= digit_a_values AND spreads.spread * 1000000 >= digit_a_steps * days.step
  AND days.chi_square >= digit_a_chi_square AND days.chi_square >= digit_a_effect * days.n
