"""An example province whose registers are made up by a script, faults included; for an installation of its own, never beside real places.

Its city of Tangshan keeps its word, Handan does not; what is reported is generated from a fixed seed and tagged 模拟 in every source.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from lantian.app.loading import load
from lantian.kernel.errors import InputError
from lantian.lake.load import LoadReport
from lantian.lake.store import Lake
from lantian.plan.model import Indicator, Plan
from lantian.plan.readers import plan
from lantian.plan.readers.registers import COMPLETE, REGISTERS

MARK = "example"
TAG = "模拟数据"
PROVINCE, KEEPS, BREAKS = "130000", "130200", "130400"
REPORTED = date(2015, 12, 31)
BUILT = date(2005, 1, 1)
SEED = 2013
UNITS_OF_A_KIND = 6
KEPT_SHARE, BROKEN_SHARE = 1.0, 0.5
YEARS = range(2012, 2016)
FAULTS = 3
Row = dict[str, Any]


def make_example(home: Path, folder: Path, now: datetime) -> list[LoadReport]:
    """Write the example's registers into ``folder`` and load them into an empty installation; one that holds anything raises ``InputError``."""
    lake = Lake(home)
    if lake.versions():
        raise InputError(f"{home} already holds data; the example needs an installation of its own, for example LANTIAN_HOME=./example-home")
    folder.mkdir(parents=True, exist_ok=True)
    reports = []
    for name, rows in registers(plan()).items():
        path = folder / f"{name}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, [field.name for field in REGISTERS[name]])
            writer.writeheader()
            writer.writerows(rows)
        reports += load(lake, name, "tidy", [path], now)
    (home / MARK).write_text(TAG, encoding="utf-8")
    return reports


def is_example(home: Path) -> bool:
    """Tell whether an installation holds the example."""
    return (home / MARK).is_file()


def registers(told: Plan) -> dict[str, list[Row]]:
    """Make rows for every indicator of the plan: equipment and sites, their controls, statistics, acts, and some faulty rows."""
    chance = random.Random(SEED)  # noqa: S311 - made-up data, not a secret
    indicators = list({duty.indicator.key: duty for duty in told.duties}.values())
    told_of: set[str] = set()  # several indicators may read one statistic
    rows: dict[str, list[Row]] = {"units": [], "controls": [], "statistics": [], "acts": []}
    for duty in indicators:
        each = duty.indicator
        if each.dataset == "units":
            for city in (KEEPS, BREAKS):
                _units(each, city, duty.starts, rows, chance)
        elif each.dataset == "statistics" and each.statistic not in told_of:
            told_of.add(each.statistic)
            rows["statistics"] += list(_statistics(each, chance))
        elif each.act:
            place = "000000" if each.by == "nation" else PROVINCE
            places = (KEEPS, BREAKS) if each.by == "city" else (place,)
            rows["acts"] += [_act(each, where) for where in places if chance.random() < (1 if where != BREAKS else BROKEN_SHARE)]
    told_all = {"act": COMPLETE, "day": date(2014, 1, 1), "office": TAG, "title": f"{TAG}：记录已填全", "document": "", "source": TAG}
    rows["acts"] += [told_all | {"place": place} for place in ("000000", PROVINCE, KEEPS, BREAKS)]
    rows["units"] += [_faulty(number) for number in range(FAULTS)]
    return rows


def _units(indicator: Indicator, city: str, starts: date, rows: dict[str, list[Row]], chance: random.Random) -> None:
    """Make the units that an indicator speaks of in a city, and their controls."""
    where = dict(indicator.where or {})
    bounds = where.pop("capacity", {})
    keeps = city == KEEPS
    for number in range(UNITS_OF_A_KIND):
        key = f"{city}-{indicator.key}-{number}"
        row: Row = {field.name: "" for field in REGISTERS["units"]}
        row |= {"unit": key, "facility": f"{TAG}{city}", "name": f"{number + 1}号", "place": city, "kind": indicator.units[number % len(indicator.units)]}
        row |= {"capacity": _capacity(bounds), "capacity_unit": "t/h", "commissioned": BUILT, "day": REPORTED}
        row["attributes"] = "；".join(f"{name}={str(value).lower() if isinstance(value, bool) else value}" for name, value in where.items())
        if indicator.how == "remaining" and keeps:
            row["retired"] = date(2014, 10, 1)
        if indicator.how == "added":
            row["commissioned"] = row["approved"] = BUILT if keeps else date(2014, 3, 1 + number)
        rows["units"].append(row)
        share = KEPT_SHARE if keeps else BROKEN_SHARE
        rows["controls"] += [
            {"unit": key, "control": control, "installed": starts, "removed": "", "evidence": TAG, "day": REPORTED}
            for control in indicator.controls
            if chance.random() < share
        ]


def _capacity(bounds: dict[str, float]) -> float:
    """Choose a capacity inside the bounds that an indicator sets."""
    if "at_most" in bounds or "below" in bounds:
        return float(bounds.get("at_most", bounds.get("below", 0))) * 4 / 5
    return float(bounds.get("at_least", bounds.get("above", 30))) * 3 / 2


def _statistics(indicator: Indicator, chance: random.Random) -> Iterable[Row]:
    """Make a statistic by year that moves towards its need."""
    level = abs(indicator.need.value) or 100.0
    for place in ("000000", PROVINCE):
        for number, year in enumerate(YEARS):
            value = level * (1 + chance.random() / 10) * (1 - number / 20 if indicator.need.kind == "at_most" else 1 + number / 20)
            yield {"place": place, "year": year, "indicator": indicator.statistic, "value": round(value, 2), "unit": indicator.unit or "-", "source": TAG}


def _act(indicator: Indicator, place: str) -> Row:
    """Make an act on record."""
    return {
        "act": indicator.act,
        "place": place,
        "day": date(2014, 6, 1),
        "office": TAG,
        "title": f"{TAG}：{indicator.title.zh}",
        "document": "",
        "source": TAG,
    }


def _faulty(number: int) -> Row:
    """Make a row that no reader should accept: a place, a kind and a day that there are not."""
    row: Row = {field.name: "" for field in REGISTERS["units"]}
    row |= {"unit": f"fault-{number}", "facility": TAG, "place": KEEPS, "kind": "coal_boiler", "day": REPORTED}
    return row | ({"place": "亚特兰蒂斯"}, {"kind": "perpetual_motion"}, {"day": "someday"})[number]
