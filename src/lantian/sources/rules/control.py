"""Whether an analyser was in control: spans from a failed or overdue check to the next good one (HJ 75 chapter 11)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from fractions import Fraction

from lantian.kernel.quantity import exact
from lantian.sources.model.hours import Check, OutOfControl


def drift(reference: float, reading: float, range_top: float) -> Fraction:
    """Give how far a check's reading lies from its reference, as a share of the range.

    >>> drift(100.0, 104.0, 200.0)
    Fraction(1, 50)
    """
    return abs(exact(reading) - exact(reference)) / exact(range_top)


def out_of_control(checks: Sequence[Check], limit: Fraction, until: datetime, every: timedelta | None = None) -> list[OutOfControl]:
    """List the spans in which an analyser was out of control: from a check that drifted beyond the limit, or was due, to the next good check.

    ``since`` is the last good check before; mass lost in the span looks back from there. An analyser without any check is unknown, not out of control.
    ``every`` is how often a check is due; without it nothing is overdue.

    >>> at = lambda day: datetime(2018, 6, day)
    >>> checks = [Check(at(1), Fraction(0)), Check(at(8), Fraction(1, 10)), Check(at(9), Fraction(0))]
    >>> [(span.start.day, span.finish.day, span.since.day) for span in out_of_control(checks, Fraction(1, 20), at(20))]
    [(8, 9, 1)]
    >>> [(span.start.day, span.finish.day) for span in out_of_control(checks, Fraction(1, 20), at(20), timedelta(days=5))]
    [(6, 9), (14, 20)]
    """
    found: list[OutOfControl] = []
    good: datetime | None = None
    lost: datetime | None = None
    for check in sorted(checks, key=lambda each: each.time):
        due = good + every if good is not None and every is not None else None
        if lost is None and due is not None and check.time > due:
            lost = due
        if check.drift > limit:
            lost = lost or check.time
            continue
        if lost is not None:
            found.append(OutOfControl(lost, check.time, good))
        good, lost = check.time, None
    if lost is None and good is not None and every is not None and until > good + every:
        lost = good + every
    return [*found, OutOfControl(lost, until, good)] if lost is not None and lost < until else found
