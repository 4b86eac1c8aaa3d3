-- One row is an outlet, a role (pollutant or property of the gas) and an hour: its state and mean, NULL unless valid, and whether minutes or the device's own hour give it.
-- From factor_hour (of the hours around midnight of a month's first day each month may hold a part), rule_role (what a factor is) and rule_hour (the numbers of HJ 75 of the day).
-- HJ 75: states of the source from 45 minutes on, then the valid hour from 45 measured minutes on (HJ 212-2017 annex D (24)), then states of the analyser
-- above 15 minutes. Where fewer minutes came in than an hour needs, the hour that the device reported itself stands for them.
WITH border AS (
  SELECT factor_hour.*, CASE WHEN EXTRACT(DAY FROM time) = 1 AND EXTRACT(HOUR FROM time) <= 1 THEN 1 ELSE 0 END AS parted
  FROM factor_hour
),
whole AS (
  SELECT
    outlet,
    factor,
    time,
    day,
    minutes,
    valid_minutes,
    value_sum,
    corrected_minutes,
    corrected_sum,
    stopped_minutes,
    starting_minutes,
    shutting_minutes,
    calibrated_minutes,
    maintained_minutes,
    faulty_minutes,
    over_range_minutes,
    reported_state,
    reported,
    reported_corrected,
    day_reports
  FROM border
  WHERE parted = 0
  UNION ALL
  SELECT
    outlet,
    factor,
    time,
    MAX(day) AS day,
    CAST(SUM(minutes) AS INT) AS minutes,
    CAST(SUM(valid_minutes) AS INT) AS valid_minutes,
    SUM(value_sum) AS value_sum,
    CAST(SUM(corrected_minutes) AS INT) AS corrected_minutes,
    SUM(corrected_sum) AS corrected_sum,
    CAST(SUM(stopped_minutes) AS INT) AS stopped_minutes,
    CAST(SUM(starting_minutes) AS INT) AS starting_minutes,
    CAST(SUM(shutting_minutes) AS INT) AS shutting_minutes,
    CAST(SUM(calibrated_minutes) AS INT) AS calibrated_minutes,
    CAST(SUM(maintained_minutes) AS INT) AS maintained_minutes,
    CAST(SUM(faulty_minutes) AS INT) AS faulty_minutes,
    CAST(SUM(over_range_minutes) AS INT) AS over_range_minutes,
    MAX(reported_state) AS reported_state,
    MAX(reported) AS reported,
    MAX(reported_corrected) AS reported_corrected,
    CAST(SUM(day_reports) AS INT) AS day_reports
  FROM border
  WHERE parted = 1
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
