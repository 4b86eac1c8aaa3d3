-- One row is an hour of an outlet in the span with the load of its unit [% of capacity], where the device sent it.
SELECT time, load
FROM process_hour
WHERE outlet = $outlet AND load IS NOT NULL AND time > $start AND time <= $end
ORDER BY time
