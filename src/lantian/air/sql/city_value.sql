-- One row is a reading, a city, a day and an indicator: what the stations give and what the daily reports give, side by side.
SELECT reading, place, day, pollutant, averaging, valid, stations, value FROM city_day
UNION ALL
SELECT reading, place, day, pollutant, averaging, valid, stations, value FROM published_day
