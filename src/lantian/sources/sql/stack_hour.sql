-- One row is an outlet, a pollutant and an hour on which it is monitored, whether or not anything came in: state, concentration, verdict, measured mass.
-- From outlet_rule, asked_hour (every hour of the look-back and the period), rule_hour, role_hour, flue_hour, marked_hour (operators' marks),
-- control_hour (analysers out of control) and reference_values (hours measured by the reference method).
-- HJ 212-2017 annex D: (18) standard state, (19) dry, (21) NOx as NO2, (28) reference oxygen, (29) to (33) flow and mass. Oxygen near that of air makes the
-- corrected value unknown. A mark or a failed control goes before what the device said. Concentrations stand only in normal hours.
WITH spine AS (
  SELECT outlet_rule.*, asked_hour.time, asked_hour.number, asked_hour.month, asked_hour.quarter, asked_hour.asked
  FROM outlet_rule
  JOIN asked_hour ON asked_hour.day = outlet_rule.day
),
joined AS (
  SELECT
    spine.*,
    CASE WHEN own.outlet IS NOT NULL OR spine.pollutant <> 'NOx' THEN own.state ELSE flue_hour.no_state END AS device_state,
    CASE WHEN own.outlet IS NOT NULL OR spine.pollutant <> 'NOx' THEN own.minutes ELSE flue_hour.no_minutes END AS minutes,
    CASE WHEN own.outlet IS NOT NULL OR spine.pollutant <> 'NOx' THEN own.valid_minutes ELSE flue_hour.no_valid_minutes END AS valid_minutes,
    CASE WHEN own.outlet IS NOT NULL OR spine.pollutant <> 'NOx' THEN own.basis ELSE flue_hour.no_basis END AS source_basis,
    CASE WHEN own.outlet IS NOT NULL OR spine.pollutant <> 'NOx' THEN own.day_reports ELSE flue_hour.no_day_reports END AS day_reports,
    own.corrected AS corrected_reported,
    CASE
      WHEN own.outlet IS NOT NULL AND spine.pollutant = 'NOx' AND spine.nox_basis = 'NO' THEN own.value * rule_hour.no_to_no2
      WHEN own.outlet IS NOT NULL OR spine.pollutant <> 'NOx' THEN own.value
      WHEN flue_hour.no2_value IS NOT NULL OR rule_hour.no_alone = 1 THEN flue_hour.no_value * rule_hour.no_to_no2 + COALESCE(flue_hour.no2_value, 0e0)
    END AS sent,
    CASE WHEN rule_hour.ambient_pressure + flue_hour.pressure > 0 AND rule_hour.kelvin + flue_hour.temperature > 0
      THEN rule_hour.pressure / (rule_hour.ambient_pressure + flue_hour.pressure) * (rule_hour.kelvin + flue_hour.temperature) / rule_hour.kelvin END AS standard_factor,
    CASE WHEN flue_hour.moisture >= 0 AND flue_hour.moisture < 100 THEN (100 - flue_hour.moisture) / 100 END AS dry_share,
    CASE WHEN COALESCE(flue_hour.flow, flue_hour.velocity * spine.area) >= 0 THEN COALESCE(flue_hour.flow, flue_hour.velocity * spine.area) END AS duct_flow,
    flue_hour.oxygen,
    CASE WHEN spine.reference_oxygen IS NULL THEN 1e0
      WHEN flue_hour.oxygen < rule_hour.oxygen_top THEN (rule_hour.oxygen_of_air - spine.reference_oxygen) / (rule_hour.oxygen_of_air - flue_hour.oxygen) END AS oxygen_factor,
    marked_hour.code AS marked,
    marked_hour.mark,
    control_hour.since,
    CASE WHEN control_hour.outlet IS NOT NULL THEN 'out_of_control' ELSE 'invalid' END AS kind,
    reference_values.concentration AS reference_concentration,
    reference_values.flow AS reference_flow,
    rule_hour.edition,
    rule_hour.kg_of_mg,
    rule_hour.differs AS differs_above
  FROM spine
  JOIN rule_hour ON rule_hour.day = spine.day
  LEFT JOIN role_hour AS own ON own.outlet = spine.outlet AND own.role = spine.pollutant AND own.time = spine.time
  LEFT JOIN flue_hour ON flue_hour.outlet = spine.outlet AND flue_hour.time = spine.time
  LEFT JOIN marked_hour ON marked_hour.outlet = spine.outlet AND marked_hour.pollutant = spine.pollutant AND marked_hour.time = spine.time
  LEFT JOIN control_hour ON control_hour.outlet = spine.outlet AND control_hour.pollutant = spine.pollutant AND control_hour.time = spine.time
  LEFT JOIN reference_values ON reference_values.outlet = spine.outlet AND reference_values.pollutant = spine.pollutant AND reference_values.time = spine.time
),
measured AS (
  SELECT
    joined.*,
    COALESCE(marked, CASE WHEN kind = 'out_of_control' AND COALESCE(device_state, 'Md') <> 'F' THEN 'D' END, device_state, 'Md') AS state,
    CASE basis
      WHEN 'actual' THEN sent * standard_factor / dry_share
      WHEN 'wet' THEN sent / dry_share
      ELSE sent
    END AS dry,
    CASE flow_basis WHEN 'dry' THEN duct_flow * 3600 ELSE duct_flow * 3600 / standard_factor * dry_share END AS flow
  FROM joined
),
judged AS (
  SELECT
    measured.*,
    CASE WHEN state IN ('N', 'St', 'Sd', 'B') THEN dry END AS usable,
    CASE WHEN state = 'N' THEN half_even0(dry * oxygen_factor * 1e6) / 1e6 END AS corrected
  FROM measured
),
weighed AS (
  SELECT
    judged.*,
    CASE
      WHEN state = 'F' THEN 0e0
      ELSE half_even0(CASE WHEN usable < 0 THEN 0e0 ELSE usable END * flow * kg_of_mg * 1e6) / 1e6
    END AS mass,
    half_even0(CASE WHEN reference_concentration < 0 THEN 0e0 ELSE reference_concentration END * COALESCE(reference_flow, flow) * kg_of_mg * 1e6) / 1e6 AS reference_mass
  FROM judged
)
SELECT
  outlet,
  pollutant,
  time,
  day,
  number,
  month,
  quarter,
  asked,
  edition,
  COALESCE(minutes, 0) AS minutes,
  COALESCE(valid_minutes, 0) AS valid_minutes,
  state,
  CASE WHEN state = 'N' THEN dry END AS concentration,
  oxygen,
  corrected,
  corrected_reported,
  CASE WHEN ABS(corrected - corrected_reported) > differs_above * ABS(corrected) THEN 1 WHEN corrected IS NOT NULL AND corrected_reported IS NOT NULL THEN 0 END AS differs,
  limit_value,
  limit_item,
  provisional,
  CASE WHEN corrected > limit_value THEN 1 WHEN corrected <= limit_value THEN 0 END AS exceeds,
  CASE WHEN limit_value > 0 THEN corrected / limit_value - 1 END AS multiple,
  flow,
  COALESCE(mass, reference_mass) AS mass,
  CASE WHEN state = 'F' THEN 'stopped' WHEN mass IS NOT NULL THEN CASE WHEN source_basis = 'reported' THEN 'reported' ELSE 'measured' END WHEN reference_mass IS NOT NULL THEN 'reference' ELSE 'missing' END AS method,
  CASE WHEN usable IS NOT NULL THEN source_basis END AS basis,
  mark,
  kind,
  since,
  CASE WHEN source_basis IS NOT NULL THEN 1 ELSE 0 END AS received,
  COALESCE(day_reports, 0) AS day_reports,
  CASE WHEN usable IS NOT NULL AND oxygen_factor IS NOT NULL THEN 1 ELSE 0 END AS captured,
  CASE WHEN mass IS NULL THEN 1 ELSE 0 END AS lacking,
  CAST(SUM(CASE WHEN state <> 'F' AND mass IS NOT NULL THEN 1 ELSE 0 END)
    OVER (PARTITION BY outlet, pollutant ORDER BY number ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS BIGINT) AS valid_so_far
FROM weighed
