-- One row is a month of a control of an outlet among the months asked for; the span only chooses the quarter.
SELECT equipment_month.*, $start AS asked_from, $end AS asked_until
FROM equipment_month
WHERE month BETWEEN $first AND $last
ORDER BY outlet, control, month
