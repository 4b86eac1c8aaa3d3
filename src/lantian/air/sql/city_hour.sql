-- One row is a reading, a city and an hour: the mean of its stations' values where the needed share of them is valid, else NULL.
-- From station_hour and hour_network (reading, station, city, day, stations of that year, needed share).
WITH city AS (
  SELECT
    hour_network.reading,
    hour_network.place,
    station_hour.time,
    station_hour.day,
    MAX(hour_network.stations) AS stations,
    MAX(hour_network.station_share) AS station_share,
    MAX(station_hour.hour_share) AS hour_share,
    MAX(station_hour.window_share) AS window_share,
    COUNT(pm25) AS pm25_valid,
    CAST(SUM(pm25) AS DOUBLE) AS pm25_sum,
    COUNT(pm10) AS pm10_valid,
    CAST(SUM(pm10) AS DOUBLE) AS pm10_sum,
    COUNT(so2) AS so2_valid,
    CAST(SUM(so2) AS DOUBLE) AS so2_sum,
    COUNT(no2) AS no2_valid,
    CAST(SUM(no2) AS DOUBLE) AS no2_sum,
    COUNT(co) AS co_valid,
    CAST(SUM(co) AS DOUBLE) AS co_sum,
    COUNT(o3) AS o3_valid,
    CAST(SUM(o3) AS DOUBLE) AS o3_sum,
    COUNT(pm25_running) AS pm25_running_valid,
    CAST(SUM(pm25_running) AS DOUBLE) AS pm25_running_sum,
    COUNT(pm10_running) AS pm10_running_valid,
    CAST(SUM(pm10_running) AS DOUBLE) AS pm10_running_sum,
    COUNT(o3_running) AS o3_running_valid,
    CAST(SUM(o3_running) AS DOUBLE) AS o3_running_sum
  FROM station_hour
  JOIN hour_network ON hour_network.station = station_hour.station AND hour_network.day = station_hour.day
  GROUP BY hour_network.reading, hour_network.place, station_hour.time, station_hour.day
)
SELECT
  reading,
  place,
  time,
  day,
  stations,
  CASE WHEN pm25_valid > 0 AND pm25_valid >= station_share * stations THEN pm25_sum / (pm25_valid) END AS pm25,
  CASE WHEN pm10_valid > 0 AND pm10_valid >= station_share * stations THEN pm10_sum / (pm10_valid) END AS pm10,
  CASE WHEN so2_valid > 0 AND so2_valid >= station_share * stations THEN so2_sum / (so2_valid) END AS so2,
  CASE WHEN no2_valid > 0 AND no2_valid >= station_share * stations THEN no2_sum / (no2_valid) END AS no2,
  CASE WHEN co_valid > 0 AND co_valid >= station_share * stations THEN co_sum / (co_valid) END AS co,
  CASE WHEN o3_valid > 0 AND o3_valid >= station_share * stations THEN o3_sum / (o3_valid) END AS o3,
  CASE WHEN pm25_running_valid > 0 AND pm25_running_valid >= station_share * stations THEN pm25_running_sum / (hour_share * pm25_running_valid) END AS pm25_running,
  CASE WHEN pm10_running_valid > 0 AND pm10_running_valid >= station_share * stations THEN pm10_running_sum / (hour_share * pm10_running_valid) END AS pm10_running,
  CASE WHEN o3_running_valid > 0 AND o3_running_valid >= station_share * stations THEN o3_running_sum / (window_share * o3_running_valid) END AS o3_running,
  pm25_valid AS valid_stations
FROM city
