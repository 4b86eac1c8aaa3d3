"""Measures beside a fine (seizure, restriction, stop, detention, crime), and closure for secret or repeated discharge (action plan, article 24)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from lantian.enforcement.model import CLASSES, Answer, measure_words, violation_words
from lantian.enforcement.rules.daily import CONTINUING
from lantian.kernel.finding import Message
from lantian.law import LawBook

MEASURES = ("seizure", "restrict", "stop", "detention", "crime")
MONTHS = 12


def measure_allowed(law: LawBook, measure: str, violation: str, on: date, outcome: str) -> Answer:
    """Say whether a measure may be taken against a violation by the law of its day; some open only once an order was disobeyed.

    >>> from lantian.law import book
    >>> [measure_allowed(book(), "detention", each, date(2015, 6, 1), "").met for each in ("evasion", "no_permit", "over_limit")]
    [True, False, False]
    >>> measure_allowed(book(), "detention", "no_permit", date(2015, 6, 1), "continuing").met
    True
    """
    found = law.values("law_measure", on=on, measure=measure, violation=violation)
    if not found:
        return Answer(
            False, (Message("enforcement.measure.no_law", {"measure": measure_words(measure), "violation": violation_words(violation), "day": on.isoformat()}),)
        )
    after = law.values("law_measure_after_order", on=on, measure=measure, violation=violation)
    if after and outcome not in CONTINUING:
        return Answer(False, (Message("enforcement.measure.after_order", {"clause": after[0].clause}),), (found[0], after[0]))
    said = Message("enforcement.measure.law", {"clause": found[0].clause})
    return Answer(True, (said,), (found[0], *after), found[0].value)


def closure_due(law: LawBook, violation: str, on: date, served: Sequence[date]) -> Answer:
    """Say whether a plant is to be stopped and closed: it discharged in secret (偷排偷放), or was caught again and again (屡查屡犯).

    ``served`` holds the days of earlier decisions that were served on the enterprise; this case comes on top of them.

    >>> from lantian.law import book
    >>> closure_due(book(), "evasion", date(2015, 12, 1), []).met, closure_due(book(), "over_limit", date(2015, 12, 1), [date(2015, 3, 1)]).met
    (True, False)
    >>> closure_due(book(), "over_limit", date(2015, 12, 1), [date(2015, 3, 1), date(2014, 2, 1)]).met
    True
    """
    values = {value.key["ground"]: value for value in law.values("law_closure", on=on)}
    if not values:
        return Answer(False, (Message("enforcement.closure.no_law", {"day": on.isoformat()}),))
    if violation == "evasion":
        return Answer(True, (Message("enforcement.closure.evasion", {}),), (values["evasion"],))
    since = months_before(on, int(values["repeat_months"].value))
    count, wanted = 1 + sum(since <= each <= on for each in served), int(values["repeat"].value)
    said = {"count": count, "needed": wanted, "since": since.isoformat()}
    law_used = (values["repeat"], values["repeat_months"])
    if count >= wanted:
        return Answer(True, (Message("enforcement.closure.repeat", said),), law_used)
    return Answer(False, (Message("enforcement.closure.too_few", said),), law_used)


def months_before(day: date, months: int) -> date:
    """Give the day some months before a day; a month that is too short gives its last day.

    >>> months_before(date(2016, 3, 31), 13).isoformat()
    '2015-02-28'
    """
    index = day.year * MONTHS + day.month - 1 - months
    year, month = divmod(index, MONTHS)
    for number in range(day.day, 0, -1):
        try:
            return date(year, month + 1, number)
        except ValueError:
            continue
    raise AssertionError("every month has a first day")


def case_classes(measures: Sequence[str], daily_days: int) -> tuple[str, ...]:
    """Give the published classes that a case counts in; a case may count in several, restriction and stop are one class.

    >>> case_classes(["stop", "restrict", "detention"], 10)
    ('daily', 'restrict_stop', 'detention')
    """
    held = {"restrict_stop" if each in ("restrict", "stop") else each for each in measures} | ({"daily"} if daily_days else set())
    return tuple(each for each in CLASSES if each in held)
