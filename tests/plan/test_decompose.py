"""Promises added up, by hand: means for concentrations, sums for amounts."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.plan.rules.decompose import Promise, sufficiency


def promise(place, base, cut, pollutant="PM2.5"):
    return Promise(place, pollutant, Fraction(base), Fraction(cut))


@pytest.mark.parametrize(
    ("parts", "own", "key", "reached"),
    [
        ([(120, 30), (80, 10)], 25, "plan.promises_short", "22.0"),  # 120 to 84 and 80 to 72: mean 100 to 78
        ([(120, 30), (80, 10)], 22, "plan.promises_reach", "22.0"),
        ([(100, 0), (100, 0)], 1, "plan.promises_short", "0.0"),
        ([(150, 40), (50, 0)], 30, "plan.promises_reach", "30.0"),  # 150 to 90: 200 to 140
    ],
)
def test_promises_add_up(parts, own, key, reached):
    made = [promise(str(n), base, cut) for n, (base, cut) in enumerate(parts)]
    told = sufficiency(promise("p", 100, own), made, [each.place for each in made])
    assert (told.key, told.values["reached"]) == (key, reached)


def test_parts_that_promised_nothing_are_named():
    told = sufficiency(promise("p", 100, 25), [promise("a", 100, 50)], ["a", "b", "c"])
    assert (told.key, told.values["places"]) == ("plan.promises_missing", ["b", "c"])


@given(st.lists(st.tuples(st.integers(1, 500), st.integers(0, 100)), min_size=1, max_size=8))
def test_amounts_and_means_agree_on_the_fall_and_it_lies_between_the_parts(parts):
    """A sum over n parts is n times their mean, so the fall is the same; and it lies between the least and the greatest cut."""
    cuts = [cut for _, cut in parts]
    for limit, key in ((min(cuts), "plan.promises_reach"), (max(cuts) + 1, "plan.promises_short")):
        for pollutant in ("PM2.5", "SO2"):
            made = [promise(str(n), base, cut, pollutant) for n, (base, cut) in enumerate(parts)]
            assert sufficiency(promise("p", 1, limit, pollutant), made, [each.place for each in made]).key == key
