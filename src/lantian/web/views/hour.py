"""The clock of the pages of sources: an hour, for stacks send all the time and the air's days say nothing about them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from lantian.app.acting import now
from lantian.app.house import House
from lantian.kernel.errors import InputError, LantianError
from lantian.kernel.period import DAY, HOUR
from lantian.web.views.clock import Clock

SECOND = timedelta(seconds=1)
BACK = 3 * 365 * DAY
"""How far back the clock of a site without loaded days can be set (our choice)."""


@dataclass(frozen=True)
class HourClock(Clock):
    """A clock that stands at the end of an hour; ``newest`` is the last hour there is.

    ``running``: it is the site's own, set by nobody. ``apart``: no day of the air is known where it stands, so that pages of the air cannot follow it.
    """

    newest: datetime = datetime.max
    running: bool = False
    apart: bool = False

    @property
    def end(self) -> datetime:
        """Give the moment that the clock shows."""
        return self.hour or datetime.combine(self.day + DAY, time())

    @property
    def live(self) -> bool:
        """Tell whether the page speaks of now."""
        return self.running

    @property
    def earlier(self) -> dict[str, str] | None:
        """Give the address words of the hour before, where there is one."""
        return _words(self.end - HOUR) if self.end - HOUR > datetime.combine(self.first, time()) else None

    @property
    def later(self) -> dict[str, str] | None:
        """Give the address words of the hour after, where there is one."""
        return _words(self.end + HOUR) if self.end + HOUR <= self.newest else None


def read_hour(site: House, on: str | None, at: str | None) -> HourClock:
    """Read the clock from an address: the last hour there is where none is asked for; one that lies ahead raises ``InputError``."""
    own = site.moment.as_of or now()
    newest = min(own, _last_sent(site) or own).replace(minute=0, second=0, microsecond=0)
    first, last = (newest - BACK).date(), (newest - SECOND).date()
    hour = newest if not on and not at else min(_asked(on, at, first, last), newest)
    day = (hour - SECOND).date()
    if not on and not at and own - newest < HOUR:
        return HourClock(site, day, newest, first, last, newest, running=site.moment.as_of is None, apart=not _in_air(site, day))
    return HourClock(site.at(min(hour + HOUR - SECOND, own)), day, hour, first, last, newest, apart=not _in_air(site, day))


def _asked(on: str | None, at: str | None, first: date, last: date) -> datetime:
    """Read the end of the hour asked for; 00:00 is the end of its day."""
    try:
        day = date.fromisoformat(on) if on else last
    except ValueError:
        raise InputError(f"no day {on!r}; write it as 2015-12-08") from None
    try:
        stood = time.fromisoformat(at).hour if at else 0
    except ValueError:
        raise InputError(f"no hour {at!r}; write it as 18:00") from None
    if not first <= day <= last:
        raise InputError(f"{day} lies outside what the sources know, from {first} to {last}")
    return datetime.combine(day, time(stood)) + (DAY if stood == 0 else DAY * 0)


def _last_sent(site: House) -> datetime | None:
    """Give the end of the last month in which devices sent anything: a site whose devices have fallen silent for good stands there, as its air does."""
    months = sorted(site.source_tables.snapshot().files)
    if not months:
        return None
    year, month = (int(part) for part in months[-1].split("-"))
    return datetime(year + month // 12, month % 12 + 1, 1)


def _in_air(site: House, day: date) -> bool:
    """Tell whether the pages of the air can show a day."""
    try:
        first, last = site.span()
        return first <= day <= site.air.desk.last_known_day(last)
    except (LantianError, ValueError, KeyError):
        return False


def _words(end: datetime) -> dict[str, str]:
    return {"on": (end - SECOND).date().isoformat(), "at": f"{end:%H:%M}"}
