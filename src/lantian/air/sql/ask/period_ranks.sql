-- The ranked cities of a set in one reading and period, with their single indices.
SELECT
  period_rank.*,
  period_index.pollutant,
  period_index.mean,
  period_index.percentile,
  period_index.single_index,
  period_index.days
FROM period_rank
JOIN period_index
  ON period_index.reading = period_rank.reading
  AND period_index.place = period_rank.place
  AND period_index.period = period_rank.period
WHERE period_rank.reading = $reading AND period_rank.city_set = $city_set AND period_rank.period = $period
ORDER BY period_rank.place_rank, period_rank.place, period_index.pollutant
