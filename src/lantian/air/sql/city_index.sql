-- One row is a reading, a city and a day: the AQI with its sub-indices, level and primary pollutants, and the values behind it.
-- From city_value, rule_day (the edition of HJ 633 in force on each day), rule_point (its breakpoints, scaled to whole numbers)
-- and rule_edition (its level tops and its rule for a missing pollutant).
-- HJ 633 formulas 1 and 2: input rounded half-even once, interpolation rounded up. Scaled breakpoints and inputs are whole numbers, so the
-- quotient is exact where it is whole and the ceiling cannot be pushed up by float noise.
WITH scaled AS (
  SELECT
    city_value.reading,
    city_value.place,
    city_value.day,
    city_value.pollutant,
    city_value.averaging,
    city_value.value,
    city_value.valid,
    city_value.stations,
    rule_point.*,
    half_even0(city_value.value * rule_point.scale) AS x
  FROM city_value
  JOIN rule_day ON rule_day.day = city_value.day
  JOIN rule_point
    ON rule_point.edition = rule_day.index_edition
    AND rule_point.of = city_value.pollutant
    AND rule_point.by = city_value.averaging
),
part AS (
  SELECT
    scaled.*,
    CASE
      WHEN x IS NULL THEN NULL
      WHEN x <= c0 THEN i0
      WHEN x <= c1 THEN i0 + CEIL((i1 - i0) * (x - c0) / (c1 - c0))
      WHEN x <= c2 THEN i1 + CEIL((i2 - i1) * (x - c1) / (c2 - c1))
      WHEN x <= c3 THEN i2 + CEIL((i3 - i2) * (x - c2) / (c3 - c2))
      WHEN x <= c4 THEN i3 + CEIL((i4 - i3) * (x - c3) / (c4 - c3))
      WHEN x <= c5 THEN i4 + CEIL((i5 - i4) * (x - c4) / (c5 - c4))
      WHEN x <= c6 THEN i5 + CEIL((i6 - i5) * (x - c5) / (c6 - c5))
      WHEN x <= c7 THEN i6 + CEIL((i7 - i6) * (x - c6) / (c7 - c6))
      ELSE above
    END AS iaqi
  FROM scaled
),
wide AS (
  SELECT
    reading,
    place,
    day,
    edition,
    MAX(iaqi) AS top,
    MAX(CASE WHEN pollutant = 'PM2.5' THEN iaqi END) AS pm25_iaqi,
    MAX(CASE WHEN pollutant = 'PM10' THEN iaqi END) AS pm10_iaqi,
    MAX(CASE WHEN pollutant = 'SO2' THEN iaqi END) AS so2_iaqi,
    MAX(CASE WHEN pollutant = 'NO2' THEN iaqi END) AS no2_iaqi,
    MAX(CASE WHEN pollutant = 'CO' THEN iaqi END) AS co_iaqi,
    MAX(CASE WHEN pollutant = 'O3' THEN iaqi END) AS o3_iaqi,
    MAX(CASE WHEN pollutant = 'PM2.5' AND averaging <> 'hour' THEN value END) AS pm25,
    MAX(CASE WHEN pollutant = 'PM10' AND averaging <> 'hour' THEN value END) AS pm10,
    MAX(CASE WHEN pollutant = 'SO2' AND averaging <> 'hour' THEN value END) AS so2,
    MAX(CASE WHEN pollutant = 'NO2' AND averaging <> 'hour' THEN value END) AS no2,
    MAX(CASE WHEN pollutant = 'CO' AND averaging <> 'hour' THEN value END) AS co,
    MAX(CASE WHEN pollutant = 'O3' AND averaging <> 'hour' THEN value END) AS o3,
    MAX(CASE WHEN pollutant = 'O3' AND averaging = 'hour' THEN value END) AS o3_hour,
    MAX(CASE WHEN pollutant = 'PM2.5' AND averaging <> 'hour' THEN valid END) AS pm25_valid,
    MAX(CASE WHEN pollutant = 'PM10' AND averaging <> 'hour' THEN valid END) AS pm10_valid,
    MAX(CASE WHEN pollutant = 'SO2' AND averaging <> 'hour' THEN valid END) AS so2_valid,
    MAX(CASE WHEN pollutant = 'NO2' AND averaging <> 'hour' THEN valid END) AS no2_valid,
    MAX(CASE WHEN pollutant = 'CO' AND averaging <> 'hour' THEN valid END) AS co_valid,
    MAX(CASE WHEN pollutant = 'O3' AND averaging <> 'hour' THEN valid END) AS o3_valid,
    MAX(stations) AS stations
  FROM part
  GROUP BY reading, place, day, edition
),
judged AS (
  SELECT
    wide.*,
    rule_edition.primary_above,
    rule_edition.top1,
    rule_edition.top2,
    rule_edition.top3,
    rule_edition.top4,
    rule_edition.top5,
    CASE
      WHEN top > rule_edition.published_above THEN top
      WHEN rule_edition.needs_particles = 1 AND (pm25_iaqi IS NULL OR pm10_iaqi IS NULL) THEN NULL
      WHEN rule_edition.needs_all = 1 AND (pm25_iaqi IS NULL OR pm10_iaqi IS NULL OR so2_iaqi IS NULL OR no2_iaqi IS NULL OR co_iaqi IS NULL OR o3_iaqi IS NULL) THEN NULL
      ELSE top
    END AS aqi
  FROM wide
  JOIN rule_edition ON rule_edition.edition = wide.edition
)
SELECT
  reading,
  place,
  day,
  edition,
  pm25,
  pm10,
  so2,
  no2,
  co,
  o3,
  o3_hour,
  pm25_valid,
  pm10_valid,
  so2_valid,
  no2_valid,
  co_valid,
  o3_valid,
  stations,
  CAST(pm25_iaqi AS INT) AS pm25_iaqi,
  CAST(pm10_iaqi AS INT) AS pm10_iaqi,
  CAST(so2_iaqi AS INT) AS so2_iaqi,
  CAST(no2_iaqi AS INT) AS no2_iaqi,
  CAST(co_iaqi AS INT) AS co_iaqi,
  CAST(o3_iaqi AS INT) AS o3_iaqi,
  CAST(top AS INT) AS top,
  CAST(aqi AS INT) AS aqi,
  CASE
    WHEN aqi IS NULL THEN NULL
    ELSE 1 + CASE WHEN aqi > top1 THEN 1 ELSE 0 END + CASE WHEN aqi > top2 THEN 1 ELSE 0 END + CASE WHEN aqi > top3 THEN 1 ELSE 0 END + CASE WHEN aqi > top4 THEN 1 ELSE 0 END + CASE WHEN aqi > top5 THEN 1 ELSE 0 END
  END AS level,
  CASE WHEN aqi > primary_above THEN
    CASE WHEN pm25_iaqi = aqi THEN 'PM2.5 ' ELSE '' END
    || CASE WHEN pm10_iaqi = aqi THEN 'PM10 ' ELSE '' END
    || CASE WHEN so2_iaqi = aqi THEN 'SO2 ' ELSE '' END
    || CASE WHEN no2_iaqi = aqi THEN 'NO2 ' ELSE '' END
    || CASE WHEN co_iaqi = aqi THEN 'CO ' ELSE '' END
    || CASE WHEN o3_iaqi = aqi THEN 'O3 ' ELSE '' END
  ELSE '' END AS primary_pollutants
FROM judged
