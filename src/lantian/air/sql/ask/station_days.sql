-- The stations of a city on one day, with their valid hours and exact daily numerators.
SELECT station_day.* FROM station_day
WHERE station_day.station IN (SELECT UNNEST($stations)) AND station_day.day BETWEEN $start AND $end
ORDER BY station_day.station, station_day.day
