"""How an episode unfolds to someone who knows each day only when it is over: issued, upgraded, kept, downgraded, lifted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from lantian.alerts.model import DayAir, Level, Rules, Step
from lantian.alerts.rules.decide import begin_of, decide
from lantian.alerts.rules.episodes import timeline
from lantian.kernel.errors import InputError

AHEAD = ("alert.short_lead", "alert.open_end")
"""Reasons that look ahead; at the close of a day nothing is known ahead."""


def unfold(rules_on: Callable[[date], Rules], place: str, days: Sequence[DayAir], *, upper_bound: int, draws: int) -> tuple[Step, ...]:
    """Decide at the close of every day from the days measured so far, under the rules in force on that day, the level of the day before being in force.

    Without a forecast nothing is announced ahead: this is the latest at which each level was due, and a warning is lifted only once the air has improved
    for as long as the rules ask.
    """
    if not days:
        raise InputError("no days were given; give at least one day with its AQI")
    steps: list[Step] = []
    current: Level | None = None
    line = timeline(days, rules_on(min(each.day for each in days)).top)
    for count, each in enumerate(line, 1):
        rules = rules_on(each.day)
        found = decide(rules, place, line[:count], begin_of(each.day, 0), upper_bound=upper_bound, draws=draws, current=current)
        current = found.level
        because = tuple(message for message in found.because if message.key not in AHEAD)
        steps.append(Step(each.day, found.action, current, rules.name, because))
    return tuple(steps)
