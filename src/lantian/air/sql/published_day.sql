-- One row is a city, a day and an indicator as the city's daily report gave it (reading 'published'); O3 is the MDA8.
-- From air_city_daily (the newest revision of every day), rule_day and indicator. Nothing is known of the stations behind the values.
WITH listed AS (
  SELECT
    air_city_daily.place,
    air_city_daily.day,
    indicator.pollutant,
    indicator.averaging,
    CAST(
      CASE indicator.name
        WHEN 'pm25' THEN pm25 WHEN 'pm10' THEN pm10 WHEN 'so2' THEN so2 WHEN 'no2' THEN no2 WHEN 'co' THEN co WHEN 'o3' THEN o3
      END AS DOUBLE
    ) AS value
  FROM air_city_daily
  JOIN rule_day ON rule_day.day = air_city_daily.day
  CROSS JOIN indicator
  WHERE indicator.averaging <> 'hour'
)
SELECT
  'published' AS reading,
  place,
  day,
  pollutant,
  averaging,
  CAST(NULL AS BIGINT) AS valid,
  CAST(NULL AS BIGINT) AS stations,
  value
FROM listed
