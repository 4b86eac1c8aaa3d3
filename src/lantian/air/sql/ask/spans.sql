-- The first and last day of each reading.
SELECT reading, MIN(day) AS first_day, MAX(day) AS last_day, COUNT(DISTINCT place) AS places FROM city_index GROUP BY reading ORDER BY reading
