-- The days of one place in one reading, in order.
SELECT * FROM city_index
WHERE reading = $reading AND place = $place AND day BETWEEN $start AND $end
ORDER BY day
