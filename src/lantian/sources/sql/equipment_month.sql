-- One row is an outlet, a control and a month: hours in which the unit worked, in which the control ran, did not, by which signs; mean removal and load, electricity.
-- From equipment_hour.
SELECT
  outlet,
  control,
  SUBSTR(CAST(day AS VARCHAR(10)), 1, 7) AS month,
  COUNT(*) AS hours,
  SUM(working) AS working_hours,
  SUM(CASE WHEN running = 1 THEN 1 ELSE 0 END) AS running_hours,
  SUM(CASE WHEN running = 0 THEN 1 ELSE 0 END) AS idle_hours,
  SUM(CASE WHEN sign = 'bypass' THEN 1 ELSE 0 END) AS bypass_hours,
  AVG(CASE WHEN sign = 'removal' THEN removed END) AS removal,
  AVG(CASE WHEN working = 1 THEN load END) AS load,
  SUM(production) AS production,
  SUM(treatment) AS treatment
FROM equipment_hour
GROUP BY outlet, control, SUBSTR(CAST(day AS VARCHAR(10)), 1, 7)
