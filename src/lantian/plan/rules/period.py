"""Which twelve months are judged at a date, and which are the twelve before them."""

from __future__ import annotations

from datetime import date

from lantian.kernel.period import DAY, Period, trailing_year, year
from lantian.plan.model import Provision


def twelve_months(end: date) -> Period:
    """Give the twelve months ending with a day; on the last day of a year that is the year itself.

    >>> twelve_months(date(2015, 12, 31)).label, twelve_months(date(2015, 6, 30)).label
    ('2015', '2014-07-01/2015-06-30')
    """
    whole = year(end.year)
    return whole if whole.end == end else trailing_year(end)


def judged_period(provision: Provision, as_of: date) -> Period:
    """Give the twelve months judged at a date: those ending there, and once a provision is due, the year it was due."""
    if as_of >= provision.due and not provision.open_end:
        return twelve_months(provision.due)
    return twelve_months(as_of)


def months_before(period: Period) -> Period:
    """Give the twelve months before twelve months.

    >>> months_before(year(2015)).label
    '2014'
    """
    return twelve_months(period.start - DAY)


def is_due(provision: Provision, as_of: date) -> bool:
    """Tell whether the day by which a provision had to be reached has come."""
    return as_of >= provision.due
