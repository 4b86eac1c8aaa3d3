-- One row is a reading, a city, a period and a pollutant: mean, percentile and the days behind them.
-- From city_value, period_day (which day belongs to which asked period and month) and rule_statistic (which percentile, how many days).
-- HJ 663-2013 A.6: position k = 1 + (n - 1) p / 100 in ascending order, interpolated. A year is valid with enough days in it and in each of
-- its months (GB 3095 table 4). The mean is a sum of decimals, so it does not depend on the order of the rows.
WITH daily AS (
  SELECT
    city_value.reading,
    city_value.place,
    period_day.period,
    period_day.month,
    city_value.pollutant,
    city_value.value,
    rule_statistic.percentile,
    rule_statistic.days_needed,
    period_day.month_days_needed
  FROM city_value
  JOIN period_day ON period_day.day = city_value.day
  JOIN rule_statistic ON rule_statistic.period = period_day.period AND rule_statistic.pollutant = city_value.pollutant
  WHERE city_value.value IS NOT NULL AND city_value.averaging <> 'hour'
),
months AS (
  SELECT
    reading,
    place,
    period,
    pollutant,
    SUM(CASE WHEN days >= month_days_needed THEN 1 ELSE 0 END) AS valid_months
  FROM (
    SELECT reading, place, period, pollutant, month, month_days_needed, COUNT(*) AS days
    FROM daily
    GROUP BY reading, place, period, pollutant, month, month_days_needed
  ) AS monthly
  GROUP BY reading, place, period, pollutant
),
ordered AS (
  SELECT
    reading,
    place,
    period,
    pollutant,
    value,
    days_needed,
    ROW_NUMBER() OVER (PARTITION BY reading, place, period, pollutant ORDER BY value) AS position,
    (COUNT(*) OVER (PARTITION BY reading, place, period, pollutant) - 1) * percentile AS hundredths
  FROM daily
),
positioned AS (
  SELECT
    ordered.*,
    FLOOR(hundredths / 100) + 1 AS low,
    (hundredths - 100 * FLOOR(hundredths / 100)) / 100 AS part
  FROM ordered
),
summed AS (
  SELECT
    reading,
    place,
    period,
    pollutant,
    COUNT(*) AS days,
    CAST(SUM(CAST(value AS DECIMAL(18, 12))) AS DOUBLE) / COUNT(*) AS mean,
    MAX(CASE WHEN position = low THEN value END) AS lower_value,
    MAX(CASE WHEN position = low + 1 THEN value END) AS upper_value,
    MAX(part) AS part,
    MAX(days_needed) AS days_needed
  FROM positioned
  GROUP BY reading, place, period, pollutant
)
SELECT
  summed.reading,
  summed.place,
  summed.period,
  summed.pollutant,
  summed.days,
  summed.mean,
  summed.lower_value + COALESCE(summed.upper_value - summed.lower_value, 0) * summed.part AS percentile,
  months.valid_months,
  CASE WHEN summed.days >= summed.days_needed AND months.valid_months >= asked_period.months_needed THEN 1 ELSE 0 END AS valid
FROM summed
JOIN months
  ON months.reading = summed.reading
  AND months.place = summed.place
  AND months.period = summed.period
  AND months.pollutant = summed.pollutant
JOIN asked_period ON asked_period.period = summed.period
