"""What operators state about hours: which mark governs an hour, until when it may be stated and shown with evidence, when it lapses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from lantian.kernel.period import DAY, HOUR, monitoring_day
from lantian.sources.model.hours import HourRules, Mark
from lantian.sources.rules.hour import AILING, RUNNING

STANDING = frozenset({"stated", "accepted"})
MINUTE = timedelta(minutes=1)


def overlap(mark: Mark, end: datetime) -> int:
    """Count the minutes of the hour ending at ``end`` that a mark covers.

    >>> span = Mark("o", "all", "C", datetime(2015, 12, 8, 9, 50), datetime(2015, 12, 8, 10, 20), "stated", "m1")
    >>> overlap(span, datetime(2015, 12, 8, 10)), overlap(span, datetime(2015, 12, 8, 11)), overlap(span, datetime(2015, 12, 8, 12))
    (10, 20, 0)
    """
    covered = min(mark.finish, end) - max(mark.start, end - HOUR)
    return max(0, covered // MINUTE)


def governing(marks: Iterable[Mark], pollutant: str, end: datetime, rules: HourRules) -> Mark | None:
    """Give the mark that says what an hour was, or None where no state is marked for long enough.

    A state of the source needs 45 minutes, one of the analyser more than 15; the source's come first. Refused, lapsed and withdrawn marks say nothing.
    """
    minutes: dict[str, int] = defaultdict(int)
    longest: dict[str, tuple[int, str, Mark]] = {}
    for each in marks:
        covered = overlap(each, end)
        if each.state in STANDING and each.pollutant in (pollutant, "all") and covered:
            minutes[each.code] += covered
            told = (-covered, each.mark, each)
            longest[each.code] = min(longest.get(each.code, told), told, key=lambda one: one[:2])
    for code in RUNNING:
        if minutes[code] >= rules.state_minutes:
            return longest[code][2]
    return next((longest[code][2] for code in AILING if minutes[code] > rules.invalid_minutes), None)


def may_be_stated(end: datetime, today: datetime, rules_days: int) -> bool:
    """Tell whether an hour may still be marked or amended: within so many days of its end; after that what the device said stands.

    >>> may_be_stated(datetime(2015, 12, 8, 10), datetime(2015, 12, 18, 10), 10), may_be_stated(datetime(2015, 12, 8, 10), datetime(2015, 12, 18, 11), 10)
    (True, False)
    """
    return today <= end + DAY * rules_days


def evidence_due(end: datetime, day_of_month: int) -> date:
    """Give the last day on which evidence for a marked hour may be filed: that day of the month after the hour's.

    >>> evidence_due(datetime(2015, 12, 8, 10), 10), evidence_due(datetime(2016, 1, 1, 0), 10)
    (datetime.date(2016, 1, 10), datetime.date(2016, 1, 10))
    """
    first = monitoring_day(end).replace(day=1)
    return (first + 31 * DAY).replace(day=day_of_month)


def lapsed(mark: Mark, evidence: int, today: datetime, day_of_month: int) -> bool:
    """Tell whether a stated mark has lapsed: the time for evidence is over and none was filed; then the hours are again what the device said.

    >>> span = Mark("o", "all", "F", datetime(2015, 12, 8, 9), datetime(2015, 12, 8, 12), "stated", "m1")
    >>> lapsed(span, 0, datetime(2016, 1, 10, 23), 10), lapsed(span, 0, datetime(2016, 1, 11), 10), lapsed(span, 1, datetime(2016, 2, 1), 10)
    (False, True, False)
    """
    return mark.state == "stated" and not evidence and today.date() > evidence_due(mark.finish, day_of_month)
