-- One row is an indicator and a place, a city, province or the nation: how many of its units run, are equipped, were added, and their capacity.
-- From indicator_unit and place_within (every place with each place that it lies in, itself included).
SELECT
  indicator_unit.indicator,
  place_within.ancestor AS place,
  COUNT(*) AS known,
  SUM(in_service) AS running,
  SUM(simulated) AS simulated,
  SUM(in_service * covered) AS covered,
  SUM(is_added) AS added,
  COALESCE(SUM(CASE WHEN in_service = 1 THEN capacity END), 0e0) AS capacity,
  COALESCE(SUM(CASE WHEN in_service = 1 AND covered = 1 THEN capacity END), 0e0) AS covered_capacity,
  SUM(CASE WHEN in_service = 1 AND capacity IS NULL THEN 1 ELSE 0 END) AS without_capacity
FROM indicator_unit
JOIN place_within ON place_within.place = indicator_unit.place
GROUP BY indicator_unit.indicator, place_within.ancestor
