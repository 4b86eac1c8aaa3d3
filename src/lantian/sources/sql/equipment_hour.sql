-- One row is an outlet, a control (fgd, denox, dedust) and an hour: whether the unit worked, whether the control ran (1, 0, NULL: cannot be told) and by which sign.
-- From outlet_hour, process_hour, rule_equipment (the numbers, one row) and rule_control (control, its pollutant, least removal).
WITH hours AS (
  SELECT
    rule_control.control,
    rule_control.least,
    rule_equipment.bypass_open,
    rule_equipment.load_least,
    rule_equipment.rate_most,
    outlet_hour.outlet,
    outlet_hour.time,
    outlet_hour.day,
    outlet_hour.state,
    outlet_hour.concentration,
    process_hour.load,
    process_hour.production,
    process_hour.treatment,
    CASE rule_control.control WHEN 'fgd' THEN process_hour.bypass WHEN 'denox' THEN process_hour.denox_bypass END AS bypass,
    CASE rule_control.control WHEN 'fgd' THEN process_hour.pump WHEN 'denox' THEN process_hour.ammonia END AS agent,
    CASE WHEN rule_control.control = 'fgd'
      THEN COALESCE(process_hour.rate, CASE WHEN process_hour.rate_or_inlet <= rule_equipment.rate_most THEN process_hour.rate_or_inlet END)
    END AS sent,
    CASE rule_control.control
      WHEN 'fgd' THEN CASE WHEN process_hour.rate_or_inlet > rule_equipment.rate_most THEN process_hour.rate_or_inlet END
      WHEN 'denox' THEN process_hour.inlet_nox
      ELSE process_hour.inlet_pm
    END AS inlet,
    COALESCE(CASE rule_control.control WHEN 'fgd' THEN process_hour.outlet_so2 WHEN 'denox' THEN process_hour.outlet_nox END, outlet_hour.concentration) AS passed
  FROM outlet_hour
  CROSS JOIN rule_equipment
  JOIN rule_control ON rule_control.pollutant = outlet_hour.pollutant
  LEFT JOIN process_hour ON process_hour.outlet = outlet_hour.outlet AND process_hour.time = outlet_hour.time
),
signs AS (
  SELECT
    hours.*,
    CASE WHEN state = 'F' OR load < load_least THEN 0 ELSE 1 END AS working,
    COALESCE(sent, CASE WHEN inlet > 0 THEN 1e2 * (1 - passed / inlet) END) AS removed
  FROM hours
),
told AS (
  SELECT
    signs.*,
    CASE
      WHEN working = 0 THEN 'stopped'
      WHEN bypass > bypass_open THEN 'bypass'
      WHEN agent <= 0 THEN 'idle'
      WHEN treatment <= 0 AND (load IS NOT NULL OR production > 0) THEN 'electricity'
      WHEN removed IS NULL THEN 'unknown'
      ELSE 'removal'
    END AS sign
  FROM signs
)
SELECT
  outlet,
  control,
  time,
  day,
  working,
  CASE WHEN sign IN ('bypass', 'idle', 'electricity') THEN 0 WHEN sign = 'removal' THEN CASE WHEN removed >= least THEN 1 ELSE 0 END END AS running,
  sign,
  removed,
  load,
  production,
  treatment
FROM told
