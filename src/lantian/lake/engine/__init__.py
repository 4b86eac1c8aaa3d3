"""The two engines that run the SQL rules: DuckDB in the process, Spark on one machine or a cluster."""

from lantian.lake.engine.base import Engine, open_engine

__all__ = ["Engine", "open_engine"]
