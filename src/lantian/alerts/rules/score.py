"""How right warnings were, told afterwards from measured air: hits, false alarms, misses, hours ahead."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from lantian.alerts.model import DayAir, Episode, Level, Rules
from lantian.alerts.rules.episodes import episodes
from lantian.kernel.period import DAY


@dataclass(frozen=True, slots=True)
class Told:
    """A warning as it was told: its level from one moment to another."""

    level: Level
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a warning: hit, lower (a level was reached, a milder one), graver (a graver one), false, or unknown; and the level reached."""

    word: str
    reached: Level | None


def overlaps(told: Told, found: Episode) -> bool:
    """Tell whether a warning covers a day of an episode."""
    return told.start.date() <= found.last and _last_day(told.end) >= found.first


def outcome(told: Told, days: Sequence[DayAir], rules: Rules) -> Outcome:
    """Judge a warning by the measured days around it; days that are unknown and could have made the level leave it open."""
    span = [each for each in days if told.start.date() <= each.day <= _last_day(told.end)]
    if not span or all(each.aqi is None for each in span):
        return Outcome("unknown", None)
    found = [each for each in episodes(rules, days) if overlaps(told, each)]
    reached = max((each.level for each in found if each.level), default=None)
    possible = max((each.possible for each in found if each.possible), default=None)
    if reached == told.level:
        return Outcome("hit", reached)
    if (possible or 0) >= told.level > (reached or 0):
        return Outcome("unknown", reached)
    if reached is None:
        return Outcome("false", None)
    return Outcome("graver" if reached > told.level else "lower", reached)


def missed(told: Sequence[Told], days: Sequence[DayAir], rules_on: Callable[[date], Rules]) -> tuple[Episode, ...]:
    """Give the measured episodes that reached a level for sure and had no warning on any of their days."""
    if not days:
        return ()
    found = episodes(rules_on(min(each.day for each in days)), days)
    return tuple(each for each in found if each.level and not any(overlaps(one, each) for one in told))


def _last_day(end: datetime) -> date:
    """Give the last day that a warning covers; one that ends at midnight covers the day before."""
    return end.date() - DAY if end.time() == datetime.min.time() else end.date()
