-- One row is a reading, a city and a period: days with an AQI, days within the standard, heavy days, days at each level.
-- From city_index, period_day and rule_edition. Good days are those at or below the AQI up to which the air is within the standard;
-- the share is of valid days, not of calendar days (HJ 663-2013).
SELECT
  city_index.reading,
  city_index.place,
  period_day.period,
  COUNT(city_index.aqi) AS valid_days,
  COUNT(*) AS reported_days,
  SUM(CASE WHEN city_index.aqi <= rule_edition.good_top THEN 1 ELSE 0 END) AS good_days,
  SUM(CASE WHEN city_index.aqi > rule_edition.heavy_above THEN 1 ELSE 0 END) AS heavy_days,
  SUM(CASE WHEN city_index.level = 1 THEN 1 ELSE 0 END) AS level1_days
FROM city_index
JOIN period_day ON period_day.day = city_index.day
JOIN rule_edition ON rule_edition.edition = city_index.edition
GROUP BY city_index.reading, city_index.place, period_day.period
