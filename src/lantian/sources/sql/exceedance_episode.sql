-- One row is a run of exceeding hours of an outlet and a pollutant that ends in the period: its first and last hour, how many exceed, the highest, unknown hours inside.
-- From stack_hour and rule_hour. An hour known to be within its limit, or a stop, ends a run; up to bridged_hours unknown hours in a row neither end it nor count.
-- mass is what was measured in the exceeding hours.
WITH hours AS (
  SELECT
    stack_hour.*,
    rule_hour.bridged_hours,
    SUM(CASE WHEN exceeds = 0 OR state = 'F' THEN 1 ELSE 0 END)
      OVER (PARTITION BY outlet, pollutant ORDER BY number ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS endings
  FROM stack_hour
  JOIN rule_hour ON rule_hour.day = stack_hour.day
),
above AS (
  SELECT
    hours.*,
    LAG(number) OVER (PARTITION BY outlet, pollutant ORDER BY number) AS before,
    LAG(endings) OVER (PARTITION BY outlet, pollutant ORDER BY number) AS endings_before
  FROM hours
  WHERE exceeds = 1
),
numbered AS (
  SELECT
    above.*,
    SUM(CASE WHEN before IS NULL OR endings > endings_before OR number - before - 1 > bridged_hours THEN 1 ELSE 0 END)
      OVER (PARTITION BY outlet, pollutant ORDER BY number ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS run
  FROM above
),
ranked AS (
  SELECT numbered.*, ROW_NUMBER() OVER (PARTITION BY outlet, pollutant, run ORDER BY corrected DESC, number) AS place
  FROM numbered
)
SELECT
  outlet,
  pollutant,
  MIN(time) AS start,
  MAX(time) AS finish,
  CAST(COUNT(*) AS INT) AS hours,
  MAX(corrected) AS peak,
  MAX(CASE WHEN place = 1 THEN time END) AS peak_time,
  MAX(CASE WHEN place = 1 THEN limit_value END) AS limit_value,
  MAX(CASE WHEN place = 1 THEN multiple END) AS multiple,
  MAX(provisional) AS provisional,
  CAST(MAX(number) - MIN(number) + 1 - COUNT(*) AS INT) AS unknown_hours,
  CAST(SUM(CAST(mass AS DECIMAL(38, 6))) AS DOUBLE) AS mass
FROM ranked
GROUP BY outlet, pollutant, run
HAVING MAX(asked) = 1
