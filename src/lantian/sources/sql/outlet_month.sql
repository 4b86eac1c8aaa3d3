-- One row is an outlet, a pollutant and a month of the period: its hours by kind, mean of the valid hours, mass measured and substituted; complete where no hour lacks a mass.
-- From outlet_hour and asked_hour. Mass is NULL only where no hour has one; a month whose missing hours are not zero is a lower bound.
SELECT
  outlet_hour.outlet,
  outlet_hour.pollutant,
  asked_hour.month,
  CAST(COUNT(*) AS INT) AS hours,
  CAST(SUM(CASE WHEN method = 'stopped' THEN 0 ELSE 1 END) AS INT) AS operating_hours,
  CAST(COUNT(corrected) AS INT) AS valid_hours,
  CAST(SUM(CASE WHEN method = 'missing' THEN 1 ELSE 0 END) AS INT) AS missing_hours,
  CAST(SUM(COALESCE(exceeds, 0)) AS INT) AS exceeding_hours,
  CAST(SUM(CAST(corrected AS DECIMAL(28, 6))) AS DOUBLE) / NULLIF(COUNT(corrected), 0) AS mean,
  MAX(corrected) AS highest,
  CAST(SUM(CAST(mass AS DECIMAL(38, 6))) AS DOUBLE) AS mass,
  CAST(SUM(CASE WHEN method LIKE 'substituted%' THEN NULL ELSE CAST(mass AS DECIMAL(38, 6)) END) AS DOUBLE) AS measured_mass,
  COALESCE(CAST(SUM(CASE WHEN method LIKE 'substituted%' THEN CAST(mass AS DECIMAL(38, 6)) END) AS DOUBLE), 0e0) AS substituted_mass,
  CASE WHEN SUM(CASE WHEN method = 'missing' THEN 1 ELSE 0 END) = 0 THEN 1 ELSE 0 END AS complete
FROM outlet_hour
JOIN asked_hour ON asked_hour.time = outlet_hour.time
GROUP BY outlet_hour.outlet, outlet_hour.pollutant, asked_hour.month
