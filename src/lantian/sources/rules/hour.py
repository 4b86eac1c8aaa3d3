"""From minutes to an hour of one factor: valid with enough measured minutes, else the state that the missing minutes tell (HJ 75, HJ 212 annex D)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from fractions import Fraction

from lantian.kernel.finding import Message
from lantian.kernel.period import HOUR
from lantian.sources.model.hours import HourRules, HourValue, Minutes

RUNNING = ("F", "St", "Sd", "B")
"""States of the source: stopped, starting, shutting down, fire banked."""
AILING = ("C", "M", "D", "T")
"""States of the analyser: calibrated, maintained, at fault, over its range."""
MINUTES_OF_HOUR = 60


def hour_of(end: datetime) -> datetime:
    """Give the end of the hour to which a period belongs that ends at ``end``: the one in which its last minute lies.

    >>> hour_of(datetime(2015, 12, 8, 10, 10)), hour_of(datetime(2015, 12, 8, 11, 0))
    (datetime.datetime(2015, 12, 8, 11, 0), datetime.datetime(2015, 12, 8, 11, 0))
    """
    return (end - timedelta(minutes=1)).replace(minute=0, second=0, microsecond=0) + HOUR


def state_of(minutes: dict[str, int], rules: HourRules) -> str:
    """Tell the state of an hour from how many minutes each state had; what is lacking of sixty counts as without data.

    ``minutes`` holds measured minutes under ``valid`` and, by their letters, those of the states; cases in tests/sources/hours/test_rules.py.
    """
    for state in RUNNING:
        if minutes.get(state, 0) >= rules.state_minutes:
            return state
    if minutes.get("valid", 0) >= rules.valid_minutes:
        return "N"
    return next((state for state in AILING if minutes.get(state, 0) > rules.invalid_minutes), "Md")


def hour_mean(rows: Iterable[Minutes], rules: HourRules) -> HourValue:
    """Give the mean of an hour over its measured minutes, each row weighing as long as it is, known from 45 of them on (HJ 212 (24)).

    An hour in which the source starts, shuts down or is banked keeps its measured mean: it counts for mass, not for the limit.
    """
    received, total = 0, Fraction(0)
    minutes: dict[str, int] = {}
    for row in rows:
        received += row.length
        state, measured = rules.flags.get(row.flag, ("Md", False))
        if row.value is not None and measured:
            minutes["valid"] = minutes.get("valid", 0) + row.length
            total += Fraction(row.value) * row.length
        if state != "N":
            minutes[state] = minutes.get(state, 0) + row.length
    valid = minutes.get("valid", 0)
    state = state_of(minutes, rules)
    if state == "F":
        return HourValue(state, None, received, valid, (Message("source.hour.stopped", {"minutes": minutes["F"]}),))
    if valid < rules.valid_minutes:
        return HourValue(state, None, received, valid, (Message("source.hour.too_few_minutes", {"valid": valid, "needed": rules.valid_minutes}),))
    return HourValue(state, total / valid, received, valid)
