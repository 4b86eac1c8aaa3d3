-- One row is a station and an hour of the asked span, whether or not a value was measured: the hour's values, the running 24-hour means of
-- particles and the running 8-hour mean of ozone, as exact numerators (see station_day).
-- From asked_hour (every hour, with the validity rules of its day), hour_station (stations of the places asked) and air_hourly.
-- HJ 633-2012 clause 5.1.3 takes particles as the running 24-hour mean; the windows are rows of a full grid of hours, so a gap stays a gap.
WITH filled AS (
  SELECT
    hour_station.station,
    asked_hour.time,
    asked_hour.day,
    asked_hour.running_hours,
    asked_hour.window_hours,
    asked_hour.hour_share,
    asked_hour.window_share,
    air_hourly.pm25,
    air_hourly.pm10,
    air_hourly.so2,
    air_hourly.no2,
    air_hourly.co,
    air_hourly.o3
  FROM asked_hour
  CROSS JOIN hour_station
  LEFT JOIN air_hourly ON air_hourly.station = hour_station.station AND air_hourly.time = asked_hour.time
),
running AS (
  SELECT
    filled.*,
    COUNT(pm25) OVER (PARTITION BY station ORDER BY time ROWS BETWEEN 23 PRECEDING AND CURRENT ROW) AS pm25_hours,
    CAST(SUM(pm25) OVER (PARTITION BY station ORDER BY time ROWS BETWEEN 23 PRECEDING AND CURRENT ROW) AS DECIMAL(13, 4)) AS pm25_sum,
    COUNT(pm10) OVER (PARTITION BY station ORDER BY time ROWS BETWEEN 23 PRECEDING AND CURRENT ROW) AS pm10_hours,
    CAST(SUM(pm10) OVER (PARTITION BY station ORDER BY time ROWS BETWEEN 23 PRECEDING AND CURRENT ROW) AS DECIMAL(13, 4)) AS pm10_sum,
    COUNT(o3) OVER (PARTITION BY station ORDER BY time ROWS BETWEEN 7 PRECEDING AND CURRENT ROW) AS o3_hours,
    CAST(SUM(o3) OVER (PARTITION BY station ORDER BY time ROWS BETWEEN 7 PRECEDING AND CURRENT ROW) AS DECIMAL(13, 4)) AS o3_sum
  FROM filled
)
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
  pm25_hours,
  pm10_hours,
  hour_share,
  window_share,
  CASE WHEN pm25_hours >= running_hours THEN pm25_sum * CAST(hour_share / pm25_hours AS DECIMAL(6, 0)) END AS pm25_running,
  CASE WHEN pm10_hours >= running_hours THEN pm10_sum * CAST(hour_share / pm10_hours AS DECIMAL(6, 0)) END AS pm10_running,
  CASE WHEN o3_hours >= window_hours THEN o3_sum * CAST(window_share / o3_hours AS DECIMAL(5, 0)) END AS o3_running
FROM running
