-- One row is an outlet and a pollutant: the newest hour in the span in which anything came in, or in which the outlet stood still.
SELECT * EXCLUDE (newest)
FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY outlet, pollutant ORDER BY time DESC) AS newest
  FROM outlet_hour
  WHERE time > $start AND time <= $end AND (basis IS NOT NULL OR method = 'stopped')
)
WHERE newest = 1
