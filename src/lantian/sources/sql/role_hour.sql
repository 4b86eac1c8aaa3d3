-- One row is an outlet, a role (pollutant or property of the gas) and an hour: its state and mean, NULL unless valid, and whether minutes or the device's own hour give it.
-- From factor_hour (months may each hold a part of an hour at their border), rule_role (what a factor is) and rule_hour (the numbers of HJ 75 of the day).
-- HJ 75: states of the source from 45 minutes on, then the valid hour from 45 measured minutes on (HJ 212-2017 annex D (24)), then states of the analyser
-- above 15 minutes. Where fewer minutes came in than an hour needs, the hour that the device reported itself stands for them.
WITH whole AS (
  SELECT
    outlet,
    factor,
    time,
    MAX(day) AS day,
    CAST(SUM(minutes) AS INT) AS minutes,
    CAST(SUM(valid_minutes) AS INT) AS valid_minutes,
    SUM(value_sum) AS value_sum,
    SUM(corrected_minutes) AS corrected_minutes,
    SUM(corrected_sum) AS corrected_sum,
    SUM(stopped_minutes) AS stopped_minutes,
    SUM(starting_minutes) AS starting_minutes,
    SUM(shutting_minutes) AS shutting_minutes,
    SUM(calibrated_minutes) AS calibrated_minutes,
    SUM(maintained_minutes) AS maintained_minutes,
    SUM(faulty_minutes) AS faulty_minutes,
    SUM(over_range_minutes) AS over_range_minutes,
    MAX(reported_state) AS reported_state,
    MAX(reported) AS reported,
    MAX(reported_corrected) AS reported_corrected,
    CAST(SUM(day_reports) AS INT) AS day_reports
  FROM factor_hour
  GROUP BY outlet, factor, time
),
judged AS (
  SELECT
    whole.*,
    rule_role.role,
    CASE WHEN minutes < needed_minutes AND reported_state IS NOT NULL THEN 'reported' WHEN minutes > 0 THEN 'minutes' END AS basis,
    CASE
      WHEN minutes < needed_minutes AND reported_state IS NOT NULL THEN reported_state
      WHEN stopped_minutes >= state_minutes THEN 'F'
      WHEN starting_minutes >= state_minutes THEN 'St'
      WHEN shutting_minutes >= state_minutes THEN 'Sd'
      WHEN valid_minutes >= needed_minutes THEN 'N'
      WHEN calibrated_minutes > invalid_minutes THEN 'C'
      WHEN maintained_minutes > invalid_minutes THEN 'M'
      WHEN faulty_minutes > invalid_minutes THEN 'D'
      WHEN over_range_minutes > invalid_minutes THEN 'T'
      ELSE 'Md'
    END AS state,
    needed_minutes
  FROM whole
  JOIN rule_role ON rule_role.factor = whole.factor
  JOIN rule_hour ON rule_hour.day = whole.day
)
SELECT
  outlet,
  role,
  time,
  day,
  minutes,
  valid_minutes,
  state,
  CASE
    WHEN state = 'F' THEN NULL
    WHEN basis = 'reported' THEN reported
    WHEN valid_minutes >= needed_minutes THEN value_sum / valid_minutes
  END AS value,
  CASE
    WHEN state = 'F' THEN NULL
    WHEN basis = 'reported' THEN reported_corrected
    WHEN valid_minutes >= needed_minutes AND corrected_minutes >= needed_minutes THEN corrected_sum / corrected_minutes
  END AS corrected,
  basis,
  day_reports
FROM judged
