"""One hour, or a run of hours, of a city: values, running means, the real-time AQI."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from lantian.air.model import AirIndex, IndexTable
from lantian.air.rules.index import air_quality_index
from lantian.air.service.desk import Desk, as_json, law_of, provisional_of
from lantian.air.service.edition import index_table
from lantian.kernel.errors import InputError
from lantian.kernel.finding import Message
from lantian.kernel.period import HOUR, monitoring_day
from lantian.kernel.pollutant import POLLUTANTS
from lantian.kernel.quantity import exact
from lantian.places import Place

Answer = dict[str, Any]
MODES = ("standard", "cnemc")


def hourly_index(row: Mapping[str, Any], table: IndexTable, mode: str = "standard") -> AirIndex:
    """Give the real-time AQI of one hour of a city or station.

    Mode 'standard' follows the edition (HJ 633-2012 takes particles as the running 24-hour mean, HJ 633-2026 as the hour); mode 'cnemc' takes
    the hour of particles on the daily breakpoints, as the national real-time pages did.
    """
    columns = {
        ("PM2.5", "running_day"): row["pm25_running"],
        ("PM10", "running_day"): row["pm10_running"],
        ("O3", "mda8"): row["o3_running"],
    } | {(p.key, "hour"): row[p.column] for p in POLLUTANTS}
    breakpoints = dict(table.breakpoints)
    indicators = list(table.hourly)
    for key in ("PM2.5", "PM10"):
        breakpoints[key, "running_day"] = table.breakpoints[key, "day"]
        breakpoints.setdefault((key, "hour"), table.breakpoints[key, "day"])
    if mode == "cnemc":
        indicators = [(key, "hour" if averaging == "running_day" else averaging) for key, averaging in indicators]
    values = {i: None if columns[i] is None else exact(columns[i]) for i in dict.fromkeys(indicators)}
    changed = IndexTable(
        table.edition,
        breakpoints,
        table.levels,
        table.daily,
        tuple(indicators),
        table.primary_above,
        table.exceedance_above,
        table.required,
        table.published_above,
    )
    return air_quality_index(values, changed)


def run_of_hours(desk: Desk, place: Place, start: datetime, end: datetime, stations: str = "evaluation", mode: str = "standard") -> list[Answer]:
    """Give a city's hours from the hour ending at ``start`` to the one ending at ``end``, every hour present, the unknown with its reason."""
    if mode not in MODES:
        raise InputError(f"no mode {mode!r} of the hourly AQI; choose {' or '.join(MODES)}")
    known = [station.id for station in desk.atlas.stations(place.code) if stations == "all" or not station.control]
    rows, _ = desk.hours(known, start, end)
    reading = "all" if stations == "all" else "evaluation"
    answers = []
    for row in rows:
        if row["reading"] != reading or row["place"] != place.code:
            continue
        table = index_table(desk.book, desk.choice.edition(desk.book, "hj_633", row["day"]))
        index = hourly_index(row, table, mode)
        answers.append(_hour(row, index))
    return answers


def _hour(row: Mapping[str, Any], index: AirIndex) -> Answer:
    """Give one hour as JSON."""
    return {
        "time": row["time"].isoformat(),
        "aqi": index.aqi,
        "level": index.level,
        "primary": list(index.primary),
        "values": {p.key: row[p.column] for p in POLLUTANTS},
        "running": {"PM2.5": row["pm25_running"], "PM10": row["pm10_running"], "O3_8h": row["o3_running"]},
        "iaqi": dict(index.iaqi),
        "because": [as_json(message) for message in index.because],
    }


def hour(desk: Desk, place: Place, at: datetime, stations: str = "evaluation", mode: str = "standard") -> Answer:
    """Answer for the hour of a city that ends at ``at``, with its stations."""
    if desk.as_of is not None and at + HOUR > desk.as_of:
        raise InputError(f"the hour ending {at:%Y-%m-%d %H:%M} was not published at {desk.as_of:%Y-%m-%d %H:%M}; choose an earlier hour")
    found = run_of_hours(desk, place, at, at, stations, mode)
    head = {"place": place.code, "name": place.name, "name_en": place.name_en, "mode": mode, "what_if": bool(desk.choice.editions)}
    if not found:
        why = Message("hour.no_data", {"place": place.name, "time": at.isoformat(timespec="minutes")})
        empty = {p.key: None for p in POLLUTANTS}
        return head | {
            "time": at.isoformat(),
            "aqi": None,
            "level": None,
            "primary": [],
            "values": empty,
            "iaqi": {},
            "stations": [],
            "because": [as_json(why)],
            "law": [],
            "provisional": [],
        }
    day = monitoring_day(at)
    table = index_table(desk.book, desk.choice.edition(desk.book, "hj_633", day))
    edition = table.edition
    law = [v for v in desk.book.values("law_aqi_rule", edition=edition) if v.key["rule"] in ("hourly_indicators", "required_pollutants")]
    law += [desk.book.value("law_validity", on=day, pollutant="*", statistic="running_day_hours")]
    everyone = {station.id: station for station in desk.atlas.stations(place.code)}
    _, rows = desk.hours(list(everyone), at, at)
    stations_now = []
    for row in rows:
        station = everyone[row["station"]]
        index = hourly_index(row, table, mode)
        stations_now.append({"station": station.id, "name": station.name, "name_en": station.name_en, "control": station.control} | _station_hour(row, index))
    return head | found[0] | {"stations": stations_now, "law": law_of(law), "provisional": provisional_of(law)}


def _station_hour(row: Mapping[str, Any], index: AirIndex) -> Answer:
    """Give one station's hour as JSON; running means come back from their exact numerators."""
    return {
        "aqi": index.aqi,
        "level": index.level,
        "primary": list(index.primary),
        "values": {p.key: None if row[p.column] is None else float(row[p.column]) for p in POLLUTANTS},
        "valid_hours": row["pm25_hours"],
        "flags": row["flags"],
        "because": [as_json(message) for message in index.because],
    }
