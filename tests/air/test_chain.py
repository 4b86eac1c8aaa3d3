"""The SQL chain against the slow reading in exact fractions, and the same on both engines."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pyarrow as pa
import pytest

from lantian.air.service.chain import PERIOD_STEPS, VALUE_STEPS, run_periods, run_values
from lantian.kernel.period import month, span, year
from lantian.kernel.pollutant import POLLUTANTS
from lantian.lake.engine import open_engine
from lantian.law import book
from tests.air import slow

STATIONS = [("S1", "110000", False), ("S2", "110000", False), ("S3", "110000", False), ("S4", "110000", True), ("T1", "310000", False)]
DAYS = span(date(2014, 2, 20), date(2014, 4, 5))
SETS = {"two": ["110000", "310000"]}
CONCENTRATION = pa.decimal128(9, 4)


def synthetic_hours(seed: int) -> list[dict[str, object]]:
    """Make hours with gaps, whole stations out, extremes, ties and negative noise."""
    rng = random.Random(seed)
    rows = []
    for station, _, _ in STATIONS:
        for day in DAYS:
            if rng.random() < 0.04:
                continue  # the station is out all day
            gap = rng.choice([0.02, 0.02, 0.1, 0.3])
            for hour in range(1, 25):
                time = datetime.combine(day, datetime.min.time()) + timedelta(hours=hour)
                row: dict[str, object] = {"station": station, "time": time, "day": day, "hour": hour}
                for p in POLLUTANTS:
                    top = {"PM2.5": 500, "PM10": 600, "SO2": 200, "NO2": 200, "CO": 8, "O3": 330}[p.key]
                    value = rng.choice([rng.random() * top, rng.random() * top / 10, -1.0]) if rng.random() < 0.99 else top * 1.6
                    digits = 1 if p.key == "CO" else rng.choice([0, 0, 1])
                    row[p.column] = None if rng.random() < gap else Decimal(str(round(value, digits)))
                rows.append(row)
    return rows


def published_days(seed: int) -> list[dict[str, object]]:
    """Make city reports as dailies give them, with gaps."""
    rng = random.Random(seed)
    rows = []
    for place in SETS["two"]:
        for day in DAYS:
            if rng.random() < 0.1:
                continue
            row: dict[str, object] = {"place": place, "day": day}
            for p in POLLUTANTS:
                row[p.column] = None if rng.random() < 0.05 else Decimal(str(round(rng.random() * (4 if p.key == "CO" else 150), 1)))
            rows.append(row)
    return rows


def tables(seed: int) -> dict[str, pa.Table]:
    columns = [(p.column, CONCENTRATION) for p in POLLUTANTS]
    hourly = pa.schema([("station", pa.string()), ("time", pa.timestamp("us")), ("day", pa.date32()), ("hour", pa.int32()), *columns])
    daily = pa.schema([("place", pa.string()), ("day", pa.date32()), *columns])
    return {
        "air_hourly": pa.Table.from_pylist(synthetic_hours(seed), schema=hourly),
        "air_city_daily": pa.Table.from_pylist(published_days(seed + 1), schema=daily),
    }


def run(spec: str, seed: int) -> dict[str, list[dict[str, object]]]:
    with open_engine(spec) as engine:
        for name, table in tables(seed).items():
            engine.table(name, table)
        run_values(engine, book(), DAYS, STATIONS)
        run_periods(engine, book(), [year(2014), month(2014, 3)], SETS)
        return {name: engine.fetch(f"SELECT * FROM {name}").to_pylist() for name in (*VALUE_STEPS, *PERIOD_STEPS)}


@pytest.fixture(scope="module", params=[1, 2])
def seed(request):
    return request.param


@pytest.fixture(scope="module")
def chain(seed):
    return run("duckdb", seed)


@pytest.fixture(scope="module")
def expected(seed):
    """City days of 110000 without its control point, by the slow reading."""
    hours: dict[tuple[str, date, str], dict[int, Fraction]] = defaultdict(dict)
    for row in synthetic_hours(seed):
        if row["station"] in ("S1", "S2", "S3"):
            for p in POLLUTANTS:
                if row[p.column] is not None:
                    hours[row["station"], row["day"], p.key][row["hour"]] = Fraction(row[p.column])
                else:
                    hours[row["station"], row["day"], p.key].update({})
    return slow.city_days(hours)


def test_city_days_equal_the_slow_reading(chain, expected):
    rows = {row["day"]: row for row in chain["city_index"] if row["reading"] == "evaluation" and row["place"] == "110000"}
    assert set(rows) == set(expected)
    for day, values in expected.items():
        row = rows[day]
        for p in POLLUTANTS:
            assert (row[p.column] is None) == (p.key not in values), (day, p.key)
            if p.key in values:
                assert row[p.column] == pytest.approx(float(values[p.key]), rel=1e-12)
        assert row["aqi"] == slow.aqi(values), day


def test_sub_indices_are_exact(chain):
    """Each sub-index follows from its value by the rational rule, whatever engine made it."""
    for row in chain["city_index"]:
        for p in POLLUTANTS:
            value = row[p.column]
            if value is None:
                assert row[f"{p.column}_iaqi"] is None or p.key == "O3"
            elif p.key != "O3":
                assert row[f"{p.column}_iaqi"] == slow.sub_index(p.key, Fraction(max(0, Decimal(str(round(value, 9))))))


def test_period_statistics_equal_the_slow_reading(chain, expected):
    rows = {row["pollutant"]: row for row in chain["period_value"] if (row["reading"], row["place"], row["period"]) == ("evaluation", "110000", "2014-03")}
    for p in POLLUTANTS:
        values = [each[p.key] for day, each in expected.items() if p.key in each and day.month == 3]
        assert rows[p.key]["days"] == len(values)
        assert rows[p.key]["mean"] == pytest.approx(float(sum(values) / len(values)), rel=1e-9)
        assert rows[p.key]["percentile"] == pytest.approx(float(slow.percentile(values, slow.PERCENTILES[p.key])), rel=1e-9)


def test_days_are_conserved(chain):
    for row in chain["period_days"]:
        assert row["good_days"] + row["heavy_days"] <= row["valid_days"] <= row["reported_days"]


@pytest.mark.spark
def test_every_rule_gives_the_same_on_spark():
    compare(run("duckdb", 3), run("spark:local[2]", 3))


def compare(left: dict[str, list[dict[str, object]]], right: dict[str, list[dict[str, object]]]) -> None:
    """Texts, whole numbers and ranks must be equal; fractions to 1e-9."""
    for name, rows in left.items():
        keys = [key for key in ("reading", "city_set", "place", "station", "period", "day", "pollutant", "averaging") if key in rows[0]]

        def order(row, keys=keys):
            return [str(row[key]) for key in keys]

        assert len(rows) == len(right[name]), name
        for a, b in zip(sorted(rows, key=order), sorted(right[name], key=order), strict=True):
            assert set(a) == set(b), name
            for column, value in a.items():
                other = b[column]
                if isinstance(value, float) or isinstance(other, float):
                    assert value == pytest.approx(other, rel=1e-9, abs=1e-9), (name, column, a, b)
                elif isinstance(value, Decimal) or isinstance(other, Decimal):
                    assert (value is None) == (other is None)
                    assert value is None or Decimal(value) == Decimal(other), (name, column, a, b)
                else:
                    assert value == other, (name, column, a, b)
