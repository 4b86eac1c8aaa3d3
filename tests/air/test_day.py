"""GB 3095 table 4 and HJ 663 6.1.2: what makes a day, by hand-made hours."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.air.model import DayRules
from lantian.air.rules.day import city_value, daily_mean, eight_hour_means, mda8
from tests.air import slow

RULES = DayRules(hours=20, window_hours=6, windows=14, first_window=8, last_window=24, o3_limit=Fraction(160))


@pytest.mark.parametrize(("hours", "expected"), [(20, Fraction(5)), (19, None)])
def test_twenty_hours_make_a_day(hours, expected):
    assert daily_mean(dict.fromkeys(range(1, hours + 1), 5), RULES).value == expected


def test_a_window_exists_though_its_last_hour_is_missing():
    hours = {hour: hour for hour in range(1, 25) if hour != 24}
    assert eight_hour_means(hours, RULES)[24] == Fraction(sum(range(17, 24)), 7)


def test_fourteen_windows_are_needed_unless_the_limit_is_exceeded():
    few = dict.fromkeys(range(1, 15), 100)  # windows ending 8 … 16 have six hours or more: nine of them
    assert mda8(few, RULES).value is None
    assert mda8(few, RULES).because[0].values == {"valid": 9, "needed": 14}
    assert mda8(dict.fromkeys(range(1, 15), 161), RULES).value == 161
    assert mda8(dict.fromkeys(range(1, 15), 160), RULES).value is None


@pytest.mark.parametrize(("valid", "of", "known"), [(9, 12, True), (8, 12, False), (3, 4, True), (2, 3, False), (1, 1, True), (0, 1, False)])
def test_three_quarters_of_the_stations_make_a_city(valid, of, known):
    assert (city_value([7] * valid + [None] * (of - valid), Fraction(3, 4)).value is not None) is known


@given(st.dictionaries(st.integers(1, 24), st.integers(0, 900)))
def test_the_rules_agree_with_the_slow_reading(hours):
    exact = {hour: Fraction(value) for hour, value in hours.items()}
    expected = slow.station_day({"PM2.5": exact, "O3": exact})
    assert daily_mean(hours, RULES).value == expected.get("PM2.5")
    assert mda8(hours, RULES).value == expected.get("O3")
