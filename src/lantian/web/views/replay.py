"""What the page of a replay shows: one row an issue, the hours for its player, what would have gone out and what really did."""

from __future__ import annotations

from datetime import date
from typing import Any

from lantian.app.house import House
from lantian.app.replay import Asked, replay
from lantian.kernel.errors import InputError

FIRST, LAST, PLACE = date(2015, 11, 25), date(2015, 12, 26), "110000"
"""The episode that is shown without being asked: the two red alerts of Beijing."""
HEAVY = 5
"""The level of HJ 633 from which a day is heavily polluted; it counts days for the page's sentence and decides nothing."""


def read_asked(place: str | None, start: str | None, end: str | None, variant: str, *, auto: bool) -> Asked:
    """Read what is asked; days that cannot be read raise ``InputError``."""
    days = []
    for text, usual in ((start, FIRST), (end, LAST)):
        try:
            days.append(date.fromisoformat(text) if text else usual)
        except ValueError:
            raise InputError(f"no day {text!r}; write it as 2015-12-08") from None
    return Asked(place or PLACE, days[0], days[1], variant, auto)


def replay_view(house: House, asked: Asked) -> dict[str, Any]:
    """Give the replay with counts for its sentence."""
    found = replay(house, asked)
    heavy = [step for step in found["steps"] if step["level"] is not None and step["level"] >= HEAVY]
    foretold = [step for step in heavy if _foretold(found["steps"], step["date"])]
    return {"asked": asked, "replay": found, "heavy": len(heavy), "foretold": len(foretold)}


def _foretold(steps: list[dict[str, Any]], day: str) -> bool:
    """Tell whether the issue of the day before foretold a heavy day."""
    return any(each["date"] == day and each["lead"] == 1 and each["heavy"] for step in steps for each in step["forecast"]["days"])
