-- One row is an outlet and a month of the period: hourly and daily values expected, received and valid, and the rates of transmission, of validity and of both together.
-- From stack_hour and rule_hour. One value is expected for each monitored pollutant and hour, also of a source that stands still; an hour counts as received with any
-- minute or its own report, a day with its daily report. Received and stopped is valid. Transmission times validity is the effective rate.
WITH days AS (
  SELECT
    stack_hour.outlet,
    stack_hour.pollutant,
    stack_hour.day,
    MAX(stack_hour.month) AS period,
    COUNT(*) AS expected,
    SUM(received) AS received,
    SUM(CASE WHEN received = 1 AND (captured = 1 OR state = 'F') THEN 1 ELSE 0 END) AS valid,
    CASE WHEN SUM(day_reports) > 0 THEN 1 ELSE 0 END AS day_received,
    SUM(captured) AS captured,
    SUM(CASE WHEN state = 'F' THEN 0 ELSE 1 END) AS operating,
    MAX(rule_hour.day_hours) AS day_hours,
    MAX(rule_hour.day_share) AS day_share
  FROM stack_hour
  JOIN rule_hour ON rule_hour.day = stack_hour.day
  WHERE stack_hour.asked = 1
  GROUP BY stack_hour.outlet, stack_hour.pollutant, stack_hour.day
),
months AS (
  SELECT
    outlet,
    period,
    SUM(expected) AS expected_hours,
    SUM(received) AS received_hours,
    SUM(valid) AS valid_hours,
    COUNT(*) AS expected_days,
    SUM(day_received) AS received_days,
    SUM(CASE WHEN day_received = 1 AND (operating = 0 OR (captured > 0 AND captured >= COALESCE(day_hours, day_share * operating))) THEN 1 ELSE 0 END) AS valid_days
  FROM days
  GROUP BY outlet, period
)
SELECT
  outlet,
  period,
  CAST(expected_hours AS INT) AS expected_hours,
  CAST(received_hours AS INT) AS received_hours,
  CAST(valid_hours AS INT) AS valid_hours,
  CAST(expected_days AS INT) AS expected_days,
  CAST(received_days AS INT) AS received_days,
  CAST(valid_days AS INT) AS valid_days,
  CAST(received_hours AS DOUBLE) / expected_hours AS transmission,
  CAST(valid_hours AS DOUBLE) / NULLIF(received_hours, 0) AS validity,
  CAST(valid_hours AS DOUBLE) / expected_hours AS effective,
  CAST(received_days AS DOUBLE) / expected_days AS transmission_days,
  CAST(valid_days AS DOUBLE) / NULLIF(received_days, 0) AS validity_days,
  CAST(valid_days AS DOUBLE) / expected_days AS effective_days
FROM months
