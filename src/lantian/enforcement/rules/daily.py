"""Daily penalties: the fine again for each day from the day after the order was served to the day of the re-check (EPL art. 59, decree 28)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from lantian.enforcement.model import Answer, Round, violation_words
from lantian.kernel.errors import InputError
from lantian.kernel.finding import Message
from lantian.law import LawBook

CONTINUING = ("continuing", "refused")
"""Outcomes of a re-check after which the days count: it goes on, or the re-check was refused."""


def daily_rounds(fine: int, served: date, rechecks: Sequence[date], first_after: int) -> tuple[Round, ...]:
    """Count the rounds of a daily penalty: the first begins ``first_after`` days after service, each later one the day after the re-check before.

    No day counts twice and none between is left out; a re-check on the day of service counts no day.

    >>> [(each.days, each.total) for each in daily_rounds(100000, date(2015, 12, 8), [date(2015, 12, 18), date(2016, 1, 7)], 1)]
    [(10, 1000000), (20, 2000000)]
    """
    if list(rechecks) != sorted(rechecks) or any(each < served for each in rechecks):
        raise InputError(f"re-checks {', '.join(map(str, rechecks))} are not in order after service on {served}; give the days as they were")
    rounds, begin = [], served + timedelta(days=first_after)
    for last in rechecks:
        days = max(0, (last - begin).days + 1)
        rounds.append(Round(begin, last, days, fine * days))
        begin = max(begin, last + timedelta(days=1))
    return tuple(rounds)


def daily_allowed(law: LawBook, violation: str, on: date, outcome: str, fine: int) -> Answer:
    """Say whether a violation may be fined again each day by the law of its day, after what a re-check found.

    >>> from lantian.law import book
    >>> [daily_allowed(book(), "over_limit", day, "continuing", 1).met for day in (date(2014, 12, 31), date(2015, 1, 1), date(2016, 1, 1))]
    [False, True, True]
    >>> daily_allowed(book(), "muck_truck", date(2016, 1, 1), "continuing", 1).met
    False
    """
    if outcome not in CONTINUING:
        return Answer(False, (Message("enforcement.daily.corrected", {}),))
    if fine <= 0:
        return Answer(False, (Message("enforcement.daily.no_fine", {}),))
    found = law.values("law_daily_penalty", on=on, violation=violation)
    if not found:
        return Answer(False, (Message("enforcement.daily.no_law", {"violation": violation_words(violation), "day": on.isoformat()}),))
    said = Message("enforcement.daily.law", {"source": found[0].source, "clause": found[0].clause})
    return Answer(True, (said,), (found[0],))
