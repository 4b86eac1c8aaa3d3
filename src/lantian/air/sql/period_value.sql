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
    period_day.month_days_needed,
    city_value.pollutant,
    city_value.value
  FROM city_value
  JOIN period_day ON period_day.day = city_value.day
  WHERE city_value.value IS NOT NULL AND city_value.averaging <> 'hour'
),
monthly AS (
  SELECT
    reading,
    place,
    period,
    pollutant,
    month,
    MAX(month_days_needed) AS month_days_needed,
    COUNT(*) AS days,
    SUM(CAST(value AS DECIMAL(18, 12))) AS total
  FROM daily
  GROUP BY reading, place, period, pollutant, month
),
summed AS (
  SELECT
    monthly.reading,
    monthly.place,
    monthly.period,
    monthly.pollutant,
    CAST(SUM(monthly.days) AS BIGINT) AS days,
    CAST(SUM(monthly.total) AS DOUBLE) / SUM(monthly.days) AS mean,
    SUM(CASE WHEN monthly.days >= monthly.month_days_needed THEN 1 ELSE 0 END) AS valid_months,
    MAX(rule_statistic.days_needed) AS days_needed,
    (SUM(monthly.days) - 1) * MAX(rule_statistic.percentile) AS hundredths
  FROM monthly
  JOIN rule_statistic ON rule_statistic.period = monthly.period AND rule_statistic.pollutant = monthly.pollutant
  GROUP BY monthly.reading, monthly.place, monthly.period, monthly.pollutant
),
wanted AS (
  SELECT
    summed.*,
    ROW_NUMBER() OVER (ORDER BY reading, place, period, pollutant) AS series,
    FLOOR(hundredths / 100) + 1 AS low,
    (hundredths - 100 * FLOOR(hundredths / 100)) / 100 AS part
  FROM summed
),
ordered AS (
  SELECT
    wanted.series,
    daily.value,
    ROW_NUMBER() OVER (PARTITION BY wanted.series ORDER BY daily.value) AS position
  FROM daily
  JOIN wanted
    ON wanted.reading = daily.reading
    AND wanted.place = daily.place
    AND wanted.period = daily.period
    AND wanted.pollutant = daily.pollutant
),
placed AS (
  SELECT
    wanted.series,
    MAX(CASE WHEN ordered.position = wanted.low THEN ordered.value END) AS lower_value,
    MAX(CASE WHEN ordered.position = wanted.low + 1 THEN ordered.value END) AS upper_value
  FROM ordered
  JOIN wanted ON wanted.series = ordered.series
  WHERE ordered.position BETWEEN wanted.low AND wanted.low + 1
  GROUP BY wanted.series
)
SELECT
  wanted.reading,
  wanted.place,
  wanted.period,
  wanted.pollutant,
  wanted.days,
  wanted.mean,
  placed.lower_value + COALESCE(placed.upper_value - placed.lower_value, 0) * wanted.part AS percentile,
  wanted.valid_months,
  CASE WHEN wanted.days >= wanted.days_needed AND wanted.valid_months >= asked_period.months_needed THEN 1 ELSE 0 END AS valid
FROM wanted
JOIN placed ON placed.series = wanted.series
JOIN asked_period ON asked_period.period = wanted.period
