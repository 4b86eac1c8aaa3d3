"""What would change if one raw hour were corrected, and what people must decide again once it was."""

from __future__ import annotations

import copy
import math
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from lantian.air.service.chain import PERIOD_STEPS, VALUE_STEPS, run_values
from lantian.app.derived import SHELVED, SOURCES, Derived
from lantian.app.hours import HourSource
from lantian.app.house import House
from lantian.app.overlay import HOURS, CorrectedLake, Correction, corrected_row, parse_row
from lantian.app.resting import records_resting
from lantian.kernel.errors import InputError
from lantian.kernel.period import Period, monitoring_day, month, parse_period, quarter, year
from lantian.lake.engine import open_engine
from lantian.lake.read import open_dataset
from lantian.lake.shelf import Shelf
from lantian.lake.store import Lake

__all__ = ["changes", "corrected_house", "impact", "parse_row"]
NOISE = 1e-9
"""How far sums of the same numbers in another order may lie apart."""
ASSESSED = (2014, 2015, 2016, 2017)
Change = dict[str, Any]


def impact(house: House, correction: Correction) -> dict[str, Any]:
    """Tell every answer that would differ, the records that rest on one, and the pages that show one; nothing is written."""
    told = house.atlas.station(correction.station)
    on = monitoring_day(correction.time)
    with corrected_house(house, correction) as after:
        found = changes(house, after, told.id, told.city, on, correction)
    ids = {each["id"] for each in found}
    records = records_resting(house, told.id, told.city, on) if ids else []
    return {
        "row": f"{HOURS}:{told.id}:{correction.time:%Y-%m-%dT%H}:{correction.pollutant}",
        "changes": found,
        "records": [{"id": each.id, "flow": each.flow, "state": each.state, "place": each.place} for each in records],
        "pages": _pages(house, told.city, on, found, [each.id for each in records]),
    }


@contextmanager
def corrected_house(house: House, correction: Correction) -> Iterator[House]:
    """Give the installation as it would answer with the correction, computing anew only the city's year and what is made of it."""
    row = corrected_row(house.lake, correction)
    city, number = house.atlas.station(correction.station).city, monitoring_day(correction.time).year
    with tempfile.TemporaryDirectory(prefix="lantian-") as folder:
        lake = CorrectedLake(house.lake.home, row, Path(folder) / HOURS)
        after = replace(house)
        after.__dict__.update(lake=lake, atlas=house.atlas, law=house.law, desk=house.desk, source_tables=house.source_tables)
        after.__dict__["derived"] = corrected_tables(house.derived, lake, city, number)
        yield after


def corrected_tables(base: Derived, lake: Lake, city: str, number: int) -> Derived:
    """Give computed tables in which one city's year is computed anew; periods of that year are computed when they are asked for."""
    stations = [each for each in base.atlas.stations() if each.city == city]
    fresh = city_year(base, lake, city, number)
    shelf = Shelf(Path(tempfile.gettempdir()) / "no-such-shelf")
    keep_labels = {label for label in base._labels if not _touches(label, number)}  # noqa: SLF001 - a copy of the same noun
    for name in SHELVED:
        old = base.shelf.table(name)
        if name in PERIOD_STEPS:
            shelf.add(name, old.filter(pc.is_in(old["period"], pa.array(sorted(keep_labels), pa.string()))))
            continue
        own = [each.id for each in stations] if "station" in old.column_names else [city]
        where = pc.is_in(old["station" if "station" in old.column_names else "place"], pa.array(own, pa.string()))
        rest = old.filter(pc.invert(pc.and_(where, pc.equal(pc.year(old["day"]), number))))
        shelf.add(name, pa.concat_tables([rest, fresh[name].select(old.column_names).cast(old.schema)]))
    made = copy.copy(base)
    made.lake, made.shelf, made._labels, made._lock = lake, shelf, set(keep_labels), threading.Lock()  # noqa: SLF001 - as above
    made.hours = HourSource(lake, base.book, base.atlas, shelf, base.moment, base.choice)
    return made


def city_year(base: Derived, lake: Lake, city: str, number: int) -> dict[str, pa.Table]:
    """Run the rules of days over one city's hours and daily reports of a year."""
    days = year(number)
    stations = [(each.id, each.city, each.control) for each in base.atlas.stations() if each.city == city]
    names = ", ".join(f"'{each[0]}'" for each in stations)
    months = [f"{number}-{each:02d}" for each in range(1, 13)]
    chosen = {"air_hourly": f"station IN ({names})", "air_city_daily": f"place = '{city}'"}
    with open_engine("duckdb") as reading, open_engine("duckdb") as engine:
        for name in SOURCES:
            open_dataset(reading, lake, name, base.moment, months)
            engine.table(name, reading.fetch(f"SELECT * FROM {name} WHERE {chosen[name]}"))
        run_values(engine, base.book, days, stations, base.choice)
        return {name: engine.fetch(f"SELECT * FROM {name}") for name in VALUE_STEPS if name in SHELVED}


def changes(before: House, after: House, station: str, city: str, on: date, correction: Correction | None = None) -> list[Change]:
    """Compare two installations in every answer that may rest on one station's day."""
    found: list[Change] = []
    if correction is not None:
        key = f"hour:{station}:{correction.time:%Y-%m-%dT%H}"
        found += _differences(key, _hour(before, city, correction), _hour(after, city, correction))
    found += _differences(f"station:{station}:{on}", _station(before, city, station, on), _station(after, city, station, on))
    for each in _answers(before, after, city, on):
        found += _differences(*each)
    return found


def _answers(before: House, after: House, city: str, on: date) -> Iterator[tuple[str, Any, Any]]:
    """Give the answers to be compared: the city's day, its groups' day, periods, ranks, findings, scores."""
    if not (before.air.desk.knows(on)):
        return
    groups = [group.key for group in before.atlas.groups() if city in group.members]
    for place in dict.fromkeys((city, before.atlas.province_of(city).code, *groups)):
        yield f"day:{place}:{on}", _day(before, place, on), _day(after, place, on)
    for period in (month(on.year, on.month), quarter(on.year, (on.month + 2) // 3), year(on.year)):
        yield f"period:{city}:{period.label}", _period(before, city, period), _period(after, city, period)
        for key in groups:
            yield f"rank:{key}:{period.label}", _rank(before, key, period), _rank(after, key, period)
    for number in sorted({on.year, on.year + 1} & set(ASSESSED)):
        if before.air.desk.knows(year(number).end) and year(number).end <= before.span()[1]:
            yield f"score:{number}", _score(before, number), _score(after, number)
    for day in _finding_days(before, on):
        for scope in (None, city):
            yield f"finding:*:{scope or 'nation'}:{day}", _findings(before, day, scope), _findings(after, day, scope)


def _finding_days(house: House, on: date) -> list[date]:
    """Give the days whose findings may rest on a day: the day itself, the ends of its year and the next as far as loaded, and the last day."""
    last = house.span()[1] if house.moment.as_of is None else house.air.desk.last_known_day(house.span()[1])
    ends = [on, year(on.year).end, year(on.year + 1).end, last]
    return sorted({each for each in ends if on <= each <= last})


def _findings(house: House, on: date, place: str | None) -> dict[str, Any]:
    from lantian.app.answers import PlanRoom
    from lantian.app.facts import AirFacts
    from lantian.plan.readers import plan as open_plan

    room = PlanRoom(open_plan(), AirFacts(house.air.desk, house.lake), house.air)
    names = ("status", "value", "required", "gap")
    return {f"{each['provision']}.{name}": each[name] for each in room.findings(on, place) for name in names}


def _score(house: House, number: int) -> dict[str, Any]:
    return {f"{row['place']}.{key}": row.get(key) for row in house.assessment(number) for key in ("before", "now")} | {
        f"{row['place']}.points": row["air"]["points"] for row in house.assessment(number)
    }


def _rank(house: House, key: str, period: Period) -> dict[str, Any]:
    return {f"{row['place']}.{name}": row[name] for row in house.air.rank(period.label, key)["rows"] for name in ("rank", "index")}


def _period(house: House, city: str, period: Period) -> dict[str, Any]:
    answer = house.air.evaluate(city, period.label)
    told: dict[str, Any] = {name: answer[name] for name in ("good_days", "heavy_days", "valid_days", "attains")}
    for key, row in answer["pollutants"].items():
        told |= {f"{key}.mean": row["mean"], f"{key}.percentile": row["percentile"]["value"], f"{key}.attains": row["attains"]}
    return told


def _day(house: House, place: str, on: date) -> dict[str, Any]:
    answer = house.air.day(place, on)
    told = {"aqi": answer["aqi"], "level": answer["level"], "primary": answer["primary"]}
    return told | {f"{key}": value for key, value in answer["values"].items()} | {f"{key}.iaqi": answer["iaqi"][key] for key in answer["iaqi"]}


def _station(house: House, city: str, station: str, on: date) -> dict[str, Any]:
    rows = {row["station"]: row for row in house.air.day(city, on, "all")["stations"]}
    row = rows.get(station)
    if row is None:
        return {}
    told: dict[str, Any] = {"aqi": row["aqi"], "level": row["level"]} | row["values"]
    told |= {f"{key}.hours": value for key, value in row["valid_hours"].items()}
    return told


def _hour(house: House, city: str, correction: Correction) -> dict[str, Any]:
    answer = house.air.hour(city, correction.time)
    return {"city.aqi": answer["aqi"]} | {f"city.{key}": value for key, value in answer["values"].items()}


def _differences(name: str, before: dict[str, Any], after: dict[str, Any]) -> list[Change]:
    """Give what differs; a finding is named by its own id."""
    found = []
    for what in [*before, *(each for each in after if each not in before)]:
        if not _same(before.get(what), after.get(what)):
            id_, _, rest = what.partition(".") if "*" in name else (name, "", what)
            named = name.replace("*", id_) if "*" in name else name
            found.append({"id": named, "what": rest, "before": before.get(what), "after": after.get(what)})
    return found


def _same(one: Any, other: Any) -> bool:
    """Tell whether two values are the same, leaving out the noise of sums made in another order."""
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=NOISE, abs_tol=NOISE)
    return bool(one == other)


def _touches(label: str, number: int) -> bool:
    """Tell whether a period of the computed tables holds a day of a year, or is told in a way that cannot be read."""
    try:
        period = parse_period(label.partition("@")[0])
    except InputError:
        return True
    return period.start.year <= number <= period.end.year


def _pages(house: House, city: str, on: date, found: list[Change], records: list[str]) -> list[str]:
    """Give the addresses of the pages that show something that would change."""
    pages = []
    kinds = {each["id"].partition(":")[0] for each in found}
    if kinds & {"day", "station", "hour"}:
        pages += [f"/city/{city}?on={on}"]
    if "day" in kinds:
        pages += [f"/?on={on}", f"/province/{house.atlas.province_of(city).code}?on={on}"]
    pages += [f"/ranking?cities={each.split(':')[1]}&period={each.split(':')[2]}" for each in sorted({c["id"] for c in found if c["id"].startswith("rank:")})]
    pages += [f"/assessment?year={each.split(':')[1]}" for each in sorted({c["id"] for c in found if c["id"].startswith("score:")})]
    pages += sorted({f"/plan?id={c['id'].split(':')[1]}&on={c['id'].split(':')[3]}" for c in found if c["id"].startswith("finding:")})
    return pages + [f"/record/{each}" for each in records]
