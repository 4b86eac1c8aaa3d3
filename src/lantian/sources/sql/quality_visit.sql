-- One row is a visit after which a pollutant's level differs from that before it as it seldom does at any other hour of the outlet (VISIT-A).
-- From site_visits, quality_series and rule_quality; levels are means of the normal hours within the window before arrival and after departure.
WITH hours AS (
  SELECT outlet, factor, time, mean, n
  FROM quality_series
  WHERE usable = 1 AND pollutant IS NOT NULL
),
visits AS (
  SELECT
    outlet,
    time AS arrived,
    COALESCE(until, time) AS left_at,
    CAST(date_trunc('hour', COALESCE(until, time)) AS TIMESTAMP) + INTERVAL '1' HOUR AS hour
  FROM site_visits
),
before AS (
  SELECT visits.outlet, hours.factor, visits.arrived, MAX(visits.hour) AS hour, AVG(hours.mean) AS level, COUNT(*) AS hours
  FROM visits
  CROSS JOIN rule_quality
  JOIN hours ON hours.outlet = visits.outlet AND hours.time <= visits.arrived AND hours.time > visits.arrived - INTERVAL '1' HOUR * visit_a_window
  GROUP BY visits.outlet, hours.factor, visits.arrived
),
after AS (
  SELECT visits.outlet, hours.factor, visits.arrived, AVG(hours.mean) AS level, COUNT(*) AS hours, SUM(hours.n) AS n
  FROM visits
  CROSS JOIN rule_quality
  JOIN hours ON hours.outlet = visits.outlet AND hours.time - INTERVAL '1' HOUR >= visits.left_at AND hours.time - INTERVAL '1' HOUR < visits.left_at + INTERVAL '1' HOUR * visit_a_window
  GROUP BY visits.outlet, hours.factor, visits.arrived
),
steps AS (
  SELECT before.outlet, before.factor, before.arrived, before.hour, before.level AS before, after.level AS after, after.n, ABS(after.level - before.level) AS size
  FROM before
  JOIN after ON after.outlet = before.outlet AND after.factor = before.factor AND after.arrived = before.arrived
  CROSS JOIN rule_quality
  WHERE before.hours >= visit_a_hours AND after.hours >= visit_a_hours AND ABS(after.level - before.level) >= visit_a_share * before.level
),
ordinary AS (
  SELECT
    outlet,
    factor,
    ABS(
      AVG(mean) OVER (PARTITION BY outlet, factor ORDER BY time ROWS BETWEEN CURRENT ROW AND 11 FOLLOWING)
      - AVG(mean) OVER (PARTITION BY outlet, factor ORDER BY time ROWS BETWEEN 12 PRECEDING AND 1 PRECEDING)
    ) AS size
  FROM hours
),
ranked AS (
  SELECT
    steps.outlet, steps.factor, steps.arrived, steps.hour, steps.before, steps.after, steps.n,
    SUM(CASE WHEN ordinary.size >= steps.size THEN 1 ELSE 0 END) / CAST(COUNT(*) AS DOUBLE) AS rarity,
    COUNT(*) AS known
  FROM steps
  JOIN ordinary ON ordinary.outlet = steps.outlet AND ordinary.factor = steps.factor
  WHERE ordinary.size IS NOT NULL
  GROUP BY steps.outlet, steps.factor, steps.arrived, steps.hour, steps.before, steps.after, steps.n
)
SELECT 'VISIT-A' AS code, outlet, '' AS device, factor, hour AS first_hour, hour AS last_hour, 1 AS hours, after AS value, before AS expected, rarity AS share, CAST(n AS INTEGER) AS readings
FROM ranked
CROSS JOIN rule_quality
WHERE rarity <= visit_a_rare AND known >= all_usual_hours
