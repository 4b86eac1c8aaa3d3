"""The benchmark of the hour chain: a month of minutes of many outlets to hours, exceedance, tonnes and rates, on DuckDB and Spark.

``python bench/stacks.py`` makes the data and measures DuckDB at 1,000 and 3,000 outlets and Spark at 100; ``python bench/stacks.py duckdb 1000 [minutes]`` measures one size.
Eight factors an outlet: SO2, NOx, particles, oxygen, flow, temperature, pressure, moisture; minute data every ten minutes unless said otherwise, and the hourly reports.
"""

from __future__ import annotations

import json
import shutil
import sys
import time
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
from measure import OUT, children, fresh, machine, markdown, report

from lantian.kernel.period import month
from lantian.lake.declaration import dataset
from lantian.lake.engine import Engine, open_engine
from lantian.law import book
from lantian.sources.service.chain import RESULTS, no_reference, run_factor_hours, run_results

MONTH = month(2015, 11)
UNTIL = datetime(2015, 12, 1)
FACTORS = (("a21026", 60), ("a21002", 70), ("a34013", 15), ("a19001", 6), ("a00000", 180), ("a01012", 80), ("a01013", 1), ("a01014", 9))
POLLUTANTS = (("SO2", "a21026", 60.0), ("NOx", "a21002", 80.0), ("PM", "a34013", 15.0))
SIZES = (("duckdb", 1000, 10), ("duckdb", 3000, 10), ("spark:local[2]", 100, 10))
LIMITS = {"LANTIAN_THREADS": "2", "LANTIAN_TEMP": str(OUT / "spill")}


def device(outlet: str) -> str:
    return f"'88888880000000' || lpad(CAST({outlet} AS VARCHAR), 10, '0')"


def make_day(db: duckdb.DuckDBPyConnection, day: date, outlets: int, minutes: int, path: Path) -> None:
    """Write a day as the lake holds it: in the order in which it came; 3 % of the hours at fault, 1 day in 20 a stop."""
    factors = ", ".join(f"('{code}', {level})" for code, level in FACTORS)
    db.execute(
        f"""
        COPY (
          SELECT {device("o")} AS device, cn, factor, time, CAST(time - INTERVAL 1 MINUTE AS DATE) AS day, length AS minutes,
            CAST(level * (0.75 + (hash(o, factor, time) % 1000) / 2000.0) AS DECIMAL(18, 6)) AS value,
            CAST(NULL AS DECIMAL(18, 6)) AS low, CAST(NULL AS DECIMAL(18, 6)) AS high, CAST(NULL AS DECIMAL(18, 6)) AS total,
            CASE WHEN level IN (60, 70, 15) THEN CAST(level * (0.75 + (hash(o, factor, time) % 1000) / 2000.0) AS DECIMAL(18, 6)) END AS corrected,
            CASE WHEN hash(o, DATE '{day}') % 20 = 0 THEN 'F' WHEN hash(o, date_trunc('hour', time - INTERVAL 1 MINUTE)) % 33 = 0 THEN 'D' ELSE 'N' END AS flag
          FROM (
            SELECT '2051' AS cn, {minutes} AS length, TIMESTAMP '{day}' + INTERVAL 1 MINUTE * (t * {minutes}) AS time FROM range(1, {1440 // minutes} + 1) AS r(t)
            UNION ALL
            SELECT '2061', 60, TIMESTAMP '{day}' + INTERVAL 1 HOUR * t FROM range(1, 25) AS r(t)
          )
          CROSS JOIN range(0, {outlets}) AS q(o)
          CROSS JOIN (VALUES {factors}) AS f(factor, level)
          ORDER BY time
        ) TO '{path}' (FORMAT parquet, COMPRESSION zstd)
        """
    )


def made(outlets: int, minutes: int) -> list[str]:
    """Make the month once; give its files."""
    folder = OUT / "stacks" / f"{outlets}-{minutes}" / f"month={MONTH.label}"
    done = folder / ".done"
    if not done.exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        with duckdb.connect() as db:
            db.execute("SET memory_limit = '4GB'")
            for day in MONTH:
                make_day(db, day, outlets, minutes, folder / f"{day}.parquet")
        done.touch()
    return sorted(str(path) for path in folder.glob("*.parquet"))


def registry(outlets: int) -> dict[str, list[dict[str, Any]]]:
    span = {"valid_from": MONTH.start, "valid_to": MONTH.end}
    names = [f"{k:010}" for k in range(outlets)]
    limits = [
        {"outlet": name, "pollutant": p, "limit_value": limit, "reference_oxygen": 6.0, "item": "bench", "provisional": 0} | span
        for name in names
        for p, _, limit in POLLUTANTS
    ]
    analysers = [{"outlet": name, "factor": code, "pollutant": p, "basis": "dry", "nox_basis": "NO2"} | span for name in names for p, code, _ in POLLUTANTS]
    devices = [{"outlet": name, "device": f"88888880000000{name}", "label": "end", "interval": 10} | span for name in names]
    return {"outlet_device": devices, "outlet_analyser": analysers, "rule_limit": limits}


def chain(engine: Engine, files: list[str], outlets: int) -> dict[str, Any]:
    """Run both parts, collecting every result; give the seconds of each and the rows."""
    law, tables = book(), registry(outlets)
    engine.files("device_values", files, dataset("device_values").schema)
    began = time.process_time(), time.monotonic()
    run_factor_hours(engine, law, tables, MONTH)
    hours = engine.fetch("SELECT COUNT(*) AS n FROM factor_hour").to_pylist()[0]["n"]
    between = time.process_time(), time.monotonic()
    no_reference(engine)
    run_results(engine, law, tables, [], MONTH, UNTIL)
    rows = sum(engine.fetch(f"SELECT * FROM {name}").num_rows for name in RESULTS)
    after = time.process_time(), time.monotonic()
    names = ("heavy_cpu", "heavy_wall", "light_cpu", "light_wall")
    spent = (between[0] - began[0], between[1] - began[1], after[0] - between[0], after[1] - between[1])
    return {"factor_hours": hours, "results": rows} | dict(zip(names, spent, strict=True))


def measure(spec: str, outlets: int, minutes: int) -> None:
    """Run in this process and report; what a JVM beside it takes is read before it ends."""
    files = made(outlets, minutes)
    started = time.monotonic()
    with open_engine(spec) as engine:
        found = chain(engine, files, outlets) | children()
    report(started, **found)


def row(spec: str, outlets: int, minutes: int, run: dict[str, Any]) -> list[str]:
    readings = outlets * len(FACTORS) * MONTH.days * (1440 // minutes + 24)
    cpu, peak = run["cpu"] + run["children_cpu"], run["peak"] + run["children_peak"]
    return [spec, f"{outlets:,}", f"{readings / 1e6:.1f} M", f"{cpu:.1f}", f"{run['heavy_wall']:.1f}", f"{run['light_wall']:.1f}", f"{peak:.2f}"]


def main(words: list[str]) -> None:
    if len(words) > 1 and words[0] == "run":
        measure(words[1], int(words[2]), int(words[3]))
        return
    sizes = [(words[0], int(words[1]), int(words[2]) if len(words) > 2 else 10)] if words else list(SIZES)
    rows = []
    for spec, outlets, minutes in sizes:
        made(outlets, minutes)
        run = fresh(sys.executable, "stacks.py", "run", spec, str(outlets), str(minutes), **LIMITS)
        print(json.dumps({"engine": spec, "outlets": outlets} | run), flush=True)
        rows.append(row(spec, outlets, minutes, run))
    head = ("engine", "outlets", "values of a month", "CPU s", "minutes → factor hours, wall s", "→ results, wall s", "peak GiB")
    print(machine(), markdown(head, rows), sep="\n\n")


if __name__ == "__main__":
    main(sys.argv[1:])
