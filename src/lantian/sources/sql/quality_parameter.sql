-- One row is an hour in which an instrument's parameter was sent otherwise than before, with no visit recorded around it (PARAM-A).
-- A frame of parameters names its factor as PolId. From device_notes, rule_parameter (which names are parameters), outlet_device, site_visits and rule_quality.
WITH notes AS (
  SELECT
    device_notes.device,
    device_notes.day,
    CASE WHEN polled.text IS NULL THEN device_notes.name ELSE CONCAT(polled.text, '-', device_notes.name) END AS name,
    device_notes.time,
    device_notes.text,
    LAG(device_notes.text) OVER (PARTITION BY device_notes.device, polled.text, device_notes.name ORDER BY device_notes.time) AS before
  FROM device_notes
  JOIN rule_parameter ON device_notes.name LIKE rule_parameter.pattern
  LEFT JOIN device_notes AS polled ON polled.device = device_notes.device AND polled.time = device_notes.time AND polled.cn = device_notes.cn AND polled.name = 'PolId'
),
changes AS (
  SELECT outlet_device.outlet, notes.device, notes.name, notes.time, notes.text, notes.before
  FROM notes
  JOIN outlet_device ON outlet_device.device = notes.device
    AND notes.day >= outlet_device.valid_from AND (outlet_device.valid_to IS NULL OR notes.day <= outlet_device.valid_to)
  WHERE notes.text <> notes.before
),
visited AS (
  SELECT changes.device, changes.name, changes.time
  FROM changes
  CROSS JOIN rule_quality
  JOIN site_visits ON site_visits.outlet = changes.outlet
    AND site_visits.time <= changes.time + INTERVAL '1' HOUR * param_a_window
    AND COALESCE(site_visits.until, site_visits.time) >= changes.time - INTERVAL '1' HOUR * param_a_window
  GROUP BY changes.device, changes.name, changes.time
)
SELECT
  'PARAM-A' AS code,
  changes.outlet,
  changes.device,
  changes.name AS factor,
  CAST(date_trunc('hour', changes.time) AS TIMESTAMP) + INTERVAL '1' HOUR AS first_hour,
  CAST(date_trunc('hour', changes.time) AS TIMESTAMP) + INTERVAL '1' HOUR AS last_hour,
  1 AS hours,
  TRY_CAST(changes.text AS DOUBLE) AS value,
  TRY_CAST(changes.before AS DOUBLE) AS expected,
  CAST(NULL AS DOUBLE) AS share,
  2 AS readings
FROM changes
LEFT JOIN visited ON visited.device = changes.device AND visited.name = changes.name AND visited.time = changes.time
WHERE visited.device IS NULL
