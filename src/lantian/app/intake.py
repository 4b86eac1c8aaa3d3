"""Booking what devices sent: each value once, an equal one leaves nothing new, another one is a revision; a kill between two steps doubles nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
from deltalake import WriterProperties

from lantian.lake.declaration import QUARANTINE, Declaration, dataset
from lantian.lake.engine.duck import scan
from lantian.lake.store import QUARANTINE_TABLE, Lake

SOURCE = "hj212"
FEED, NUMBER, ORDER = "feed", "number", "place"
"""Columns beside a dataset's own: the spool a row came through, its batch there, its place in what is booked together."""
MEMORY = "512MB"
MARGIN = timedelta(milliseconds=1)
"""Statistics of the lake's files are cut to milliseconds."""
MANY = 48
"""New files that are joined into fewer (our choice)."""
JOINED = 64 << 20
"""Size up to which files are joined [bytes]."""
ROW_GROUP = 65_536
"""Rows read or skipped together in a joined file."""
KEPT_HOURS = 24
"""How long files that were joined stay for readers who still hold them."""
KNOWN = 20_000
"""Unreadable stretches remembered, so that the same rubbish is kept once."""


@dataclass
class Booked:
    """What became of rows: new keys, corrections, equal to what was known, already booked before a restart."""

    added: int = 0
    revised: int = 0
    unchanged: int = 0
    again: int = 0

    def add(self, other: Booked) -> None:
        """Count another's rows too."""
        for name in ("added", "revised", "unchanged", "again"):
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass
class Intake:
    """Books rows into the lake; there is one writer of these datasets at a time."""

    lake: Lake
    counts: dict[str, Booked] = field(default_factory=dict)
    _digests: dict[str, None] = field(default_factory=dict)
    _joined: dict[str, int] = field(default_factory=dict)
    """Files of each table when they were last joined."""

    def book(self, name: str, rows: pa.Table, marks: Mapping[str, int], now: datetime) -> Booked:
        """Book rows of a dataset; they carry its own columns, ``known_at`` and the columns feed, number and place.

        ``marks`` say up to which batch of each feed these rows complete the table; what the table holds already by its own mark is left.
        """
        declared = dataset(name)
        fresh = self._fresh(name, rows, marks)
        done = Booked(again=rows.num_rows - fresh.num_rows)
        if fresh.num_rows:
            found = self._judge(declared, fresh, now)
            done.revised = pc.sum(pc.greater(found.column("revision"), 0)).as_py() or 0
            done.added = found.num_rows - done.revised
            done.unchanged = fresh.num_rows - found.num_rows
            if found.num_rows:
                self.lake.append(name, found, marks)
                self._tidy(name)
        self.counts.setdefault(name, Booked()).add(done)
        return done

    def quarantine(self, rows: pa.Table, marks: Mapping[str, int]) -> int:
        """Keep what could not be read or stored, the same bytes once; give how many rows were new."""
        fresh = self._fresh(QUARANTINE_TABLE, rows, marks)
        keep = []
        for index, digest in enumerate(fresh.column("digest").to_pylist()):
            if digest not in self._digests:
                self._digests[digest] = None
                keep.append(index)
        while len(self._digests) > KNOWN:
            self._digests.pop(next(iter(self._digests)))
        if keep:
            self.lake.append(QUARANTINE_TABLE, fresh.take(keep).select(QUARANTINE.names).cast(QUARANTINE), marks)
        return len(keep)

    def _fresh(self, name: str, rows: pa.Table, marks: Mapping[str, int]) -> pa.Table:
        """Leave out the rows of batches that the table holds since before a restart."""
        for feed in marks:
            held = self.lake.mark(name, feed)
            if held:
                old = pc.and_(pc.equal(rows.column(FEED), feed), pc.less_equal(rows.column(NUMBER), held))
                rows = rows.filter(pc.invert(old))
        return rows

    def _judge(self, declared: Declaration, rows: pa.Table, now: datetime) -> pa.Table:
        """Compare with the newest revision of each key and with each other in their order; give what is new, with its bookkeeping."""
        own = [column.name for column in declared.values if column.name not in declared.key]
        key = ", ".join(declared.key)
        same = " AND ".join(f"{name} IS NOT DISTINCT FROM LAG({name}) OVER turn" for name in own) or "TRUE"
        columns = ", ".join(column.name for column in declared.values)
        with duckdb.connect(":memory:") as db:
            db.execute("SET threads TO 1")
            db.execute(f"SET memory_limit = '{MEMORY}'")
            db.register("fresh", rows)
            db.execute("CREATE TABLE staged AS SELECT * FROM fresh")
            stored = self._stored(declared, rows)
            if stored:
                low, high = _span(declared, rows)
                db.execute(f"CREATE VIEW held AS SELECT * FROM {scan(stored)} WHERE {declared.time} BETWEEN TIMESTAMP '{low}' AND TIMESTAMP '{high}'")
            else:
                db.register("nothing", declared.schema.empty_table())
                db.execute("CREATE VIEW held AS SELECT * FROM nothing")
            newest = f"SELECT *, ROW_NUMBER() OVER (PARTITION BY {key} ORDER BY revision DESC) AS turn FROM held SEMI JOIN staged USING ({key})"
            found = db.sql(
                f"WITH line AS (SELECT {columns}, known_at, {ORDER}, CAST(NULL AS INTEGER) AS revision FROM staged"
                f" UNION ALL SELECT {columns}, known_at, -1 AS {ORDER}, revision FROM ({newest}) WHERE turn = 1),"
                f" judged AS (SELECT *, LAG({ORDER}) OVER turn IS NOT NULL AND {same} AS unchanged, FIRST_VALUE(revision) OVER turn AS base FROM line"
                f" WINDOW turn AS (PARTITION BY {key} ORDER BY {ORDER}))"
                f" SELECT {columns}, '{SOURCE}' AS dataset, known_at, TIMESTAMP '{now}' AS loaded_at,"
                f" CAST(COALESCE(base, -1) + ROW_NUMBER() OVER (PARTITION BY {key} ORDER BY {ORDER}) AS INTEGER) AS revision,"
                f" strftime(day, '%Y-%m') AS month FROM judged WHERE {ORDER} >= 0 AND NOT unchanged ORDER BY month, cn, time, device"
                if "cn" in declared.key
                else f"SELECT {columns}, '{SOURCE}' AS dataset, known_at, TIMESTAMP '{now}' AS loaded_at, 0::INTEGER AS revision,"
                f" strftime(day, '%Y-%m') AS month FROM staged ANTI JOIN held USING ({key}) ORDER BY month, time"
            )
            return found.to_arrow_table().cast(declared.schema)

    def _stored(self, declared: Declaration, rows: pa.Table) -> list[str]:
        """Give the files whose times overlap those of the rows, by the table's own statistics, hour by hour."""
        table = self.lake.table(declared.name)
        if table is None:
            return []
        hours = pc.unique(pc.floor_temporal(rows.column(declared.time), unit="hour")).sort()
        actions = pa.table(table.get_add_actions(flatten=True))
        low, high = f"min.{declared.time}", f"max.{declared.time}"
        if low not in actions.column_names:
            return self.lake.files(declared.name)
        starts = hours.to_pylist()
        found = []
        for path, first, last in zip(*(actions.column(name).to_pylist() for name in ("path", low, high)), strict=True):
            if first is None or any(first - MARGIN < start + timedelta(hours=1) and start <= last + MARGIN for start in starts):
                found.append(str(self.lake.path(declared.name) / path))
        return found

    def _tidy(self, name: str) -> None:
        """Join small files when there are many, and forget those joined a day ago."""
        table = self.lake.table(name)
        if table is None or len(table.file_uris()) < self._joined.get(name, 0) + MANY:
            return
        table.optimize.compact(target_size=JOINED, writer_properties=WriterProperties(max_row_group_size=ROW_GROUP, compression="ZSTD"))
        table = self.lake.table(name)
        if table is not None:
            self._joined[name] = len(table.file_uris())
            table.vacuum(retention_hours=KEPT_HOURS, dry_run=False, enforce_retention_duration=False)


def _span(declared: Declaration, rows: pa.Table) -> tuple[datetime, datetime]:
    found = pc.min_max(rows.column(declared.time)).as_py()
    return found["min"], found["max"]


def empty(names: Sequence[str], schema: pa.Schema) -> pa.Table:
    """Give no rows, with the columns feed, number and place beside those named."""
    own = [schema.field(name) for name in names]
    return pa.schema([*own, (FEED, pa.string()), (NUMBER, pa.int64()), (ORDER, pa.int64())]).empty_table()
