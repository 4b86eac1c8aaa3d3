"""The clock of a page: which day, and hour, the visitor looks at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from lantian.app.house import House
from lantian.kernel.errors import InputError
from lantian.kernel.period import DAY, close_of

BARS = 38
BEFORE = 14


@dataclass(frozen=True)
class Clock:
    """A visitor's clock: the day shown, the hour where one is asked for, the first and last day there is."""

    house: House
    day: date
    hour: datetime | None
    first: date
    last: date

    @property
    def live(self) -> bool:
        """Tell whether the page speaks of now; one whose clock stands on a day is a replay."""
        return False

    @property
    def before(self) -> date | None:
        """Give the day before, where there is one."""
        return self.day - DAY if self.day > self.first else None

    @property
    def after(self) -> date | None:
        """Give the day after, where there is one."""
        return self.day + DAY if self.day < self.last else None

    def bars(self) -> list[dict[str, Any]]:
        """Give the days of the scrubber: how many cities stood at heavy or severe, those ahead of the clock only as days."""
        start = max(self.first, min(self.day - timedelta(days=BEFORE), self.last - timedelta(days=BARS - 1)))
        end = min(self.last, start + timedelta(days=BARS - 1))
        counts = {row["date"]: sum(row["levels"][4:]) for row in self.house.air.heavy_counts(start, end)}
        top = max(counts.values(), default=0) or 1
        days = [start + DAY * n for n in range((end - start).days + 1)]
        return [{"day": day, "height": round(100 * counts.get(day.isoformat(), 0) / top), "state": self._state(day)} for day in days]

    def _state(self, day: date) -> str:
        return "on" if day == self.day else "past" if day < self.day else ""


def read_clock(site: House, on: str | None, at: str | None) -> Clock:
    """Read the clock from an address; a day outside the data, or no day at all, raises ``InputError``."""
    first, last = site.span()
    limit = site.air.desk.last_known_day(last)
    try:
        day = date.fromisoformat(on) if on else limit
    except ValueError:
        raise InputError(f"no day {on!r}; write it as 2015-12-08") from None
    if not first <= day <= limit:
        raise InputError(f"{day} lies outside the data, which run from {first} to {limit}")
    hour = None
    if at:
        try:
            clock = time.fromisoformat(at)
        except ValueError:
            raise InputError(f"no hour {at!r}; write it as 18:00") from None
        hour = datetime.combine(day, time(clock.hour)) + (DAY if clock.hour == 0 else DAY * 0)
    as_of = close_of(day) if hour is None else hour + timedelta(hours=1)
    return Clock(site.at(as_of), day, hour, first, limit)
