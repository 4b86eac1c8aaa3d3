"""Bad input: nothing, nulls, one hour, gaps, negative and huge numbers, random rubbish; both twins stay calm and agree."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from lantian.lake.engine import open_engine
from lantian.sources.rules.quality.model import HOUR, Judged, Reading
from lantian.sources.rules.quality.outlet import OutletData
from tests.sources.quality.scene import FACTORS, START, by_functions, by_sql, spoken, tables_of
from tests.sources.quality.test_cases import same


@pytest.fixture(scope="module")
def duck():
    with open_engine("duckdb") as engine:
        yield engine


def both(duck, data):
    found = by_functions(data)
    same(found, by_sql(duck, tables_of(data)))
    return spoken(found)


def minutes(hours, value, factor="a21026", **more):
    return [Reading(factor, START + timedelta(minutes=k + 1), value, **more) for k in range(hours * 60)]


def test_nothing_at_all(duck):
    assert both(duck, OutletData("X", START)) == []


def test_readings_without_values(duck):
    assert both(duck, OutletData("X", START, minutes(60, None))) == []


def test_one_hour(duck):
    assert both(duck, OutletData("X", START + HOUR, minutes(1, 20.0))) == []


def test_negative_readings_that_stand_still_are_flat_like_others(duck):
    assert both(duck, OutletData("X", START + 3 * HOUR, minutes(3, -1.5))) == ["FLAT-A SO2 1-3"]


def test_readings_all_marked_by_the_device(duck):
    assert both(duck, OutletData("X", START, minutes(5, 20.0, flag="D") + minutes(5, 20.0, "a21002", flag="S"))) == []


def test_an_unknown_factor_is_nobodys_matter(duck):
    assert both(duck, OutletData("X", START + 5 * HOUR, minutes(5, 20.0, "w01018"))) == []


def test_no_limit_or_a_limit_of_zero(duck):
    judged = [Judged("a21026", START + k * HOUR, "N", 0.0, 0.0, limit) for k, limit in enumerate([None] * 8 + [0.0] * 8, 1)]
    assert both(duck, OutletData("X", START, judged=judged)) == []


def scattered(seed):
    """Draw an outlet whose minutes, flags, totals and states are rubbish of every kind."""
    chance = random.Random(seed)
    sent, judged = [], []
    for factor in (*FACTORS.values(), "zz"):
        if chance.random() < 0.25:
            continue
        level, spread = chance.choice([0, 5, 20, 50]), chance.choice([0, 0, 0.1, 2])
        length = chance.choice([1, 5, 10, 60])
        for hour in range(70):
            if chance.random() < 0.1:
                continue
            shift, still = chance.choice([0, 0, 0, 3]), chance.random() < 0.3
            flag = chance.choice(["N"] * 6 + ["F", "C", "", None])
            for k in range(60 // length):
                value = level + shift + (0 if still else spread * chance.gauss(0, 1))
                total = chance.choice([None, 0.0, 1.0])
                place = START + hour * HOUR + timedelta(minutes=(k + 1) * length)
                sent.append(Reading(factor, place, None if chance.random() < 0.02 else round(value, 2), length, total, flag))
    for factor in ("a21026", "a21002"):
        for hour in range(1, 71):
            if chance.random() < 0.9:
                value = chance.choice([None, 34.0, 34.2, 35.0, 36.0, 0.0])
                judged.append(Judged(factor, START + hour * HOUR, chance.choice("NNNNNFCM"), value, chance.choice([None, value, 30.0]), 35.0))
    return OutletData("X", START + 75 * HOUR, sent, judged, {"a21026": chance.choice([20.0, 53.0])}, wet=chance.random() < 0.5)


@pytest.mark.parametrize("seed", range(12))
def test_rubbish_is_read_alike_by_functions_and_sql(seed, duck):
    both(duck, scattered(seed))


def test_the_order_of_readings_does_not_matter():
    data = scattered(3)
    mixed = list(data.readings)
    random.Random(1).shuffle(mixed)
    assert by_functions(OutletData("X", data.last, mixed, data.judged, data.tops, data.wet)) == by_functions(data)
