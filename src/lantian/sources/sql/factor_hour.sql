-- One row is an outlet, a factor and an hour (by its end): minutes received, minutes measured and their weighted sums, minutes of each state, the hour as the device reported it.
-- From device_slice (some days of device_values, the newest revision of each value), outlet_device (whose outlet a device serves) and rule_flag (what a device's flag tells).
-- HJ 212-2017 annex D (24): an hour is the mean of its measured minutes, each row weighing as long as it is. A period belongs to the hour in which its
-- last minute lies. Sums are of decimals, so the order of the rows does not matter; values are scanned once, grouped by flag and length first.
WITH batch AS (
  SELECT
    device,
    factor,
    cn,
    flag,
    minutes,
    date_trunc('hour', time - INTERVAL '1' MINUTE) AS begun,
    COUNT(*) AS readings,
    COUNT(value) AS valued,
    SUM(value) AS value_sum,
    COUNT(corrected) AS corrections,
    SUM(corrected) AS corrected_sum,
    SUM(total) AS total_sum
  FROM device_slice
  WHERE cn IN ('2051', '2061', '2031')
  GROUP BY device, factor, cn, flag, minutes, date_trunc('hour', time - INTERVAL '1' MINUTE)
),
told AS (
  SELECT
    outlet_device.outlet,
    batch.factor,
    batch.cn,
    CAST(batch.begun AS TIMESTAMP) AS begun,
    COALESCE(rule_flag.state, 'Md') AS state,
    COALESCE(rule_flag.measured, 0) AS measured,
    CAST(COALESCE(NULLIF(batch.minutes, 0), outlet_device.interval, 0) AS INT) AS minutes,
    batch.readings,
    batch.valued,
    CAST(batch.value_sum AS DECIMAL(28, 6)) AS value_sum,
    batch.corrections,
    CAST(batch.corrected_sum AS DECIMAL(28, 6)) AS corrected_sum,
    CAST(batch.total_sum AS DECIMAL(28, 6)) AS total_sum
  FROM batch
  JOIN outlet_device
    ON outlet_device.device = batch.device
    AND CAST(batch.begun AS DATE) >= outlet_device.valid_from
    AND (outlet_device.valid_to IS NULL OR CAST(batch.begun AS DATE) <= outlet_device.valid_to)
  LEFT JOIN rule_flag ON rule_flag.flag = COALESCE(batch.flag, '')
)
SELECT
  outlet,
  factor,
  begun + INTERVAL '1' HOUR AS time,
  CAST(begun AS DATE) AS day,
  CAST(SUM(CASE WHEN cn = '2051' THEN readings * minutes ELSE 0 END) AS INT) AS minutes,
  CAST(SUM(CASE WHEN cn = '2051' AND measured = 1 THEN valued * minutes ELSE 0 END) AS INT) AS valid_minutes,
  CAST(SUM(CASE WHEN cn = '2051' AND measured = 1 THEN value_sum * CAST(minutes AS DECIMAL(4, 0)) END) AS DOUBLE) AS value_sum,
  CAST(SUM(CASE WHEN cn = '2051' AND measured = 1 THEN corrections * minutes ELSE 0 END) AS INT) AS corrected_minutes,
  CAST(SUM(CASE WHEN cn = '2051' AND measured = 1 THEN corrected_sum * CAST(minutes AS DECIMAL(4, 0)) END) AS DOUBLE) AS corrected_sum,
  CAST(SUM(CASE WHEN cn = '2051' THEN total_sum END) AS DOUBLE) AS total,
  CAST(SUM(CASE WHEN cn = '2051' AND state = 'F' THEN readings * minutes ELSE 0 END) AS INT) AS stopped_minutes,
  CAST(SUM(CASE WHEN cn = '2051' AND state = 'St' THEN readings * minutes ELSE 0 END) AS INT) AS starting_minutes,
  CAST(SUM(CASE WHEN cn = '2051' AND state = 'Sd' THEN readings * minutes ELSE 0 END) AS INT) AS shutting_minutes,
  CAST(SUM(CASE WHEN cn = '2051' AND state = 'C' THEN readings * minutes ELSE 0 END) AS INT) AS calibrated_minutes,
  CAST(SUM(CASE WHEN cn = '2051' AND state = 'M' THEN readings * minutes ELSE 0 END) AS INT) AS maintained_minutes,
  CAST(SUM(CASE WHEN cn = '2051' AND state = 'D' THEN readings * minutes ELSE 0 END) AS INT) AS faulty_minutes,
  CAST(SUM(CASE WHEN cn = '2051' AND state = 'T' THEN readings * minutes ELSE 0 END) AS INT) AS over_range_minutes,
  MAX(CASE WHEN cn = '2061' THEN state END) AS reported_state,
  MAX(CASE WHEN cn = '2061' AND measured = 1 AND valued > 0 THEN CAST(value_sum AS DOUBLE) / valued END) AS reported,
  MAX(CASE WHEN cn = '2061' AND measured = 1 AND corrections > 0 THEN CAST(corrected_sum AS DOUBLE) / corrections END) AS reported_corrected,
  CAST(SUM(CASE WHEN cn = '2031' THEN readings ELSE 0 END) AS INT) AS day_reports
FROM told
GROUP BY outlet, factor, begun
