"""Terms: which days are worked, and on which day a term ends."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from lantian.enforcement.model import Term
from lantian.kernel.errors import InputError

DAY = timedelta(days=1)
SATURDAY = 5
"""Monday is 0: the first day of the week that is not worked."""


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """Days that differ from Monday-to-Friday, and the years whose notice is known."""

    rest: frozenset[date]
    work: frozenset[date]
    years: frozenset[int]

    def works(self, day: date) -> bool:
        """Tell whether a day is worked."""
        return day in self.work or (day not in self.rest and day.weekday() < SATURDAY)


def calendar_from(rows: Iterable[tuple[str, Mapping[str, Any]]]) -> WorkingCalendar:
    """Build the working calendar of runs of days, each ``(first, {last, worked})`` as the yearly notices name them.

    >>> found = calendar_from([("2015-10-01", {"last": "2015-10-07", "worked": False}), ("2015-10-10", {"last": "2015-10-10", "worked": True})])
    >>> found.works(date(2015, 10, 8)), found.works(date(2015, 10, 10)), found.works(date(2015, 10, 5))
    (True, True, False)
    """
    days: dict[bool, set[date]] = {False: set(), True: set()}
    years = set()
    for first, told in rows:
        day, last = date.fromisoformat(first), date.fromisoformat(str(told["last"]))
        years.add(day.year)
        while day <= last:
            days[bool(told["worked"])].add(day)
            day += DAY
    return WorkingCalendar(frozenset(days[False]), frozenset(days[True]), frozenset(years))


def term(calendar: WorkingCalendar, start: date, days: int, counted: str) -> Term:
    """Give the last day of a term that begins the day after ``start``: working days, or all days with the end put off to a worked one.

    Where every day is counted and the last is a public holiday or a weekend, the term ends on the next worked day.

    >>> plain = WorkingCalendar(frozenset(), frozenset(), frozenset({2015}))
    >>> term(plain, date(2015, 12, 4), 3, "working").day.isoformat(), term(plain, date(2015, 12, 4), 8, "all").day.isoformat()
    ('2015-12-09', '2015-12-14')
    """
    if counted not in ("working", "all") or days < 0:
        raise InputError(f"a term of {days} {counted!r} days; count 'working' or 'all' days, 0 or more")
    day, left, sure = start, days, True
    while left:
        day += DAY
        left -= counted == "all" or calendar.works(day)
        sure = sure and day.year in calendar.years
    while counted == "all" and not calendar.works(day):
        day += DAY
    return Term(day, sure and day.year in calendar.years)
