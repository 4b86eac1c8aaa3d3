-- One row is an hour of an outlet and a pollutant in the span, the oldest first.
SELECT *
FROM outlet_hour
WHERE outlet = $outlet AND pollutant = $pollutant AND time > $start AND time <= $end
ORDER BY time
