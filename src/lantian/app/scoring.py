"""Warnings scored with the air that was measured afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from lantian.alerts.model import Episode, Level
from lantian.alerts.rules.score import Outcome, Told, missed, outcome
from lantian.alerts.service import rules_in_force
from lantian.app.house import House
from lantian.app.warnings import WarningRoom
from lantian.kernel.errors import InputError
from lantian.kernel.period import DAY
from lantian.ledger import Record

AROUND = 4
"""How many days before and after a warning are looked at, so that an episode that began earlier is seen whole (our choice)."""


@dataclass(frozen=True, slots=True)
class Scored:
    """A warning's outcome, and how many hours ahead of its start it went out."""

    record: str
    outcome: Outcome
    lead: float
    promised: float | None

    @property
    def in_time(self) -> bool | None:
        """Tell whether it went out as early as the rules promise; None where they promise nothing."""
        return None if self.promised is None else self.lead >= self.promised


def told(record: Record) -> Told:
    """Give a warning as it was told, until it was lifted."""
    body = record.body
    end = min(datetime.fromisoformat(body["end"]), datetime.fromisoformat(body.get("lifted_at") or body["end"]))
    start = datetime.fromisoformat(body["start"])
    return Told(Level[body["level"].upper()], start, max(end, start))


def scored(house: House, records: Sequence[Record]) -> list[Scored]:
    """Score warnings whose time is over at the clock."""
    found = []
    room = WarningRoom(house)
    for each in records:
        warning = told(each)
        if warning.end > house.alarm.clock:
            continue
        try:
            rules = rules_in_force(house.law, house.atlas, each.place, warning.start.date()).rules
            days = room.observed(each.place, warning.start.date() - AROUND * DAY, warning.end.date() + AROUND * DAY)
        except InputError:
            continue
        found.append(Scored(each.id, outcome(warning, days, rules), each.body["lead_kept"], each.body["lead_promised"]))
    return found


def unwarned(house: House, records: Sequence[Record]) -> list[tuple[str, Episode]]:
    """Give the episodes that no warning covered, at every place that issued one, from its first warning to the clock."""
    found = []
    room = WarningRoom(house)
    for place in sorted({each.place for each in records}):
        own = [told(each) for each in records if each.place == place]
        first, last = min(each.start for each in own).date(), (house.alarm.clock - DAY).date()
        if last < first:
            continue
        days = room.observed(place, first, last)
        with suppress(InputError):
            found += [(place, each) for each in missed(own, days, lambda day, code=place: rules_in_force(house.law, house.atlas, code, day).rules)]  # type: ignore[misc]
    return found
