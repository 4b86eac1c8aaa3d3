"""The rules of hours by cases that an inspector can read, and by laws that hold for any numbers."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from lantian.app.speech import say
from lantian.kernel.errors import InputError
from lantian.law import book
from lantian.sources.model.hours import Gap, Judged, Mark, Minutes
from lantian.sources.rules.correction import at_reference_oxygen, differs, dry_factor, mass_of_ppm, nox_as_no2, nox_of_ppm, standard_factor
from lantian.sources.rules.exceedance import episodes, exceeds, multiple
from lantian.sources.rules.hour import hour_mean, hour_of, state_of
from lantian.sources.rules.marks import governing
from lantian.sources.rules.mass import day_mass, duct_flow, hour_mass, mass_differs, standard_flow
from lantian.sources.rules.rates import capture_rate, day_is_valid, effective_rate, transmission_rate, validity_rate
from lantian.sources.rules.substitution import band_of, substitute
from lantian.sources.service.hour_rules import control_hours, doubtful, hour_rules, rule_window

CASES = Path(__file__).parent / "cases"
RULES = hour_rules(book(), date(2018, 6, 1))
OLD = hour_rules(book(), date(2015, 6, 1))
MIDNIGHT = datetime(2018, 6, 1)


def cases(name):
    return [pytest.param(*case[1:], id=case[0]) for case in yaml.safe_load((CASES / f"{name}.yaml").read_text(encoding="utf-8"))]


def exact(value):
    return None if value is None else Fraction(str(value))


@pytest.mark.parametrize(("rows", "state", "mean"), cases("validity"))
def test_validity(rows, state, mean):
    found = hour_mean([Minutes(length, exact(value), flag) for length, value, flag in rows], RULES)
    assert (found.state, found.value) == (state, exact(mean))
    assert (found.value is None) == bool(found.because)
    for reason in found.because:
        assert say(reason, "zh") != say(reason, "en")


@pytest.mark.parametrize(
    ("minutes", "state"),
    [
        ({"valid": 45}, "N"),
        ({"valid": 44}, "Md"),
        ({"valid": 44, "C": 16}, "C"),
        ({"valid": 45, "C": 15}, "N"),
        ({"F": 45, "valid": 15}, "F"),
        ({"F": 44, "valid": 16}, "Md"),
        ({}, "Md"),
    ],
)
def test_the_state_of_an_hour_follows_from_its_minutes(minutes, state):
    assert state_of(minutes, RULES) == state


@pytest.mark.parametrize(("dry", "oxygen", "reference", "expected"), cases("correction"))
def test_correction(dry, oxygen, reference, expected):
    found = at_reference_oxygen(exact(dry), exact(oxygen), exact(reference), RULES)
    assert found.value == exact(expected)
    assert (found.value is None) == bool(found.because)


FORMULAS = {
    "standard": lambda *given: standard_factor(*given, RULES),
    "dry": dry_factor,
    "ppm": lambda *given: mass_of_ppm(*given, RULES),
    "nox": lambda *given: nox_as_no2(*given, RULES).value,
    "nox_ppm": lambda *given: nox_of_ppm(*given, RULES),
    "duct": duct_flow,
    "flow": lambda *given: standard_flow(*given, RULES),
    "mass": lambda *given: hour_mass(*given, RULES),
}


@pytest.mark.parametrize(("formula", "given", "expected", "within"), cases("formulas"))
def test_formulas(formula, given, expected, within):
    found = FORMULAS[formula](*map(exact, given))
    if expected is None:
        assert found is None
    else:
        assert abs(found - exact(expected)) <= exact(within)


@pytest.mark.parametrize(("hours", "kind", "capture", "before", "mass", "method"), cases("substitution"))
def test_substitution(hours, kind, capture, before, mass, method):
    masses = [exact(kg) for count, kg in before for _ in range(count)]
    found = substitute(Gap(hours, kind), exact(capture), masses, RULES)
    assert (found.mass, found.method) == (exact(mass), method)
    assert (found.mass is None) == bool(found.because)


@pytest.mark.parametrize(("signs", "expected"), cases("exceedance"))
def test_exceedance(signs, expected):
    hours = []
    for number, sign in enumerate(signs.split(), 1):
        time = MIDNIGHT + timedelta(hours=number)
        hours.append(Judged(time, None if sign in "?F" else exact(sign), 35, stopped=sign == "F"))
    found = [[e.start.hour, e.finish.hour, e.hours, e.unknown_hours, e.peak, e.multiple] for e in episodes(hours, RULES.bridged_hours)]
    assert found == [[*run[:4], exact(run[4]), exact(run[5])] for run in expected]


RATES = {
    "capture": capture_rate,
    "transmission": transmission_rate,
    "validity": validity_rate,
    "effective": effective_rate,
    "day": lambda operating, valid: day_is_valid(operating, valid, RULES),
}


@pytest.mark.parametrize(("rate", "given", "expected"), cases("rates"))
def test_rates(rate, given, expected):
    assert RATES[rate](*given) == (expected if isinstance(expected, bool) else exact(expected))


@pytest.mark.parametrize(("given", "expected"), cases("marks"))
def test_marks(given, expected):
    def at(clock):
        return datetime.fromisoformat(f"2018-06-01T{clock}")

    marks = [Mark("o", pollutant, code, at(start), at(until), state, f"m{k}") for k, (code, start, until, state, pollutant) in enumerate(given)]
    found = governing(marks, "SO2", datetime(2018, 6, 1, 10), RULES)
    assert (found and found.code) == expected


def test_no_alone_was_allowed_before_2018_only():
    assert nox_as_no2(30, None, OLD).value == 46
    refused = nox_as_no2(30, None, RULES)
    assert refused.value is None
    assert say(refused.because[0], "en") == "HJ 75 (edition 2017) does not allow NO alone: NO2 is lacking"


def test_two_percent_between_recomputed_and_reported_is_the_border():
    assert differs(100, 102, RULES) is False
    assert differs(100, Fraction("102.01"), RULES) is True
    assert differs(100, None, RULES) is None
    assert mass_differs(100, 98, RULES) is False
    assert mass_differs(100, 97, RULES) is True
    assert mass_differs(100, None, RULES) is None


def test_the_edition_in_force_follows_the_date_and_the_windows_of_2007_are_doubtful():
    assert (OLD.edition, RULES.edition) == ("2007", "2017")
    assert hour_rules(book(), date(2018, 2, 28)).edition == "2007"
    assert hour_rules(book(), date(2018, 3, 1)).edition == "2017"
    assert OLD.windows == RULES.windows
    assert doubtful(book(), date(2015, 6, 1))
    assert not doubtful(book(), date(2018, 6, 1))
    assert not doubtful(book(), date(2015, 6, 1), "2017")


def test_before_the_first_edition_there_is_no_rule():
    with pytest.raises(InputError, match="no edition of hj_75 is in force on 2007-07-31; known: 2007 from 2007-08-01 to 2018-02-28, 2017 from 2018-03-01"):
        hour_rules(book(), date(2007, 7, 31))


def test_windows_of_the_tables_cover_every_gap_once():
    rows = rule_window([RULES])
    for kind in ("invalid", "out_of_control"):
        for capture in (0.75, 0.8, 0.899, 0.9, 1.0):
            for hours in (1, 24, 25, 500):
                fitting = [
                    row
                    for row in rows
                    if row["kind"] == kind
                    and row["capture_from"] <= capture
                    and (row["capture_below"] is None or capture < row["capture_below"])
                    and row["hours_from"] <= hours
                    and (row["hours_to"] is None or hours <= row["hours_to"])
                ]
                expected = substitute(Gap(hours, kind), exact(capture), [1], RULES).method
                assert [row["method"] for row in fitting] == [expected]


def test_hours_between_a_failed_check_and_the_next_good_one_are_out_of_control():
    """A drift of 5 % of the range is still in control, more is not; without any good check before there is nothing to look back to."""

    def check(day, hour, reading):
        at = datetime(2018, 6, day, hour, 30)
        return {"outlet": "o", "pollutant": "SO2", "time": at, "reference": 100.0, "reading": reading, "range_top": 1000.0}

    rows = control_hours(book(), [check(1, 8, 101.0), check(2, 8, 150.0), check(3, 8, 151.0), check(3, 11, 100.0)], datetime(2018, 6, 5))
    assert [row["time"].hour for row in rows] == [9, 10, 11, 12]
    assert {row["since"] for row in rows} == {datetime(2018, 6, 2, 8, 30)}
    assert control_hours(book(), [], datetime(2018, 6, 5)) == []
    open_end = control_hours(book(), [check(4, 20, 500.0)], datetime(2018, 6, 5))
    assert [row["time"].hour for row in open_end] == [21, 22, 23, 0]


def test_an_unknown_window_is_told():
    bare = hour_rules(book(), date(2018, 6, 1))
    found = substitute(Gap(3, "strange"), 1, [5], bare)
    assert say(found.because[0], "en") == "HJ 75 (edition 2017) says nothing on what stands in here"


hours_of_mass = st.lists(st.fractions(0, 1000), max_size=40)


@given(before=hours_of_mass, hours=st.integers(1, 100), capture=st.fractions(0, 1))
def test_what_stands_in_was_measured_before(before, hours, capture):
    found = substitute(Gap(hours, "invalid"), capture, before, RULES)
    assert found.mass is None or found.mass in before
    assert (found.mass is None) == (band_of(capture, RULES) is None or not before)


@given(st.lists(st.tuples(st.sampled_from([5, 10, 15]), st.fractions(0, 500)), min_size=9, max_size=12))
def test_an_hour_lies_between_its_lowest_and_highest_minute_and_order_does_not_matter(rows):
    found = hour_mean([Minutes(length, value, "N") for length, value in rows], RULES)
    again = hour_mean([Minutes(length, value, "N") for length, value in reversed(rows)], RULES)
    assert found == again
    assert found.value is None or min(v for _, v in rows) <= found.value <= max(v for _, v in rows)


@given(dry=st.fractions(0, 1000), oxygen=st.fractions(0, Fraction("20.8")))
def test_more_oxygen_means_a_higher_corrected_value(dry, oxygen):
    at = at_reference_oxygen(dry, oxygen, 6, RULES).value
    more = at_reference_oxygen(dry, oxygen + Fraction("0.05"), 6, RULES).value
    assert at <= more
    assert at_reference_oxygen(dry, 6, 6, RULES).value == dry


@given(masses=st.lists(st.fractions(0, 100), max_size=24))
def test_a_day_is_the_sum_of_its_hours(masses):
    assert day_mass(masses) == sum(masses)


@given(st.lists(st.sampled_from([20, 35, 36, 70, None, "F"]), max_size=60), st.integers(0, 5))
def test_runs_hold_every_exceeding_hour_once(signs, bridged):
    hours = [Judged(MIDNIGHT + timedelta(hours=k + 1), s if isinstance(s, int) else None, 35, stopped=s == "F") for k, s in enumerate(signs)]
    found = episodes(hours, bridged)
    assert sum(run.hours for run in found) == sum(1 for hour in hours if exceeds(hour.corrected, hour.limit))
    for run in found:
        inside = [hour for hour in hours if run.start <= hour.time <= run.finish]
        assert not any(hour.stopped or exceeds(hour.corrected, hour.limit) is False for hour in inside)
        assert len(inside) == run.hours + run.unknown_hours
        assert run.multiple == multiple(run.peak, 35)


@given(st.datetimes(datetime(2015, 1, 1), datetime(2016, 1, 1)).map(lambda at: at.replace(second=0, microsecond=0)))
def test_a_period_belongs_to_the_hour_of_its_last_minute(end):
    hour = hour_of(end)
    assert hour.minute == 0
    assert hour - timedelta(hours=1) < end <= hour
