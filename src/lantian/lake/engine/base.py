"""What an engine does, and how one is opened."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType
from typing import Protocol, Self

import pyarrow as pa

from lantian.kernel.errors import InputError


class Engine(Protocol):
    """Runs standard SQL over named tables."""

    def table(self, name: str, rows: pa.Table) -> None:
        """Make small rows a table."""

    def files(self, name: str, uris: Sequence[str], schema: pa.Schema) -> None:
        """Make Parquet files a view; no files make an empty one of the schema."""

    def run(self, name: str, sql: str) -> None:
        """Compute a statement and keep its result under a name."""

    def view(self, name: str, sql: str) -> None:
        """Name a statement without computing it."""

    def fetch(self, sql: str) -> pa.Table:
        """Collect a statement's result."""

    def close(self) -> None:
        """Let go of memory, files and processes."""

    def __enter__(self) -> Self:
        """Use the engine for a block."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Close at the end of the block."""


def open_engine(spec: str = "duckdb") -> Engine:
    """Open 'duckdb', 'spark', 'spark:local[2]' or 'spark:spark://host:port'; another spec, or Spark not installed, raises ``InputError``."""
    kind, _, master = spec.partition(":")
    if kind == "duckdb" and not master:
        from lantian.lake.engine.duck import DuckEngine

        return DuckEngine()
    if kind == "spark":
        try:
            from lantian.lake.engine.spark import SparkEngine
        except ImportError:
            raise InputError("engine 'spark' needs the package pyspark and Java 17; install lantian[spark] or use --engine duckdb") from None
        return SparkEngine(master or "local[*]")
    raise InputError(f"no engine {spec!r}; choose duckdb, spark, spark:local[2] or spark:spark://host:port")
