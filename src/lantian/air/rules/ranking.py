"""Ranking of cities (环办〔2014〕64号, 环办监测〔2018〕19号): order, ties, primary pollutant, change against the year before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from lantian.kernel.quantity import Exact, round_half_even


def competition_ranks(values: Sequence[Exact], decimals: int) -> list[int]:
    """Rank ascending; values equal when printed share a rank and the next rank is skipped (并列).

    >>> competition_ranks([Fraction("2.876"), Fraction("2.884"), Fraction("2.93"), Fraction("2.0")], 2)
    [2, 2, 4, 1]
    """
    printed = [round_half_even(value, decimals) for value in values]
    return [1 + sum(other < value for other in printed) for value in printed]


def composite_index(single: Mapping[str, Exact], weights: Mapping[str, Exact]) -> Fraction:
    """Add the single indices, each with its edition's weight (HJ 663 annex C; the ranking rule has all weights 1).

    >>> composite_index({"PM2.5": 2, "O3": 1}, {"PM2.5": 3, "O3": 2})
    Fraction(8, 1)
    """
    return sum((Fraction(weights[name]) * Fraction(value) for name, value in single.items()), Fraction(0))


def primary_pollutants(single: Mapping[str, Exact]) -> tuple[str, ...]:
    """Name the pollutants with the greatest single index; ties are named together."""
    top = max((Fraction(value) for value in single.values()), default=None)
    return tuple(name for name, value in single.items() if Fraction(value) == top)


def change_rate(now: Exact, before: Exact) -> Fraction:
    """Give the change of a composite index against the same period a year before (城市环境空气质量变化程度排名方案, 2017).

    >>> change_rate(Fraction("4.5"), Fraction("5.0"))
    Fraction(-1, 10)
    """
    return (Fraction(now) - Fraction(before)) / Fraction(before)
