-- One row is an hour of a stretch whose mean, extremes and number of readings equal those of an earlier stretch, hour by hour (REPEAT-A); value is how many hours earlier.
-- From quality_series, rule_factor and rule_quality.
WITH hours AS (
  SELECT quality_series.*, CAST(ROUND(mean * 10000) AS BIGINT) AS level
  FROM quality_series
  WHERE usable = 1 AND kinds > 1 AND pollutant IS NOT NULL
),
pairs AS (
  SELECT
    later.outlet,
    later.factor,
    later.time,
    later.n,
    EXTRACT(DAY FROM (later.time - earlier.time)) * 24 + EXTRACT(HOUR FROM (later.time - earlier.time)) AS behind
  FROM hours AS later
  JOIN hours AS earlier ON earlier.outlet = later.outlet AND earlier.factor = later.factor AND earlier.level = later.level
    AND earlier.n = later.n AND earlier.lowest = later.lowest AND earlier.highest = later.highest
  WHERE earlier.time < later.time
),
places AS (
  SELECT
    pairs.*,
    time - INTERVAL '1' HOUR * CAST(ROW_NUMBER() OVER (PARTITION BY outlet, factor, behind ORDER BY time) AS INTEGER) AS stretch
  FROM pairs
),
stretches AS (
  SELECT places.*, COUNT(*) OVER (PARTITION BY outlet, factor, behind, stretch) AS long
  FROM places
)
SELECT
  'REPEAT-A' AS code,
  outlet,
  '' AS device,
  factor,
  time AS first_hour,
  time AS last_hour,
  1 AS hours,
  CAST(MIN(behind) AS DOUBLE) AS value,
  CAST(NULL AS DOUBLE) AS expected,
  1e0 AS share,
  MAX(n) AS readings
FROM stretches
CROSS JOIN rule_quality
WHERE long >= repeat_a_least_hours
GROUP BY outlet, factor, time
