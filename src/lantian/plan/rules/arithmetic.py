"""Shares of a path, levels required, changes in percent, and answers that may be unknown; exact, without any plan in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction

from lantian.kernel.period import year
from lantian.kernel.quantity import exact, round_half_even

Number = Fraction | float | int


def straight_shares(first: int, last: int) -> dict[int, Fraction]:
    """Give the year-end shares [%] of a straight path from the end of one year to the end of another.

    >>> straight_shares(2013, 2017)[2015]
    Fraction(50, 1)
    """
    return {number: Fraction(100 * (number - first), last - first) for number in range(first, last + 1)}


def share_due(shares: Mapping[int, Fraction], on: date) -> Fraction:
    """Give the share [%] of a goal due on a day: the year-end shares, between them straight by days, before the first nothing.

    >>> share_due({2013: Fraction(0), 2014: Fraction(10), 2015: Fraction(35)}, date(2014, 12, 31))
    Fraction(10, 1)
    >>> float(round(share_due({2013: Fraction(0), 2014: Fraction(10)}, date(2014, 7, 2)), 2))
    5.01
    """
    passed = [number for number in shares if year(number).end <= on]
    ahead = [number for number in shares if year(number).end > on]
    if not passed:
        return Fraction(0)
    low = max(passed)
    if not ahead:
        return shares[low]
    high = min(ahead)
    start, end = year(low).end, year(high).end
    return shares[low] + (shares[high] - shares[low]) * Fraction((on - start).days, (end - start).days)


def goal_level(base: Number, cut: Number | None, level: Number | None) -> Fraction:
    """Give the level to reach: the one written, or the base less the cut [%].

    >>> goal_level(106, 25, None), goal_level(89.5, None, 60)
    (Fraction(159, 2), Fraction(60, 1))
    """
    if cut is None:
        return exact(0 if level is None else level)
    return exact(base) * (1 - exact(cut) / 100)


def level_due(base: Number, goal: Number, share: Number) -> Fraction:
    """Give the level required when a share [%] of the way from base to goal is due.

    >>> level_due(106, 79.5, 10), level_due(89.5, 60, 50)
    (Fraction(2067, 20), Fraction(299, 4))
    """
    return exact(base) - exact(share) / 100 * (exact(base) - exact(goal))


def percent_change(value: Number, base: Number) -> Fraction | None:
    """Give the change against a base [%], unknown where the base is zero; a fall is negative (环发〔2014〕107号).

    >>> float(percent_change(77, 106))
    -27.358490566037737
    """
    return None if exact(base) == 0 else (exact(value) / exact(base) - 1) * 100


def official_change(value: Number, figure: Number, digits: int) -> Fraction | None:
    """Give the change [%] as it is published: the value first rounded to the digits published, against the base's rounded figure.

    >>> round(float(official_change(80.6, 89, 0)), 1), round(float(percent_change(80.6, 89.5)), 1)
    (-9.0, -9.9)
    """
    return percent_change(Fraction(round_half_even(value, digits)), figure)


def every(answers: Iterable[bool | None]) -> bool | None:
    """Tell whether all answers are yes: one no settles it, else one unknown leaves it unknown (DESIGN §4).

    >>> every([True, None, False]), every([True, None]), every([True, True])
    (False, None, True)
    """
    given = list(answers)
    if False in given:
        return False
    return None if None in given or not given else True
