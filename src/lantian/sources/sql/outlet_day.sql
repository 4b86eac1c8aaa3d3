-- One row is an outlet, a pollutant and a day of the period: its hours by kind, mean and highest corrected concentration, mass measured and substituted.
-- From outlet_hour and rule_hour. A day is valid with HJ 75's share of its operating hours, or with HJ 212's fixed number where that reading is chosen.
WITH days AS (
  SELECT
    outlet_hour.outlet,
    outlet_hour.pollutant,
    outlet_hour.day,
    COUNT(*) AS hours,
    SUM(CASE WHEN outlet_hour.method = 'stopped' THEN 0 ELSE 1 END) AS operating_hours,
    COUNT(outlet_hour.corrected) AS valid_hours,
    SUM(CASE WHEN outlet_hour.method = 'missing' THEN 1 ELSE 0 END) AS missing_hours,
    SUM(COALESCE(outlet_hour.exceeds, 0)) AS exceeding_hours,
    CAST(SUM(CAST(outlet_hour.corrected AS DECIMAL(28, 6))) AS DOUBLE) / NULLIF(COUNT(outlet_hour.corrected), 0) AS mean,
    MAX(outlet_hour.corrected) AS highest,
    CAST(SUM(CAST(outlet_hour.mass AS DECIMAL(38, 6))) AS DOUBLE) AS mass,
    CAST(SUM(CASE WHEN outlet_hour.method LIKE 'substituted%' THEN NULL ELSE CAST(outlet_hour.mass AS DECIMAL(38, 6)) END) AS DOUBLE) AS measured_mass,
    CAST(SUM(CASE WHEN outlet_hour.method LIKE 'substituted%' THEN CAST(outlet_hour.mass AS DECIMAL(38, 6)) END) AS DOUBLE) AS substituted_mass,
    MAX(rule_hour.day_hours) AS day_hours,
    MAX(rule_hour.day_share) AS day_share
  FROM outlet_hour
  JOIN rule_hour ON rule_hour.day = outlet_hour.day
  GROUP BY outlet_hour.outlet, outlet_hour.pollutant, outlet_hour.day
)
SELECT
  outlet,
  pollutant,
  day,
  CAST(hours AS INT) AS hours,
  CAST(operating_hours AS INT) AS operating_hours,
  CAST(valid_hours AS INT) AS valid_hours,
  CAST(missing_hours AS INT) AS missing_hours,
  CAST(exceeding_hours AS INT) AS exceeding_hours,
  mean,
  highest,
  mass,
  measured_mass,
  COALESCE(substituted_mass, 0e0) AS substituted_mass,
  CASE WHEN valid_hours > 0 AND valid_hours >= COALESCE(day_hours, day_share * operating_hours) THEN 1 ELSE 0 END AS valid
FROM days
