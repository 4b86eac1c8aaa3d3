"""Spells of pollution in a run of days whose AQI is known, and the level each reaches. A worse day never lowers a level."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from lantian.alerts.model import ANY, Condition, Level, Met, Rules, Spell, Way

HOURS = 24


def clean_days(rules: Rules) -> tuple[int, int]:
    """Give what parts two spells: the highest AQI of a clean day, and how many of them in a row it takes, counted in whole days.

    An edition without an improvement rule is parted by one day that is not polluted.
    """
    if rules.improved_hours is None or rules.improved_at_most is None:
        return rules.base.bound, 1
    return rules.improved_at_most, -(-rules.improved_hours // HOURS)


def parted(between: Sequence[int], rules: Rules) -> bool:
    """Tell whether the days between two polluted ones part them: any day where spells are not merged, else an improvement that allows lifting."""
    if not rules.merge:
        return bool(between)
    bound, needed = clean_days(rules)
    return any(clean and len(list(run)) >= needed for clean, run in groupby(between, lambda aqi: aqi <= bound))


def runs(values: Sequence[int], condition: Condition, rules: Rules) -> list[tuple[int, ...]]:
    """Group the positions that satisfy a condition into runs, merged over gaps too short to part them (环大气〔2017〕86号)."""
    found: list[list[int]] = []
    for at, aqi in enumerate(values):
        if not condition.holds(aqi):
            continue
        if found and not parted(values[found[-1][-1] + 1 : at], rules):
            found[-1].append(at)
        else:
            found.append([at])
    return [tuple(run) for run in found]


def longest(values: Sequence[int], first: int, last: int, condition: Condition) -> tuple[int, ...]:
    """Give the longest unbroken run of positions between two that satisfy a condition, the earlier of equals."""
    kept: list[tuple[int, ...]] = [()]
    for at in range(first, last + 1):
        if condition.holds(values[at]):
            kept[-1] += (at,)
        elif kept[-1]:
            kept.append(())
    return max(kept, key=len)


def way_met(values: Sequence[int], first: int, last: int, way: Way, rules: Rules) -> Met | None:
    """Tell how a spell meets a way: enough days of the first condition, merged over short gaps, and an unbroken run for each further one."""
    head, *others = way.conditions
    days: tuple[int, ...] = max(runs(values[first : last + 1], head, rules), key=len, default=())
    further = tuple(longest(values, first, last, condition) for condition in others)
    if len(days) < head.needed or any(len(run) < condition.needed for run, condition in zip(further, others, strict=True)):
        return None
    return Met(way, tuple(first + at for at in days), further)


def spells(values: Sequence[int], rules: Rules, reading: str = ANY) -> list[Spell]:
    """Find the spells of a run of days, each with the highest way it meets under a reading.

    >>> two = Condition(200, reaches=False, days=2, longer=False)
    >>> rules = Rules("x", {}, (Way(Level.YELLOW, 1, ANY, (two,)),))
    >>> [(s.first, s.last, s.level) for s in spells([210, 220, 90, 230], rules)]
    [(0, 1, <Level.YELLOW: 2>), (3, 3, None)]
    """
    ways = sorted((way for way in rules.ways if way.reading in (ANY, reading)), key=lambda way: (-way.level, way.number))
    found = []
    for run in runs(values, rules.base, rules):
        first, last = run[0], run[-1]
        met = next((met for way in ways if (met := way_met(values, first, last, way, rules))), None)
        found.append(Spell(first, last, met))
    return found


def highest(values: Sequence[int], rules: Rules, reading: str = ANY, since: int = 0) -> Level | None:
    """Give the highest level of the spells that last to a position or beyond it, or None."""
    return max((spell.level for spell in spells(values, rules, reading) if spell.last >= since and spell.level), default=None)
