-- One row is an outlet, a pollutant and a day on which it is monitored: the basis of its analysers, the cross-section of its duct, its limit and reference oxygen.
-- From outlet_analyser, role_hour (an analyser that nobody registered counts on the days on which it sent), outlet_unit, rule_limit, rule_role and rule_hour.
WITH based AS (
  SELECT
    outlet_analyser.outlet,
    rule_role.pollutant,
    rule_role.role,
    rule_hour.day,
    MAX(outlet_analyser.basis) AS basis,
    MAX(outlet_analyser.nox_basis) AS nox_basis
  FROM outlet_analyser
  JOIN rule_role ON rule_role.factor = outlet_analyser.factor
  JOIN rule_hour
    ON rule_hour.day >= outlet_analyser.valid_from AND (outlet_analyser.valid_to IS NULL OR rule_hour.day <= outlet_analyser.valid_to)
  GROUP BY outlet_analyser.outlet, rule_role.pollutant, rule_role.role, rule_hour.day
),
paired AS (
  SELECT outlet, pollutant, day FROM based WHERE pollutant IS NOT NULL
  UNION
  SELECT role_hour.outlet, rule_role.pollutant, role_hour.day
  FROM role_hour
  JOIN rule_role ON rule_role.role = role_hour.role
  WHERE rule_role.pollutant IS NOT NULL
),
gas AS (
  SELECT outlet, pollutant, day, MAX(basis) AS basis, MAX(nox_basis) AS nox_basis FROM based WHERE pollutant IS NOT NULL GROUP BY outlet, pollutant, day
),
flow AS (
  SELECT outlet, day, MAX(basis) AS basis FROM based WHERE role = 'flow' GROUP BY outlet, day
),
unit AS (
  SELECT outlet_unit.outlet, rule_hour.day, MAX(outlet_unit.area) AS area, MIN(outlet_unit.commissioned) AS commissioned, MAX(outlet_unit.retired) AS retired
  FROM outlet_unit
  JOIN rule_hour
    ON (outlet_unit.valid_from IS NULL OR rule_hour.day >= outlet_unit.valid_from) AND (outlet_unit.valid_to IS NULL OR rule_hour.day <= outlet_unit.valid_to)
  GROUP BY outlet_unit.outlet, rule_hour.day
),
limited AS (
  SELECT
    rule_limit.outlet,
    rule_limit.pollutant,
    rule_hour.day,
    MIN(rule_limit.limit_value) AS limit_value,
    MAX(rule_limit.reference_oxygen) AS reference_oxygen,
    MIN(rule_limit.item) AS item,
    MAX(rule_limit.provisional) AS provisional
  FROM rule_limit
  JOIN rule_hour ON rule_hour.day >= rule_limit.valid_from AND (rule_limit.valid_to IS NULL OR rule_hour.day <= rule_limit.valid_to)
  GROUP BY rule_limit.outlet, rule_limit.pollutant, rule_hour.day
)
SELECT
  paired.outlet,
  paired.pollutant,
  paired.day,
  COALESCE(gas.basis, 'dry') AS basis,
  COALESCE(gas.nox_basis, 'NO2') AS nox_basis,
  COALESCE(flow.basis, 'actual') AS flow_basis,
  unit.area,
  limited.limit_value,
  limited.reference_oxygen,
  limited.item AS limit_item,
  COALESCE(limited.provisional, 0) AS provisional
FROM paired
LEFT JOIN unit ON unit.outlet = paired.outlet AND unit.day = paired.day
LEFT JOIN gas ON gas.outlet = paired.outlet AND gas.pollutant = paired.pollutant AND gas.day = paired.day
LEFT JOIN flow ON flow.outlet = paired.outlet AND flow.day = paired.day
LEFT JOIN limited ON limited.outlet = paired.outlet AND limited.pollutant = paired.pollutant AND limited.day = paired.day
WHERE (unit.commissioned IS NULL OR paired.day >= unit.commissioned) AND (unit.retired IS NULL OR paired.day < unit.retired)
