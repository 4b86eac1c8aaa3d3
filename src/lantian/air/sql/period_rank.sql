-- One row is a reading, a city set, a city and a period: composite index, its rank in the set, attainment of all pollutants.
-- From period_index, ranked_city (the sets) and asked_period. Ranking rule: ascending, judged at the printed decimals, ties share a rank.
WITH composite AS (
  SELECT
    reading,
    place,
    period,
    COUNT(*) AS pollutants,
    MIN(valid) AS valid,
    MIN(attains) AS attains,
    SUM(CAST(weight * single_index AS DECIMAL(18, 10))) AS composite_exact,
    MAX(single_index) AS top_index
  FROM period_index
  GROUP BY reading, place, period
),
printed AS (
  SELECT
    composite.*,
    ranked_city.city_set,
    CAST(composite_exact AS DOUBLE) AS composite_index,
    half_even0(CAST(composite_exact AS DOUBLE) * asked_period.index_scale) / asked_period.index_scale AS printed_index
  FROM composite
  JOIN ranked_city ON ranked_city.place = composite.place
  JOIN asked_period ON asked_period.period = composite.period
  WHERE composite.pollutants = asked_period.pollutants
)
SELECT
  reading,
  city_set,
  place,
  period,
  composite_index,
  printed_index,
  top_index,
  attains,
  valid,
  RANK() OVER (PARTITION BY reading, city_set, period ORDER BY printed_index) AS place_rank
FROM printed
