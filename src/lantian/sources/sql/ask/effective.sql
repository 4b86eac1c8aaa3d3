-- One row is an outlet and its effective rate of transmission in a month.
SELECT outlet, effective
FROM outlet_transmission
WHERE period = $month
ORDER BY outlet
