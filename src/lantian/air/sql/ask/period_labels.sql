-- The periods that are computed.
SELECT DISTINCT period FROM period_days
