-- One row is an hour in which a device's own time stands off the moment of receipt by a steady amount (CLOCK-A); value is the smallest delay in seconds, negative: the clock is fast.
-- From device_values (time, known_at), outlet_device and rule_quality. A value that was loaded later is deemed received at a fixed delay and says nothing.
WITH delays AS (
  SELECT
    outlet_device.outlet,
    device_values.device,
    CAST(date_trunc('hour', device_values.known_at) AS TIMESTAMP) + INTERVAL '1' HOUR AS hour,
    device_values.cn,
    device_values.time,
    EXTRACT(DAY FROM (device_values.known_at - device_values.time)) * 86400e0 + EXTRACT(HOUR FROM (device_values.known_at - device_values.time)) * 3600e0
      + EXTRACT(MINUTE FROM (device_values.known_at - device_values.time)) * 60e0 + EXTRACT(SECOND FROM (device_values.known_at - device_values.time)) * 1e0 AS delay
  FROM device_values
  JOIN outlet_device ON outlet_device.device = device_values.device
    AND device_values.day >= outlet_device.valid_from AND (outlet_device.valid_to IS NULL OR device_values.day <= outlet_device.valid_to)
  WHERE device_values.cn IN ('2011', '2051')
),
hours AS (
  SELECT outlet, device, hour, cn, COUNT(DISTINCT delays.time) AS moments, MIN(delay) AS least, MAX(delay) AS greatest
  FROM delays
  CROSS JOIN rule_quality
  WHERE delay <> clock_a_deemed
  GROUP BY outlet, device, hour, cn
)
SELECT
  'CLOCK-A' AS code,
  outlet,
  device,
  '' AS factor,
  hour AS first_hour,
  hour AS last_hour,
  1 AS hours,
  MIN(least) AS value,
  MAX(clock_a_seconds) AS expected,
  CAST(NULL AS DOUBLE) AS share,
  CAST(SUM(moments) AS INTEGER) AS readings
FROM hours
CROSS JOIN rule_quality
WHERE moments >= clock_a_moments AND greatest - least <= clock_a_steady
  AND (least <= -clock_a_seconds OR (cn = '2011' AND least >= clock_a_seconds))
GROUP BY outlet, device, hour
