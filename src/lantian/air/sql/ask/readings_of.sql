-- Which readings exist for a place in a span of days, and how many days each has.
SELECT reading, COUNT(*) AS days, MIN(day) AS first_day, MAX(day) AS last_day
FROM city_index
WHERE place = $place AND day BETWEEN $start AND $end
GROUP BY reading
ORDER BY reading
