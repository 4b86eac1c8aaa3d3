"""Days, hours and periods as monitoring counts them: an hour is labelled by its end, a day holds hours 1 to 24 (DESIGN §10)."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from lantian.kernel.errors import InputError

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def monitoring_day(end: datetime) -> date:
    """Give the day to which the hour ending at ``end`` belongs: midnight closes the day before.

    >>> monitoring_day(datetime(2014, 1, 2, 0))
    datetime.date(2014, 1, 1)
    """
    return (end - HOUR).date()


def monitoring_hour(end: datetime) -> int:
    """Give the clock hour 1 … 24 of the hour ending at ``end``.

    >>> monitoring_hour(datetime(2014, 1, 2, 0)), monitoring_hour(datetime(2014, 1, 2, 1))
    (24, 1)
    """
    return end.hour or 24


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A span of whole days, first and last included, with the label it is known by ('2015', '2015Q1', '2015-02', …)."""

    start: date
    end: date
    label: str
    kind: str

    @property
    def days(self) -> int:
        """Count the calendar days."""
        return (self.end - self.start).days + 1

    def __iter__(self) -> Iterator[date]:
        """Walk the days in order."""
        return (self.start + DAY * i for i in range(self.days))

    def __contains__(self, day: date) -> bool:
        """Tell whether a day lies in the period."""
        return self.start <= day <= self.end


def year(number: int) -> Period:
    """Give a calendar year."""
    return Period(date(number, 1, 1), date(number, 12, 31), f"{number:04}", "year")


def quarter(number: int, of: int) -> Period:
    """Give quarter ``of`` (1 … 4) of year ``number``."""
    last = 3 * of
    return Period(date(number, last - 2, 1), date(number, last, calendar.monthrange(number, last)[1]), f"{number:04}Q{of}", "quarter")


def month(number: int, of: int) -> Period:
    """Give month ``of`` (1 … 12) of year ``number``."""
    return Period(date(number, of, 1), date(number, of, calendar.monthrange(number, of)[1]), f"{number:04}-{of:02}", "month")


def single_day(day: date) -> Period:
    """Give a period of one day."""
    return Period(day, day, day.isoformat(), "day")


def span(start: date, end: date) -> Period:
    """Give the days from ``start`` to ``end``; an end before the start raises ``InputError``."""
    if end < start:
        raise InputError(f"the period ends {end} before it starts {start}; swap the two dates")
    return Period(start, end, f"{start}/{end}", "span")


def parse_period(text: str) -> Period:
    """Read '2015', '2015Q3', '2015-02', '2015-02-07' or '2015-02-07/2015-03-01'.

    >>> parse_period("2015Q1").end
    datetime.date(2015, 3, 31)
    """
    try:
        if re.fullmatch(r"\d{4}", text):
            return year(int(text))
        if found := re.fullmatch(r"(\d{4})-?[Qq]([1-4])", text):
            return quarter(int(found[1]), int(found[2]))
        if found := re.fullmatch(r"(\d{4})-(\d{1,2})", text):
            return month(int(found[1]), int(found[2]))
        if "/" in text:
            start, end = text.split("/", 1)
            return span(date.fromisoformat(start), date.fromisoformat(end))
        return single_day(date.fromisoformat(text))
    except (ValueError, calendar.IllegalMonthError):
        raise InputError(f"no period {text!r}; write 2015, 2015Q1, 2015-02, 2015-02-07 or 2015-02-07/2015-03-01") from None


def trailing_year(end: date) -> Period:
    """Give the twelve months that end with the day ``end``; on 31 December that is the calendar year.

    >>> trailing_year(date(2015, 12, 31)).start, trailing_year(date(2016, 2, 29)).start
    (datetime.date(2015, 1, 1), datetime.date(2015, 3, 1))
    """
    after = end + DAY
    try:
        start = after.replace(year=after.year - 1)
    except ValueError:  # 29 February has no namesake the year before
        start = date(after.year - 1, 3, 1)
    return Period(start, end, f"{start}/{end}", "span")


def close_of(day: date) -> datetime:
    """Give the moment at which a day's last hour has been published: 01:00 of the next day."""
    return datetime.combine(day + DAY, time(1))


@dataclass(frozen=True, slots=True)
class Moment:
    """What is known: as of a clock time, and as loaded by a time (DESIGN §6, §10); None means everything."""

    as_of: datetime | None = None
    as_loaded: datetime | None = None


NOW = Moment()


def parse_moment(text: str) -> datetime:
    """Read a clock time; a bare date means the close of that day, when its last hour has been published.

    >>> parse_moment("2015-12-31"), parse_moment("2015-12-08T18:00")
    (datetime.datetime(2016, 1, 1, 1, 0), datetime.datetime(2015, 12, 8, 18, 0))
    """
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            return close_of(date.fromisoformat(text))
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise InputError(f"no moment {text!r}; write 2015-12-31 or 2015-12-08T18:00 (Beijing time)") from None
    if moment.tzinfo is not None:
        raise InputError(f"moment {text!r} names a time zone; all times are Beijing time (UTC+8), write it without")
    return moment
