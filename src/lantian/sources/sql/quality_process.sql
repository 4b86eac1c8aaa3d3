-- One row is an hour in which the factors of a gas do not fit each other: air in the gas under load (DILUTE-A), emission in a reported stop (STOP-A), no flow while
-- fuel burns (MASS-C), dry gas after a wet scrubber (WET-A), an open bypass (FGD-A) sour slurry (FGD-B) or pumps that stand (FGD-C) beside low SO2.
-- From quality_wide, outlet_wet (outlets known to stand behind a wet scrubber; those that send the slurry's pH do too) and rule_quality.
WITH hours AS (
  SELECT
    quality_wide.*,
    (oxygen - oxygen_usual) / NULLIF(all_air_oxygen - oxygen_usual, 0) AS air,
    CASE WHEN load_usual > 0 THEN load / load_usual WHEN flow_usual > 0 THEN flow / flow_usual END AS running,
    CASE WHEN outlet_wet.outlet IS NULL AND MAX(acidity) OVER (PARTITION BY quality_wide.outlet) IS NULL THEN 0 ELSE 1 END AS wet
  FROM quality_wide
  CROSS JOIN rule_quality
  LEFT JOIN outlet_wet ON outlet_wet.outlet = quality_wide.outlet
),
signs AS (
  SELECT
    hours.*,
    CASE WHEN moisture <= moisture_usual * (1 - dilute_a_agreement * air) THEN 1 ELSE 0 END
      + CASE WHEN temperature <= temperature_usual - dilute_a_agreement * air * (temperature_usual - dilute_a_ambient) AND temperature_usual > dilute_a_ambient THEN 1 ELSE 0 END
      + CASE WHEN so2 <= so2_usual * (1 - dilute_a_agreement * air) AND nox <= nox_usual * (1 - dilute_a_agreement * air) THEN 1 ELSE 0 END AS diluted,
    CASE WHEN oxygen <= stop_a_oxygen THEN 1 ELSE 0 END
      + CASE WHEN flow_usual > 0 AND flow >= stop_a_flow * flow_usual THEN 1 ELSE 0 END
      + CASE WHEN (so2_usual > 0 AND so2 >= stop_a_level * so2_usual) OR (nox_usual > 0 AND nox >= stop_a_level * nox_usual) THEN 1 ELSE 0 END AS emitting
  FROM hours
  CROSS JOIN rule_quality
),
found AS (
  SELECT 'DILUTE-A' AS code, 'a19001' AS factor, signs.*, oxygen AS value, oxygen_usual AS expected, air AS share
  FROM signs CROSS JOIN rule_quality
  WHERE usable = 1 AND air >= dilute_a_fraction AND running >= dilute_a_load AND diluted >= dilute_a_signs
  UNION ALL
  SELECT 'STOP-A' AS code, '' AS factor, signs.*, flow AS value, flow_usual AS expected, flow / NULLIF(flow_usual, 0) AS share
  FROM signs CROSS JOIN rule_quality
  WHERE halted = 1 AND emitting >= stop_a_signs
  UNION ALL
  SELECT 'MASS-C' AS code, 'a00000' AS factor, signs.*, flow AS value, flow_usual AS expected, oxygen AS share
  FROM signs CROSS JOIN rule_quality
  WHERE usable = 1 AND flow <= 0 AND oxygen <= mass_c_oxygen AND (so2 > 0 OR nox > 0)
  UNION ALL
  SELECT 'WET-A' AS code, 'a01014' AS factor, signs.*, moisture AS value, wet_a_moisture AS expected, moisture / wet_a_moisture AS share
  FROM signs CROSS JOIN rule_quality
  WHERE usable = 1 AND wet = 1 AND moisture < wet_a_moisture AND temperature >= wet_a_temperature AND (oxygen IS NULL OR oxygen <= stop_a_oxygen)
  UNION ALL
  SELECT 'FGD-A' AS code, 'a21026' AS factor, signs.*, so2 AS value, so2_usual AS expected, bypass AS share
  FROM signs CROSS JOIN rule_quality
  WHERE usable = 1 AND bypass > fgd_a_opening AND so2 <= fgd_a_level * so2_usual
  UNION ALL
  SELECT 'FGD-B' AS code, 'a21026' AS factor, signs.*, so2 AS value, so2_usual AS expected, acidity AS share
  FROM signs CROSS JOIN rule_quality
  WHERE usable = 1 AND acidity < fgd_b_acidity AND so2 <= fgd_b_level * so2_usual AND flow >= fgd_b_flow * flow_usual
  UNION ALL
  SELECT 'FGD-C' AS code, 'a21026' AS factor, signs.*, so2 AS value, so2_usual AS expected, pump AS share
  FROM signs CROSS JOIN rule_quality
  WHERE usable = 1 AND pump <= fgd_c_running AND so2 <= fgd_c_level * so2_usual AND flow >= fgd_c_flow * flow_usual
)
SELECT code, outlet, '' AS device, factor, time AS first_hour, time AS last_hour, 1 AS hours, value, expected, share, n AS readings
FROM found
