"""What the forecast reads of the lake: the hours of a city, the days of all cities, weather ahead; nothing later than the clock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from lantian.air.model import IndexTable
from lantian.app.house import House
from lantian.forecast.model import COLUMNS, WEATHER, Array, Days, Hours
from lantian.forecast.rules.index import index_of
from lantian.forecast.rules.rolling import nan_mean
from lantian.forecast.rules.weather import Path, wind_vector
from lantian.kernel.period import HOUR, close_of, monitoring_day
from lantian.kernel.pollutant import POLLUTANTS
from lantian.lake.engine import open_engine
from lantian.lake.read import open_dataset

SECTOR = 22.5
SECTORS = {
    name: SECTOR * number for number, name in enumerate(["N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE", "S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW"])
}
OBSERVED = ("temperature", "dew_point", "pressure", "rain", "wind_speed")
KNOWN_SHARE = 0.75
FLOOR = 2.0
MOST_GAP = timedelta(hours=6)


def city_hours(house: House, place: str, first: date | None = None) -> Hours | None:
    """Give the hours of a city's evaluation stations from a day on, or None without any.

    A value that came later than its dataset's rule says is left out unless the house's clock already stands after it: at the issues
    before, nobody had it.
    """
    stations = {each.id: each for each in house.atlas.stations(place) if not each.control}
    if not stations or not house.lake.exists("air_hourly"):
        return None
    rows = _station_rows(house, sorted(stations), first)
    if not rows.num_rows:
        return None
    at = rows["time"].to_numpy().astype("datetime64[h]")
    start_day = monitoring_day(at.min().astype(datetime))
    start = np.datetime64(datetime.combine(start_day, time(1)), "h")
    count = int((at.max() - start).astype(int)) + 1
    names = sorted(stations)
    row = (at - start).astype(int)
    column = np.searchsorted(names, rows["station"].to_numpy(zero_copy_only=False).astype(str))

    def grid(values: Array) -> Array:
        found = np.full((count, len(names)), np.nan)
        found[row, column] = values
        return found

    air = {name: nan_mean(grid(_floats(rows, name))) for name in COLUMNS}
    shape = _shape(grid(_floats(rows, "pm25")), np.array([[stations[n].longitude or np.nan, stations[n].latitude or np.nan] for n in names]))
    weather = _observed(house, place, start, count) or _of_stations(rows, grid)
    return Hours(place, start.astype(datetime), air, shape, weather)


def _station_rows(house: House, stations: list[str], first: date | None) -> pa.Table:
    """Read the stations' hours that were known at the clock; without a clock those that came on time."""
    timely = "" if house.moment.as_of is not None else " AND known_at <= time + INTERVAL 1 HOUR"
    since = "" if first is None else f" AND day >= DATE '{first}'"
    fields = ", ".join([*(f"CAST({name} AS DOUBLE) AS {name}" for name in COLUMNS), *OBSERVED, "wind_direction"])
    listed = ", ".join(f"'{name}'" for name in stations)
    months = None if first is None else _months(first, house)
    with open_engine("duckdb") as engine:
        open_dataset(engine, house.lake, "air_hourly", house.moment, months)
        return engine.fetch(f"SELECT station, time, {fields} FROM air_hourly WHERE station IN ({listed}){since}{timely} ORDER BY time, station")


def _months(first: date, house: House) -> list[str]:
    """List the months from a day to the clock, or to the last loaded day."""
    last = (house.moment.as_of or datetime.combine(house.span()[1], time())).date()
    return [f"{number // 12:04}-{number % 12 + 1:02}" for number in range(first.year * 12 + first.month - 1, last.year * 12 + last.month)]


def _floats(rows: pa.Table, name: str) -> Array:
    return np.asarray(rows[name].to_numpy(zero_copy_only=False), dtype=float)


def _shape(fine: Array, where: Array) -> dict[str, Array]:
    """Give how PM2.5 lies over the stations: spread of its logarithm, and its slopes eastward and northward [per degree]."""
    log = np.log(np.maximum(fine, FLOOR))
    gap = log - nan_mean(log)[:, None]
    centred = where - nan_mean(where, axis=0)
    scale = nan_mean(centred**2, axis=0)
    slopes = [nan_mean(gap * centred[:, axis]) / scale[axis] if scale[axis] > 0 else np.full(len(log), np.nan) for axis in (0, 1)]
    return {"spread": np.sqrt(nan_mean(gap**2)), "slope_east": slopes[0], "slope_north": slopes[1]}


def _of_stations(rows: pa.Table, grid: Any) -> dict[str, Array]:
    """Give the weather that came with the stations' hours: means over the stations, wind by mean speed and mean direction."""
    found = {name: nan_mean(grid(_floats(rows, name))) for name in OBSERVED}
    texts = rows["wind_direction"].to_pylist()
    angle = grid(np.array([SECTORS.get(text, np.nan) if text else np.nan for text in texts]))
    east, north = wind_vector(grid(_floats(rows, "wind_speed")), angle)
    return _with_vector(found, nan_mean(east), nan_mean(north))


def _with_vector(found: dict[str, Array], east: Array, north: Array) -> dict[str, Array]:
    """Give the mean wind the mean speed and the direction of the mean vector."""
    length = np.hypot(east, north)
    factor = found.pop("wind_speed") / np.where(length > 0, length, np.nan)
    return dict(found) | {"wind_u": east * factor, "wind_v": north * factor}


def _observed(house: House, place: str, start: np.datetime64, count: int) -> dict[str, Array] | None:
    """Give the weather of the dataset ``weather`` for a place and its stations, where there is any."""
    if not house.lake.exists("weather"):
        return None
    keys = [place, *(each.id for each in house.atlas.stations(place))]
    listed = ", ".join(f"'{key}'" for key in keys)
    timely = "" if house.moment.as_of is not None else " AND known_at <= time + INTERVAL 1 HOUR"
    with open_engine("duckdb") as engine:
        open_dataset(engine, house.lake, "weather", house.moment)
        rows = engine.fetch(f"SELECT place, time, {', '.join(OBSERVED)}, wind_direction FROM weather WHERE place IN ({listed}){timely} ORDER BY time, place")
    if not rows.num_rows:
        return None
    at = (rows["time"].to_numpy().astype("datetime64[h]") - start).astype(int)
    inside = (at >= 0) & (at < count)
    column = np.array([keys.index(key) for key in rows["place"].to_pylist()])

    def grid(values: Array) -> Array:
        held = np.full((count, len(keys)), np.nan)
        held[at[inside], column[inside]] = values[inside]
        return held

    found = {name: nan_mean(grid(_floats(rows, name))) for name in OBSERVED}
    east, north = wind_vector(grid(_floats(rows, "wind_speed")), grid(_floats(rows, "wind_direction")))
    return _with_vector(found, nan_mean(east), nan_mean(north))


def weather_path(house: House, place: str, issued: datetime, last: datetime, hours: int) -> Path | None:
    """Give the newest forecast table issued by an issue, for the hours after ``last``; None without one that reaches through the next day.

    Between the table's times values are interpolated where these lie at most six hours apart.
    """
    if not house.lake.exists("weather_forecast"):
        return None
    keys = ", ".join(f"'{key}'" for key in [place, *(each.id for each in house.atlas.stations(place))])
    with open_engine("duckdb") as engine:
        open_dataset(engine, house.lake, "weather_forecast", house.moment)
        known = f"place IN ({keys}) AND issued_at <= TIMESTAMP '{issued}' AND known_at <= TIMESTAMP '{issued}'"
        newest = engine.fetch(f"SELECT MAX(issued_at) AS issued_at FROM weather_forecast WHERE {known}").to_pylist()[0]["issued_at"]
        if newest is None:
            return None
        fields = ", ".join((*OBSERVED, "wind_direction"))
        rows = engine.fetch(f"SELECT valid_at, {fields} FROM weather_forecast WHERE {known} AND issued_at = TIMESTAMP '{newest}' ORDER BY valid_at").to_pylist()
    return path_of_table(rows, last, hours)


def path_of_table(rows: list[Mapping[str, Any]], last: datetime, hours: int) -> Path | None:
    """Put the rows of a forecast table on the hours after ``last``."""
    times: dict[datetime, list[Mapping[str, Any]]] = {}
    for row in rows:
        times.setdefault(row["valid_at"], []).append(row)
    at = np.array([(each - last) / HOUR for each in times])
    if not len(at):
        return None

    def mean(name: str) -> Array:
        return np.array([nan_mean(np.array([np.nan if row[name] is None else float(row[name]) for row in group])) for group in times.values()])

    east, north = wind_vector(mean("wind_speed"), mean("wind_direction"))
    held = {name: mean(name) for name in OBSERVED if name != "wind_speed"} | {"wind_u": east, "wind_v": north}
    path = {name: _interpolated(at, held[name], hours) for name in WEATHER}
    next_day = path["temperature"][0, : 24 + 9]
    return path if (~np.isnan(next_day)).mean() >= KNOWN_SHARE else None


def _interpolated(at: Array, values: Array, hours: int) -> Array:
    """Interpolate onto the hours 1 … ``hours``; NaN where the neighbours lie too far apart."""
    known = ~np.isnan(values)
    asked = np.arange(1, hours + 1, dtype=float)
    if not known.any():
        return np.full((1, hours), np.nan)
    at, values = at[known], values[known]
    after = np.clip(np.searchsorted(at, asked, side="left"), 0, len(at) - 1)
    before = np.clip(np.searchsorted(at, asked, side="right") - 1, 0, len(at) - 1)
    fits = (at[after] >= asked) & (at[before] <= asked) & (at[after] - at[before] <= MOST_GAP / HOUR)
    return np.where(fits, np.interp(asked, at, values), np.nan)[None, :]


def city_days(house: House, table: IndexTable, first: date | None = None, last: date | None = None) -> Days:
    """Give the days of all cities known at the clock: the published report of a city, or else what its stations give."""
    begin, end = house.span()
    begin, end = max(begin, first or begin), min(end, last or end)
    while house.moment.as_of is not None and close_of(end) > house.moment.as_of:
        end -= timedelta(days=1)
    rows = house.derived.shelf.days("city_value", begin, end)
    places = sorted(set(rows["place"].to_pylist()))
    count = (end - begin).days + 1
    values = {name: np.full((max(count, 1), len(places)), np.nan) for name in COLUMNS}
    day = (rows["day"].to_numpy().astype("datetime64[D]") - np.datetime64(begin)).astype(int)
    column = np.searchsorted(places, rows["place"].to_numpy(zero_copy_only=False).astype(str))
    reading, pollutant, averaging = (rows[name].to_numpy(zero_copy_only=False).astype(str) for name in ("reading", "pollutant", "averaging"))
    number = _floats(rows, "value")
    for each in POLLUTANTS:
        wanted = (pollutant == each.key) & (averaging == ("mda8" if each.column == "o3" else "day"))
        for source in ("evaluation", "published"):
            some = wanted & (reading == source) & ~np.isnan(number)
            values[each.column][day[some], column[some]] = number[some]
    values["aqi"] = index_of(values, table)[0]
    coordinates = [house.atlas.place(code) for code in places]
    longitude, latitude = (np.array([getattr(each, name) or np.nan for each in coordinates]) for name in ("longitude", "latitude"))
    return Days(tuple(places), longitude, latitude, begin, values)


def station_days(house: House, place: str, table: IndexTable) -> Days:
    """Give the days of one city by its evaluation stations alone: what a forecast from its hours is verified against."""
    begin, end = house.span()
    rows = house.derived.shelf.days("city_value", begin, end, place)
    values = {name: np.full(((end - begin).days + 1, 1), np.nan) for name in COLUMNS}
    for row in rows.to_pylist():
        column = next(each.column for each in POLLUTANTS if each.key == row["pollutant"])
        if row["reading"] == "evaluation" and row["value"] is not None and row["averaging"] == ("mda8" if column == "o3" else "day"):
            values[column][(row["day"] - begin).days, 0] = row["value"]
    values["aqi"] = index_of(values, table)[0]
    return Days((place,), np.array([np.nan]), np.array([np.nan]), begin, values)
