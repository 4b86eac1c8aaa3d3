-- One row is a day on which a deviation of a device's frames from HJ 212 became several times as frequent as on its seven reported days before (DEVIATE-A).
-- From device_deviations, outlet_device and rule_quality.
WITH days AS (
  SELECT device, code, day, SUM(count) / CAST(SUM(frames) AS DOUBLE) AS share, SUM(frames) AS frames
  FROM device_deviations
  WHERE device <> ''
  GROUP BY device, code, day
  HAVING SUM(frames) > 0
),
usual AS (
  SELECT days.*, AVG(share) OVER (PARTITION BY device, code ORDER BY day ROWS BETWEEN 7 PRECEDING AND 1 PRECEDING) AS before
  FROM days
)
SELECT
  'DEVIATE-A' AS code,
  COALESCE(outlet_device.outlet, '') AS outlet,
  usual.device,
  usual.code AS factor,
  CAST(usual.day AS TIMESTAMP) + INTERVAL '1' HOUR AS first_hour,
  CAST(usual.day AS TIMESTAMP) + INTERVAL '24' HOUR AS last_hour,
  24 AS hours,
  usual.share AS value,
  usual.before AS expected,
  usual.share / NULLIF(usual.before, 0) AS share,
  CAST(usual.frames AS INTEGER) AS readings
FROM usual
CROSS JOIN rule_quality
LEFT JOIN outlet_device ON outlet_device.device = usual.device AND usual.day >= outlet_device.valid_from AND (outlet_device.valid_to IS NULL OR usual.day <= outlet_device.valid_to)
WHERE usual.before IS NOT NULL AND usual.share >= deviate_a_share AND usual.share > deviate_a_times * usual.before
