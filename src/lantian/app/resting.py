"""Which records rest on a station's day, and what people must decide again after a correction: one task for each correction and record."""

from __future__ import annotations

import json
import re
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from lantian.kernel.errors import InputError
from lantian.kernel.period import Moment, parse_period
from lantian.kernel.place_id import within
from lantian.lake.engine import open_engine
from lantian.lake.read import open_dataset
from lantian.ledger import By, Record

if TYPE_CHECKING:
    from lantian.app.house import House

RULE = "lantian 规则"
SELF = "task"
SPANS = (("start", "end"), ("start", "finish"), ("first_hour", "last_hour"))
SECOND = timedelta(seconds=1)
OFFICE = "原办理单位"
LABEL = re.compile(r"(?<![\w-])20\d\d(?:-\d\d-\d\d(?=T)|(?:Q[1-4]|-\d\d(?:-\d\d)?)?(?![\w-]))")
YEARLY = ("assessment", "bulletin", "consequence", "report")
"""Flows whose records speak of a whole year of a place by its number alone."""


def rests_on(record: Record, station: str, city: str, on: date) -> bool:
    """Tell whether a record's body names the station's day, or the city's day or a period that holds it."""
    text = json.dumps(record.body, ensure_ascii=False, default=str)
    if record.flow == SELF or "outlet" in record.body:
        return False
    if station in text and on.isoformat() in text:
        return True
    if not (within(city, record.place) or within(record.place, city) or city in text):
        return False
    return _spans(record.body, on) or any(_holds(label, on, record.flow) for label in set(LABEL.findall(text)))


def records_resting(house: House, station: str, city: str, on: date) -> list[Record]:
    """Give the records that rest on a station's day, the last moved first."""
    return [each for each in house.desk.records.find() if rests_on(each, station, city, on)]


def _spans(body: dict[str, Any], on: date) -> bool:
    for first, last in SPANS:
        start, end = body.get(first), body.get(last)
        if isinstance(start, str) and isinstance(end, str) and start[:10] <= on.isoformat() <= end[:10]:
            return True
    return False


def _holds(label: str, on: date, flow: str) -> bool:
    if label.isdigit() and flow not in YEARLY:
        return False
    try:
        period = parse_period(label) if label.count("-") <= 1 else None
    except InputError:
        return False
    return label == on.isoformat() if period is None else period.start <= on <= period.end


def corrections(house: House) -> list[dict[str, Any]]:
    """Give each corrected station day of the lake with the moment its newest correction was loaded, the oldest first."""
    if not house.lake.revised("air_hourly"):
        return []
    with open_engine("duckdb") as engine:
        open_dataset(engine, house.lake, "air_hourly", Moment())
        rows = engine.fetch("SELECT station, day, MAX(loaded_at) AS loaded_at FROM air_hourly WHERE revision > 0 GROUP BY station, day ORDER BY 3, 1, 2")
    found: list[dict[str, Any]] = rows.to_pylist()
    return found


def decide_again(house: House, origin: str, at: datetime) -> list[Record]:
    """Put before people each record that was made or moved before a correction of what it rests on was loaded; a second call makes nothing."""
    made = []
    held = {each.body["key"] for each in house.desk.records.find([SELF]) if "key" in each.body}
    known = {each.id: each.city for each in house.atlas.stations()}
    for row in corrections(house):
        if row["station"] not in known:
            continue
        name = f"again:{row['station']}:{row['day']}:{row['loaded_at']:%Y-%m-%dT%H:%M:%S}"
        asked = [
            (f"{name}:{each.id}", each)
            for each in records_resting(house, row["station"], known[row["station"]], row["day"])
            if each.moved_at <= row["loaded_at"] and f"{name}:{each.id}" not in held
        ]
        if not asked or not _changed_once(house, name, known[row["station"]], row):
            continue
        for key, record in asked:
            ground = f"station:{row['station']}:{row['day']} was corrected at {row['loaded_at']:%Y-%m-%d %H:%M}"
            body = {
                "title": f"数据更正后重新核定 {record.id}",
                "office": OFFICE,
                "due": at.date().isoformat(),
                "key": key,
                "record": record.id,
                "rests_on_data": f"station:{row['station']}:{row['day']}",
            }
            made.append(house.desk.records.make(SELF, record.place, record.owner, "planned", body, By(RULE, origin, ground, at, key)))
    return made


def _changed_once(house: House, name: str, city: str, row: dict[str, Any]) -> bool:
    """Tell whether a correction changes its day, found once while the house is open: a correction stays what it is."""
    found: dict[str, bool] = house.__dict__.setdefault("_corrections", {})
    if name not in found:
        found[name] = changed(house, city, row["day"], row["loaded_at"])
    return found[name]


def changed(house: House, city: str, on: date, loaded_at: datetime) -> bool:
    """Tell whether a city's day, or a station's, reads otherwise than before a moment of loading."""
    from lantian.app.impact import city_year

    tables = []
    for as_loaded in (loaded_at - SECOND, None):
        base = _at_loading(house, as_loaded)
        found = city_year(base, house.lake, city, on.year)
        tables.append({name: sorted(map(str, (row for row in found[name].to_pylist() if row["day"] == on))) for name in ("station_day", "city_index")})
    return tables[0] != tables[1]


def _at_loading(house: House, as_loaded: datetime | None) -> Any:
    import copy

    base = copy.copy(house.derived)
    base.moment = Moment(None, as_loaded)
    return base
