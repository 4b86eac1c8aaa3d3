-- One row is an hour of an outlet's factor whose readings stand still (FLAT-A, FLAT-B), heap at their top (LIMIT-B), stand at the range's top (RANGE-A) or hardly vary (COLLAPSE-A).
-- From quality_series, quality_usual, outlet_analyser, rule_factor (whether a factor moves by nature) and rule_quality.
WITH hours AS (
  SELECT
    quality_series.*,
    rule_factor.moves,
    quality_usual.level AS usual_level,
    quality_usual.spread AS usual_spread,
    outlet_analyser.range_top,
    CASE WHEN LAG(quality_series.time) OVER same = quality_series.time - INTERVAL '1' HOUR THEN LAG(quality_series.mean) OVER same END AS before,
    CASE WHEN LEAD(quality_series.time) OVER same = quality_series.time + INTERVAL '1' HOUR THEN LEAD(quality_series.mean) OVER same END AS after
  FROM quality_series
  JOIN rule_factor ON rule_factor.factor = quality_series.factor
  LEFT JOIN quality_usual ON quality_usual.outlet = quality_series.outlet AND quality_usual.factor = quality_series.factor
  LEFT JOIN outlet_analyser ON outlet_analyser.outlet = quality_series.outlet AND outlet_analyser.factor = quality_series.factor
    AND quality_series.day >= outlet_analyser.valid_from AND (outlet_analyser.valid_to IS NULL OR quality_series.day <= outlet_analyser.valid_to)
  WHERE quality_series.usable = 1 AND rule_factor.moves = 1
  WINDOW same AS (PARTITION BY quality_series.outlet, quality_series.factor ORDER BY quality_series.time)
),
found AS (
  SELECT 'FLAT-A' AS code, hours.*, mean AS value, usual_spread AS expected, 1e0 AS share
  FROM hours CROSS JOIN rule_quality
  WHERE minutes >= flat_a_minutes AND n >= flat_a_readings AND kinds = 1
  UNION ALL
  SELECT 'FLAT-B' AS code, hours.*, mean AS value, usual_level AS expected, 1e0 AS share
  FROM hours
  WHERE n = 1 AND (mean = before OR mean = after)
  UNION ALL
  SELECT 'LIMIT-B' AS code, hours.*, highest AS value, mean AS expected, at_top / CAST(n AS DOUBLE) AS share
  FROM hours CROSS JOIN rule_quality
  WHERE pollutant IS NOT NULL AND n >= limit_b_readings AND kinds >= limit_b_kinds AND at_top >= limit_b_share * n
    AND (range_top IS NULL OR highest < range_top * (1 - range_a_near))
  UNION ALL
  SELECT 'RANGE-A' AS code, hours.*, highest AS value, range_top AS expected, at_top / CAST(n AS DOUBLE) AS share
  FROM hours CROSS JOIN rule_quality
  WHERE minutes >= range_a_minutes AND n >= range_a_readings AND highest >= range_top * (1 - range_a_near) AND at_top >= range_a_share * n
  UNION ALL
  SELECT 'COLLAPSE-A' AS code, hours.*, spread AS value, usual_spread AS expected, spread / usual_spread AS share
  FROM hours CROSS JOIN rule_quality
  WHERE minutes >= collapse_a_minutes AND n >= collapse_a_readings AND kinds > 1 AND usual_spread > 0 AND spread < collapse_a_ratio * usual_spread
    AND (range_top IS NULL OR spread < collapse_a_of_range * range_top)
    AND spread * usual_level < collapse_a_ratio * usual_spread * mean
)
SELECT code, outlet, '' AS device, factor, time AS first_hour, time AS last_hour, 1 AS hours, value, expected, share, n AS readings
FROM found
