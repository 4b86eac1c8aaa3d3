"""HJ 663: percentile, multiple, trend; the ranking rule: ties and index, on published tables."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.air.rules.evaluation import compliance_rate, exceedance_multiple, percentile, spearman
from lantian.air.rules.ranking import change_rate, competition_ranks, composite_index, primary_pollutants
from lantian.kernel.errors import InputError

# Guangdong, August 2017: printed index and rank of its 21 cities (published ranking table)
GUANGDONG = {
    "广州": (3.61, 20), "深圳": (2.93, 12), "珠海": (2.38, 5), "汕头": (2.63, 6), "佛山": (3.30, 17), "韶关": (3.55, 18), "河源": (2.88, 10),
    "梅州": (2.82, 8), "惠州": (2.97, 14), "汕尾": (2.09, 3), "东莞": (3.57, 19), "中山": (2.81, 7), "江门": (2.88, 10), "阳江": (2.13, 4),
    "湛江": (2.00, 1), "茂名": (2.07, 2), "肇庆": (3.18, 16), "清远": (3.95, 21), "潮州": (3.10, 15), "揭阳": (2.87, 9), "云浮": (2.96, 13),
}  # fmt: skip


def test_the_published_ranks_of_guangdong_with_a_tie():
    indices = [Fraction(str(index)) for index, _ in GUANGDONG.values()]
    assert competition_ranks(indices, 2) == [rank for _, rank in GUANGDONG.values()]


@given(st.lists(st.integers(0, 10_000), min_size=1), st.integers(0, 100))
def test_percentile_is_the_linear_interpolation_of_the_standard(values, rank):
    assert float(percentile(values, rank)) == pytest.approx(float(np.percentile(values, rank)))


@pytest.mark.parametrize(("rank", "position"), [(98, "357.72"), (95, "346.80"), (90, "328.60")])
def test_positions_in_a_year_of_365_days(rank, position):
    assert percentile(range(1, 366), rank) == Fraction(position)


def test_a_percentile_of_nothing_is_refused():
    with pytest.raises(InputError, match="a percentile of no values; give at least one"):
        percentile([], 95)


def test_wuhan_2015_exceeded_the_pm10_limit_0_49_times():
    assert round(float(exceedance_multiple(104, 70)), 2) == 0.49


def test_zhuhai_august_2017_counts_valid_days_only():
    assert round(float(compliance_rate(26, 28)), 1) == 92.9
    assert compliance_rate(0, 0) is None


@given(st.lists(st.integers(0, 50), min_size=3, max_size=12))
def test_spearman_without_ties_is_the_correlation_of_ranks(values):
    distinct = list(dict.fromkeys(values))
    if len(distinct) >= 3:
        ranks = np.argsort(np.argsort(distinct))
        assert float(spearman(distinct)) == pytest.approx(np.corrcoef(ranks, np.arange(len(distinct)))[0, 1])


def test_index_primary_and_change():
    single = {"PM2.5": Fraction(2), "PM10": Fraction(2), "O3": Fraction(1)}
    assert composite_index(single, dict.fromkeys(single, 1)) == 5
    assert primary_pollutants(single) == ("PM2.5", "PM10")
    assert change_rate(Fraction("4.5"), 5) == Fraction(-1, 10)
