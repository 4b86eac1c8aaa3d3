-- One row is an indicator and a unit that it speaks of: in service or not, added since the duty began or not, fully equipped or not.
-- From unit_state, control_state and the plan as tables: indicator_kind (indicator, kind of unit, bounds of capacity, day the duty began, which event adds a unit, how many
-- controls it asks for), indicator_condition (an attribute that must stand in the unit's, or must not) and indicator_control.
WITH fitting AS (
  SELECT
    indicator_kind.indicator,
    unit_state.unit,
    unit_state.place,
    unit_state.capacity,
    unit_state.in_service,
    unit_state.simulated,
    indicator_kind.controls_needed,
    CASE
      WHEN indicator_kind.event = 'approval' AND unit_state.approved >= indicator_kind.starts THEN 1
      WHEN indicator_kind.event IN ('construction_start', 'commissioning') AND unit_state.commissioned >= indicator_kind.starts THEN 1
      WHEN indicator_kind.event = 'approval_or_commissioning' AND COALESCE(unit_state.approved, unit_state.commissioned) >= indicator_kind.starts THEN 1
      ELSE 0
    END AS is_added,
    unit_state.attributes
  FROM unit_state
  JOIN indicator_kind ON indicator_kind.kind = unit_state.kind
  WHERE (indicator_kind.at_least IS NULL OR unit_state.capacity >= indicator_kind.at_least)
    AND (indicator_kind.at_most IS NULL OR unit_state.capacity <= indicator_kind.at_most)
    AND (indicator_kind.above IS NULL OR unit_state.capacity > indicator_kind.above)
    AND (indicator_kind.below IS NULL OR unit_state.capacity < indicator_kind.below)
),
failed AS (
  SELECT fitting.indicator, fitting.unit
  FROM fitting
  JOIN indicator_condition ON indicator_condition.indicator = fitting.indicator
  WHERE CASE WHEN fitting.attributes LIKE indicator_condition.pattern THEN 1 ELSE 0 END <> indicator_condition.wanted
  GROUP BY fitting.indicator, fitting.unit
),
equipped AS (
  SELECT fitting.indicator, fitting.unit, COUNT(DISTINCT indicator_control.control) AS standing
  FROM fitting
  JOIN indicator_control ON indicator_control.indicator = fitting.indicator
  JOIN control_state ON control_state.unit = fitting.unit AND control_state.control = indicator_control.control
  GROUP BY fitting.indicator, fitting.unit
)
SELECT
  fitting.indicator,
  fitting.unit,
  fitting.place,
  fitting.capacity,
  fitting.in_service,
  fitting.simulated,
  fitting.is_added,
  CASE WHEN COALESCE(equipped.standing, 0) >= fitting.controls_needed THEN 1 ELSE 0 END AS covered
FROM fitting
LEFT JOIN failed ON failed.indicator = fitting.indicator AND failed.unit = fitting.unit
LEFT JOIN equipped ON equipped.indicator = fitting.indicator AND equipped.unit = fitting.unit
WHERE failed.unit IS NULL
