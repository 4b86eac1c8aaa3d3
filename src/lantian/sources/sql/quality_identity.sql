-- One row is a day on which what was sent does not fit the registers: a device of no outlet (IDENT-A), a pollutant without analyser (IDENT-B), another serial number than
-- registered (IDENT-C), a pollutant outside the outlet's permits (IDENT-D), a device of two outlets (IDENT-E).
-- From device_values, device_notes, outlet_device, outlet_analyser, outlet_serial, outlet_permit and rule_factor. An outlet without any permit on record is not asked for one.
WITH sent AS (
  SELECT device_values.device, device_values.day, device_values.factor, rule_factor.pollutant, COUNT(*) AS n
  FROM device_values
  LEFT JOIN rule_factor ON rule_factor.factor = device_values.factor
  WHERE device_values.cn IN ('2051', '2061')
  GROUP BY device_values.device, device_values.day, device_values.factor, rule_factor.pollutant
),
placed AS (
  SELECT sent.*, outlet_device.outlet
  FROM sent
  LEFT JOIN outlet_device ON outlet_device.device = sent.device AND sent.day >= outlet_device.valid_from AND (outlet_device.valid_to IS NULL OR sent.day <= outlet_device.valid_to)
),
serials AS (
  SELECT DISTINCT outlet_device.outlet, device_notes.device, device_notes.day, REPLACE(device_notes.name, '-SN', '') AS factor, device_notes.text, outlet_serial.serial
  FROM device_notes
  JOIN outlet_device ON outlet_device.device = device_notes.device
    AND device_notes.day >= outlet_device.valid_from AND (outlet_device.valid_to IS NULL OR device_notes.day <= outlet_device.valid_to)
  JOIN outlet_serial ON outlet_serial.outlet = outlet_device.outlet AND outlet_serial.factor = REPLACE(device_notes.name, '-SN', '')
    AND device_notes.day >= outlet_serial.valid_from AND (outlet_serial.valid_to IS NULL OR device_notes.day <= outlet_serial.valid_to)
  WHERE device_notes.name LIKE '%-SN' AND outlet_serial.serial <> ''
),
found AS (
  SELECT 'IDENT-A' AS code, '' AS outlet, device, '' AS factor, day, SUM(n) AS n
  FROM placed
  WHERE outlet IS NULL
  GROUP BY device, day
  UNION ALL
  SELECT 'IDENT-B' AS code, placed.outlet, placed.device, placed.factor, placed.day, SUM(placed.n) AS n
  FROM placed
  LEFT JOIN outlet_analyser ON outlet_analyser.outlet = placed.outlet AND outlet_analyser.factor = placed.factor
    AND placed.day >= outlet_analyser.valid_from AND (outlet_analyser.valid_to IS NULL OR placed.day <= outlet_analyser.valid_to)
  WHERE placed.outlet IS NOT NULL AND placed.pollutant IS NOT NULL AND outlet_analyser.outlet IS NULL
  GROUP BY placed.outlet, placed.device, placed.factor, placed.day
  UNION ALL
  SELECT 'IDENT-C' AS code, outlet, device, factor, day, COUNT(*) AS n
  FROM serials
  GROUP BY outlet, device, factor, day, text
  HAVING MAX(CASE WHEN text = serial THEN 1 ELSE 0 END) = 0
  UNION ALL
  SELECT 'IDENT-D' AS code, placed.outlet, placed.device, placed.factor, placed.day, SUM(placed.n) AS n
  FROM placed
  JOIN (SELECT DISTINCT outlet FROM outlet_permit) AS permitted ON permitted.outlet = placed.outlet
  LEFT JOIN outlet_permit ON outlet_permit.outlet = placed.outlet AND outlet_permit.pollutant = placed.pollutant
    AND placed.day >= outlet_permit.valid_from AND (outlet_permit.valid_to IS NULL OR placed.day <= outlet_permit.valid_to)
  WHERE placed.pollutant IS NOT NULL AND outlet_permit.outlet IS NULL
  GROUP BY placed.outlet, placed.device, placed.factor, placed.day
  UNION ALL
  SELECT 'IDENT-E' AS code, MIN(outlet) AS outlet, device, '' AS factor, day, SUM(n) AS n
  FROM placed
  GROUP BY device, day
  HAVING COUNT(DISTINCT outlet) > 1
)
SELECT
  code,
  outlet,
  device,
  factor,
  CAST(day AS TIMESTAMP) + INTERVAL '1' HOUR AS first_hour,
  CAST(day AS TIMESTAMP) + INTERVAL '24' HOUR AS last_hour,
  24 AS hours,
  CAST(NULL AS DOUBLE) AS value,
  CAST(NULL AS DOUBLE) AS expected,
  CAST(NULL AS DOUBLE) AS share,
  CAST(MAX(n) AS INTEGER) AS readings
FROM found
GROUP BY code, outlet, device, factor, day
