-- One row is a unit as its newest report describes it, with how long it has run and been retired on the asked day.
-- From units (reports known at the clock) and asked_day.
SELECT unit, place, kind, capacity, approved, commissioned, retired, attributes, day,
  CASE WHEN (commissioned IS NULL OR commissioned <= asked) AND (retired IS NULL OR retired > asked) THEN 1 ELSE 0 END AS in_service
FROM (
  SELECT units.*, asked_day.asked, ROW_NUMBER() OVER (PARTITION BY unit ORDER BY units.day DESC) AS newest
  FROM units
  CROSS JOIN asked_day
  WHERE units.day <= asked_day.asked
) AS reports
WHERE newest = 1
