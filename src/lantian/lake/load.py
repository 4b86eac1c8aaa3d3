"""Loading: parsed rows are staged, compared with what is known, and booked in one commit a file (DESIGN §6, §13)."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from lantian.kernel.errors import FaultsError
from lantian.lake.declaration import QUARANTINE, STAMP, Declaration
from lantian.lake.declaration.base import LINE
from lantian.lake.engine.duck import scan
from lantian.lake.store import QUARANTINE_TABLE, Lake

BATCH = 20_000
SHOWN = 20
LOAD_MEMORY = "192MB"
"""What the comparison of a file with the lake may hold in memory; the rest spills beside the staged rows."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A row that cannot be understood: its line, the reason in words, and its text as it stood in the file."""

    line: int
    reason: str
    text: str


@dataclass
class LoadReport:
    """What became of one file."""

    file: str
    dataset: str
    added: int = 0
    revised: int = 0
    unchanged: int = 0
    repeated: int = 0
    quarantined: int = 0
    faults: list[Fault] = field(default_factory=list)

    @property
    def nothing_new(self) -> bool:
        """Tell whether the file changed nothing."""
        return not (self.added or self.revised or self.quarantined)


Parsed = Iterable[dict[str, Any] | Fault]
Progress = Callable[[int], None]


def load_file(
    lake: Lake,
    declared: Declaration,
    file: str,
    digest: str,
    parsed: Parsed,
    source: str,
    now: datetime,
    *,
    strict: bool = False,
    progress: Progress | None = None,
) -> LoadReport:
    """Book the rows of one file: new keys, corrections as revisions; what is already known is counted and left.

    ``strict`` refuses a file with any fault and raises ``FaultsError``; else faulty rows go to the quarantine table with their reason.
    """
    report = LoadReport(file, declared.name)
    with tempfile.TemporaryDirectory(prefix="lantian-") as folder:
        staged = Path(folder) / "staged.parquet"
        faults, months = _stage(declared, parsed, staged, now, progress)
        with duckdb.connect(":memory:") as db:
            db.execute("SET threads TO 2")
            db.execute(f"SET temp_directory = '{folder}'")
            db.execute(f"SET memory_limit = '{LOAD_MEMORY}'")
            db.execute("SET preserve_insertion_order = false")
            faults += _classify(db, lake, declared, staged, months)
            if faults and strict:
                raise FaultsError(f"{file} is refused (--strict)", [f"line {fault.line}: {fault.reason}: {fault.text}" for fault in faults], SHOWN)
            for kind, count in db.execute("SELECT booking, COUNT(*) FROM judged GROUP BY booking").fetchall():
                setattr(report, kind, count)
            if report.added or report.revised:
                lake.append(declared.name, _booked(db, declared, source, now))
    report.quarantined = _quarantine(lake, declared.name, file, digest, faults, now)
    report.faults = faults
    return report


def _stage(declared: Declaration, parsed: Parsed, staged: Path, now: datetime, progress: Progress | None) -> tuple[list[Fault], set[str]]:
    """Write understood rows to a file, batch by batch; collect the faults and the months touched."""
    faults: list[Fault] = []
    months: set[str] = set()
    schema = declared.staged.append(pa.field("known_at", STAMP)).append(pa.field("month", pa.string()))
    with pq.ParquetWriter(staged, schema) as writer:
        for batch in _batches(parsed, faults, declared, now):
            writer.write_table(pa.Table.from_pylist(batch, schema=schema))
            months |= {row["month"] for row in batch}
            if progress:
                progress(batch[-1][LINE])
    return faults, months


def _batches(parsed: Parsed, faults: list[Fault], declared: Declaration, now: datetime) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    for row in parsed:
        if isinstance(row, Fault):
            faults.append(row)
            continue
        known_at = declared.published(row)
        line = row[LINE] if LINE in row else row["line"]
        if known_at > now:
            faults.append(
                Fault(line, f"published only at {known_at}, after this load ({now:%Y-%m-%d %H:%M}); a value from the future", str(row[declared.time]))
            )
            continue
        day: date = row["day"]
        batch.append(row | {LINE: line, "known_at": known_at, "month": f"{day:%Y-%m}"})
        if len(batch) >= BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _classify(db: duckdb.DuckDBPyConnection, lake: Lake, declared: Declaration, staged: Path, months: set[str]) -> list[Fault]:
    """Compare staged rows with the newest revision of their keys; rows that contradict each other inside the file become faults."""
    key = ", ".join(f'"{name}"' for name in declared.key)
    own = [column.name for column in declared.values if column.name not in declared.key]
    db.execute(f"CREATE VIEW staged AS SELECT * FROM read_parquet('{staged}')")
    files = lake.files(declared.name, sorted(months))
    if files:
        db.execute(f"CREATE VIEW stored AS SELECT * FROM {scan(files)}")
    else:
        db.register("nothing", declared.schema.empty_table())
        db.execute("CREATE VIEW stored AS SELECT * FROM nothing")
    db.execute(
        f"CREATE TABLE newest AS SELECT * EXCLUDE (place_in_line) FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY {key} ORDER BY revision DESC) AS place_in_line"
        f" FROM stored SEMI JOIN staged USING ({key})) WHERE place_in_line = 1"
    )
    same = " AND ".join(f'a."{name}" IS NOT DISTINCT FROM b."{name}"' for name in own) or "TRUE"
    on = " AND ".join(f'a."{name}" = b."{name}"' for name in declared.key)
    db.execute(f"CREATE TABLE firsts AS SELECT * FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY {key} ORDER BY {LINE}) AS nth FROM staged)")
    contradicting = db.execute(
        f"SELECT b.{LINE}, a.{LINE} FROM firsts a JOIN firsts b ON {on} AND a.nth = 1 AND b.nth > 1 WHERE NOT ({same}) ORDER BY b.{LINE}"
    ).fetchall()
    db.execute(
        "CREATE TABLE judged AS SELECT a.*, b.revision AS known_revision, CASE WHEN a.nth > 1 THEN 'repeated'"
        f" WHEN b.revision IS NULL THEN 'added' WHEN {same} THEN 'unchanged' ELSE 'revised' END AS booking FROM firsts a LEFT JOIN newest b ON {on}"
    )
    return [
        Fault(line, f"says something else than line {first} for the same {' and '.join(declared.key)}; the first is kept", f"see line {first}")
        for line, first in contradicting
    ]


def _booked(db: duckdb.DuckDBPyConnection, declared: Declaration, source: str, now: datetime) -> pa.RecordBatchReader:
    """Give the rows to append, with their bookkeeping; a correction is known from the moment it is loaded."""
    own = ", ".join(f'"{column.name}"' for column in declared.values)
    key = ", ".join(f'"{name}"' for name in declared.key)
    found = db.sql(
        f"SELECT {own}, '{source}' AS dataset, CASE booking WHEN 'added' THEN known_at ELSE TIMESTAMP '{now:%Y-%m-%d %H:%M:%S}' END AS known_at,"
        f" TIMESTAMP '{now:%Y-%m-%d %H:%M:%S}' AS loaded_at, CAST(COALESCE(known_revision + 1, 0) AS INTEGER) AS revision, month"
        f" FROM judged WHERE booking IN ('added', 'revised') ORDER BY month, {key}"
    )
    reader = found.to_arrow_reader(BATCH)
    return pa.RecordBatchReader.from_batches(declared.schema, (batch.cast(declared.schema) for batch in reader))


def _quarantine(lake: Lake, name: str, file: str, digest: str, faults: list[Fault], now: datetime) -> int:
    """Keep rows that were not understood, once for each file's content; give how many were new."""
    if not faults:
        return 0
    files = lake.files(QUARANTINE_TABLE)
    if files:
        with duckdb.connect(":memory:") as db:
            known = db.execute("SELECT COUNT(*) FROM read_parquet(?) WHERE digest = ?", [files, digest]).fetchone()
        if known and known[0]:
            return 0
    rows = [
        {"dataset": name, "file": file, "digest": digest, "line": fault.line, "reason": fault.reason, "text": fault.text, "loaded_at": now} for fault in faults
    ]
    lake.append(QUARANTINE_TABLE, pa.Table.from_pylist(rows, schema=QUARANTINE))
    return len(rows)


def reasons(faults: Iterable[Fault]) -> list[tuple[str, int]]:
    """Count faults by reason, the most frequent first."""
    return Counter(fault.reason for fault in faults).most_common()
