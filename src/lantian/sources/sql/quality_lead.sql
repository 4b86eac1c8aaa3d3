-- One row is a lead: a check, an outlet or device and factor, and the consecutive hours it concerns; short spans without an answer do not end it.
-- From the candidates of every check and rule_check (severity, how many hours a lead needs, how many it may bridge).
WITH candidates AS (
  SELECT * FROM quality_level
  UNION ALL SELECT * FROM quality_limit
  UNION ALL SELECT * FROM quality_repeat
  UNION ALL SELECT * FROM quality_digit
  UNION ALL SELECT * FROM quality_process
  UNION ALL SELECT * FROM quality_mass
  UNION ALL SELECT * FROM quality_step
  UNION ALL SELECT * FROM quality_visit
  UNION ALL SELECT * FROM quality_clock
  UNION ALL SELECT * FROM quality_parameter
  UNION ALL SELECT * FROM quality_identity
  UNION ALL SELECT * FROM quality_silence
  UNION ALL SELECT * FROM quality_deviation
),
single AS (
  SELECT
    code, outlet, device, factor, first_hour, last_hour,
    MAX(hours) AS hours, AVG(value) AS value, AVG(expected) AS expected, AVG(share) AS share, MAX(readings) AS readings
  FROM candidates
  GROUP BY code, outlet, device, factor, first_hour, last_hour
),
starts AS (
  SELECT
    single.*,
    rule_check.severity,
    rule_check.least_hours,
    CASE WHEN LAG(single.last_hour) OVER (PARTITION BY single.code, single.outlet, single.device, single.factor ORDER BY single.first_hour)
      + INTERVAL '1' HOUR * (rule_check.bridge_hours + 1) >= single.first_hour THEN 0 ELSE 1 END AS begins
  FROM single
  JOIN rule_check ON rule_check.code = single.code
),
runs AS (
  SELECT starts.*, SUM(begins) OVER (PARTITION BY code, outlet, device, factor ORDER BY first_hour ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS run
  FROM starts
)
SELECT
  code,
  outlet,
  device,
  factor,
  MAX(severity) AS severity,
  MIN(first_hour) AS first_hour,
  MAX(last_hour) AS last_hour,
  CAST(SUM(hours) AS INTEGER) AS hours,
  AVG(value) AS value,
  AVG(expected) AS expected,
  AVG(share) AS share,
  CAST(SUM(readings) AS INTEGER) AS readings
FROM runs
GROUP BY code, outlet, device, factor, run
HAVING SUM(hours) >= MAX(least_hours)
