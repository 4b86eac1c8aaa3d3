-- The stations that reported an hour in a year.
SELECT DISTINCT station FROM station_day WHERE station IN (SELECT UNNEST($stations)) AND year(day) = $year ORDER BY station
