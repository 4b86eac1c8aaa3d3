-- One row is a run of operating hours of an outlet without a measured mass of a pollutant: its length, the window that its quarter's capture rate allows, the mass that stands in.
-- From stack_hour, outlet_quarter, rule_window (windows by edition, kind of loss, capture band and length) and rule_block (which blocks of valid hours a window touches).
-- HJ 75-2017 tables 6 and 7: the highest valid hourly mass among the window's last valid hours before the failure, or before the last calibration of an analyser
-- out of control. valid_so_far is the number of valid hours before the gap and names it. The capture rate is that of the quarter in which the gap begins.
WITH valid AS (
  SELECT outlet, pollutant, time, mass, valid_so_far AS place, CAST(FLOOR((valid_so_far - 1) / blocks.size) AS BIGINT) AS block
  FROM stack_hour
  CROSS JOIN (SELECT MAX(CAST(size AS DOUBLE)) AS size FROM rule_block) AS blocks
  WHERE lacking = 0 AND state <> 'F'
),
gap AS (
  SELECT outlet, pollutant, valid_so_far, COUNT(*) AS hours, MIN(number) AS begun, MAX(kind) AS kind, MIN(since) AS since
  FROM stack_hour
  WHERE lacking = 1
  GROUP BY outlet, pollutant, valid_so_far
),
controlled AS (
  SELECT gap.outlet, gap.pollutant, gap.valid_so_far, COUNT(*) AS valid_before
  FROM gap
  JOIN valid ON valid.outlet = gap.outlet AND valid.pollutant = gap.pollutant AND valid.time <= gap.since
  GROUP BY gap.outlet, gap.pollutant, gap.valid_so_far
),
windowed AS (
  SELECT
    gap.outlet,
    gap.pollutant,
    gap.valid_so_far,
    gap.hours,
    asked_hour.time AS begun,
    gap.kind,
    outlet_quarter.capture,
    rule_window.window_hours,
    rule_window.method,
    CASE WHEN gap.since IS NULL THEN gap.valid_so_far ELSE COALESCE(controlled.valid_before, 0) END AS last_place
  FROM gap
  JOIN asked_hour ON asked_hour.number = gap.begun
  JOIN rule_hour ON rule_hour.day = asked_hour.day
  LEFT JOIN controlled ON controlled.outlet = gap.outlet AND controlled.pollutant = gap.pollutant AND controlled.valid_so_far = gap.valid_so_far
  LEFT JOIN outlet_quarter
    ON outlet_quarter.outlet = gap.outlet AND outlet_quarter.pollutant = gap.pollutant AND outlet_quarter.quarter = asked_hour.quarter
  LEFT JOIN rule_window
    ON rule_window.edition = rule_hour.edition
    AND rule_window.kind = gap.kind
    AND outlet_quarter.capture >= rule_window.capture_from
    AND (rule_window.capture_below IS NULL OR outlet_quarter.capture < rule_window.capture_below)
    AND gap.hours >= rule_window.hours_from
    AND (rule_window.hours_to IS NULL OR gap.hours <= rule_window.hours_to)
),
looked AS (
  SELECT windowed.outlet, windowed.pollutant, windowed.valid_so_far, MAX(valid.mass) AS mass
  FROM windowed
  JOIN rule_block ON rule_block.window_hours = windowed.window_hours
  JOIN valid
    ON valid.outlet = windowed.outlet
    AND valid.pollutant = windowed.pollutant
    AND valid.block = CAST(FLOOR((windowed.last_place - 1) / CAST(rule_block.size AS DOUBLE)) AS BIGINT) - rule_block.step
  WHERE valid.place > windowed.last_place - windowed.window_hours AND valid.place <= windowed.last_place
  GROUP BY windowed.outlet, windowed.pollutant, windowed.valid_so_far
)
SELECT
  windowed.outlet,
  windowed.pollutant,
  windowed.valid_so_far,
  windowed.begun,
  CAST(windowed.hours AS INT) AS hours,
  windowed.kind,
  windowed.capture,
  windowed.window_hours,
  CASE WHEN looked.mass IS NULL THEN 'missing' ELSE windowed.method END AS method,
  looked.mass
FROM windowed
LEFT JOIN looked ON looked.outlet = windowed.outlet AND looked.pollutant = windowed.pollutant AND looked.valid_so_far = windowed.valid_so_far
