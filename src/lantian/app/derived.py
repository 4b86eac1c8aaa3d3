"""Computed tables, kept under a key of everything they rest on: table versions, law, editions asked for, the moment (DESIGN §16)."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from lantian.air.service.chain import KEPT, PERIOD_STEPS, run_periods, run_values
from lantian.air.service.tables import Choice
from lantian.app.hours import HourSource
from lantian.kernel.errors import InputError
from lantian.kernel.period import Moment, Period, month, quarter, span, year
from lantian.lake.engine import Engine, open_engine
from lantian.lake.read import open_dataset
from lantian.lake.shelf import Shelf, write_shelf
from lantian.lake.store import Lake
from lantian.law import LawBook
from lantian.places import Atlas

SOURCES = ("air_hourly", "air_city_daily")
SHELVED = (*KEPT, "city_value")


@dataclass
class Derived:
    """The computed tables of one installation at one moment under one choice of editions."""

    home: Path
    lake: Lake
    book: LawBook
    atlas: Atlas
    engine: str
    choice: Choice
    moment: Moment
    shelf: Shelf = field(init=False)
    hours: HourSource = field(init=False)
    _labels: set[str] = field(init=False)
    _late: datetime | None = field(init=False, default=None)
    _lock: threading.Lock = field(init=False, default_factory=threading.Lock)

    def __post_init__(self) -> None:
        """Open the shelf, computing it first when there is none for this key."""
        folder = self.home / "derived" / self.key
        if not folder.is_dir():
            self.compute(folder)
        self.shelf = Shelf(folder)
        self.hours = HourSource(self.lake, self.book, self.atlas, self.shelf, self.moment, self.choice)
        self._labels = {row["period"] for row in self.shelf.ask("lantian.air", "period_labels")}

    @property
    def key(self) -> str:
        """Hash what the tables rest on."""
        versions = {name: version for name, version in self.lake.versions().items() if name in (*SOURCES, "stations")}
        ground = [versions, self.book.hash, sorted(self.choice.editions.items()), str(self.moment.as_of), str(self.moment.as_loaded), FORMAT]
        return hashlib.sha256(json.dumps(ground, sort_keys=True).encode()).hexdigest()[:16]

    def compute(self, folder: Path) -> None:
        """Run the chain on the engine asked for and put its tables on the shelf; only results are collected."""
        if not any(self.lake.exists(name) for name in SOURCES):
            raise InputError(f"no air data in {self.home}; load some, for example: lantian load air_hourly --format uci-beijing FILE…")
        with open_engine(self.engine) as engine:
            for name in SOURCES:
                open_dataset(engine, self.lake, name, self.moment)
            days = _span(engine)
            stations = [(s.id, s.city, s.control) for s in self.atlas.stations()]
            run_values(engine, self.book, days, stations, self.choice)
            run_periods(engine, self.book, list(standard_periods(days)), self.city_sets(), self.choice)
            tables = {name: engine.fetch(f"SELECT * FROM {name}") for name in SHELVED}
        write_shelf(folder, {name: _narrow(table) for name, table in tables.items()})

    def city_sets(self) -> dict[str, list[str]]:
        """Give the ranked sets of cities, and the set of all cities."""
        sets = {group.key: list(group.members) for group in self.atlas.groups()}
        every = {station.city for station in self.atlas.stations()} | {code for codes in sets.values() for code in codes}
        return sets | {"all": sorted(every)}

    def period(self, asked: Period, place: str | None = None) -> str:
        """Make sure that a period is computed, for every city or only for the one named, and give the label of its rows."""
        with self._lock:
            if place is not None and asked.label not in self._labels:
                asked = replace(asked, label=f"{asked.label}@{place}")
            if asked.label not in self._labels:
                with open_engine("duckdb") as engine:
                    for name in ("city_value", "city_index", "rule_edition"):
                        engine.table(name, self._part(name, asked, place))
                    run_periods(engine, self.book, [asked], self.city_sets(), self.choice)
                    for name in PERIOD_STEPS:
                        self.shelf.append(name, _narrow(engine.fetch(f"SELECT * FROM {name}")))
                self._labels.add(asked.label)
        return asked.label

    def late_after(self, moment: datetime) -> bool:
        """Tell whether some value of a day that was over at ``moment`` became known only after it (a correction, a late report)."""
        with self._lock:
            if self._late is None:
                self._late = self._latest_late()
        return self._late is not None and self._late > moment

    def _latest_late(self) -> datetime:
        """Give the latest moment at which something became known later than its dataset's publication rule says."""
        latest = datetime.min
        with open_engine("duckdb") as engine:
            for name in SOURCES:
                open_dataset(engine, self.lake, name, Moment())
                row = engine.fetch(f"SELECT MAX(known_at) AS late FROM {name} WHERE CAST(known_at AS DATE) > day + INTERVAL 1 DAY").to_pylist()[0]
                latest = max(latest, row["late"] or latest)
        return latest

    def _part(self, name: str, asked: Period, place: str | None) -> pa.Table:
        """Take one table's days of a period, of one city where it is named."""
        if name == "rule_edition":
            from lantian.air.service.tables import arrow, rule_edition

            return arrow(rule_edition(self.book, {self.choice.edition(self.book, "hj_633", day) for day in (asked.start, asked.end)}))
        return self.shelf.days(name, asked.start, asked.end, place)


FORMAT = 1
"""Raised when the computed tables change their shape."""


def standard_periods(days: Period) -> Iterable[Period]:
    """Give the years, quarters and months that a span of days touches."""
    for number in range(days.start.year, days.end.year + 1):
        yield year(number)
        for of in range(1, 5):
            if quarter(number, of).start <= days.end and quarter(number, of).end >= days.start:
                yield quarter(number, of)
        for of in range(1, 13):
            if month(number, of).start <= days.end and month(number, of).end >= days.start:
                yield month(number, of)


def _span(engine: Engine) -> Period:
    """Give the first and last day of the opened datasets."""
    ends = []
    for name in SOURCES:
        row = engine.fetch(f"SELECT MIN(day) AS first_day, MAX(day) AS last_day FROM {name}").to_pylist()[0]
        ends += [row["first_day"], row["last_day"]]
    known = [each for each in ends if each is not None]
    if not known:
        raise InputError("nothing was known at that moment; choose a later --as-of or --as-loaded")
    return span(min(known), max(known))


def _narrow(table: pa.Table) -> pa.Table:
    """Give counts and sums the same types whichever engine made them."""
    for index, column in enumerate(table.schema):
        if pa.types.is_decimal(column.type) and column.type.scale == 0:
            table = table.set_column(index, column.name, pc.cast(table.column(index), pa.int64()))
    return table
