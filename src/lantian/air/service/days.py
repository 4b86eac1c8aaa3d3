"""One day of a place: values, sub-indices, AQI, level, stations, and why something is unknown."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, datetime, time
from fractions import Fraction
from typing import Any

from lantian.air.model import DayRules
from lantian.air.rules.index import air_quality_index
from lantian.air.service.desk import Desk, as_json, law_of, primary_of, provisional_of, values_of
from lantian.air.service.edition import day_rules, index_table
from lantian.kernel.errors import InputError
from lantian.kernel.finding import Message
from lantian.kernel.period import DAY, HOUR, single_day
from lantian.kernel.pollutant import POLLUTANTS
from lantian.law import LawValue
from lantian.places import Group, Place

Answer = dict[str, Any]


def day(desk: Desk, place: Place | Group, on: date, stations: str = "evaluation") -> Answer:
    """Answer for one day of a city, a province, a region group or the nation (the plain mean of its cities)."""
    if not desk.knows(on):
        raise InputError(f"{on} was not over and published at {desk.as_of:%Y-%m-%d %H:%M}; choose an earlier day or a later --as-of")
    if isinstance(place, Group) or len(desk.members(place, on)) > 1:
        return _group_day(desk, place, on)
    reading = desk.reading(place, single_day(on), stations)
    rows = [] if reading is None else desk.ask("city_days", reading=reading, place=place.code, start=on, end=on)
    if not rows:
        return _empty(desk, place, on, Message("day.no_data", {"place": place.name, "date": on.isoformat()}))
    row = rows[0]
    law = day_law(desk, on)
    return {
        "place": place.code,
        "name": place.name,
        "name_en": place.name_en,
        "date": on.isoformat(),
        "aqi": row["aqi"],
        "level": row["level"],
        "primary": primary_of(row),
        "values": values_of(row) | ({"O3_1h": row["o3_hour"]} if row["o3_hour"] is not None else {}),
        "iaqi": {p.key: row[f"{p.column}_iaqi"] for p in POLLUTANTS},
        "stations": [] if reading == "published" else _stations(desk, place, on, everyone=stations == "all"),
        "because": [as_json(message) for message in because(desk, row)],
        "basis": "city_daily" if reading == "published" else "stations",
        "reading": reading,
        "law": law_of(law),
        "provisional": provisional_of(law),
        "what_if": bool(desk.choice.editions),
    }


def because(desk: Desk, row: dict[str, Any]) -> list[Message]:
    """Say why a city's day, or a part of it, is unknown, and what stood behind what is known."""
    reasons = []
    table = index_table(desk.book, row["edition"])
    for each in POLLUTANTS:
        if row[each.column] is not None:
            continue
        if row["reading"] == "published":
            reasons.append(Message("published.missing", {"pollutant": each.key}))
        else:
            share = desk.book.value("law_validity", on=row["day"], pollutant="*", statistic="city_station_share").value
            needed = -int(-row["stations"] * Fraction(str(share)) // 1)
            reasons.append(
                Message(
                    "city.too_few_stations",
                    {"pollutant": each.key, "valid": row[f"{each.column}_valid"] or 0, "needed": needed, "of": row["stations"]},
                )
            )
    missing = [p.key for p in POLLUTANTS if row[f"{p.column}_iaqi"] is None]
    if row["aqi"] is None and row["top"] is None:
        reasons.append(Message("aqi.nothing_valid"))
    elif row["aqi"] is None:
        blocking = [key for key in missing if key in table.required]
        reasons.append(Message("aqi.missing_blocks", {"missing": blocking, "rest": row["top"], "above": table.published_above, "edition": row["edition"]}))
    return reasons


def day_law(desk: Desk, on: date) -> list[LawValue]:
    """Give the law values that a day's AQI rests on."""
    edition = desk.choice.edition(desk.book, "hj_633", on)
    book = desk.book
    wanted = [book.value("law_validity", on=on, pollutant="*", statistic=s) for s in ("day_hours", "city_station_share")]
    wanted += [book.value("law_validity", on=on, pollutant="O3", statistic=s) for s in ("mda8_window_hours", "mda8_windows")]
    rules = ("primary_above", "published_above", "required_pollutants")
    wanted += [v for v in book.values("law_aqi_rule", edition=edition) if v.key["rule"] in rules]
    wanted += [v for v in book.values("law_input_rounding", edition=edition) if v.key["pollutant"] in ("PM2.5", "CO")]
    return wanted


def _stations(desk: Desk, place: Place, on: date, *, everyone: bool) -> list[Answer]:
    """List the stations of a city on a day, each with its own AQI by the same rules."""
    table = index_table(desk.book, desk.choice.edition(desk.book, "hj_633", on))
    rules = day_rules(desk.book, on, desk.choice.edition(desk.book, "gb_3095", on))
    known = {station.id: station for station in desk.atlas.stations(place.code)}
    flags = _flags(desk, list(known), on)
    answers = []
    for row in desk.ask("station_days", stations=list(known), start=on, end=on):
        station = known[row["station"]]
        values = station_values(row, rules)
        index = air_quality_index({key: values[key] for key in table.daily}, table)
        answers.append(
            {
                "station": station.id,
                "name": station.name,
                "name_en": station.name_en,
                "control": station.control,
                "counts": everyone or not station.control,
                "values": {p.key: _number(values[p.key, "mda8" if p.key == "O3" else "day"]) for p in POLLUTANTS},
                "aqi": index.aqi,
                "level": index.level,
                "primary": list(index.primary),
                "valid_hours": {p.key: row[f"{p.column}_hours"] for p in POLLUTANTS},
                "flags": [{"pollutant": pollutant, "flag": flag, "hours": count} for (pollutant, flag), count in sorted(flags[station.id].items())],
                "because": [as_json(message) for message in index.because],
            }
        )
    return answers


def _flags(desk: Desk, stations: Sequence[str], on: date) -> dict[str, Counter[tuple[str, str]]]:
    """Count the flagged hours of a day, by station, pollutant and flag."""
    counted: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    start = datetime.combine(on, time()) + HOUR
    for row in desk.hours(stations, start, start + DAY - HOUR)[1]:
        counted[row["station"]].update((flag["pollutant"], flag["flag"]) for flag in row["flags"])
    return counted


def station_values(row: dict[str, Any], rules: DayRules) -> dict[tuple[str, str], Fraction | None]:
    """Turn the exact numerators of a row of station_day back into concentrations."""
    hour_share = math.lcm(*range(rules.hours, 25))
    window_share = math.lcm(*range(rules.window_hours, rules.first_window + 1))
    values: dict[tuple[str, str], Fraction | None] = {}
    for each in POLLUTANTS:
        averaging, share = ("mda8", window_share) if each.key == "O3" else ("day", hour_share)
        numerator = row[f"{each.column}_exact"]
        values[each.key, averaging] = None if numerator is None else Fraction(numerator) / share
    values["O3", "hour"] = None if row["o3_hour"] is None else Fraction(row["o3_hour"])
    return values


def _number(value: Fraction | None) -> float | None:
    """Give a JSON number."""
    return None if value is None else float(value)


def _empty(desk: Desk, place: Place | Group, on: date, why: Message) -> Answer:
    """Answer with nothing but the reason."""
    return {
        "place": place.code if isinstance(place, Place) else place.key,
        "name": place.name if isinstance(place, Place) else place.zh,
        "name_en": place.name_en if isinstance(place, Place) else place.en,
        "date": on.isoformat(),
        "aqi": None,
        "level": None,
        "primary": [],
        "values": {p.key: None for p in POLLUTANTS},
        "iaqi": {p.key: None for p in POLLUTANTS},
        "stations": [],
        "because": [as_json(why)],
        "basis": None,
        "reading": None,
        "law": [],
        "provisional": [],
        "what_if": bool(desk.choice.editions),
    }


def _group_day(desk: Desk, place: Place | Group, on: date) -> Answer:
    """Answer for a province or group: the plain mean of its cities' values; an index belongs to a city, so a group has none."""
    members = set(desk.members(place, on))
    rows = [row for row in desk.ask("cities_on", day=on) if row["place"] in members]
    if not rows:
        return _empty(desk, place, on, Message("group.no_city", {"of": len(members), "date": on.isoformat()}))
    answer = _empty(desk, place, on, Message("group.mean_of_cities", {"cities": len(rows), "of": len(members)}))
    for each in POLLUTANTS:
        known = [row[each.column] for row in rows if row[each.column] is not None]
        answer["values"][each.key] = sum(known) / len(known) if known else None
    law = day_law(desk, on)
    cities = [{"place": row["place"], "aqi": row["aqi"], "level": row["level"], "primary": primary_of(row), "values": values_of(row)} for row in rows]
    return answer | {"basis": "cities", "cities": cities, "law": law_of(law), "provisional": provisional_of(law)}
