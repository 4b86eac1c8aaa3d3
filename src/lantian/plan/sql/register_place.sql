-- One row is a place for which a register was filled in: how many units, and the day of the newest report.
-- From unit_state and place_within.
SELECT place_within.ancestor AS place, COUNT(*) AS units, MAX(unit_state.day) AS newest
FROM unit_state
JOIN place_within ON place_within.place = unit_state.place
GROUP BY place_within.ancestor
