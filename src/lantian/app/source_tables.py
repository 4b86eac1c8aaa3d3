"""Computed tables of emission sources: hours of each factor by month, results by quarter, kept under what they rest on (DESIGN §16)."""

from __future__ import annotations

import hashlib
import json
import shutil
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from lantian.app.acting import now
from lantian.kernel.period import DAY, Moment, Period, month, quarter
from lantian.lake.declaration.sources import SOON, SOURCE_DATASETS
from lantian.lake.engine import open_engine
from lantian.lake.read import open_dataset
from lantian.lake.shelf import Shelf, write_shelf
from lantian.lake.store import Lake
from lantian.law import LawBook
from lantian.ledger import Ledger, Record, Records
from lantian.places import Atlas
from lantian.sources.model import Registry
from lantian.sources.service.chain import RESULTS, no_reference, run_factor_hours, run_results
from lantian.sources.service.equipment import run_equipment
from lantian.sources.service.registry import read_registry, registry_tables

VALUES, REFERENCE = "device_values", "reference_values"
REGISTERS = tuple(each.name for each in SOURCE_DATASETS if not each.name.startswith("device_"))
EQUIPMENT = ("equipment_month", "process_hour")
WET = "fgd"
"""The control behind which flue gas is wet, as the register of controls names it."""
FORMAT = 1
"""Raised when the computed tables change their shape."""
REFRESH = 10.0
"""How many seconds computed tables stand while devices go on sending (our choice)."""
ABANDONED = 24 * 3600.0
"""Seconds after which computed tables are cleared away (our choice)."""
HELD = 6
"""How many quarters are held open at once."""


@dataclass(frozen=True)
class Known:
    """What is known of sources at one clock: registers, the mark that names all of it, and the moment up to which hours count."""

    registry: Registry
    until: datetime
    key: str


@dataclass(frozen=True)
class Snapshot:
    """What there was at a look at the stores: a mark that names it, the files of each month of values, the marks of operators that stand."""

    state: str
    files: Mapping[str, list[str]]
    marks: tuple[Record, ...]


@dataclass
class SourceTables:
    """The computed tables of one installation, shared by all clocks."""

    home: Path
    lake: Lake
    ledger: Ledger
    engine: str = "duckdb"
    _snapshot: Snapshot | None = None
    _looked: float = 0.0
    _known: dict[tuple[str, datetime], Known] = field(default_factory=dict)
    _shelves: dict[str, Shelf] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def snapshot(self) -> Snapshot:
        """Look at the stores, at most every few seconds, however fast devices send."""
        with self._lock:
            if self._snapshot is None or time.monotonic() - self._looked > REFRESH:
                versions = {name: version for name, version in self.lake.versions().items() if name in (VALUES, *REGISTERS)}
                state = _hash(versions, self.ledger.newest("mark."))
                if self._snapshot is None or self._snapshot.state != state:
                    table = self.lake.table(VALUES)
                    months = sorted({str(part["month"]) for part in table.partitions()}) if table is not None else []
                    marks = tuple(Records(self.ledger).find(["mark"], states=["stated", "accepted"]))
                    self._snapshot = Snapshot(state, {name: self.lake.files(VALUES, [name]) for name in months}, marks)
                self._looked = time.monotonic()
            return self._snapshot

    def look_again(self) -> None:
        """Notice at once what was done, without waiting for the next look."""
        self._looked = -REFRESH

    def known(self, law: LawBook, atlas: Atlas, as_of: datetime | None) -> Known:
        """Read the registers as known at a clock, once for each state of the stores."""
        until = now().replace(minute=0, second=0) if as_of is None else as_of
        state = self.snapshot().state
        with self._lock:
            found = self._known.get((state, until))
            if found is None:
                with open_engine("duckdb") as engine:
                    registry = read_registry(engine, self.lake, Moment(until), atlas)
                registers = {name: version for name, version in self.lake.versions().items() if name in REGISTERS}
                found = Known(registry, until, _hash(registers, law.signature, law.hash, FORMAT))
                if len(self._known) > HELD:
                    self._known.clear()
                self._known[state, until] = found
            return found

    def ground(self, known: Known, what: str) -> str:
        """Name what an answer at a clock rests on: everything loaded, the registers and the law, the moment."""
        return _hash(what, self.snapshot().state, known.key, str(known.until))

    def wet_outlets(self, known: Known) -> set[str]:
        """Give the outlets whose unit has a desulphurisation by the newest report of its controls; a unit bears the name of its outlet."""
        with open_engine("duckdb") as engine:
            open_dataset(engine, self.lake, "controls", Moment(known.until))
            rows = engine.fetch(f"SELECT DISTINCT unit FROM controls WHERE control = '{WET}' AND removed IS NULL").to_pylist()
        return {str(row["unit"]) for row in rows} & set(known.registry.outlet_reports.names())

    def shelf(self, known: Known, law: LawBook, period: Period) -> Shelf | None:
        """Give the results of a quarter as known at a clock, computing what is lacking; None where no device sent anything in it or before."""
        snapshot = self.snapshot()
        inside = [name for name in snapshot.files if name <= f"{min(period.end, known.until.date()):%Y-%m}"]
        before = quarter_before(period)
        wanted = [name for name in inside if name >= f"{before.start:%Y-%m}"]
        if not any(name >= f"{period.start:%Y-%m}" for name in wanted):
            return None
        marks = marks_of(snapshot.marks, period)
        over = known.until >= datetime.combine(period.end + DAY, datetime.min.time()) + SOON
        with self._lock:
            hours = [self._hours(known, law, name, snapshot.files[name]) for name in wanted]
            key = _hash(known.key, [path.stem for path in hours], marks, period.label, None if over else str(known.until))
            if key not in self._shelves:
                folder = self.home / "derived" / "sources" / key
                if not folder.is_dir():
                    clear_away(folder.parent.glob("*"))
                    self._compute(folder, known, law, period, hours, marks)
                if len(self._shelves) >= HELD:
                    self._shelves.pop(next(iter(self._shelves)))
                self._shelves[key] = Shelf(folder)
            return self._shelves[key]

    def _hours(self, known: Known, law: LawBook, name: str, files: list[str]) -> Path:
        """Give the file of a month's factor hours, computed when any of the month's values or registers changed."""
        late = self._late_after(files, known.until)
        key = _hash([Path(each).name for each in files], known.key, str(known.until) if late else None)
        path = self.home / "derived" / "factor_hours" / f"{name}-{key}.parquet"
        if not path.is_file():
            first = date.fromisoformat(f"{name}-01")
            span = month(first.year, first.month)
            with open_engine(self.engine) as engine:
                open_dataset(engine, self.lake, VALUES, Moment(known.until) if late else Moment(), [name])
                run_factor_hours(engine, law, registry_tables(known.registry, law, span.start, span.end), span)
                table = engine.fetch("SELECT * FROM factor_hour")
            path.parent.mkdir(parents=True, exist_ok=True)
            clear_away(path.parent.glob(f"{name}-*.parquet"))
            draft = path.with_suffix(f".{threading.get_ident()}.draft")
            pq.write_table(table, draft, compression="zstd")
            draft.replace(path)
        return path

    def _late_after(self, files: Iterable[str], until: datetime) -> bool:
        """Tell whether some value of the past became known only after the clock."""
        listed = list(files)
        if not listed:
            return False
        with open_engine("duckdb") as engine:
            engine.files("late_values", listed, _schema())
            found = engine.fetch(
                f"SELECT COUNT(*) AS n FROM late_values WHERE known_at > TIMESTAMP '{until:%Y-%m-%d %H:%M:%S}' AND time <= TIMESTAMP '{until - SOON:%Y-%m-%d %H:%M:%S}'"
            )
        return bool(found.to_pylist()[0]["n"])

    def _compute(self, folder: Path, known: Known, law: LawBook, period: Period, hours: list[Path], marks: list[dict[str, Any]]) -> None:
        """Run the light steps over the hours of a quarter and the one before it, and put the results on a shelf."""
        with open_engine("duckdb") as engine:
            schema = pq.read_schema(hours[0])
            engine.files("factor_hour_all", [str(path) for path in hours], schema)
            heard = known.until - SOON
            engine.run("factor_hour", f"SELECT * FROM factor_hour_all WHERE time <= TIMESTAMP '{heard:%Y-%m-%d %H:%M:%S}'")
            if self.lake.exists(REFERENCE):
                open_dataset(engine, self.lake, REFERENCE, Moment(known.until))
            else:
                no_reference(engine)
            before = quarter_before(period)
            tables = registry_tables(known.registry, law, before.start, min(period.end, heard.date()))
            run_results(engine, law, tables, marks, period, heard)
            run_equipment(engine, law, heard.date())
            write_shelf(folder, {name: engine.fetch(f"SELECT * FROM {name}") for name in (*RESULTS, *EQUIPMENT)})


def clear_away(paths: Iterable[Path], now: float | None = None) -> None:
    """Delete what was computed long ago and rests on what has changed since; whatever is asked again is computed again."""
    limit = (time.time() if now is None else now) - ABANDONED
    for each in paths:
        try:
            if each.stat().st_mtime < limit:
                shutil.rmtree(each) if each.is_dir() else each.unlink()
        except FileNotFoundError:
            continue


def marks_of(records: Iterable[Record], period: Period) -> list[dict[str, Any]]:
    """Give the operators' marks that touch a quarter as the rows that the chain joins."""
    rows = []
    for each in records:
        start, finish = datetime.fromisoformat(each.body["start"]), datetime.fromisoformat(each.body["end"])
        if finish.date() >= period.start and start.date() <= period.end:
            row: dict[str, Any] = {"outlet": each.body["outlet"], "pollutant": each.body["pollutant"], "start": start, "finish": finish}
            rows.append(row | {"code": each.body["code"], "state": each.state, "mark": each.id})
    return sorted(rows, key=lambda row: str(row["mark"]))


def quarter_before(period: Period) -> Period:
    """Give the quarter before one.

    >>> quarter_before(quarter(2015, 1)).label
    '2014Q4'
    """
    return quarter_of(period.start - DAY)


def quarter_of(day: date) -> Period:
    """Give the quarter of a day.

    >>> quarter_of(date(2015, 12, 8)).label
    '2015Q4'
    """
    return quarter(day.year, (day.month + 2) // 3)


def quarters(start: date, end: date) -> list[Period]:
    """Give the quarters that a span of days touches, in order."""
    found = [quarter_of(start)]
    while found[-1].end < end:
        found.append(quarter_of(found[-1].end + DAY))
    return found


def _schema() -> Any:
    from lantian.lake.declaration import dataset

    return dataset(VALUES).schema


def _hash(*parts: Any) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()[:20]
