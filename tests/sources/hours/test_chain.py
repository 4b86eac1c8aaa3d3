"""The chain of hours against the slow reading in exact fractions, and the same on both engines."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import datetime, timedelta
from fractions import Fraction

import pyarrow as pa
import pytest

from lantian.kernel.period import HOUR, span
from lantian.lake.engine import open_engine
from lantian.law import book
from lantian.sources.service.chain import REFERENCE, RESULTS, run_factor_hours, run_results
from tests.sources.hours import made, slow

DAYS = span(made.FIRST, made.LAST)
PERIOD = span(datetime(2015, 4, 1).date(), made.LAST)
UNTIL = datetime.combine(made.LAST, datetime.min.time()) + timedelta(hours=20)
TIMES = [datetime.combine(made.FIRST, datetime.min.time()) + HOUR * (k + 1) for k in range((made.LAST - made.FIRST).days * 24 + 20)]
EXACT = ("state", "minutes", "valid_minutes", "method", "basis", "mark", "exceeds", "differs")
NEAR = ("concentration", "oxygen", "corrected", "corrected_reported", "multiple", "flow", "mass", "limit_value")
KEYS = ("outlet", "pollutant", "time", "start", "day", "month", "quarter", "period", "begun")


def run(spec, rows, period=PERIOD, until=UNTIL, **more):
    with open_engine(spec) as engine:
        engine.table("device_values", pa.Table.from_pylist(rows, schema=made.VALUES))
        run_factor_hours(engine, book(), made.registry(), DAYS)
        engine.table("reference_values", pa.Table.from_pylist(made.REFERENCES, schema=REFERENCE))
        run_results(engine, book(), made.registry(), made.MARKS, period, until, **more)
        return {name: engine.fetch(f"SELECT * FROM {name}").to_pylist() for name in RESULTS}


@pytest.fixture(scope="module", params=[1, 2])
def seed(request):
    return request.param


@pytest.fixture(scope="module")
def rows(seed):
    return made.minute_rows(seed)


@pytest.fixture(scope="module")
def chain(rows):
    return run("duckdb", rows)


@pytest.fixture(scope="module")
def expected(rows):
    found = slow.stack_hours(slow.factor_hours(rows, made.DEVICES), made.OUTLETS, made.MARKS, TIMES, made.REFERENCES)
    rates = slow.substitute(found)
    return found, rates


def in_period(time):
    return (time - HOUR).date() >= PERIOD.start


def test_every_hour_equals_the_slow_reading(chain, expected):
    want = {key: row for key, row in expected[0].items() if in_period(key[2])}
    got = {(row["outlet"], row["pollutant"], row["time"]): row for row in chain["outlet_hour"]}
    assert set(got) == set(want)
    assert len(got) == len(chain["outlet_hour"])
    for key, row in want.items():
        for name in EXACT:
            assert got[key][name] == row[name], (key, name, got[key], row)
        for name in NEAR:
            assert (got[key][name] is None) == (row[name] is None), (key, name, got[key], row)
            assert row[name] is None or got[key][name] == pytest.approx(float(row[name]), rel=1e-9, abs=1e-6), (key, name)


def test_the_made_up_data_reach_every_state_and_method(expected):
    rows = expected[0].values()
    assert {row["state"] for row in rows} == {"N", "F", "St", "Sd", "C", "M", "D", "T", "Md"}
    assert {row["method"] for row in rows} >= {"measured", "reported", "reference", "stopped", "missing"}
    assert {row["exceeds"] for row in rows} == {0, 1, None}
    assert {row["differs"] for row in rows} == {0, 1, None}


def test_capture_equals_the_slow_reading(chain, expected):
    got = {(row["outlet"], row["pollutant"], row["quarter"]): row["capture"] for row in chain["outlet_quarter"]}
    assert got == pytest.approx({key: float(rate) for key, rate in expected[1].items()})


def test_runs_of_exceeding_hours_equal_a_walk_through_them(chain, expected):
    want = [run for run in slow.episodes(expected[0]) if in_period(run["finish"])]
    got = {(row["outlet"], row["pollutant"], row["start"]): row for row in chain["exceedance_episode"]}
    assert len(want) > 50
    assert {(*run["key"], run["start"]) for run in want} == set(got)
    for run in want:
        row = got[(*run["key"], run["start"])]
        assert (row["finish"], row["hours"], row["unknown_hours"], row["peak_time"]) == (run["finish"], run["hours"], run["unknown_hours"], run["peak_time"])
        assert row["peak"] == pytest.approx(float(run["peak"]), abs=1e-6)
        assert row["multiple"] == pytest.approx(float(run["multiple"]), abs=1e-6)


def test_days_and_months_are_sums_of_their_hours(chain):
    for row in chain["outlet_month"]:
        days = [d for d in chain["outlet_day"] if (d["outlet"], d["pollutant"], f"{d['day']:%Y-%m}") == (row["outlet"], row["pollutant"], row["month"])]
        for name in ("hours", "operating_hours", "valid_hours", "missing_hours", "exceeding_hours"):
            assert row[name] == sum(day[name] for day in days), name
        for name in ("mass", "measured_mass", "substituted_mass"):
            assert row[name] == pytest.approx(sum(day[name] or 0 for day in days)), name
        assert row["mass"] == pytest.approx(row["measured_mass"] + row["substituted_mass"])
        assert row["complete"] == int(row["missing_hours"] == 0)


def test_days_equal_the_slow_reading(chain, expected):
    of = defaultdict(list)
    for (outlet, pollutant, time), row in expected[0].items():
        of[outlet, pollutant, (time - HOUR).date()].append(row)
    for row in chain["outlet_day"]:
        hours = of[row["outlet"], row["pollutant"], row["day"]]
        running = [hour for hour in hours if hour["state"] != "F"]
        corrected = [hour["corrected"] for hour in hours if hour["corrected"] is not None]
        assert (row["hours"], row["operating_hours"], row["valid_hours"]) == (len(hours), len(running), len(corrected))
        assert row["mean"] == (None if not corrected else pytest.approx(float(sum(corrected) / len(corrected)), abs=1e-6))
        assert row["valid"] == int(0 < len(corrected) >= Fraction(3, 4) * len(running))


def test_transmission_equals_counting(chain, expected):
    for row in chain["outlet_transmission"]:
        hours = [
            (key, hour) for key, hour in expected[0].items() if key[0] == row["outlet"] and in_period(key[2]) and f"{key[2] - HOUR:%Y-%m}" == row["period"]
        ]
        assert row["expected_hours"] == len(hours)
        assert row["received_hours"] == sum(hour["received"] for _, hour in hours)
        assert row["valid_hours"] == sum(hour["received"] and (hour["captured"] or hour["state"] == "F") for _, hour in hours)
        assert row["effective"] == pytest.approx(row["transmission"] * row["validity"])
        days = {(key[1], (key[2] - HOUR).date()) for key, hour in hours if hour["daily"]}
        assert row["received_days"] == len(days)


def test_a_substituted_mass_never_becomes_a_concentration(chain):
    for row in chain["outlet_hour"]:
        if row["method"] in ("missing", "reference") or row["method"].startswith("substituted"):
            assert row["basis"] is None or row["flow"] is None
        if row["state"] != "N":
            assert row["concentration"] is row["corrected"] is row["exceeds"] is None
        assert (row["mass"] is None) == (row["method"] == "missing")


def test_the_order_of_the_rows_does_not_matter(rows, chain, seed):
    mixed = list(rows)
    random.Random(seed).shuffle(mixed)
    again = run("duckdb", mixed)
    for name, found in chain.items():
        assert sorted(map(repr, again[name])) == sorted(map(repr, found)), name


def test_the_clock_hides_what_comes_later(rows, chain):
    earlier = run("duckdb", rows, until=UNTIL - HOUR * 30)
    last = max(row["time"] for row in earlier["outlet_hour"])
    assert last == UNTIL - HOUR * 30
    known = {(row["outlet"], row["pollutant"], row["time"]): row["concentration"] for row in chain["outlet_hour"]}
    assert all(row["concentration"] == known[row["outlet"], row["pollutant"], row["time"]] for row in earlier["outlet_hour"])


@pytest.mark.spark
def test_every_rule_gives_the_same_on_spark():
    until = datetime(2015, 4, 3, 12)
    rows = [row for row in made.minute_rows(3) if datetime(2015, 3, 31, 12) < row["time"] <= until]
    compare(run("duckdb", rows, until=until), run("spark:local[2]", rows, until=until))


def compare(left, right):
    """Texts, whole numbers and times must be equal; fractions to 1e-9."""
    for name, rows in left.items():
        assert len(rows) == len(right[name]) > 0, name

        def order(row):
            return [str(row[key]) for key in KEYS if key in row]

        for a, b in zip(sorted(rows, key=order), sorted(right[name], key=order), strict=True):
            assert set(a) == set(b), name
            for column, value in a.items():
                assert value == (pytest.approx(b[column], rel=1e-9, abs=1e-9) if isinstance(value, float) else b[column]), (name, column, a, b)
