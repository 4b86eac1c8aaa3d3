"""The synthetic national years: 1,500 stations in 370 cities, every hour, six pollutants, 3 % missing; the same numbers on every run.

Values have the reporting digits (whole µg/m³, CO 0.1 mg/m³) and rows the order of a national archive: hour by hour, all stations. Two copies are
written: ``lake`` has the column types of the lake (decimals), ``plain`` has doubles, which suit pandas and Polars best.
"""

from __future__ import annotations

import sys
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

YEAR = 2016  # a leap year: 8,784 hours
FIVE = (2014, 2015, 2016, 2017, 2018)
STATIONS = 1500
CITIES = 370
CONTROL_EVERY = 25  # one station in 25 is a control point
VALUE_MISSING = 0.02
DAY_MISSING = 0.01  # a station is out for a whole day
POLLUTANTS = ("pm25", "pm10", "so2", "no2", "co", "o3")
LEVEL = {"pm25": 45, "pm10": 80, "so2": 18, "no2": 32, "co": 1.0, "o3": 75}
WINTER = {"pm25": 0.5, "pm10": 0.35, "so2": 0.5, "no2": 0.25, "co": 0.4, "o3": -0.45}  # share added in January, taken in July
NOON = {"pm25": -0.1, "pm10": -0.1, "so2": 0.1, "no2": -0.3, "co": -0.15, "o3": 0.7}  # share added at 14:00, taken at 02:00
STEP = {p: 0.1 if p == "co" else 1.0 for p in POLLUTANTS}
DECIMAL = pa.decimal128(9, 4)


def network() -> list[tuple[str, str, bool]]:
    """Give the stations: (station, city, is a control point)."""
    return [(f"N{i:04}", f"C{i % CITIES:03}", i % CONTROL_EVERY == CONTROL_EVERY - 1) for i in range(STATIONS)]


def values(year: int, month: int, days: int) -> dict[str, np.ndarray]:
    """Make one month's values of every pollutant as (day, hour, station), NaN where missing."""
    rng = np.random.default_rng(year * 100 + month)
    places = np.random.default_rng(1)
    city = np.arange(STATIONS) % CITIES
    city_level = np.exp(places.normal(0, 0.35, CITIES))[city]
    station_level = np.exp(places.normal(0, 0.12, STATIONS))
    winter = np.cos(2 * np.pi * (month - 1) / 12)
    noon = np.cos(2 * np.pi * (np.arange(1, 25) - 14) / 24)[None, :, None]
    weather = np.zeros((days, CITIES))
    weather[0] = rng.normal(0, 0.6, CITIES)
    for day in range(1, days):
        weather[day] = 0.7 * weather[day - 1] + rng.normal(0, 0.45, CITIES)
    out = rng.random((days, 1, STATIONS)) < DAY_MISSING
    made = {}
    for p in POLLUTANTS:
        level = LEVEL[p] * (1 + WINTER[p] * winter) * (1 + NOON[p] * noon) * city_level * station_level
        sign = -0.4 if p == "o3" else 1.0
        noise = rng.normal(0, 0.25, (days, 24, STATIONS))
        value = level * np.exp(sign * weather[:, None, city] + noise)
        value = np.round(np.clip(value, STEP[p], 900) / STEP[p]) * STEP[p]
        made[p] = np.where(out | (rng.random(value.shape) < VALUE_MISSING), np.nan, value)
    return made


def month_table(year: int, month: int) -> pa.Table:
    """Make one month as a table of doubles."""
    first = date(year, month, 1)
    days = ((first + timedelta(days=31)).replace(day=1) - first).days
    made = values(year, month, days)
    day = np.datetime64(first, "D") + np.arange(days)
    time = day.astype("datetime64[us]")[:, None] + np.arange(1, 25) * np.timedelta64(1, "h")
    names = pa.array([station for station, _, _ in network()])
    station = pa.DictionaryArray.from_arrays(pa.array(np.tile(np.arange(STATIONS, dtype=np.int32), days * 24)), names).cast(pa.string())
    columns = {
        "station": station,
        "time": pa.array(np.repeat(time.ravel(), STATIONS)),
        "day": pa.array(np.repeat(day, 24 * STATIONS)),
        "hour": pa.array(np.tile(np.repeat(np.arange(1, 25, dtype=np.int32), STATIONS), days)),
    }
    return pa.table(columns | {p: pa.array(np.round(made[p], 1).ravel(), from_pandas=True) for p in POLLUTANTS})


def as_lake(table: pa.Table) -> pa.Table:
    """Give the values the lake's type."""
    for p in POLLUTANTS:
        table = table.set_column(table.schema.get_field_index(p), p, pc.cast(table.column(p), DECIMAL))
    return table


def make(root: Path, year: int) -> None:
    """Write the twelve files of a year, once."""
    for month in range(1, 13):
        label = f"month={year}-{month:02}/part.parquet"
        targets = [root / kind / str(year) / label for kind in ("lake", "plain")]
        if all(target.exists() for target in targets):
            continue
        plain = month_table(year, month)
        for target, table in zip(targets, (as_lake(plain), plain), strict=True):
            target.parent.mkdir(parents=True, exist_ok=True)
            draft = target.with_suffix(".draft")
            pq.write_table(table, draft, compression="snappy", store_decimal_as_integer=True)
            draft.rename(target)


def files(root: Path, kind: str, year: int) -> list[str]:
    """List the files of a year."""
    return [str(path) for path in sorted((root / kind / str(year)).glob("month=*/part.parquet"))]


if __name__ == "__main__":
    for wanted in [int(text) for text in sys.argv[2:]] or FIVE:
        make(Path(sys.argv[1]), wanted)
