-- One row is a month of an outlet: hours and days expected, received and valid, and their rates.
SELECT *
FROM outlet_transmission
WHERE outlet = $outlet AND period = $month
