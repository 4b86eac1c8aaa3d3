-- One row is a unit as its newest report describes it, with how long it has run and been retired on the asked day, and whether it is simulated.
-- From units (reports known at the clock), simulated_unit (units that another register calls simulated) and asked_day, which says whether simulated ones count.
SELECT unit, place, kind, capacity, approved, commissioned, retired, attributes, day, simulated,
  CASE WHEN (commissioned IS NULL OR commissioned <= asked) AND (retired IS NULL OR retired > asked) THEN 1 ELSE 0 END AS in_service
FROM (
  SELECT
    units.*,
    asked_day.asked,
    asked_day.with_simulated,
    CASE WHEN simulated_unit.unit IS NOT NULL OR units.attributes LIKE '%;simulated=true;%' THEN 1 ELSE 0 END AS simulated,
    ROW_NUMBER() OVER (PARTITION BY units.unit ORDER BY units.day DESC) AS newest
  FROM units
  CROSS JOIN asked_day
  LEFT JOIN simulated_unit ON simulated_unit.unit = units.unit
  WHERE units.day <= asked_day.asked
) AS reports
WHERE newest = 1 AND (simulated = 0 OR with_simulated = 1)
