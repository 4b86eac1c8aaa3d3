"""The lake: one Delta table a dataset under LANTIAN_HOME/lake; appends only, every append one atomic commit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, Transaction, write_deltalake
from deltalake.exceptions import TableNotFoundError

from lantian.kernel.errors import InputError
from lantian.lake.declaration import QUARANTINE, dataset

QUARANTINE_TABLE = "quarantine"


class Lake:
    """The facts of one installation."""

    def __init__(self, home: Path) -> None:
        """Point at an installation; nothing is made until something is appended."""
        self.home = home
        self.root = home / "lake"
        self._open: dict[str, tuple[int, DeltaTable]] = {}

    def path(self, name: str) -> Path:
        """Give the folder of a table."""
        return self.root / name

    def table(self, name: str) -> DeltaTable | None:
        """Open a table in its newest version, or give None when nothing was ever appended to it; it is read anew only when its log has changed."""
        log = self.path(name) / "_delta_log"
        if not log.is_dir():
            return None
        changed = log.stat().st_mtime_ns
        if self._open.get(name, (0, None))[0] != changed:
            try:
                self._open[name] = (changed, DeltaTable(str(self.path(name))))
            except TableNotFoundError:
                return None
        return self._open[name][1]

    def exists(self, name: str) -> bool:
        """Tell whether a table has been made."""
        return self.table(name) is not None

    def append(self, name: str, rows: pa.Table | pa.RecordBatchReader, marks: Mapping[str, int] | None = None) -> None:
        """Append rows in one commit: after a kill they are all there or none is.

        ``marks`` say up to which number of each feed the table now holds everything; they are part of the commit, and ``mark`` gives them back.
        """
        partition = None if name == QUARANTINE_TABLE else ["month"]
        held = CommitProperties(app_transactions=[Transaction(feed, number) for feed, number in marks.items()]) if marks else None
        write_deltalake(str(self.path(name)), rows, mode="append", partition_by=partition, name=name, description=self._about(name), commit_properties=held)

    def mark(self, name: str, feed: str) -> int:
        """Give up to which number of a feed a table holds everything; 0 where nothing was said."""
        table = self.table(name)
        return 0 if table is None else int(table.transaction_version(feed) or 0)

    def _about(self, name: str) -> str:
        return "rows that could not be understood" if name == QUARANTINE_TABLE else f"{dataset(name).en}, declaration version {dataset(name).version}"

    def versions(self) -> dict[str, int]:
        """Give the version of every table."""
        found = {}
        if self.root.is_dir():
            for path in sorted(self.root.iterdir()):
                table = self.table(path.name)
                if table is not None:
                    found[path.name] = table.version()
        return found

    def stamp(self) -> dict[str, int]:
        """Give cheap marks that change whenever something is appended: when each table's log last changed."""
        if not self.root.is_dir():
            return {}
        logs = {path.name: path / "_delta_log" for path in self.root.iterdir()}
        return {name: log.stat().st_mtime_ns for name, log in logs.items() if log.is_dir()}

    def files(self, name: str, months: Sequence[str] | None = None) -> list[str]:
        """Give the Parquet files of a table, of some months only where these are named."""
        table = self.table(name)
        if table is None:
            return []
        if months is None:
            return sorted(table.file_uris())
        if not months:
            return []
        listed = ", ".join(f"'{month}'" for month in months)
        return sorted(table.file_uris(file_pruning_predicate=f"month IN ({listed})"))

    def revised(self, name: str) -> bool:
        """Tell from the table's own statistics whether any row is a correction, without reading the data."""
        table = self.table(name)
        if table is None:
            return False
        actions = pa.table(table.get_add_actions(flatten=True))
        if "max.revision" not in actions.column_names:
            return True
        top = actions.column("max.revision").to_pylist()
        return any(value is None or value > 0 for value in top)

    def quarantined(self, name: str | None = None) -> list[dict[str, Any]]:
        """Give the rows that were not understood, of one dataset or of all, in the order of file and line."""
        table = self.table(QUARANTINE_TABLE)
        if table is None:
            return []
        rows: list[dict[str, Any]] = table.to_pyarrow_table().to_pylist()
        return sorted((row for row in rows if name in (None, row["dataset"])), key=lambda row: (row["file"], row["line"]))

    def compact(self, names: Iterable[str] | None = None) -> dict[str, int]:
        """Join small files of each table; give how many files went into it."""
        done = {}
        for name in names or self.versions():
            table = self.table(name)
            if table is not None:
                done[name] = int(table.optimize.compact()["numFilesRemoved"])
        return done

    def vacuum(self, hours: int = 168) -> dict[str, int]:
        """Delete files that no version of the last ``hours`` needs; give how many."""
        done = {}
        for name in self.versions():
            table = self.table(name)
            if table is not None:
                done[name] = len(table.vacuum(retention_hours=hours, dry_run=False, enforce_retention_duration=False))
        return done

    def migrate(self) -> dict[str, str]:
        """Bring older tables up to their declaration: missing columns are added; a changed type raises ``InputError``."""
        done = {}
        for name in self.versions():
            table = self.table(name)
            if table is None:
                continue
            wanted = QUARANTINE if name == QUARANTINE_TABLE else dataset(name).schema
            have = {field.name: field.type for field in pa.schema(table.schema().to_arrow())}
            clash = [field.name for field in wanted if field.name in have and not _same(have[field.name], field.type)]
            if clash:
                raise InputError(
                    f"{name}: column {clash[0]!r} is stored as {have[clash[0]]}, the declaration says {wanted.field(clash[0]).type}; reload the dataset"
                )
            missing = [field for field in wanted if field.name not in have]
            if missing:
                empty = pa.Table.from_pylist([], schema=wanted)
                write_deltalake(str(self.path(name)), empty, mode="append", schema_mode="merge")
            done[name] = f"{len(missing)} columns added"
        return done


def _same(stored: pa.DataType, wanted: pa.DataType) -> bool:
    """Tell whether two types hold the same values, whatever their widths of offsets."""
    text = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)
    if any(is_text(wanted) for is_text in text):
        return any(is_text(stored) for is_text in text)
    return bool(stored == wanted) or (pa.types.is_timestamp(stored) and pa.types.is_timestamp(wanted))
