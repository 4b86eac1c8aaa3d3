"""The shelf: computed tables kept as Parquet files in one folder and asked from many threads."""

from __future__ import annotations

import secrets
import shutil
import threading
import time
from collections.abc import Mapping
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

Rows = list[dict[str, Any]]


ABANDONED = 3600
"""Seconds after which a draft that nobody finished is cleared away."""


def write_shelf(folder: Path, tables: Mapping[str, pa.Table]) -> None:
    """Write all tables into ``folder`` in one step: a reader sees the whole shelf or none of it; of two writers at once the first one's stays."""
    for old in folder.parent.glob("*.draft"):
        if old.is_dir() and time.time() - old.stat().st_mtime > ABANDONED:
            shutil.rmtree(old, ignore_errors=True)
    draft = folder.with_name(f"{folder.name}.{secrets.token_hex(4)}.draft")
    draft.mkdir(parents=True)
    for name, table in tables.items():
        pq.write_table(table, draft / f"{name}.parquet", compression="zstd")
    try:
        draft.rename(folder)
    except OSError:
        if not folder.is_dir():
            raise
        shutil.rmtree(draft)


class Shelf:
    """Tables of one folder, loaded into memory once; ``ask`` runs a named question with its values bound, safe from any thread."""

    def __init__(self, folder: Path) -> None:
        """Load every Parquet file of the folder as a table of its name."""
        self._connection = duckdb.connect(":memory:")
        self._connection.execute("SET threads TO 2")
        self._local = threading.local()
        self.names: set[str] = set()
        for path in sorted(folder.glob("*.parquet")):
            self._connection.read_parquet(str(path)).create(path.stem)
            self.names.add(path.stem)

    def add(self, name: str, table: pa.Table) -> None:
        """Put a small table beside the others."""
        self._connection.register("incoming", table)
        self._connection.execute(f'CREATE OR REPLACE TABLE "{name}" AS SELECT * FROM incoming')
        self._connection.unregister("incoming")
        self.names.add(name)

    def append(self, name: str, table: pa.Table) -> None:
        """Add rows to a table of the shelf."""
        cursor = self._connection.cursor()
        cursor.register("incoming", table)
        cursor.execute(f'INSERT INTO "{name}" BY NAME SELECT * FROM incoming')
        cursor.close()

    def days(self, name: str, start: date, end: date, place: str | None = None) -> pa.Table:
        """Give the rows of a table whose ``day`` lies in a span, of one place where it is named."""
        cursor = self._connection.cursor()
        found = cursor.sql(f'SELECT * FROM "{name}" WHERE day BETWEEN ? AND ? AND place = COALESCE(?, place)', params=[start, end, place]).to_arrow_table()
        cursor.close()
        return found

    def table(self, name: str) -> pa.Table:
        """Give a whole table."""
        cursor = self._connection.cursor()
        found = cursor.sql(f'SELECT * FROM "{name}"').to_arrow_table()
        cursor.close()
        return found

    def ask(self, package: str, question: str, /, **values: Any) -> Rows:
        """Answer ``<package>/sql/ask/<question>.sql`` with its ``$values`` bound; one dict a row."""
        if not hasattr(self._local, "cursor"):
            self._local.cursor = self._connection.cursor()
        text = resources.files(package).joinpath("sql", "ask", f"{question}.sql").read_text(encoding="utf-8")
        found = self._local.cursor.execute(text, values or None)
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
