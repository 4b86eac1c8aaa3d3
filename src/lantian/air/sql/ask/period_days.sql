-- The counts of days of one place, reading and period.
SELECT * FROM period_days WHERE reading = $reading AND place = $place AND period = $period
