-- One row is an outlet and hour (by its end) with what the process sent, item by item; absent where it sent nothing that was measured.
-- From factor_hour and rule_process (code, item); a g code may be followed by two digits that number the unit. Minutes go before the hour that the device reported.
WITH readings AS (
  SELECT
    factor_hour.outlet,
    factor_hour.time,
    rule_process.item,
    SUM(factor_hour.value_sum) / NULLIF(SUM(factor_hour.valid_minutes), 0) AS of_minutes,
    MAX(factor_hour.reported) AS of_hour
  FROM factor_hour
  JOIN rule_process ON rule_process.code = CASE WHEN factor_hour.factor LIKE 'g%' THEN SUBSTR(factor_hour.factor, 1, 4) ELSE factor_hour.factor END
  GROUP BY factor_hour.outlet, factor_hour.time, rule_process.item
)
SELECT
  outlet,
  time,
  MAX(CASE WHEN item = 'pump' THEN COALESCE(of_minutes, of_hour) END) AS pump,
  MAX(CASE WHEN item = 'ammonia' THEN COALESCE(of_minutes, of_hour) END) AS ammonia,
  MAX(CASE WHEN item = 'bypass' THEN COALESCE(of_minutes, of_hour) END) AS bypass,
  MAX(CASE WHEN item = 'denox_bypass' THEN COALESCE(of_minutes, of_hour) END) AS denox_bypass,
  MAX(CASE WHEN item = 'rate' THEN COALESCE(of_minutes, of_hour) END) AS rate,
  MAX(CASE WHEN item = 'rate_or_inlet' THEN COALESCE(of_minutes, of_hour) END) AS rate_or_inlet,
  MAX(CASE WHEN item = 'inlet_nox' THEN COALESCE(of_minutes, of_hour) END) AS inlet_nox,
  MAX(CASE WHEN item = 'inlet_pm' THEN COALESCE(of_minutes, of_hour) END) AS inlet_pm,
  MAX(CASE WHEN item = 'outlet_so2' THEN COALESCE(of_minutes, of_hour) END) AS outlet_so2,
  MAX(CASE WHEN item = 'outlet_nox' THEN COALESCE(of_minutes, of_hour) END) AS outlet_nox,
  MAX(CASE WHEN item = 'production' THEN COALESCE(of_minutes, of_hour) END) AS production,
  MAX(CASE WHEN item = 'treatment' THEN COALESCE(of_minutes, of_hour) END) AS treatment,
  MAX(CASE WHEN item = 'load' THEN COALESCE(of_minutes, of_hour) END) AS load
FROM readings
GROUP BY outlet, time
