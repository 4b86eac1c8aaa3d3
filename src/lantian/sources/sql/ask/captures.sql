-- One row is a quarter of an outlet and a pollutant: its hours and the capture rate.
SELECT *
FROM outlet_quarter
WHERE outlet = $outlet AND quarter = $quarter
ORDER BY pollutant
