"""A million seeded mutations: no crash, bounded memory, the next sound frame after rubbish is always read; ``make fuzz`` makes more."""

from __future__ import annotations

import resource

import pytest

from scripts.fuzz_hj212 import fuzz, one_stream

MILLION = 1_000_000


def test_a_stream_is_what_its_seed_says():
    assert one_stream(7) == one_stream(7)
    assert one_stream(7) != one_stream(8)


@pytest.mark.slow
def test_a_million_mutations():
    fuzz(MILLION // 20, seed=900_000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    done = fuzz(MILLION)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert done.mutations >= MILLION
    assert done.sound > 3000
    assert after - before < 100_000, "kilobytes"
