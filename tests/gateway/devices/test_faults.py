"""Each fault changes what it says it changes, within its time only, and the totals follow what is said."""

from datetime import datetime, timedelta

import numpy as np
import pytest

from lantian.gateway.devices.faults import HONEST, KINDS, apply, tamper
from lantian.gateway.devices.model import FLOW, MOISTURE, OXYGEN, POLLUTANTS, TEMPERATURE, VELOCITY, Fault
from lantian.gateway.devices.physics import honest
from lantian.kernel.errors import InputError
from tests.gateway.devices.stacks import COAL, FIRST, doing

START, UNTIL = FIRST + timedelta(days=2), FIRST + timedelta(days=4)
TABLE = honest(COAL, FIRST, FIRST + timedelta(days=6), 5)


def between(start, until):
    times = TABLE["time"].to_numpy()
    return (times > np.datetime64(start)) & (times <= np.datetime64(until))


INSIDE = between(START, UNTIL)
NORMAL = np.array(TABLE["a21026-Flag"].to_pylist()) == "N"
CHANGES = {
    "flat_line": {"a21026"},
    "limit_plateau": {"a21026"},
    "range_plateau": {"a21026"},
    "variance_collapse": {"a21026"},
    "digit_preference": {"a21026"},
    "dilution": {*POLLUTANTS.values(), OXYGEN, MOISTURE, TEMPERATURE},
    "reported_stop": {name for name in TABLE.column_names if name.endswith("-Flag")},
    "no_mass": {FLOW, VELOCITY},
    "visit_step": set(POLLUTANTS.values()),
    "clock_skew": set(),
    "parameter_changed": {"a21026"},
    "identity_mismatch": set(),
    "slow_drift": {"a21026"},
    "overrun": {"a21026"},
}


def laid(kind, factors=(), **settings):
    return apply(TABLE, Fault(kind, START, UNTIL, factors, settings), COAL, 5)


def column(told, factor="a21026"):
    return told.table[factor].to_numpy()[INSIDE & NORMAL]


HELD = TABLE["a21026"].to_numpy()[INSIDE & NORMAL]


def test_every_kind_is_tested():
    assert set(CHANGES) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_fault_changes_its_factors_in_its_time_and_nothing_else(kind):
    told = laid(kind)
    assert told.table.column_names == TABLE.column_names
    changed = {name for name in TABLE.column_names if not told.table[name].equals(TABLE[name])}
    assert {name for name in changed if not name.endswith("-Cou")} == CHANGES[kind]
    for name in changed:
        same = np.array(told.table[name].to_pylist()) == np.array(TABLE[name].to_pylist())
        assert same[~INSIDE].all()
    assert bool(told.truth) == (kind not in HONEST)
    assert all((start, until) == (START, UNTIL) for _, start, until in told.truth)


@pytest.mark.parametrize("kind", KINDS)
def test_a_fault_is_the_same_again_and_the_totals_are_what_is_said(kind):
    told = laid(kind)
    assert told.table.equals(laid(kind).table)
    for factor in POLLUTANTS.values():
        mass = told.table[factor].to_numpy() * told.table[FLOW].to_numpy() * 60e-6
        assert told.table[f"{factor}-Cou"].to_numpy() == pytest.approx(mass, rel=1e-12)


def test_a_flat_line_hardly_moves():
    assert column(laid("flat_line")).std() < 0.05 * HELD.std()


def test_a_plateau_stays_under_the_limit_at_reference_oxygen():
    told = laid("limit_plateau", share=0.95, tremble=0.001, gain=4)
    corrected = column(told) * 15 / (21 - told.table[OXYGEN].to_numpy()[INSIDE & NORMAL])
    assert corrected.max() < 200
    assert (np.abs(corrected / 200 - 0.95) < 0.01).mean() > 0.9


def test_a_range_plateau_ends_at_the_top_and_is_called_normal():
    assert (column(laid("range_plateau")) == COAL.ranges["a21026"]).mean() > 0.9


def test_a_collapse_keeps_the_mean_and_takes_the_spread():
    told = column(laid("variance_collapse", keep=0.1))
    assert told.mean() == pytest.approx(HELD.mean(), rel=1e-9)
    assert told.std() == pytest.approx(0.1 * HELD.std(), rel=1e-6)


def test_rounded_digits_fall_on_steps():
    steps = column(laid("digit_preference", step=0.025)) / 5
    assert steps == pytest.approx(np.round(steps), abs=1e-9)
    told = laid("digit_preference", step=0.025)
    minutes = told.table["a21026"].to_numpy()[2 * 1440 : 4 * 1440].reshape(-1, 10)
    assert (np.ptp(minutes, axis=1) == 0).mean() > 0.95


def test_dilution_leaves_the_corrected_concentration_and_lowers_the_mass():
    told = laid("dilution", air=0.4)
    oxygen = told.table[OXYGEN].to_numpy()[INSIDE & NORMAL]
    corrected, before = column(told) * 15 / (21 - oxygen), HELD * 15 / (21 - TABLE[OXYGEN].to_numpy()[INSIDE & NORMAL])
    assert corrected == pytest.approx(before, rel=0.01)
    assert column(told) == pytest.approx(0.6 * HELD, rel=1e-9)
    assert (oxygen > TABLE[OXYGEN].to_numpy()[INSIDE & NORMAL] + 4).all()
    hidden = laid("dilution", air=0.4, hidden=1)
    assert hidden.table[OXYGEN].equals(TABLE[OXYGEN])


def test_a_reported_stop_keeps_what_burns():
    told = laid("reported_stop")
    assert set(np.array(told.table["a21026-Flag"].to_pylist())[INSIDE]) == {"F"}
    assert column(told) == pytest.approx(HELD)


def test_without_flow_there_is_no_mass():
    told = laid("no_mass")
    assert told.table["a21026-Cou"].to_numpy()[INSIDE].max() == 0
    assert column(told) == pytest.approx(HELD)


def test_the_truth_is_told_while_an_inspector_is_there():
    told = laid("visit_step", after=10, hours=3, share=0.5)
    (arrival, departure), share = told.visits[0], column(told) / HELD
    assert (arrival, departure) == (START + timedelta(hours=10), START + timedelta(hours=13))
    there = between(arrival, departure)
    assert share[there[INSIDE & NORMAL]] == pytest.approx(1)
    assert share[~there[INSIDE & NORMAL]] == pytest.approx(0.5)


def test_a_changed_parameter_is_seen_in_values_and_notes():
    told = laid("parameter_changed", slope=0.7, offset=1.0)
    assert column(told) == pytest.approx(0.7 * HELD + 1)
    assert [(note.name, note.text, note.time) for note in told.notes] == [
        ("i13008", "0.7", START),
        ("i13008", "1", UNTIL),
        ("i13007", "1", START),
        ("i13007", "0", UNTIL),
    ]


def test_clock_and_identity_are_told_beside_the_table():
    assert laid("clock_skew", seconds=-400).clock_error == -400
    assert set(laid("identity_mismatch").identity) == {"a21026"}
    assert laid("identity_mismatch").identity["a21026"] != COAL.serials["a21026"]


def test_a_drift_grows_with_the_days():
    share = column(laid("slow_drift", per_day=-0.1)) / HELD
    assert share[0] == pytest.approx(1, abs=0.01)
    assert share[-1] == pytest.approx(0.8, abs=0.01)


def test_strengths_and_factors_are_chosen():
    told = laid("flat_line", ("a21002", "a34013"), tremble=0)
    assert len(set(told.table["a21002"].to_numpy()[INSIDE & (np.array(TABLE["a21002-Flag"].to_pylist()) == "N")])) == 1
    assert [factor for factor, *_ in told.truth] == ["a21002", "a34013"]
    assert told.table["a21026"].equals(TABLE["a21026"])


def test_faults_of_a_habit_add_up():
    faults = (Fault("clock_skew", START, UNTIL, (), {"seconds": 60}), Fault("no_mass", START, UNTIL), Fault("flat_line", START, UNTIL))
    told = tamper(TABLE, doing(COAL, faults=faults), 5)
    assert told.clock_error == 60
    assert {factor for factor, *_ in told.truth} == {"", FLOW, VELOCITY, "a21026"}
    assert tamper(TABLE, COAL, 5).table.equals(TABLE)


def test_an_unknown_kind_is_refused():
    with pytest.raises(InputError, match=r"no kind of fault 'flatline'; did you mean 'flat_line'\? \(14 known\)"):
        apply(TABLE, Fault("flatline", START, UNTIL), COAL)


def test_a_fault_outside_the_table_changes_nothing():
    for kind in KINDS:
        told = apply(TABLE, Fault(kind, datetime(2016, 5, 1), datetime(2016, 5, 2)), COAL)
        assert told.table.equals(TABLE), kind
