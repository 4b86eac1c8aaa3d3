-- One row is a month of a control of an outlet among the months asked for.
SELECT *
FROM equipment_month
WHERE month BETWEEN $first AND $last
ORDER BY outlet, control, month
