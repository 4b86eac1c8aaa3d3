-- The statistics of one place, reading and period by pollutant.
SELECT * FROM period_index
WHERE reading = $reading AND place = $place AND period = $period
ORDER BY pollutant
