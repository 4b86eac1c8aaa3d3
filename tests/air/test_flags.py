"""Plausibility flags by hand: each check, the edge of each, and the same on both engines; nothing is removed."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pyarrow as pa
import pytest

from lantian.air.service import tables
from lantian.kernel.pollutant import POLLUTANTS
from lantian.lake.engine import open_engine
from lantian.lake.runner import run_steps
from lantian.law import book

START = datetime(2014, 1, 1, 1)
SCHEMA = pa.schema([("station", pa.string()), ("time", pa.timestamp("us")), ("day", pa.date32()), *((p.column, pa.decimal128(9, 4)) for p in POLLUTANTS)])


def hours(**columns: list[float | None]) -> pa.Table:
    """Make one station's hours from columns of equal length; a pollutant not given has no value."""
    length = len(next(iter(columns.values())))
    rows = []
    for number in range(length):
        row: dict[str, object] = {"station": "S", "time": START + timedelta(hours=number), "day": date(2014, 1, 1)}
        for p in POLLUTANTS:
            value = columns.get(p.column, [None] * length)[number]
            row[p.column] = None if value is None else Decimal(str(value))
        rows.append(row)
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def flags(engine_name: str, table: pa.Table) -> set[tuple[int, str, str]]:
    """Give (hour, pollutant, flag) of a table of hours."""
    with open_engine(engine_name) as engine:
        engine.table("station_hour", table)
        engine.table("rule_plausibility", tables.arrow(tables.rule_plausibility(book(), date(2014, 1, 1))))
        run_steps(engine, "lantian.air", ("hour_flag",))
        rows = engine.fetch("SELECT * FROM hour_flag").to_pylist()
    assert len(rows) == len({(row["time"], row["pollutant"], row["flag"]) for row in rows}), "a flag stands once"
    return {(row["time"].hour, row["pollutant"], row["flag"]) for row in rows}


ENGINES = ["duckdb", pytest.param("spark:local[2]", marks=pytest.mark.spark)]


@pytest.mark.parametrize("engine", ENGINES)
def test_each_flag_stands_where_it_should_and_nowhere_else(engine):
    table = hours(
        pm25=[-1, 0, 999, 50, 61, None, 60],
        pm10=[10, 20, 1500, 50, 60, 70, 999],
        so2=[500, 501, 1001, 1, 2, 3, 4],
        o3=[600, 601, 1, 2, 3, 4, 5],
    )
    assert flags(engine, table) == {
        (1, "PM2.5", "negative"),
        (3, "PM2.5", "cap"),
        (5, "PM2.5", "pm25_above_pm10"),
        (7, "PM10", "cap"),
        (1, "SO2", "cap"),
        (3, "SO2", "above_range"),
        (2, "O3", "above_range"),
    }


@pytest.mark.parametrize("engine", ENGINES)
def test_a_value_is_stuck_from_the_sixth_equal_hour_and_a_gap_ends_the_run(engine):
    assert flags(engine, hours(no2=[7] * 5 + [8] + [9] * 7)) == {(12, "NO2", "stuck"), (13, "NO2", "stuck")}
    assert flags(engine, hours(no2=[7] * 5 + [None] + [7] * 5)) == set()


def test_what_is_flagged_stays_in_the_mean(tmp_path):
    """The mean of 24 hours with one at the cap is their plain mean: (999 + 23 · 50) / 24."""
    values = [999] + [50, 49] * 11 + [50]
    table = hours(pm25=values, pm10=[v + 1 for v in values])
    assert flags("duckdb", table) == {(1, "PM2.5", "cap")}
    with open_engine("duckdb") as engine:
        engine.table("air_hourly", table.append_column("hour", pa.array(range(1, 25), pa.int32())))
        engine.table("rule_day", tables.arrow(tables.rule_day(book(), tables.span(date(2014, 1, 1), date(2014, 1, 1)))))
        run_steps(engine, "lantian.air", ("station_day",))
        row = engine.fetch("SELECT pm25_exact FROM station_day").to_pylist()[0]
        share = engine.fetch("SELECT hour_share FROM rule_day").to_pylist()[0]["hour_share"]
    assert float(row["pm25_exact"]) / share == pytest.approx(sum(values) / 24, rel=1e-12)
