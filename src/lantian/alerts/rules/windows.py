"""Days that may begin at any hour (环大气〔2017〕86号): a day is any 24 hours running, so a spell is looked for under every hour of the day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from lantian.alerts.model import DayAir, Level, Prompt, Proposal, Rules
from lantian.alerts.rules.decide import begin_of, decide
from lantian.kernel.errors import InputError
from lantian.kernel.period import DAY, HOUR

HOURS = 24


def shifted(hours: Mapping[datetime, int | None], shift: int) -> tuple[DayAir, ...]:
    """Give the days that begin ``shift`` hours after midnight from the AQI of the 24 hours ending at each hour; a day whose end is not told is unknown.

    >>> shifted({datetime(2015, 12, 9, 7): 245}, 7)
    (DayAir(day=datetime.date(2015, 12, 8), aqi=245, draws=None),)
    """
    if not 0 <= shift < HOURS:
        raise InputError(f"days cannot begin {shift} hours after midnight; choose 0 to {HOURS - 1}")
    found = [DayAir((end - HOUR * shift).date() - DAY, aqi) for end, aqi in sorted(hours.items()) if end.hour == shift]
    return tuple(found)


def decide_any_day(
    rules: Rules,
    place: str,
    hours: Mapping[datetime, int | None],
    now: datetime,
    *,
    upper_bound: int,
    draws: int,
    current: Level | None = None,
    prompt: Prompt | None = None,
) -> Proposal:
    """Propose a level where a day may begin at any hour: the graver of the 24 ways to cut the hours into days, then the earliest start, then the calendar's.

    ``hours`` holds the AQI of the 24 hours ending at each full hour, None where unknown.
    """
    if not hours:
        raise InputError("no hours were given; give the AQI of the 24 hours ending at each hour")
    odd = [end for end in hours if end.minute or end.second or end.microsecond]
    if odd:
        raise InputError(f"{odd[0]} is not a full hour; give the 24 hours ending at full hours")
    found = []
    for shift in range(HOURS):
        days = shifted(hours, shift)
        if days:
            found.append(decide(rules, place, days, now, upper_bound=upper_bound, draws=draws, current=current, prompt=prompt, shift=shift))
    return min(found, key=lambda each: (-(each.level or 0), each.start or now, each.shift))


def polluted_hours(hours: Mapping[datetime, int | None], above: int) -> tuple[datetime, datetime, int] | None:
    """Give the longest unbroken run of hours above a bound: the ends of its first and last hour and how many; an unknown hour breaks it.

    >>> polluted_hours({datetime(2015, 12, 8, hour): aqi for hour, aqi in enumerate([210, 220, None, 230])}, 200)
    (datetime.datetime(2015, 12, 8, 0, 0), datetime.datetime(2015, 12, 8, 1, 0), 2)
    """
    best: Sequence[datetime] = ()
    run: list[datetime] = []
    for end in sorted(hours):
        aqi = hours[end]
        kept = aqi is not None and aqi > above
        run = [*run, end] if kept and run and end - run[-1] == HOUR else [end] if kept else []
        best = run if len(run) > len(best) else best
    return (best[0], best[-1], len(best)) if best else None


def span_of(shift: int, first: date, last: date) -> tuple[datetime, datetime]:
    """Give the moments between which days of a shifted timeline lie.

    >>> span_of(7, date(2015, 12, 6), date(2015, 12, 9))
    (datetime.datetime(2015, 12, 6, 7, 0), datetime.datetime(2015, 12, 10, 7, 0))
    """
    return begin_of(first, shift), begin_of(last + DAY, shift)
