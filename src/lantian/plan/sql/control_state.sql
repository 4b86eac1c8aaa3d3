-- One row is a unit and a control that stands installed on the asked day by the newest report of it.
-- From controls (reports known at the clock) and asked_day.
SELECT unit, control, installed
FROM (
  SELECT controls.*, asked_day.asked, ROW_NUMBER() OVER (PARTITION BY unit, control ORDER BY controls.day DESC) AS newest
  FROM controls
  CROSS JOIN asked_day
  WHERE controls.day <= asked_day.asked
) AS reports
WHERE newest = 1 AND installed <= asked AND (removed IS NULL OR removed > asked)
