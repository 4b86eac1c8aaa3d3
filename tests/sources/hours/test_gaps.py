"""Lost mass over half a year of hours: each window and band against a walk through the hours, and values sent twice or again."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pyarrow as pa
import pytest

from lantian.kernel.period import HOUR, Moment, quarter, span
from lantian.lake.declaration import dataset
from lantian.lake.engine import open_engine
from lantian.lake.read import open_dataset
from lantian.lake.store import Lake
from lantian.law import book
from lantian.sources.service.chain import RESULTS, no_reference, run_factor_hours, run_results
from tests.sources.hours import made, slow
from tests.sources.hours.test_chain import compare

FIRST = date(2018, 4, 1)
PERIOD = quarter(2018, 3)
UNTIL = datetime(2018, 9, 30, 12)
TIMES = [datetime(2018, 4, 1) + HOUR * (k + 1) for k in range((UNTIL - datetime(2018, 4, 1)) // HOUR)]
SINCE = {"valid_from": date(2015, 1, 1), "valid_to": None}
CAPTURES = {"fine": 0.985, "fair": 0.94, "poor": 0.82, "bad": 0.6}
OUTLETS = [{"outlet": name, "pollutants": ["SO2"], "commissioned": date(2015, 1, 1), "reference": {}, "limits": {}, "flow_basis": "dry"} for name in CAPTURES]
PARTS = ("stopped", "starting", "shutting", "calibrated", "maintained", "faulty", "over_range")
FACTOR_HOUR = pa.schema(
    [
        *(("outlet", pa.string()), ("factor", pa.string()), ("time", pa.timestamp("us")), ("day", pa.date32())),
        *(
            ("minutes", pa.int32()),
            ("valid_minutes", pa.int32()),
            ("value_sum", pa.float64()),
            ("corrected_minutes", pa.int32()),
            ("corrected_sum", pa.float64()),
        ),
        ("total", pa.float64()),
        *((f"{name}_minutes", pa.int32()) for name in PARTS),
        *(("reported_state", pa.string()), ("reported", pa.float64()), ("reported_corrected", pa.float64()), ("day_reports", pa.int32())),
    ]
)


def moods(rng, share):
    """Walk through the half year: runs of valid hours, gaps short and long, stops."""
    found = []
    while len(found) < len(TIMES):
        gap = rng.choice([1, 2, 5, 23, 24, 25, 26, 40, 90])
        found += ["valid"] * max(1, round(gap * share / (1 - share) * rng.uniform(0.6, 1.4)))
        if rng.random() < 0.3:
            found += ["stopped"] * rng.choice([1, 5, 30])
        cut = rng.randrange(gap)
        found += ["lost"] * cut + ["stopped"] * (rng.random() < 0.2) + ["lost"] * (gap - cut)
    return found[: len(TIMES)]


def half_year(seed):
    """Give factor hours as the chain keeps them, and as the slow reading takes them."""
    rng = random.Random(seed)
    rows, told = [], {}
    for name, share in CAPTURES.items():
        for time, mood in zip(TIMES, moods(rng, share), strict=True):
            value = rng.choice([rng.randint(1, 400), rng.randint(1, 4000)])
            for factor, number in (("a21026", value), ("a00000", 100)):
                stopped = 60 if mood == "stopped" else 0
                valid = 60 if mood == "valid" or (mood == "lost" and factor == "a00000") else 0
                row = dict.fromkeys(FACTOR_HOUR.names, 0) | {"outlet": name, "factor": factor, "time": time, "day": (time - HOUR).date()}
                row |= {"minutes": valid + stopped, "valid_minutes": valid, "value_sum": float(number * valid) or None, "stopped_minutes": stopped}
                rows.append(row | dict.fromkeys(("corrected_sum", "total", "reported_state", "reported", "reported_corrected")))
                state = "F" if stopped else "N" if valid else "Md"
                told[name, factor, time] = (state, Fraction(number) if valid else None, None, valid + stopped, valid, "minutes" if valid + stopped else None, 0)
    return rows, told


def registry():
    flows = [{"outlet": name, "factor": "a00000", "pollutant": None, "basis": "dry", **SINCE} for name in CAPTURES]
    return {"outlet_analyser": [*flows, *({"outlet": name, "factor": "a21026", "pollutant": "SO2", "basis": "dry", **SINCE} for name in CAPTURES)]}


def run(spec, rows, control=()):
    with open_engine(spec) as engine:
        engine.table("factor_hour", pa.Table.from_pylist(rows, schema=FACTOR_HOUR))
        no_reference(engine)
        run_results(engine, book(), registry(), [], PERIOD, UNTIL, control=control)
        return {name: engine.fetch(f"SELECT * FROM {name}").to_pylist() for name in RESULTS}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_each_lost_hour_gets_what_a_walk_through_the_hours_gives(seed):
    rows, told = half_year(seed)
    found = slow.stack_hours(told, OUTLETS, [], TIMES)
    rates = slow.substitute(found)
    chain = run("duckdb", rows)
    got = {(row["outlet"], row["pollutant"], row["time"]): row for row in chain["outlet_hour"]}
    methods = Counter()
    for key, row in found.items():
        if (key[2] - HOUR).date() >= PERIOD.start:
            methods[row["method"]] += 1
            assert got[key]["method"] == row["method"], key
            assert got[key]["mass"] == (None if row["mass"] is None else pytest.approx(float(row["mass"]))), key
    assert set(methods) == {"measured", "stopped", "missing", "substituted_180", "substituted_720", "substituted_2160"}
    assert {(row["outlet"], row["pollutant"], row["quarter"]): row["capture"] for row in chain["outlet_quarter"]} == pytest.approx(
        {key: float(rate) for key, rate in rates.items()}
    )


def test_an_analyser_out_of_control_looks_back_from_its_last_calibration():
    rows, _ = half_year(1)
    of = {row["time"]: row for row in rows if row["outlet"] == "fine" and row["factor"] == "a21026"}
    last = datetime(2018, 8, 1)
    for k, time in enumerate(time for time in TIMES if datetime(2018, 7, 1) < time <= datetime(2018, 8, 10)):
        of[time] |= {"minutes": 60, "valid_minutes": 60, "value_sum": 60.0 * (k + 1), "stopped_minutes": 0}
    flow = {row["time"]: row for row in rows if row["outlet"] == "fine" and row["factor"] == "a00000"}
    for time in TIMES:
        if datetime(2018, 7, 1) < time <= datetime(2018, 8, 10):
            flow[time] |= {"minutes": 60, "valid_minutes": 60, "value_sum": 6000.0, "stopped_minutes": 0}
    lost = [datetime(2018, 8, 5) + HOUR * k for k in range(1, 11)]
    control = [{"outlet": "fine", "pollutant": "SO2", "time": time, "since": last} for time in lost]
    got = {row["time"]: row for row in run("duckdb", rows, control)["outlet_hour"] if row["outlet"] == "fine"}
    calibrated = got[last]["mass"]
    assert {(got[time]["state"], got[time]["method"], got[time]["mass"]) for time in lost} == {("D", "substituted_180", calibrated)}
    assert got[lost[0] - HOUR]["mass"] > calibrated
    assert all(got[time]["concentration"] is None for time in lost)


@pytest.mark.spark
def test_gaps_are_the_same_on_spark():
    rows, _ = half_year(4)
    few = [row for row in rows if row["outlet"] in ("fine", "poor") and row["time"] > datetime(2018, 8, 20)]
    compare({"mass_gap": run("duckdb", few)["mass_gap"]}, {"mass_gap": run("spark:local[2]", few)["mass_gap"]})


def lake_rows(rows, revision, day):
    stamp = datetime.combine(day, datetime.min.time())
    about = {"dataset": "test", "known_at": stamp, "loaded_at": stamp, "revision": revision}
    return pa.Table.from_pylist([row | about | {"month": f"{row['day']:%Y-%m}"} for row in rows], schema=dataset("device_values").schema)


def hours_of(lake):
    with open_engine("duckdb") as engine:
        open_dataset(engine, lake, "device_values", Moment())
        run_factor_hours(engine, book(), made.registry(), span(made.FIRST, made.LAST))
        return sorted(map(str, engine.fetch("SELECT * FROM factor_hour").to_pylist()))


def test_an_equal_value_sent_again_changes_nothing_and_a_corrected_one_replaces(tmp_path):
    rows = made.minute_rows(5)[:4000]
    lake = Lake(tmp_path)
    lake.append("device_values", lake_rows(rows, 0, date(2015, 5, 1)))
    once = hours_of(lake)
    lake.append("device_values", lake_rows(rows[1000:2000], 1, date(2015, 5, 2)))
    assert hours_of(lake) == once
    at = next(k for k, row in enumerate(rows) if row["cn"] == "2051" and row["value"] is not None and row["flag"] == "N")
    corrected = [rows[at] | {"value": rows[at]["value"] + Decimal(7)}]
    lake.append("device_values", lake_rows(corrected, 2, date(2015, 5, 3)))
    assert len([1 for a, b in zip(hours_of(lake), once, strict=True) if a != b]) == 1


def test_a_month_cut_in_two_parts_joins_to_the_same_hours():
    """Minutes after midnight are stored with the month before: both months' parts of the first hour come together."""
    rows = made.minute_rows(6)
    march, april = span(made.FIRST, date(2015, 3, 31)), span(date(2015, 4, 1), made.LAST)
    until = datetime.combine(made.LAST, datetime.min.time())

    def results(parts):
        kept = []
        for period, part in parts:
            with open_engine("duckdb") as engine:
                engine.table("device_values", pa.Table.from_pylist(part, schema=made.VALUES))
                clipped = [cut(row, period) for row in made.registry()["outlet_device"]]
                run_factor_hours(engine, book(), {"outlet_device": [row for row in clipped if row["valid_from"] <= row["valid_to"]]}, period)
                kept.append(engine.fetch("SELECT * FROM factor_hour"))
        with open_engine("duckdb") as engine:
            engine.table("factor_hour", pa.concat_tables(kept))
            no_reference(engine)
            run_results(engine, book(), made.registry(), [], april, until)
            return sorted(map(str, engine.fetch("SELECT * FROM outlet_hour").to_pylist()))

    def cut(row, period):
        return row | {"valid_from": max(row["valid_from"], period.start), "valid_to": min(row["valid_to"] or period.end, period.end)}

    whole = results([(span(made.FIRST, made.LAST), rows)])
    assert results([(march, [r for r in rows if r["day"] <= march.end]), (april, [r for r in rows if r["day"] >= april.start])]) == whole
    assert any(str(datetime(2015, 4, 1, 0, 15)) == str(row["time"]) and row["day"] <= march.end for row in rows)


def test_hours_on_which_nothing_came_in_stand_as_missing():
    with open_engine("duckdb") as engine:
        engine.table("factor_hour", FACTOR_HOUR.empty_table())
        no_reference(engine)
        run_results(engine, book(), registry(), [], span(date(2018, 7, 1), date(2018, 7, 2)), datetime(2018, 7, 3))
        rows = engine.fetch("SELECT * FROM outlet_hour").to_pylist()
    assert len(rows) == 48 * len(OUTLETS)
    assert {(row["state"], row["method"], row["mass"], row["exceeds"], row["minutes"]) for row in rows} == {("Md", "missing", None, None, 0)}
    assert {row["time"] for row in rows} == {datetime(2018, 7, 1) + timedelta(hours=k + 1) for k in range(48)}
