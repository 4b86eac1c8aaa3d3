"""How sure a level is: the share of simulated futures of the air that meet it."""

from __future__ import annotations

import math
import random
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from statistics import NormalDist

import numpy as np

from lantian.alerts.model import Chance, DayAir, Level, Quantiles, Rules
from lantian.alerts.rules.spells import highest
from lantian.kernel.errors import InputError

TENTH = NormalDist().inv_cdf(0.9)
"""How many standard deviations lie between the median and the outer tenth of a normal distribution."""


def quantile_draws(quantiles: Quantiles, count: int) -> list[float]:
    """Give evenly spaced values of a distribution through three quantiles, in rising order: lognormal on each side of the median.

    >>> [round(value) for value in quantile_draws(Quantiles(100, 200, 300), 5)]
    [100, 151, 200, 236, 300]
    """
    spread = {False: math.log(quantiles.p50 / quantiles.p10) / TENTH, True: math.log(quantiles.p90 / quantiles.p50) / TENTH}
    deviates = [NormalDist().inv_cdf((at + 1 / 2) / count) for at in range(count)]
    return [quantiles.p50 * math.exp(spread[deviate > 0] * deviate) for deviate in deviates]


def futures(days: Sequence[DayAir], count: int, top: int, *, together: bool) -> list[tuple[int | None, ...]]:
    """Give simulated futures, each an AQI a day, None where unknown; quantiles of several days move ``together`` or each on its own.

    Joint draws are kept as they are; days with draws of different length raise ``InputError``. An AQI is rounded up and ends at the top (HJ 633).
    """
    sizes = {len(each.draws): each.day for each in days if isinstance(each.draws, np.ndarray)}
    if len(sizes) > 1:
        raise InputError(f"the days have draws of different number, {sorted(sizes)}; element i of each day must belong to the same future")
    count = next(iter(sizes), count)
    columns: list[list[int | None]] = []
    for at, each in enumerate(days):
        if each.draws is None:
            columns.append([each.aqi] * count)
            continue
        drawn = each.draws.tolist() if isinstance(each.draws, np.ndarray) else quantile_draws(each.draws, count)
        if isinstance(each.draws, Quantiles) and not together:
            random.Random(at).shuffle(drawn)  # noqa: S311 - the same simulation for the same forecast
        columns.append([min(math.ceil(value), top) for value in drawn])
    return list(zip(*columns, strict=True))


def level_chances(rules: Rules, days: Sequence[DayAir], reading: str, since: int, count: int) -> dict[Level, Chance]:
    """Give the probability of every level from a position of the timeline on; empty where no day has a forecast distribution.

    The probability counts unknown days as clean and lets days given by quantiles move together; low and high are the least and the most over
    unknown days at their best and worst and over quantile days that move together or each on its own.
    """
    if all(each.draws is None for each in days):
        return {}
    kinds = [True, False] if any(isinstance(each.draws, Quantiles) for each in days) else [True]
    shares = [_shares(rules, futures(days, count, rules.top, together=together), unknown, reading, since) for together in kinds for unknown in (0, rules.worst)]
    ladder = sorted({way.level for way in rules.ways})
    return {level: Chance(shares[0][level], min(each[level] for each in shares), max(each[level] for each in shares)) for level in ladder}


def _shares(rules: Rules, drawn: Sequence[tuple[int | None, ...]], unknown: int, reading: str, since: int) -> dict[Level, float]:
    """Give the share of futures that reach each level or a higher one; futures alike for every bound are judged once."""
    bounds = {condition.bound - condition.reaches for way in rules.ways for condition in way.conditions} | {rules.improved_at_most or 0}
    steps = [*sorted(bounds), rules.worst]
    alike = Counter(tuple(steps[bisect_left(steps, min(unknown if aqi is None else aqi, rules.worst))] for aqi in future) for future in drawn)
    reached: Counter[Level] = Counter()
    for future, times in alike.items():
        level = highest(future, rules, reading, since)
        if level is not None:
            reached[level] += times
    return {level: sum(times for each, times in reached.items() if each >= level) / len(drawn) for level in Level}
