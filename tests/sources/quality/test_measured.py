"""Faults of the simulator found, honest hours left alone: weaker bounds than what the bench measures, on a fixed seed."""

from __future__ import annotations

import pytest

from bench.quality import SPEAKS, measure


@pytest.mark.slow
def test_faults_are_found_and_honest_hours_are_left_alone():
    told = measure(count=2, days=12, minutes=10, seed=4242)
    assert told["honest_hours"] > 2 * 2 * 12 * 24 * 0.9
    assert told["false_per_1000"] < 5
    missed = {kind for kind, share in told["recall"].items() if SPEAKS[kind] and not share}
    assert missed == set(), "a kind of fault that no stack's data showed"
    assert sum(told["recall"][kind] for kind in told["recall"] if SPEAKS[kind]) >= 0.8 * sum(bool(codes) for codes in SPEAKS.values())
