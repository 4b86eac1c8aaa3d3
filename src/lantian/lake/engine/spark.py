"""Spark, on one machine or a cluster, running the same SQL."""

from __future__ import annotations

import os
from collections.abc import Sequence
from types import TracebackType
from typing import Self

import pyarrow as pa
from pyspark.sql import SparkSession

FUNCTIONS = (
    "CREATE OR REPLACE TEMPORARY FUNCTION half_even0(x DOUBLE) RETURNS DOUBLE RETURN bround(x, 0)",
    "CREATE OR REPLACE TEMPORARY FUNCTION half_even1(x DOUBLE) RETURNS DOUBLE RETURN bround(x, 1)",
)


class SparkEngine:
    """A Spark session whose clock is fixed, so that timestamps without a zone stay what they are (DESIGN §10)."""

    def __init__(self, master: str) -> None:
        """Start or join a session on ``master``."""
        self._spark = (
            SparkSession.builder.master(master)
            .appName("lantian")
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.timestampType", "TIMESTAMP_NTZ")
            .config("spark.sql.parquet.inferTimestampNTZ.enabled", "true")
            .config("spark.sql.execution.arrow.pyspark.enabled", "true")
            .config("spark.sql.shuffle.partitions", "8")
            .config("spark.sql.ansi.enabled", "true")
            # Spark 4.3 fails to carry the constraints of an optimised union over to its checkpoint ("key not found").
            .config("spark.sql.constraintPropagation.enabled", "false")
            .config("spark.ui.enabled", "false")
            .config("spark.ui.showConsoleProgress", "false")
            .config("spark.driver.memory", os.environ.get("LANTIAN_SPARK_MEMORY", "3g"))
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .getOrCreate()
        )
        self._spark.sparkContext.setLogLevel("ERROR")
        for function in FUNCTIONS:
            self._spark.sql(function)

    def table(self, name: str, rows: pa.Table) -> None:
        """Make small rows a table."""
        # PySpark 4.3 drops every row after an empty chunk of a table, so that it is handed one chunk.
        self._spark.createDataFrame(rows.combine_chunks()).createOrReplaceTempView(name)

    def files(self, name: str, uris: Sequence[str], schema: pa.Schema) -> None:
        """Make Parquet files a view; no files make an empty one of the schema."""
        if not uris:
            self.table(name, schema.empty_table())
            return
        root = uris[0].split("/month=", 1)[0]
        reader = self._spark.read.option("mergeSchema", "true").option("basePath", root)
        self._spark.conf.set("spark.sql.sources.partitionColumnTypeInference.enabled", "false")
        reader.parquet(*uris).createOrReplaceTempView(name)

    def run(self, name: str, sql: str) -> None:
        """Compute a statement and keep its result in the executors, without its history: a chain of rules would else be planned anew, whole, at every step."""
        self._spark.sql(sql).localCheckpoint(eager=True).createOrReplaceTempView(name)

    def view(self, name: str, sql: str) -> None:
        """Name a statement without computing it."""
        self._spark.sql(sql).createOrReplaceTempView(name)

    def fetch(self, sql: str) -> pa.Table:
        """Collect a statement's result."""
        return self._spark.sql(sql).toArrow()

    def close(self) -> None:
        """Stop the session."""
        self._spark.stop()

    def __enter__(self) -> Self:
        """Use the engine for a block."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Stop at the end of the block."""
        self.close()
