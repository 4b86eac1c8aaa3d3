"""lantian's own tasks: the whole chain of SQL rules over national years, on DuckDB."""

from __future__ import annotations

import resource
import sys
import time
from typing import Any

import national
import pyarrow as pa
import pyarrow.parquet as pq
from measure import DATA, RESULTS, report

from lantian.air.service.chain import KEPT, run_periods, run_values
from lantian.air.service.tables import Choice
from lantian.app.derived import standard_periods
from lantian.kernel.period import Period, span, year
from lantian.lake.declaration import dataset
from lantian.lake.engine import Engine, open_engine
from lantian.law import book


class Timed:
    """An engine that counts the CPU seconds of every rule."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.cpu: dict[str, float] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    def run(self, name: str, sql: str) -> None:
        """Compute a rule."""
        before = cpu()
        self._engine.run(name, sql)
        self.cpu[name] = self.cpu.get(name, 0) + cpu() - before


def cpu() -> float:
    """Give the CPU seconds of this process so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def chain(engine: Timed, years: list[int], choice: Choice, *, every_period: bool) -> None:
    """Run every rule over some years: the years alone, or with their quarters and months."""
    days = span(year(years[0]).start, year(years[-1]).end)
    hourly, daily = dataset("air_hourly").schema, dataset("air_city_daily").schema
    engine.files("air_hourly", [path for number in years for path in national.files(DATA, "lake", number)], hourly)
    engine.table("air_city_daily", daily.empty_table())
    run_values(engine, book(), days, national.network(), choice)
    periods: list[Period] = list(standard_periods(days)) if every_period else [year(number) for number in years]
    run_periods(engine, book(), periods, {"all": sorted({city for _, city, _ in national.network()})}, choice)


def keep(name: str, table: pa.Table) -> None:
    """Keep a result for the comparison."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, RESULTS / f"{name}.parquet")


def main(task: str) -> None:
    """Run one task: 'year', 'periods', 'five', 'five-by-year', 'year-2026'."""
    started = time.monotonic()
    rows = 0
    with open_engine("duckdb") as engine:
        timed = Timed(engine)
        if task == "five-by-year":
            for number in national.FIVE:
                chain(timed, [number], Choice({}), every_period=True)
                rows += sum(engine.fetch(f"SELECT COUNT(*) AS n FROM {name}").to_pylist()[0]["n"] for name in KEPT)
        else:
            years = list(national.FIVE) if task == "five" else [national.YEAR]
            choice = Choice({"hj_633": "2026"} if task == "year-2026" else {})
            chain(timed, years, choice, every_period=task in ("periods", "five"))
            rows = sum(engine.fetch(f"SELECT COUNT(*) AS n FROM {name}").to_pylist()[0]["n"] for name in KEPT)
        report(started, rows=rows, rules=timed.cpu)
        if task in ("year", "year-2026"):
            keep(f"lantian-{task}", engine.fetch("SELECT * FROM city_index WHERE reading = 'evaluation'"))
        if task == "year":
            keep("lantian-percentiles", engine.fetch("SELECT * FROM period_value WHERE reading = 'evaluation'"))
            keep("lantian-stations", engine.fetch("SELECT station, day, pm25_hours, CAST(pm25_exact AS DOUBLE) / 212520 AS pm25 FROM station_day"))


if __name__ == "__main__":
    main(sys.argv[1])
