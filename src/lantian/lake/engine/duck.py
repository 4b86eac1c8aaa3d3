"""DuckDB in the process."""

from __future__ import annotations

import os
from collections.abc import Sequence
from types import TracebackType
from typing import Self

import duckdb
import pyarrow as pa

MACROS = (
    "CREATE OR REPLACE MACRO half_even0(x) AS round_even(x, 0)",
    "CREATE OR REPLACE MACRO half_even1(x) AS round_even(x, 1)",
)


def scan(uris: Sequence[str]) -> str:
    """Name the Parquet files of a table as one source for DuckDB; the partition column keeps its text."""
    listed = ", ".join("'" + uri.replace("'", "''") + "'" for uri in uris)
    return f"read_parquet([{listed}], union_by_name = true, hive_partitioning = true, hive_types_autocast = false)"


class DuckEngine:
    """Limits come from LANTIAN_THREADS, LANTIAN_MEMORY (such as 2GB) and LANTIAN_TEMP (where it may spill)."""

    def __init__(self) -> None:
        """Open an empty database in memory."""
        self._db = duckdb.connect(":memory:")
        self._db.execute("SET preserve_insertion_order = false")
        for name, setting in (("LANTIAN_THREADS", "threads"), ("LANTIAN_MEMORY", "memory_limit"), ("LANTIAN_TEMP", "temp_directory")):
            if os.environ.get(name):
                self._db.execute(f"SET {setting} = '{os.environ[name]}'")
        for macro in MACROS:
            self._db.execute(macro)

    def table(self, name: str, rows: pa.Table) -> None:
        """Make small rows a table."""
        self._db.register("incoming", rows)
        self._db.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM incoming")
        self._db.unregister("incoming")

    def files(self, name: str, uris: Sequence[str], schema: pa.Schema) -> None:
        """Make Parquet files a view; no files make an empty table of the schema."""
        if not uris:
            self.table(name, schema.empty_table())
            return
        self._db.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS SELECT * FROM {scan(uris)}")

    def run(self, name: str, sql: str) -> None:
        """Compute a statement and keep its result in memory."""
        self._db.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {sql}")

    def view(self, name: str, sql: str) -> None:
        """Name a statement without computing it."""
        self._db.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS {sql}")

    def fetch(self, sql: str) -> pa.Table:
        """Collect a statement's result."""
        return self._db.sql(sql).to_arrow_table()

    def close(self) -> None:
        """Close the database."""
        self._db.close()

    def __enter__(self) -> Self:
        """Use the engine for a block."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Close at the end of the block."""
        self.close()
