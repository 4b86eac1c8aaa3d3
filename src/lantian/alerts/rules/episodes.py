"""Episodes: spells of pollution among days that may be unknown; a day without an AQI never ends one."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from lantian.alerts.model import DayAir, Episode, Met, Rules, Spell
from lantian.alerts.rules.spells import clean_days, spells
from lantian.kernel.errors import InputError
from lantian.kernel.finding import Message
from lantian.kernel.period import DAY


def timeline(days: Sequence[DayAir], top: int) -> tuple[DayAir, ...]:
    """Put days in order without a hole: a day that is not among them is unknown; a day told twice or an AQI above the scale raises ``InputError``.

    >>> from datetime import date
    >>> [each.aqi for each in timeline([DayAir(date(2015, 12, 9), 294), DayAir(date(2015, 12, 7), 230)], 500)]
    [230, None, 294]
    """
    if not days:
        raise InputError("no days were given; give at least one day with its AQI, or with none where it is unknown")
    ordered = sorted(days, key=lambda each: each.day)
    for before, after in pairwise(ordered):
        if before.day == after.day:
            raise InputError(f"{before.day} is given twice, with {before.aqi} and {after.aqi}; keep one")
    for each in ordered:
        if each.aqi is not None and each.aqi > top and each.draws is None:
            raise InputError(f"an AQI of {each.aqi} on {each.day}; the index ends at {top}")
    told = {each.day: each if each.aqi is None or each.aqi <= top else DayAir(each.day, top, each.draws) for each in ordered}
    first, count = ordered[0].day, (ordered[-1].day - ordered[0].day).days + 1
    return tuple(told.get(day, DayAir(day, None)) for day in (first + DAY * at for at in range(count)))


def filled(days: Sequence[DayAir], unknown: int) -> list[int]:
    """Give the AQI of each day, the unknown ones as told."""
    return [unknown if each.aqi is None else each.aqi for each in days]


def improvement(days: Sequence[DayAir], rules: Rules, since: int) -> int | None:
    """Give the position at which, from ``since`` on, an improvement that allows lifting begins, known day by day; None where none is seen."""
    bound, needed = clean_days(rules)
    run = 0
    for at in range(since, len(days)):
        aqi = days[at].aqi
        run = run + 1 if aqi is not None and aqi <= bound else 0
        if run == needed:
            return at - needed + 1
    return None


def improved_on(days: Sequence[DayAir], rules: Rules, at: int) -> bool:
    """Tell whether a position lies in an improvement that allows lifting, counted from where it began; an unknown day is no improvement."""
    bound, needed = clean_days(rules)
    clean = [(aqi := each.aqi) is not None and aqi <= bound for each in days]
    if not 0 <= at < len(days) or not clean[at]:
        return False
    before = next((back for back in range(at) if not clean[at - 1 - back]), at)
    after = next((on for on in range(len(days) - at) if not clean[at + on]), len(days) - at)
    return before + after >= needed


def episodes(rules: Rules, days: Sequence[DayAir], reading: str | None = None) -> tuple[Episode, ...]:
    """Find the episodes that reach a level, or may reach one, under a reading (the leading one unless told); days in any order, holes are unknown.

    With the unknown days as clean as can be the level is sure, with them at their worst it is possible; the span runs over unknown days.
    """
    line = timeline(days, rules.top)
    reading = reading or rules.readings[0]
    sure = spells(filled(line, 0), rules, reading)
    found = []
    for span in spells(filled(line, rules.worst), rules, reading):
        polluted = [at for at in range(span.first, span.last + 1) if (aqi := line[at].aqi) is not None and rules.base.holds(aqi)]
        if not polluted or span.level is None:
            continue
        inside = [spell for spell in sure if span.first <= spell.first <= span.last]
        best = max(inside, key=lambda spell: spell.level or 0, default=None)
        found.append(_episode(rules, line, polluted[0], span, best))
    return tuple(found)


def _episode(rules: Rules, line: Sequence[DayAir], first: int, span: Spell, best: Spell | None) -> Episode:
    """Give an episode with its reasons."""
    better = improvement(line, rules, span.last + 1)
    unknown = tuple(line[at].day for at in range(first, span.last + 1) if line[at].aqi is None)
    level = None if best is None else best.level
    because: list[Message] = []
    if best is not None and best.met is not None:
        because += told(rules, line, best.met)
    if unknown:
        because.append(Message("alert.unknown_days", {"days": [f"{day}" for day in unknown], "count": len(unknown)}))
    if span.level is not None and span.level != level:
        because.append(Message("alert.possible", {"level": span.level.said}))
    until = None if better is None else line[better - 1].day
    return Episode(line[first].day, line[span.last].day, until, level, span.level, unknown, tuple(because))


def told(rules: Rules, line: Sequence[DayAir], met: Met) -> list[Message]:
    """Say which days meet a way, condition by condition, and which clean days did not part them."""
    because = []
    for condition, at in zip(met.way.conditions, (met.days, *met.further), strict=True):
        key = "alert.reaches" if condition.reaches else "alert.longer" if condition.longer else "alert.above"
        values = {
            "level": met.way.level.said,
            "rule": {"key": "plan.text", "values": dict(rules.title)},
            "first": f"{line[at[0]].day}",
            "last": f"{line[at[-1]].day}",
            "count": len(at),
            "bound": condition.bound,
            "needed": condition.days,
            "values": [line[each].aqi for each in at],
        }
        because.append(Message(key, values))
    gap = [line[at].day for at in range(met.days[0], met.days[-1]) if at not in met.days]
    if gap:
        because.append(Message("alert.merged", {"days": [f"{day}" for day in gap], "hours": rules.improved_hours, "bound": rules.improved_at_most}))
    return because
