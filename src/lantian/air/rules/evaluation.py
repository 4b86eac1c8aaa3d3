"""Statistics of HJ 663: percentile, exceedance multiple, compliance, trend."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from lantian.kernel.errors import InputError
from lantian.kernel.quantity import Exact


def percentile(values: Sequence[Exact], rank: int) -> Fraction:
    """Give the percentile of daily values, interpolated between the two neighbours (HJ 663-2013 annex A.6).

    >>> percentile([1, 2, 3, 4], 50)
    Fraction(5, 2)
    """
    if not values:
        raise InputError("a percentile of no values; give at least one")
    ordered = sorted(Fraction(value) for value in values)
    whole, part = divmod((len(ordered) - 1) * Fraction(rank, 100), 1)
    upper = ordered[min(int(whole) + 1, len(ordered) - 1)]
    return ordered[int(whole)] + (upper - ordered[int(whole)]) * part


def exceedance_multiple(concentration: Exact, limit: Exact) -> Fraction:
    """Give by how many times the limit is exceeded, B = (C − S)/S; negative below it (HJ 663).

    >>> round(float(exceedance_multiple(104, 70)), 2)
    0.49
    """
    return (Fraction(concentration) - Fraction(limit)) / Fraction(limit)


def compliance_rate(attaining: int, valid: int) -> Fraction | None:
    """Give the share of valid days that attain [%], D = A/n × 100; None when no day is valid (HJ 663).

    >>> round(float(compliance_rate(26, 28)), 1)
    92.9
    """
    return None if valid == 0 else Fraction(attaining * 100, valid)


def spearman(values: Sequence[Exact]) -> Fraction:
    """Give the rank correlation of yearly values with time, r = 1 − 6 Σd² / (n³ − n); equal values share a mean rank (HJ 663 annex B).

    >>> spearman([90, 86, 81, 73, 58])
    Fraction(-1, 1)
    """
    n = len(values)
    if n <= 1:
        raise InputError(f"a trend needs at least two years, {n} given")
    exact = [Fraction(value) for value in values]
    ranks = [sum(other < value for other in exact) + Fraction(exact.count(value) + 1, 2) for value in exact]
    squares = sum(((rank - year) ** 2 for year, rank in enumerate(ranks, start=1)), Fraction(0))
    return 1 - 6 * squares / (n**3 - n)
