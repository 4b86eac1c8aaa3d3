-- One row is a flag on a station's hour: a value that a person should look at. A flag is kept beside the value and removes nothing.
-- From station_hour (every hour of the asked span) and rule_plausibility (one row: where a range ends, where an instrument is capped, after how
-- many equal hours a value is stuck). negative: below zero. above_range: beyond what is ever measured. cap: at the instrument's last number.
-- stuck: equal for so many hours without a gap, from the hour that completes the run on. pm25_above_pm10: the part is more than the whole.
WITH hours AS (
  SELECT
    station,
    time,
    day,
    pm25,
    pm10,
    so2,
    no2,
    co,
    o3,
    ROW_NUMBER() OVER (PARTITION BY station ORDER BY time) AS place_in_run,
    LAG(pm25) OVER (PARTITION BY station ORDER BY time) AS pm25_before,
    LAG(pm10) OVER (PARTITION BY station ORDER BY time) AS pm10_before,
    LAG(so2) OVER (PARTITION BY station ORDER BY time) AS so2_before,
    LAG(no2) OVER (PARTITION BY station ORDER BY time) AS no2_before,
    LAG(co) OVER (PARTITION BY station ORDER BY time) AS co_before,
    LAG(o3) OVER (PARTITION BY station ORDER BY time) AS o3_before
  FROM station_hour
),
runs AS (
  SELECT
    hours.*,
    place_in_run - MAX(CASE WHEN pm25 = pm25_before THEN NULL ELSE place_in_run END) OVER (PARTITION BY station ORDER BY time ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) + 1 AS pm25_run,
    place_in_run - MAX(CASE WHEN pm10 = pm10_before THEN NULL ELSE place_in_run END) OVER (PARTITION BY station ORDER BY time ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) + 1 AS pm10_run,
    place_in_run - MAX(CASE WHEN so2 = so2_before THEN NULL ELSE place_in_run END) OVER (PARTITION BY station ORDER BY time ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) + 1 AS so2_run,
    place_in_run - MAX(CASE WHEN no2 = no2_before THEN NULL ELSE place_in_run END) OVER (PARTITION BY station ORDER BY time ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) + 1 AS no2_run,
    place_in_run - MAX(CASE WHEN co = co_before THEN NULL ELSE place_in_run END) OVER (PARTITION BY station ORDER BY time ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) + 1 AS co_run,
    place_in_run - MAX(CASE WHEN o3 = o3_before THEN NULL ELSE place_in_run END) OVER (PARTITION BY station ORDER BY time ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) + 1 AS o3_run
  FROM hours
)
SELECT station, time, day, 'PM2.5' AS pollutant, CAST(pm25 AS DOUBLE) AS value,
  CASE WHEN pm25 < 0 THEN 'negative' WHEN pm25 = pm25_cap THEN 'cap' WHEN pm25 > pm25_top THEN 'above_range' ELSE 'stuck' END AS flag,
  CAST(pm25_run AS INTEGER) AS hours
FROM runs CROSS JOIN rule_plausibility
WHERE pm25 < 0 OR pm25 = pm25_cap OR pm25 > pm25_top OR (pm25 IS NOT NULL AND pm25_run >= repeated_hours)
UNION ALL
SELECT station, time, day, 'PM10' AS pollutant, CAST(pm10 AS DOUBLE) AS value,
  CASE WHEN pm10 < 0 THEN 'negative' WHEN pm10 = pm10_cap THEN 'cap' WHEN pm10 > pm10_top THEN 'above_range' ELSE 'stuck' END AS flag,
  CAST(pm10_run AS INTEGER) AS hours
FROM runs CROSS JOIN rule_plausibility
WHERE pm10 < 0 OR pm10 = pm10_cap OR pm10 > pm10_top OR (pm10 IS NOT NULL AND pm10_run >= repeated_hours)
UNION ALL
SELECT station, time, day, 'SO2' AS pollutant, CAST(so2 AS DOUBLE) AS value,
  CASE WHEN so2 < 0 THEN 'negative' WHEN so2 = so2_cap THEN 'cap' WHEN so2 > so2_top THEN 'above_range' ELSE 'stuck' END AS flag,
  CAST(so2_run AS INTEGER) AS hours
FROM runs CROSS JOIN rule_plausibility
WHERE so2 < 0 OR so2 = so2_cap OR so2 > so2_top OR (so2 IS NOT NULL AND so2_run >= repeated_hours)
UNION ALL
SELECT station, time, day, 'NO2' AS pollutant, CAST(no2 AS DOUBLE) AS value,
  CASE WHEN no2 < 0 THEN 'negative' WHEN no2 = no2_cap THEN 'cap' WHEN no2 > no2_top THEN 'above_range' ELSE 'stuck' END AS flag,
  CAST(no2_run AS INTEGER) AS hours
FROM runs CROSS JOIN rule_plausibility
WHERE no2 < 0 OR no2 = no2_cap OR no2 > no2_top OR (no2 IS NOT NULL AND no2_run >= repeated_hours)
UNION ALL
SELECT station, time, day, 'CO' AS pollutant, CAST(co AS DOUBLE) AS value,
  CASE WHEN co < 0 THEN 'negative' WHEN co = co_cap THEN 'cap' WHEN co > co_top THEN 'above_range' ELSE 'stuck' END AS flag,
  CAST(co_run AS INTEGER) AS hours
FROM runs CROSS JOIN rule_plausibility
WHERE co < 0 OR co = co_cap OR co > co_top OR (co IS NOT NULL AND co_run >= repeated_hours)
UNION ALL
SELECT station, time, day, 'O3' AS pollutant, CAST(o3 AS DOUBLE) AS value,
  CASE WHEN o3 < 0 THEN 'negative' WHEN o3 = o3_cap THEN 'cap' WHEN o3 > o3_top THEN 'above_range' ELSE 'stuck' END AS flag,
  CAST(o3_run AS INTEGER) AS hours
FROM runs CROSS JOIN rule_plausibility
WHERE o3 < 0 OR o3 = o3_cap OR o3 > o3_top OR (o3 IS NOT NULL AND o3_run >= repeated_hours)
UNION ALL
SELECT station, time, day, 'PM2.5' AS pollutant, CAST(pm25 AS DOUBLE) AS value, 'pm25_above_pm10' AS flag, CAST(pm25_run AS INTEGER) AS hours
FROM runs
WHERE pm25 > pm10
