"""Chance that can be drawn again: spread, likeness of neighbours, and the same from any span."""

import numpy as np
import pytest

from lantian.gateway.devices.noise import key_of, normal, seldom, uniform, unrest, wander

MINUTES = np.arange(24_000_000, 24_000_000 + 40_000, dtype=np.int64)


def test_numbers_are_even_and_nearly_normal():
    even, bell = uniform(key_of("a"), MINUTES), normal(key_of("b"), MINUTES)
    assert even.min() >= 0
    assert even.max() < 1
    assert even.mean() == pytest.approx(0.5, abs=0.01)
    assert bell.mean() == pytest.approx(0, abs=0.02)
    assert bell.std() == pytest.approx(1, abs=0.02)
    assert np.abs(bell).max() < 3.5


@pytest.mark.parametrize("spacing", [1, 7, 60, 1440])
def test_a_span_drawn_alone_is_the_same_part_of_a_longer_one(spacing):
    whole = wander(key_of("c"), MINUTES, spacing)
    for start, stop in ((0, 1), (1, 2), (777, 9000), (39_999, 40_000)):
        assert np.array_equal(wander(key_of("c"), MINUTES[start:stop], spacing), whole[start:stop])


def test_a_path_is_straight_between_its_knots_as_interpolation_gives_it():
    key, spacing = key_of("d"), 60
    at = MINUTES + key % spacing
    knots = np.arange(at[0] // spacing, at[-1] // spacing + 2)
    assert wander(key, MINUTES, spacing) == pytest.approx(np.interp(at, knots * spacing, normal(key, knots)), abs=1e-12)


def test_slow_unrest_makes_neighbours_alike_and_quick_unrest_does_not():
    slow, quick = unrest(key_of("e"), MINUTES, {120: 1.0}), unrest(key_of("e"), MINUTES, {1: 1.0})
    assert np.corrcoef(slow[:-1], slow[1:])[0, 1] > 0.99
    assert abs(np.corrcoef(quick[:-1], quick[1:])[0, 1]) < 0.02


def test_happenings_fall_as_often_as_their_chance_and_are_found_from_any_span():
    found = seldom(key_of("f"), MINUTES, 100, 0.3)
    assert len(found) / 402 == pytest.approx(0.3, abs=0.06)
    later = seldom(key_of("f"), MINUTES[20_000:], 100, 0.3)
    assert later == [each for each in found if each[0] >= later[0][0]]
    assert seldom(key_of("f"), MINUTES[:0], 100, 0.3) == []
