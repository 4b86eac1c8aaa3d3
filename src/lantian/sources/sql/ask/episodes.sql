-- One row is a run of exceeding hours that touches the span.
SELECT *
FROM exceedance_episode
WHERE finish > $start AND start <= $end
ORDER BY start, outlet, pollutant
