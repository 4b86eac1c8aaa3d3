"""The chain on a real Spark cluster (a master and two workers, loopback only) against DuckDB, table by table, on the sample data."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa
from measure import HOME, OUT, free_port, machine, markdown, sample_house, wait_for

from lantian.air.service.chain import PERIOD_STEPS, VALUE_STEPS, run_periods, run_values
from lantian.app.derived import SOURCES, standard_periods
from lantian.app.house import House
from lantian.kernel.period import NOW, span
from lantian.lake.engine import open_engine
from lantian.lake.read import open_dataset

WORKERS = 2
TOLERANCE = 1e-9
KEYS = ("reading", "city_set", "place", "station", "period", "day", "pollutant", "averaging")


def spark_class(*words: str) -> subprocess.Popen[bytes]:
    """Start one process of the cluster from the installed package."""
    import pyspark

    home = Path(pyspark.__file__).parent
    environment = os.environ | {"SPARK_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_NO_DAEMONIZE": "1"}
    with (OUT / "cluster.log").open("ab") as log:
        return subprocess.Popen([str(home / "bin" / "spark-class"), *words], env=environment, cwd=OUT, stdout=log, stderr=subprocess.STDOUT)


@contextmanager
def cluster() -> Iterator[str]:
    """Start a master and two workers on free ports; give the master's address; end them by their ids."""
    port, page = free_port(), free_port()
    package = "org.apache.spark.deploy"
    started = [spark_class(f"{package}.master.Master", "--host", "127.0.0.1", "--port", str(port), "--webui-port", str(page))]
    try:
        wait_for(port, started[0])
        for number in range(WORKERS):
            own, shown = free_port(), free_port()
            ports = ("--port", str(own), "--webui-port", str(shown))
            size = ("--cores", "1", "--memory", "2g", "--work-dir", str(OUT / f"worker{number}"))
            started.append(spark_class(f"{package}.worker.Worker", "--host", "127.0.0.1", *ports, *size, f"spark://127.0.0.1:{port}"))
            wait_for(own, started[-1])
        yield f"spark://127.0.0.1:{port}"
    finally:
        for process in reversed(started):
            process.terminate()
        for process in started:
            process.wait(timeout=60)


def chain(spec: str) -> tuple[dict[str, pa.Table], float, int]:
    """Run every rule on one engine; give its tables, the seconds taken and how many executors did it."""
    house = House.open(HOME)
    started = time.monotonic()
    with open_engine(spec) as engine:
        for name in SOURCES:
            open_dataset(engine, house.lake, name, NOW)
        days = span(*house.span())
        run_values(engine, house.law, days, [(s.id, s.city, s.control) for s in house.atlas.stations()])
        run_periods(engine, house.law, list(standard_periods(days)), house.derived.city_sets())
        tables = {name: engine.fetch(f"SELECT * FROM {name}") for name in (*VALUE_STEPS, *PERIOD_STEPS)}
        return tables, time.monotonic() - started, executors() if spec.startswith("spark") else 0


def executors() -> int:
    """Count the executors of the running session, the driver left out."""
    from pyspark.sql import SparkSession

    session = SparkSession.getActiveSession()
    return 0 if session is None else session.sparkContext._jsc.sc().getExecutorMemoryStatus().size() - 1  # noqa: SLF001 - Python has no call for it


def differences(left: pa.Table, right: pa.Table) -> str:
    """Compare two tables by their key: fractions to 1e-9, all else exactly; give '' when they are equal."""
    if set(left.column_names) != set(right.column_names):
        return f"columns {sorted(set(left.column_names) ^ set(right.column_names))}"
    keys = [key for key in KEYS if key in left.column_names]
    joined = "FROM a JOIN b ON " + " AND ".join(f"a.{key} = b.{key}" for key in keys)
    with duckdb.connect() as db:
        db.register("a", left)
        db.register("b", right)
        distinct = f"SELECT count(*) FROM (SELECT DISTINCT {', '.join(keys)} FROM a)"
        counts = [db.execute(sql).fetchall()[0][0] for sql in ("SELECT count(*) FROM a", "SELECT count(*) FROM b", f"SELECT count(*) {joined}", distinct)]
        if len(set(counts)) > 1:
            return f"rows: {counts[0]} and {counts[1]}, {counts[2]} in both, {counts[3]} keys"
        wrong = []
        for name in left.column_names:
            other = f"a.{name} IS DISTINCT FROM b.{name}"
            if pa.types.is_floating(left.schema.field(name).type) or pa.types.is_floating(right.schema.field(name).type):
                near = f"abs(a.{name} - b.{name}) <= {TOLERANCE} * greatest(1, abs(b.{name}))"
                other = f"(a.{name} IS NULL) <> (b.{name} IS NULL) OR NOT ({near})"
            found = db.execute(f"SELECT count(*) {joined} WHERE {other}").fetchall()[0][0]
            if found:
                wrong.append(f"{name}: {found} of {counts[0]} rows")
    return "; ".join(wrong)


def main() -> int:
    """Compare; give how many tables differ."""
    sample_house()
    ours, duck_seconds, _ = chain("duckdb")
    with cluster() as master:
        theirs, spark_seconds, workers = chain(f"spark:{master}")
    found = {name: differences(table, theirs[name]) for name, table in ours.items()}
    table = markdown(("table", "rows", "DuckDB and the cluster"), ([n, f"{ours[n].num_rows:,}", f"not equal: {w}" if w else "equal"] for n, w in found.items()))
    took = f"DuckDB {duck_seconds:.0f} s, the cluster {spark_seconds:.0f} s with {workers} executors"
    text = f"# The chain on a Spark cluster\n\n- {machine()}; master and {WORKERS} workers on loopback; {took}\n\n{table}\n"
    (OUT / "cluster.md").write_text(text, encoding="utf-8")
    print(text)
    return sum(map(bool, found.values()))


if __name__ == "__main__":
    sys.exit(main())
