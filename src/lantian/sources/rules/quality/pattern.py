"""Readings that repeat an earlier stretch, and last digits that are far from even."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from lantian.kernel.period import monitoring_day
from lantian.sources.rules.quality.model import HOUR, HOUR_MINUTES, Candidate, Hour, Parameters, Reading
from lantian.sources.rules.quality.series import hour_of

DISPLAYS = (0, 1, 2, 3)
"""Decimals that an instrument's display may have."""
MILLION = 1_000_000


def display_steps() -> list[int]:
    """Give the steps of the displays in millionths of a unit, the coarsest first.

    >>> display_steps()
    [1000000, 100000, 10000, 1000]
    """
    return [MILLION // 10**decimals for decimals in DISPLAYS]


def repeated(hours: Iterable[Hour], p: Parameters) -> list[Candidate]:
    """REPEAT-A: a stretch equals an earlier one hour by hour, in mean, extremes and number of readings."""
    known: dict[tuple[str, int, int, float, float], list[datetime]] = defaultdict(list)
    pairs: dict[tuple[str, timedelta], dict[datetime, Hour]] = defaultdict(dict)
    for each in sorted(hours, key=lambda hour: hour.time):
        if each.usable and each.kinds > 1 and each.pollutant:
            key = (each.factor, each.n, math.floor(each.mean * 10_000 + 0.5), each.lowest, each.highest)
            for earlier in known[key]:
                pairs[each.factor, each.time - earlier][each.time] = each
            known[key].append(each.time)
    found: dict[tuple[str, datetime], Candidate] = {}
    for (factor, behind), own in sorted(pairs.items(), key=lambda each: (each[0][1], each[0][0])):
        for stretch in stretches(sorted(own)):
            if len(stretch) >= p["repeat_a_least_hours"]:
                for when in stretch:
                    made = Candidate("REPEAT-A", factor, when, when, 1, behind / HOUR, None, 1.0, own[when].n)
                    found.setdefault((factor, when), made)
    return list(found.values())


def stretches(times: Sequence[datetime]) -> list[list[datetime]]:
    """Cut sorted hours into stretches of consecutive ones.

    >>> [len(each) for each in stretches([datetime(2015, 3, 1, hour) for hour in (1, 2, 5, 6, 7)])]
    [2, 3]
    """
    found: list[list[datetime]] = []
    for when in times:
        if found and when - found[-1][-1] == HOUR:
            found[-1].append(when)
        else:
            found.append([when])
    return found


def uneven_digits(readings: Iterable[Reading], hours: Iterable[Hour], p: Parameters) -> list[Candidate]:
    """DIGIT-A: on a day of readings that spread over several steps of the display, the last digits are far from even.

    A value counts once an hour, so that readings that stand still do not weigh.
    """
    normal = {(each.factor, each.time): each for each in hours if each.usable and each.pollutant}
    kept = {
        (each.factor, hour_of(each.time), abs(int(Decimal(str(each.value)) * MILLION)))
        for each in readings
        if each.value is not None and each.flag in ("N", "", None) and each.minutes < HOUR_MINUTES and (each.factor, hour_of(each.time)) in normal
    }
    days: dict[tuple[str, date], list[int]] = defaultdict(list)
    whole: dict[str, list[int]] = defaultdict(list)
    for factor, hour, value in kept:
        days[factor, monitoring_day(hour)].append(value)
        whole[factor].append(value)
    displays = {factor: smallest_step(values, p) for factor, values in whole.items()}
    found = []
    for (factor, day), own in days.items():
        squares = [each.spread**2 for each in normal.values() if each.factor == factor and monitoring_day(each.time) == day]
        step = displays[factor]
        made = step and _digits(own, step, math.sqrt(math.fsum(squares) / len(squares)), p)
        if made:
            first = datetime.combine(day, time()) + HOUR
            found.append(Candidate("DIGIT-A", factor, first, first + 23 * HOUR, 24, made[0], p["digit_a_chi_square"], made[1], made[2]))
    return found


def smallest_step(millionths: Sequence[int], p: Parameters) -> int | None:
    """Give the coarsest display step that nearly all readings fit, in millionths; None when none fits.

    >>> smallest_step([20_100_000, 20_200_000, 20_000_000], {"digit_a_share": 0.9})
    100000
    """
    fitting = (step for step in display_steps() if sum(value % step == 0 for value in millionths) >= p["digit_a_share"] * len(millionths))
    return next(fitting, None)


def chi_square_of_digits(digits: Iterable[int]) -> tuple[float, float, int]:
    """Give Pearson's chi-square of digits against even ones, the share of the most frequent, and how many.

    >>> chi_square_of_digits(range(10))
    (0.0, 0.1, 10)
    >>> chi_square_of_digits([0] * 10)
    (90.0, 1.0, 10)
    """
    counts = Counter(digits)
    n = sum(counts.values())
    return sum(count**2 for count in counts.values()) * 10 / n - n, max(counts.values()) / n, n


def _digits(own: Sequence[int], step: int, spread: float, p: Parameters) -> tuple[float, float, int] | None:
    fitting = [value // step % 10 for value in own if value % step == 0]
    if len(fitting) < p["digit_a_values"] or spread * MILLION < p["digit_a_steps"] * step:
        return None
    made = chi_square_of_digits(fitting)
    return made if made[0] >= p["digit_a_chi_square"] and made[0] >= p["digit_a_effect"] * made[2] else None
