-- One row is a reading, a city, a day and an indicator: the city's value, or NULL when too few of its stations are valid.
-- From station_day, network (which station counts for which city in which reading), rule_day and indicator.
-- HJ 663-2013: the plain mean of the stations' daily values, when the needed share of the stations is valid. A station belongs to the
-- network of every year in which it reported an hour; reading 'evaluation' leaves control points out, reading 'all' keeps them.
WITH member AS (
  SELECT network.reading, network.place, rule_day.year, station_day.*
  FROM station_day
  JOIN network ON network.station = station_day.station
  JOIN rule_day ON rule_day.day = station_day.day
),
reporting AS (
  SELECT reading, place, year, COUNT(DISTINCT station) AS stations
  FROM member
  GROUP BY reading, place, year
),
city AS (
  SELECT
    reading,
    place,
    year,
    day,
    COUNT(pm25_exact) AS pm25_valid,
    COUNT(pm10_exact) AS pm10_valid,
    COUNT(so2_exact) AS so2_valid,
    COUNT(no2_exact) AS no2_valid,
    COUNT(co_exact) AS co_valid,
    COUNT(o3_exact) AS o3_valid,
    COUNT(o3_hour) AS o3_hour_valid,
    CAST(SUM(pm25_exact) AS DOUBLE) AS pm25_sum,
    CAST(SUM(pm10_exact) AS DOUBLE) AS pm10_sum,
    CAST(SUM(so2_exact) AS DOUBLE) AS so2_sum,
    CAST(SUM(no2_exact) AS DOUBLE) AS no2_sum,
    CAST(SUM(co_exact) AS DOUBLE) AS co_sum,
    CAST(SUM(o3_exact) AS DOUBLE) AS o3_sum,
    CAST(SUM(o3_hour) AS DOUBLE) AS o3_hour_sum
  FROM member
  GROUP BY reading, place, year, day
),
listed AS (
  SELECT
    city.reading,
    city.place,
    city.day,
    indicator.pollutant,
    indicator.averaging,
    reporting.stations,
    rule_day.station_share,
    CASE indicator.name
      WHEN 'pm25' THEN pm25_valid WHEN 'pm10' THEN pm10_valid WHEN 'so2' THEN so2_valid WHEN 'no2' THEN no2_valid
      WHEN 'co' THEN co_valid WHEN 'o3' THEN o3_valid ELSE o3_hour_valid
    END AS valid,
    CASE indicator.name
      WHEN 'pm25' THEN pm25_sum WHEN 'pm10' THEN pm10_sum WHEN 'so2' THEN so2_sum WHEN 'no2' THEN no2_sum
      WHEN 'co' THEN co_sum WHEN 'o3' THEN o3_sum ELSE o3_hour_sum
    END AS total,
    CASE indicator.averaging WHEN 'day' THEN rule_day.hour_share WHEN 'mda8' THEN rule_day.window_share ELSE 1 END AS share
  FROM city
  JOIN reporting ON reporting.reading = city.reading AND reporting.place = city.place AND reporting.year = city.year
  JOIN rule_day ON rule_day.day = city.day
  CROSS JOIN indicator
)
SELECT
  reading,
  place,
  day,
  pollutant,
  averaging,
  valid,
  stations,
  CASE WHEN valid > 0 AND valid >= station_share * stations THEN total / (share * valid) END AS value
FROM listed
