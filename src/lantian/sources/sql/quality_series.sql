-- One row is an outlet, factor and hour (by its end): how many readings over how many minutes, their mean, spread, extremes, how many different ones, how many at the highest.
-- From device_values (minutes where sent, else hours; readings marked as calibration, maintenance, fault, over range or no link stay out),
-- outlet_device, rule_factor (factor, its pollutant) and outlet_hour, whose state says whether the hour is normal (usable) or a reported stop (halted).
WITH readings AS (
  SELECT
    outlet_device.outlet,
    device_values.factor,
    device_values.cn,
    CAST(date_trunc('hour', device_values.time - INTERVAL '1' MINUTE) AS TIMESTAMP) + INTERVAL '1' HOUR AS time,
    CAST(device_values.value AS DOUBLE) AS value,
    COUNT(*) AS n,
    SUM(COALESCE(device_values.minutes, 1)) AS minutes,
    SUM(CASE WHEN device_values.flag = 'F' THEN 1 ELSE 0 END) AS stopped,
    SUM(CAST(device_values.total AS DOUBLE)) AS total
  FROM device_values
  JOIN outlet_device ON outlet_device.device = device_values.device
    AND device_values.day >= outlet_device.valid_from AND (outlet_device.valid_to IS NULL OR device_values.day <= outlet_device.valid_to)
  WHERE device_values.cn IN ('2051', '2061') AND device_values.value IS NOT NULL AND COALESCE(device_values.flag, 'N') IN ('N', 'F', '')
  GROUP BY outlet_device.outlet, device_values.factor, device_values.cn, 4, 5
),
summary AS (
  SELECT
    outlet,
    factor,
    time,
    SUM(n) AS n,
    SUM(minutes) AS minutes,
    SUM(n * value) / SUM(n) AS mean,
    SQRT(GREATEST(0e0, SUM(n * value * value) / SUM(n) - (SUM(n * value) / SUM(n)) * (SUM(n * value) / SUM(n)))) AS spread,
    MIN(value) AS lowest,
    MAX(value) AS highest,
    COUNT(*) AS kinds,
    MAX_BY(n, value) AS at_top,
    SUM(total) AS total,
    SUM(stopped) AS stopped,
    ROW_NUMBER() OVER (PARTITION BY outlet, factor, time ORDER BY cn) AS finest
  FROM readings
  GROUP BY outlet, factor, cn, time
),
outlet_state AS (
  SELECT outlet, time, MAX(CASE WHEN state = 'N' THEN 1 ELSE 0 END) AS normal, MAX(CASE WHEN state = 'F' THEN 1 ELSE 0 END) AS halted
  FROM outlet_hour
  GROUP BY outlet, time
)
SELECT
  summary.outlet,
  summary.factor,
  rule_factor.pollutant,
  summary.time,
  CAST(summary.time - INTERVAL '1' HOUR AS DATE) AS day,
  CAST(summary.n AS INTEGER) AS n,
  CAST(summary.minutes AS INTEGER) AS minutes,
  summary.mean,
  summary.spread,
  summary.lowest,
  summary.highest,
  CAST(summary.kinds AS INTEGER) AS kinds,
  CAST(summary.at_top AS INTEGER) AS at_top,
  summary.total,
  CASE WHEN summary.stopped > 0 THEN 0 WHEN own.state IS NOT NULL THEN CASE WHEN own.state = 'N' THEN 1 ELSE 0 END ELSE COALESCE(outlet_state.normal, 1) END AS usable,
  CASE WHEN summary.stopped = summary.n OR own.state = 'F' THEN 1 WHEN own.state IS NULL THEN COALESCE(outlet_state.halted, 0) ELSE 0 END AS halted
FROM summary
LEFT JOIN rule_factor ON rule_factor.factor = summary.factor
LEFT JOIN outlet_hour AS own ON own.outlet = summary.outlet AND own.pollutant = rule_factor.pollutant AND own.time = summary.time
LEFT JOIN outlet_state ON outlet_state.outlet = summary.outlet AND outlet_state.time = summary.time
WHERE summary.finest = 1
