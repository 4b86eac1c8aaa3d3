-- One row is an outlet, a pollutant and an hour of the period: concentration and verdict where valid and normal, mass measured or substituted, and the method that gave it.
-- From stack_hour and mass_gap. A substituted mass never becomes a concentration (HJ 75-2017 tables 6 and 7).
SELECT
  stack_hour.outlet,
  stack_hour.pollutant,
  stack_hour.time,
  stack_hour.day,
  stack_hour.minutes,
  stack_hour.valid_minutes,
  stack_hour.state,
  stack_hour.concentration,
  stack_hour.oxygen,
  stack_hour.corrected,
  stack_hour.corrected_reported,
  stack_hour.differs,
  stack_hour.limit_value,
  stack_hour.limit_item,
  stack_hour.provisional,
  stack_hour.exceeds,
  stack_hour.multiple,
  stack_hour.flow,
  COALESCE(stack_hour.mass, mass_gap.mass) AS mass,
  CASE WHEN stack_hour.method = 'missing' THEN COALESCE(mass_gap.method, 'missing') ELSE stack_hour.method END AS method,
  stack_hour.basis,
  stack_hour.mark
FROM stack_hour
LEFT JOIN mass_gap
  ON mass_gap.outlet = stack_hour.outlet
  AND mass_gap.pollutant = stack_hour.pollutant
  AND mass_gap.valid_so_far = stack_hour.valid_so_far
  AND stack_hour.method = 'missing'
WHERE stack_hour.asked = 1
