"""Cases that an inspector can read, by the pure functions and by the SQL rules on both engines; every check has one that fires and one near miss."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
import yaml

from lantian.lake.engine import open_engine
from tests.sources.quality.scene import by_functions, by_sql, scene_of, spoken, tables_of

CASES = [
    (f"{path.stem}: {case['case']}", case)
    for path in sorted((Path(__file__).parent / "cases").glob("*.yaml"))
    for case in yaml.safe_load(path.read_text(encoding="utf-8"))
]
NUMBERS = ("value", "expected", "share")


def same(one, other):
    """Tell whether two readings of a scene give the same leads, numbers to within rounding."""

    def key(each):
        return (each.code, each.outlet, each.device, each.factor, each.first_hour)

    one, other = sorted(one, key=key), sorted(other, key=key)
    assert [key(each) for each in one] == [key(each) for each in other]
    for mine, theirs in zip(one, other, strict=True):
        for name in ("severity", "last_hour", "hours", "readings"):
            assert getattr(mine, name) == getattr(theirs, name), (mine, theirs)
        for name in NUMBERS:
            mine_value, their_value = getattr(mine, name), getattr(theirs, name)
            assert (mine_value is None) == (their_value is None), (name, mine, theirs)
            assert mine_value is None or mine_value == pytest.approx(their_value, rel=1e-6, abs=1e-4), (name, mine, theirs)


@pytest.fixture(scope="module")
def duck():
    with open_engine("duckdb") as engine:
        yield engine


@pytest.mark.parametrize("case", [case for _, case in CASES], ids=[name for name, _ in CASES])
def test_case(case, duck):
    data = scene_of(case)
    found = by_functions(data)
    assert spoken(found) == sorted(case["leads"])
    same(found, by_sql(duck, tables_of(data)))


def one_for_each_check():
    """Choose cases that fire, until every check of the cases is there."""
    seen, chosen = set(), []
    for _, case in CASES:
        codes = {lead.split()[0] for lead in case["leads"]}
        if codes - seen:
            seen |= codes
            chosen.append(case)
    return chosen, seen


@pytest.mark.spark
@pytest.mark.slow
def test_spark_gives_the_same_leads():
    """The cases are outlets of one run: X0, X1, … each with a device of its own."""
    chosen, codes = one_for_each_check()
    together = as_one(chosen)
    with open_engine("duckdb") as duck, open_engine("spark:local[2]") as spark:
        one, other = by_sql(duck, together), by_sql(spark, together)
    assert {each.code for each in one} >= codes

    def rows(found):
        return sorted(
            (each.code, each.outlet, each.device, each.factor, each.first_hour, each.last_hour, each.hours, each.severity, each.readings) for each in found
        )

    assert rows(one) == rows(other)
    same(sorted(one, key=lambda each: each.outlet), sorted(other, key=lambda each: each.outlet))


def as_one(chosen):
    """Put the tables of some cases together; outlet and device carry the number of the case."""
    joined = {}
    for number, case in enumerate(chosen):
        for name, table in tables_of(scene_of(case)).items():
            for column in {"outlet", "device"} & set(table.column_names):
                place = table.column_names.index(column)
                named = pa.array([f"{value}{number}" for value in table[column].to_pylist()], pa.string())
                table = table.set_column(place, table.schema.field(place), named)
            joined.setdefault(name, []).append(table)
    together = {name: pa.concat_tables(own) for name, own in joined.items()}
    together["asked_span"] = together["asked_span"].slice(0, 1)
    return together
