-- One row is a month of an outlet and a pollutant among the months asked for, as known at the clock.
SELECT *
FROM outlet_month
WHERE month BETWEEN $first AND $last
ORDER BY month, outlet, pollutant
