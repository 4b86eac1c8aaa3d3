"""Honest minutes obey the relations of flue gas, whatever the seed, and can be drawn again."""

from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest

from lantian.gateway.devices import happenings
from lantian.gateway.devices.model import FLOW, LOAD, MOISTURE, OXYGEN, POLLUTANTS, POWER, TEMPERATURE, VELOCITY, Curtailment
from lantian.gateway.devices.physics import honest, minutes_of
from tests.gateway.devices.stacks import COAL, FIRST, LAST, TURBINE, doing


def flags(table, factor):
    return np.array(table[f"{factor}-Flag"].to_pylist())


def good(table):
    """Minutes in which everything is normal."""
    return np.logical_and.reduce([flags(table, factor) == "N" for factor in (*POLLUTANTS.values(), OXYGEN)])


def values(table, *factors):
    keep = good(table)
    return [table[factor].to_numpy()[keep] for factor in factors]


@pytest.fixture(scope="module", params=[COAL, TURBINE], ids=["coal", "gas"])
def stack(request):
    return request.param


@pytest.fixture(scope="module")
def month(stack):
    return honest(stack, FIRST, LAST, 3)


def test_the_same_seed_gives_the_same_minutes_and_another_does_not(stack, month):
    assert honest(stack, FIRST, LAST, 3).equals(month)
    assert not honest(stack, FIRST, LAST, 4).equals(month)
    assert not honest(replace(stack, outlet="another"), FIRST, LAST, 3).equals(month)


def test_a_day_drawn_alone_is_that_day_of_the_month(stack, month):
    day = honest(stack, FIRST + timedelta(days=9), FIRST + timedelta(days=10), 3)
    assert day.equals(month.slice(9 * 1440, 1440))


def test_minutes_are_labelled_by_their_end(month):
    assert month["time"][0].as_py() == FIRST + timedelta(minutes=1)
    assert month["time"][-1].as_py() == LAST
    assert minutes_of(FIRST, FIRST).size == 0


def test_the_total_is_concentration_times_flow_times_time(month):
    for factor in POLLUTANTS.values():
        by_hand = month[factor].to_numpy() * 1e-6 * month[FLOW].to_numpy() * 60
        assert month[f"{factor}-Cou"].to_numpy() == pytest.approx(by_hand, rel=1e-12)
    assert month[f"{POWER}-Cou"].to_numpy().sum() / 1000 == pytest.approx((month[LOAD].to_numpy() / 100 * _capacity(month)).sum() / 60, rel=1e-9)


def _capacity(table):
    load = table[LOAD].to_numpy()
    return table[POWER].to_numpy()[load > 50][0] * 60 / 1000 / (load[load > 50][0] / 100)


def test_oxygen_falls_and_flow_rises_with_load(month):
    load, oxygen, flow = values(month, LOAD, OXYGEN, FLOW)
    assert np.corrcoef(load, oxygen)[0, 1] < -0.3
    assert np.corrcoef(load, flow)[0, 1] > 0.7


def test_velocity_carries_the_flow_through_the_duct(stack, month):
    speed, flow, warm, wet = values(month, VELOCITY, FLOW, TEMPERATURE, MOISTURE)
    pressure = month["a01013"].to_numpy()[good(month)]
    dry_and_standard = speed * stack.area * (1 - wet / 100) * 273 / (273 + warm) * (101.325 + pressure) / 101.325
    assert dry_and_standard == pytest.approx(flow, rel=1e-9)


def test_wet_desulphurisation_makes_the_gas_cool_and_moist():
    wet = honest(COAL, FIRST, FIRST + timedelta(days=3), 1)
    dry = honest(replace(COAL, controls=frozenset()), FIRST, FIRST + timedelta(days=3), 1)
    for factor, sign in ((TEMPERATURE, -1), (MOISTURE, 1)):
        assert sign * (np.median(wet[factor].to_numpy()) - np.median(dry[factor].to_numpy())) > 2


def test_an_honest_stack_without_trips_keeps_its_limits(stack, month):
    """Outside the hours of starting up, when catalysts are cold."""
    fire = happenings.running(stack, minutes_of(FIRST, LAST), 3)
    keep = good(month) & (fire == 1)
    oxygen = month[OXYGEN].to_numpy()[keep]
    for pollutant, factor in POLLUTANTS.items():
        corrected = month[factor].to_numpy()[keep] * (21 - stack.reference_oxygen) / (21 - oxygen)
        assert (corrected < stack.limits[pollutant]).mean() > 0.995


def test_trips_raise_the_emission_above_the_limit():
    tripping = honest(doing(COAL, trips={"SO2": 1.0}), FIRST, LAST, 3)
    still = honest(COAL, FIRST, LAST, 3)
    raised = tripping["a21026"].to_numpy() > 1.3 * np.maximum(still["a21026"].to_numpy(), 1)
    assert 60 < raised.sum() < 4 * 9 * 60 * 2
    assert tripping["a21002"].equals(still["a21002"])


def test_a_curtailed_unit_runs_lower_and_emits_less():
    """By 40 % from an hour after the order."""
    start, until = datetime(2015, 12, 8, 7), datetime(2015, 12, 10, 12)
    kept, cut = (honest(stack, start, until, 3) for stack in (COAL, doing(COAL, curtailments=(Curtailment(start, until, 0.4),))))
    load, lower = kept[LOAD].to_numpy()[60:], cut[LOAD].to_numpy()[60:]
    assert lower == pytest.approx(0.6 * load, rel=1e-9)
    assert cut["a21026-Cou"].to_numpy().sum() < 0.75 * kept["a21026-Cou"].to_numpy().sum()


def stopped(stack):
    """Find a seed with which the unit stops within the month."""
    for seed in range(50):
        fire = happenings.running(stack, minutes_of(FIRST, LAST), seed)
        if (fire == 0).sum() > 600:
            return honest(stack, FIRST, LAST, seed), fire
    raise AssertionError


def test_a_stopped_unit_says_so_and_breathes_air():
    table, fire = stopped(COAL)
    out = (fire == 0) & (flags(table, FLOW) == "F")
    assert out.sum() > 500
    assert table[LOAD].to_numpy()[out].max() == 0
    assert table[FLOW].to_numpy()[out].max() < 1
    measured = out & (flags(table, OXYGEN) == "F")
    assert table[OXYGEN].to_numpy()[measured].min() > 20
    rising = (fire > 0.05) & (fire < 0.9)
    assert set(flags(table, FLOW)[rising]) <= {"N", "M"}


def test_flags_tell_calibration_and_gas_stands_in_its_place(stack, month):
    gassed = flags(month, "a21026") == "C"
    top = stack.ranges["a21026"]
    assert 100 < gassed.sum() < 28 * 30
    assert set(np.round(month["a21026"].to_numpy()[gassed] / top, 3)) == {0.002, 0.8}
    assert "C" not in flags(month, "a34013")


def test_readings_beyond_the_range_are_flagged_and_cut():
    narrow = replace(COAL, ranges=COAL.ranges | {"a21026": 60.0})
    table = honest(narrow, FIRST, FIRST + timedelta(days=2), 3)
    assert table["a21026"].to_numpy().max() <= 60
    assert (flags(table, "a21026") == "T").sum() > 60


def test_broken_analysers_say_so():
    for seed in range(200):
        table = honest(COAL, FIRST, FIRST + timedelta(days=7), seed)
        broken = flags(table, "a21026") == "D"
        if broken.any():
            assert table["a21026"].to_numpy()[broken].max() < 0.01 * COAL.ranges["a21026"]
            return
    raise AssertionError("no seed of two hundred breaks the analyser")
