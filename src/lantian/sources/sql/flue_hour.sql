-- One row is an outlet and an hour: what its gas was (oxygen, temperature, gauge pressure, moisture, flow, velocity), NULL where not valid, and NO and NO2 side by side.
-- From role_hour.
SELECT
  outlet,
  time,
  MAX(CASE WHEN role = 'oxygen' THEN value END) AS oxygen,
  MAX(CASE WHEN role = 'temperature' THEN value END) AS temperature,
  MAX(CASE WHEN role = 'pressure' THEN value END) AS pressure,
  MAX(CASE WHEN role = 'moisture' THEN value END) AS moisture,
  MAX(CASE WHEN role = 'flow' THEN value END) AS flow,
  MAX(CASE WHEN role = 'velocity' THEN value END) AS velocity,
  MAX(CASE WHEN role = 'NO' THEN value END) AS no_value,
  MAX(CASE WHEN role = 'NO' THEN state END) AS no_state,
  MAX(CASE WHEN role = 'NO' THEN minutes END) AS no_minutes,
  MAX(CASE WHEN role = 'NO' THEN valid_minutes END) AS no_valid_minutes,
  MAX(CASE WHEN role = 'NO' THEN basis END) AS no_basis,
  MAX(CASE WHEN role = 'NO' THEN day_reports END) AS no_day_reports,
  MAX(CASE WHEN role = 'NO2' THEN value END) AS no2_value
FROM role_hour
WHERE role IN ('oxygen', 'temperature', 'pressure', 'moisture', 'flow', 'velocity', 'NO', 'NO2')
GROUP BY outlet, time
