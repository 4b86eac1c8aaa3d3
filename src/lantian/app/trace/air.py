"""Tracing the air: days, stations, hours, periods, ranks, down to the raw hours and daily reports."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from lantian.air.service.days import day_law
from lantian.air.service.desk import law_of
from lantian.app.trace.grammar import Asked
from lantian.app.trace.model import Trace
from lantian.app.trace.rows import raw_rows
from lantian.kernel.errors import InputError, unknown
from lantian.kernel.period import monitoring_day, parse_period, span
from lantian.kernel.pollutant import POLLUTANTS, pollutant
from lantian.places import Group

if TYPE_CHECKING:
    from lantian.app.house import House

KEPT = ("station", "place", "time", "day", "dataset", "known_at", "loaded_at", "revision", "table", "file", "used")


def day_of(text: str) -> date:
    """Read a day of an id; anything else raises ``InputError``."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(f"no day {text!r}; write it as 2015-12-08") from None


def time_of(text: str) -> datetime:
    """Read an hour of an id by its end; anything else raises ``InputError``."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise InputError(f"no hour {text!r}; write its end as 2015-12-08T18") from None


def known_pollutant(key: str | None) -> str | None:
    """Give a pollutant of an id, which may be missing; an unknown one raises ``InputError``."""
    if key is not None and key not in {each.key for each in POLLUTANTS}:
        raise unknown("pollutant", key, (each.key for each in POLLUTANTS))
    return key


def day(house: House, asked: Asked) -> Trace:
    """Trace a day of a place: a city rests on its stations' hours or its daily report, a group on its cities."""
    place, on, key = asked.words[0], day_of(asked.words[1]), known_pollutant(asked.word(2))
    answer = house.air.day(place, on)
    value, unit = (answer["aqi"], "AQI") if key is None else (answer["values"][key], pollutant(key).unit)
    rows: list[dict[str, Any]] = []
    parts: list[str] = []
    if answer["basis"] == "cities":
        parts = [_joined("day", row["place"], on.isoformat(), key) for row in answer["cities"]]
    elif answer["basis"] == "stations":
        names = [each["station"] for each in answer["stations"] if each["counts"]]
        parts = [f"station:{name}:{on}" for name in names]
        rows = _raw(house, "air_hourly", on, {"station": names, "day": on}, key)
    elif answer["basis"] == "city_daily":
        rows = _raw(house, "air_city_daily", on, {"place": answer["place"], "day": on}, key)
    name = key or "AQI"
    return Trace(
        asked.text,
        f"{answer['name']} {on} {name}",
        f"{answer['name_en']} {on} {name}",
        value,
        unit,
        tuple(answer["because"]),
        tuple(answer["law"]),
        tuple(parts),
        tuple(rows),
        facts={"basis": answer["basis"], "reading": answer["reading"]} if answer["basis"] not in (None, "cities") else {"basis": answer["basis"]},
    )


def cities(house: House, asked: Asked) -> Trace:
    """Trace what is said of all cities on a day: each city's day."""
    on = day_of(asked.words[0])
    found = house.air.cities_on(on)
    law = law_of(day_law(house.air.desk, on)) if found else []
    return Trace(asked.text, f"{on} 各城市", f"all cities on {on}", len(found), "", (), tuple(law), tuple(f"day:{row['place']}:{on}" for row in found))


def station(house: House, asked: Asked) -> Trace:
    """Trace a station's day: its hours."""
    told, on = house.atlas.station(asked.words[0]), day_of(asked.words[1])
    answer = house.air.day(told.city, on, "all")
    row = next((each for each in answer["stations"] if each["station"] == told.id), None)
    rows = _raw(house, "air_hourly", on, {"station": told.id, "day": on}, None)
    value = None if row is None else row["aqi"]
    because = () if row is None else tuple(row["because"])
    facts = {} if row is None else {"values": row["values"], "valid_hours": row["valid_hours"]}
    return Trace(asked.text, f"{told.name} {on} AQI", f"{told.name_en} {on} AQI", value, "AQI", because, tuple(answer["law"]), (), tuple(rows), facts=facts)


def hour(house: House, asked: Asked) -> Trace:
    """Trace one raw hour of a station: its row, in every revision."""
    told, at, key = house.atlas.station(asked.words[0]), time_of(asked.words[1]), known_pollutant(asked.word(2))
    rows = _raw(house, "air_hourly", monitoring_day(at), {"station": told.id, "time": at}, key)
    if not rows:
        raise InputError(f"no hour of {told.id} that ends at {at:%Y-%m-%d %H:%M} is loaded and known at the clock")
    value = rows[0]["values"][key] if key else None
    unit = pollutant(key).unit if key else ""
    on = monitoring_day(at)
    return Trace(asked.text, f"{told.name} {at:%Y-%m-%d %H:%M}", f"{told.name_en} {at:%Y-%m-%d %H:%M}", value, unit, rows=tuple(rows), facts={"day": str(on)})


def period(house: House, asked: Asked) -> Trace:
    """Trace a period of a place: each of its days (of a group or province, each city's period)."""
    key = known_pollutant(asked.word(2))
    answer = house.air.evaluate(asked.words[0], asked.words[1])
    found = house.air.place(asked.words[0])
    members = house.air.desk.members(found, day_of(answer["end"]))
    alone = not isinstance(found, Group) and members == (found.code,)
    known = span(day_of(answer["start"]), day_of(answer["end"]))
    parts = (
        [_joined("day", answer["place"], on.isoformat(), key) for on in known] if alone else [_joined("period", code, asked.words[1], key) for code in members]
    )
    value = answer["pollutants"][key]["mean"] if key else None
    because = answer["pollutants"][key].get("because", ()) if key else answer["because"]
    facts = {name: answer.get(name) for name in ("good_days", "heavy_days", "valid_days", "basis", "complete")}
    unit = pollutant(key).unit if key else ""
    what = f"{asked.words[1]} {key or ''}".strip()
    return Trace(
        asked.text, f"{answer['name']} {what}", f"{answer['name_en']} {what}", value, unit, tuple(because), tuple(answer["law"]), tuple(parts), facts=facts
    )


def rank(house: House, asked: Asked) -> Trace:
    """Trace a ranking: each ranked city's period, and of a change the period a year before."""
    cities_of, label, way = asked.words[0], asked.words[1], asked.word(2)
    if way not in (None, "change"):
        raise unknown("ranking", str(way), ("change",))
    answer = house.air.change(label, cities_of) if way else house.air.rank(label, cities_of)
    labels = [label, _year_before(label)] if way else [label]
    parts = tuple(f"period:{row['place']}:{each}" for row in answer["rows"] for each in labels)
    because = tuple(reason for row in answer.get("not_ranked", ()) for reason in row["because"])[:1]
    law = tuple(answer.get("law", ()))
    return Trace(asked.text, f"{answer['name']} {label} 排名", f"{answer['name_en']} ranked in {label}", len(answer["rows"]), "", because, law, parts)


def _year_before(label: str) -> str:
    first = parse_period(label).start
    return label.replace(str(first.year), str(first.year - 1), 1)


def _raw(house: House, name: str, on: date, wanted: dict[str, Any], key: str | None) -> list[dict[str, Any]]:
    """Give raw rows of a day in a short form: the key, the concentrations, where and when each was booked."""
    if not house.lake.exists(name) or not all(value or value == 0 for value in wanted.values()):
        return []
    shown = [each for each in POLLUTANTS if key in (None, each.key)]
    rows = raw_rows(house.lake, name, {f"{on:%Y-%m}"}, wanted, house.moment)
    return [
        {column: row[column] for column in KEPT if column in row} | {"values": {p.key: None if row[p.column] is None else float(row[p.column]) for p in shown}}
        for row in rows
    ]


def _joined(*words: str | None) -> str:
    return ":".join(word for word in words if word)
