-- One row is a reading, a city, a period and a pollutant: the statistics of period_value as reported, against the limits, and the single index.
-- From period_value, rule_limit (limits and reporting digits in force in the period) and rule_weight (the index version).
-- HJ 663-2013: attains when the mean and the percentile, as far as each has a limit, are within it. Ranking rule: SO2, NO2, PM10, PM2.5 by the
-- mean over the annual limit, CO and O3 by the percentile over the 24-hour and 8-hour limits.
WITH reported AS (
  SELECT
    period_value.*,
    rule_limit.limit_mean,
    rule_limit.limit_percentile,
    half_even0(period_value.mean * rule_limit.scale) / rule_limit.scale AS reported_mean,
    half_even0(period_value.percentile * rule_limit.scale) / rule_limit.scale AS reported_percentile
  FROM period_value
  JOIN rule_limit ON rule_limit.period = period_value.period AND rule_limit.pollutant = period_value.pollutant
),
compared AS (
  SELECT
    reported.*,
    CASE WHEN COALESCE(reported_mean / limit_mean, 0) <= 1 AND COALESCE(reported_percentile / limit_percentile, 0) <= 1 THEN 1 ELSE 0 END AS attains
  FROM reported
)
SELECT
  compared.*,
  rule_weight.weight,
  CASE rule_weight.statistic
    WHEN 'mean' THEN mean / limit_mean
    WHEN 'percentile' THEN percentile / limit_percentile
    ELSE GREATEST(mean / limit_mean, percentile / limit_percentile)
  END AS single_index
FROM compared
JOIN rule_weight ON rule_weight.period = compared.period AND rule_weight.pollutant = compared.pollutant
