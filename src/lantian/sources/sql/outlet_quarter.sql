-- One row is an outlet, a pollutant and a quarter: its hours, those in which the source stood still, those without valid data, and the capture rate (NULL where it never ran).
-- From stack_hour. HJ 75-2017: (hours - invalid - stopped) / (hours - stopped); start-up, shut-down and banked fire count as running. The quarter's hours up to
-- the clock, and from the first hour of the look-back, count.
SELECT
  outlet,
  pollutant,
  quarter,
  CAST(COUNT(*) AS INT) AS hours,
  CAST(SUM(CASE WHEN state = 'F' THEN 1 ELSE 0 END) AS INT) AS stopped_hours,
  CAST(SUM(CASE WHEN state <> 'F' AND captured = 0 THEN 1 ELSE 0 END) AS INT) AS invalid_hours,
  CAST(SUM(captured) AS DOUBLE) / NULLIF(SUM(CASE WHEN state <> 'F' THEN 1 ELSE 0 END), 0) AS capture
FROM stack_hour
GROUP BY outlet, pollutant, quarter
