"""The formats: rows of text into rows of the declared datasets, or faults. Pure; no file is opened here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from lantian.air.readers.fields import FieldError, concentration, day, hour_end, moment, real, whole
from lantian.air.readers.rows import Numbered, Parsed, guard
from lantian.air.readers.weather import parse_weather, parse_weather_forecast
from lantian.kernel.errors import InputError
from lantian.kernel.period import monitoring_day, monitoring_hour
from lantian.kernel.pollutant import POLLUTANTS
from lantian.lake.load import Fault
from lantian.places import Atlas

EARLIEST, LATEST = 1970, 2100
HALF_TURN = 180
WEATHER = {"temperature": "TEMP", "pressure": "PRES", "dew_point": "DEWP", "rain": "RAIN", "wind_speed": "WSPM"}


def _hourly(station: str, at: datetime, values: dict[str, Any]) -> dict[str, Any]:
    empty = dict.fromkeys([*(p.column for p in POLLUTANTS), *WEATHER, "wind_direction"])
    return empty | {"station": station, "time": at, "day": monitoring_day(at), "hour": monitoring_hour(at)} | values


def parse_uci(rows: Numbered, atlas: Atlas) -> Parsed:
    """Read the files of the Beijing Multi-Site Air Quality set (UCI 501): CO in µg/m³, hours labelled by their end, stations in pinyin."""
    beijing = atlas.find("北京").code

    def one(row: Mapping[str, str | None]) -> dict[str, Any]:
        try:
            on = date(whole(row["year"], "year", EARLIEST, LATEST), whole(row["month"], "month", 1, 12), whole(row["day"], "day", 1, 31))
        except ValueError as error:
            raise FieldError(f"{row['year']}-{row['month']}-{row['day']} is no day ({error})") from None
        at = hour_end(on, whole(row["hour"], "hour", 0, 23))
        values: dict[str, Any] = {p.column: concentration(row[p.key], p.key, 1000 if p.key == "CO" else 1) for p in POLLUTANTS}
        values |= {name: real(row[column], column) for name, column in WEATHER.items()}
        direction = (row["wd"] or "").strip()
        values["wind_direction"] = None if direction in ("", "NA") else direction
        return _hourly(atlas.find_station(row["station"] or "", city=beijing).id, at, values)

    for line, row in rows:
        yield guard(line, row, lambda row=row: one(row))  # type: ignore[misc]


def parse_tidy_hourly(rows: Numbered, atlas: Atlas) -> Parsed:
    """Read our own layout: station, time (end of the hour), pm25 pm10 so2 no2 co o3; weather columns where given."""

    def one(row: Mapping[str, str | None]) -> dict[str, Any]:
        values: dict[str, Any] = {p.column: concentration(row.get(p.column), p.column) for p in POLLUTANTS}
        values |= {name: real(row.get(name), name) for name in WEATHER}
        values["wind_direction"] = (row.get("wind_direction") or "").strip() or None
        return _hourly(atlas.find_station(row["station"] or "").id, moment(row["time"]), values)

    for line, row in rows:
        yield guard(line, row, lambda row=row: one(row))  # type: ignore[misc]


CNEMC_TYPES = {p.key: p.column for p in POLLUTANTS}


def parse_cnemc(rows: Numbered, atlas: Atlas) -> Parsed:
    """Read the archive layout date,hour,type,<station…>: one row an hour and pollutant; hour 0 closes the day before; other types are derived and left."""
    pending: tuple[str | None, str | None] | None = None
    hours: dict[str, dict[str, Any]] = {}
    for line, row in rows:
        stamp = (row["date"], row["hour"])
        if pending is not None and stamp != pending:
            yield from hours.values()
            hours = {}
        pending = stamp
        column = CNEMC_TYPES.get((row["type"] or "").strip())
        if column is None:
            continue
        try:
            at = hour_end(day((row["date"] or "").strip()), whole(row["hour"], "hour", 0, 23))
        except FieldError as error:
            yield Fault(line, str(error), ",".join(str(value) for value in list(row.values())[:5]))
            continue
        for name, text in row.items():
            if name in ("date", "hour", "type"):
                continue
            found = guard(line, {name: text}, lambda: {"value": concentration(text, name)})  # noqa: B023 - called at once
            if isinstance(found, Fault):
                yield found
                continue
            try:
                station = atlas.station(name).id
            except InputError as error:
                if found["value"] is not None:
                    yield Fault(line, str(error), f"{name}={text}")
                continue
            kept = hours.setdefault(station, _hourly(station, at, {}) | {"line": line})
            kept[column] = found["value"]
    yield from hours.values()


def parse_aqistudy(rows: Numbered, atlas: Atlas) -> Parsed:
    """Read the city dailies as mirrored by aqistudy; a zero is a missing value there, a missing day is simply absent."""
    columns = {p.column: p.column for p in POLLUTANTS}

    def one(row: Mapping[str, str | None]) -> dict[str, Any]:
        values: dict[str, Any] = {name: concentration(row[column], column) for name, column in columns.items()}
        values = {name: None if value == 0 else value for name, value in values.items()}
        published = (row["aqi"] or "").strip()
        aqi = None if published in ("", "0") else whole(published, "aqi", 0, 1000)
        on = day(row["date"])
        return {"place": atlas.find(row["city"] or "", on=on).code, "day": on, **values, "aqi_published": aqi}

    for line, row in rows:
        yield guard(line, row, lambda row=row: one(row))  # type: ignore[misc]


def parse_tidy_daily(rows: Numbered, atlas: Atlas) -> Parsed:
    """Read our own layout of city days: place (code or name), date, pm25 pm10 so2 no2 co o3; empty is missing."""

    def one(row: Mapping[str, str | None]) -> dict[str, Any]:
        on = day(row["date"])
        values = {p.column: concentration(row.get(p.column), p.column) for p in POLLUTANTS}
        return {"place": atlas.find(row["place"] or "", on=on).code, "day": on, **values, "aqi_published": None}

    for line, row in rows:
        yield guard(line, row, lambda row=row: one(row))  # type: ignore[misc]


def parse_statistics(rows: Numbered, atlas: Atlas) -> Parsed:
    """Read statistics: place, year, indicator, value, unit, source; every one of them is needed."""

    def one(row: Mapping[str, str | None]) -> dict[str, Any]:
        year = whole(row["year"], "year", EARLIEST, LATEST)
        value = real(row["value"], "value")
        texts = {name: (row[name] or "").strip() for name in ("indicator", "unit", "source")}
        lacking = [name for name, text in texts.items() if not text]
        if value is None or lacking:
            raise FieldError(f"no {', '.join(lacking or ['value'])}; a statistic needs value, unit, indicator and source")
        return {"place": atlas.find(row["place"] or "").code, "year": year, "value": value, "day": date(year, 12, 31), **texts}

    for line, row in rows:
        yield guard(line, row, lambda row=row: one(row))  # type: ignore[misc]


WORDS_OF_TRUTH = {"1": True, "true": True, "yes": True, "是": True, "0": False, "false": False, "no": False, "否": False, "": False}


def parse_stations(rows: Numbered, atlas: Atlas) -> Parsed:
    """Read a list of stations: station (code), name, place, longitude, latitude [degrees], control (是/否), first_day."""

    def one(row: Mapping[str, str | None]) -> dict[str, Any]:
        station, name = ((row[column] or "").strip() for column in ("station", "name"))
        if not station or not name:
            raise FieldError("a station needs a code and a name")
        control = (row["control"] or "").strip().casefold()
        if control not in WORDS_OF_TRUTH:
            raise FieldError(f"control {control!r} is neither 是 nor 否")
        longitude, latitude = real(row["longitude"], "longitude"), real(row["latitude"], "latitude")
        if (longitude is not None and abs(longitude) > HALF_TURN) or (latitude is not None and abs(latitude) > HALF_TURN / 2):
            raise FieldError(f"longitude {longitude}, latitude {latitude} is no point of the globe; perhaps they are exchanged")
        place = {"place": atlas.find(row["place"] or "", level="city").code, "longitude": longitude, "latitude": latitude}
        return {"station": station, "name": name, **place, "control": WORDS_OF_TRUTH[control], "day": day(row["first_day"], "first_day")}

    for line, row in rows:
        yield guard(line, row, lambda row=row: one(row))  # type: ignore[misc]


Parser = Callable[[Numbered, Atlas], Parsed]
PARSERS: dict[tuple[str, str], Parser] = {
    ("air_hourly", "uci-beijing"): parse_uci,
    ("air_hourly", "cnemc"): parse_cnemc,
    ("air_hourly", "tidy"): parse_tidy_hourly,
    ("air_city_daily", "aqistudy"): parse_aqistudy,
    ("air_city_daily", "tidy"): parse_tidy_daily,
    ("stations", "tidy"): parse_stations,
    ("statistics", "tidy"): parse_statistics,
    ("weather", "tidy"): parse_weather,
    ("weather_forecast", "tidy"): parse_weather_forecast,
}
