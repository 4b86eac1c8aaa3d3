-- One row is an outlet and hour with the factors of its gas side by side, each beside its usual level; a gas analyser's hour counts only where it is normal or a stop.
-- From quality_series, quality_usual and rule_factor.
WITH usual AS (
  SELECT
    outlet,
    MAX(CASE WHEN factor = 'a21026' THEN level END) AS so2_usual,
    MAX(CASE WHEN factor = 'a21002' THEN level END) AS nox_usual,
    MAX(CASE WHEN factor = 'a19001' THEN level END) AS oxygen_usual,
    MAX(CASE WHEN factor = 'a01012' THEN level END) AS temperature_usual,
    MAX(CASE WHEN factor = 'a01014' THEN level END) AS moisture_usual,
    MAX(CASE WHEN factor = 'a00000' THEN level END) AS flow_usual,
    MAX(CASE WHEN factor = 'i33400' THEN level END) AS load_usual
  FROM quality_usual
  GROUP BY outlet
),
hours AS (
  SELECT
    outlet,
    time,
    MAX(usable) AS usable,
    MAX(halted) AS halted,
    CAST(SUM(n) AS INTEGER) AS n,
    MAX(CASE WHEN factor = 'a21026' AND (usable = 1 OR halted = 1) THEN mean END) AS so2,
    MAX(CASE WHEN factor = 'a21002' AND (usable = 1 OR halted = 1) THEN mean END) AS nox,
    MAX(CASE WHEN factor = 'a19001' THEN mean END) AS oxygen,
    MAX(CASE WHEN factor = 'a01012' THEN mean END) AS temperature,
    MAX(CASE WHEN factor = 'a01014' THEN mean END) AS moisture,
    MAX(CASE WHEN factor = 'a00000' THEN mean END) AS flow,
    MAX(CASE WHEN factor = 'i33400' THEN mean END) AS load,
    MAX(CASE WHEN factor LIKE 'g116%' THEN mean END) AS bypass,
    MAX(CASE WHEN factor LIKE 'g111%' THEN mean END) AS acidity,
    MAX(CASE WHEN factor LIKE 'g103%' THEN mean END) AS pump
  FROM quality_series
  GROUP BY outlet, time
)
SELECT
  hours.*,
  usual.so2_usual,
  usual.nox_usual,
  usual.oxygen_usual,
  usual.temperature_usual,
  usual.moisture_usual,
  usual.flow_usual,
  usual.load_usual
FROM hours
LEFT JOIN usual ON usual.outlet = hours.outlet
