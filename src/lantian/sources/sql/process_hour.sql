-- One row is an outlet and hour (by its end) with what the process sent, item by item; absent where it sent nothing.
-- From device_values (minutes where sent, else hours), outlet_device and rule_process (code, item); a g code may be followed by two digits that number the unit.
WITH readings AS (
  SELECT
    outlet_device.outlet,
    rule_process.item,
    CAST(date_trunc('hour', device_values.time - INTERVAL '1' MINUTE) AS TIMESTAMP) + INTERVAL '1' HOUR AS time,
    AVG(CASE WHEN device_values.cn = '2051' THEN CAST(device_values.value AS DOUBLE) END) AS of_minutes,
    AVG(CASE WHEN device_values.cn = '2061' THEN CAST(device_values.value AS DOUBLE) END) AS of_hour
  FROM device_values
  JOIN outlet_device ON outlet_device.device = device_values.device
    AND device_values.day >= outlet_device.valid_from AND (outlet_device.valid_to IS NULL OR device_values.day <= outlet_device.valid_to)
  JOIN rule_process ON rule_process.code = CASE WHEN device_values.factor LIKE 'g%' THEN SUBSTR(device_values.factor, 1, 4) ELSE device_values.factor END
  WHERE device_values.cn IN ('2051', '2061') AND device_values.value IS NOT NULL AND COALESCE(device_values.flag, 'N') IN ('N', 'F', '')
  GROUP BY outlet_device.outlet, rule_process.item, 3
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
