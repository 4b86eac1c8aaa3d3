"""Readings into hours, hours into what is usual, factors side by side."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from lantian.sources.rules.quality.model import (
    ACIDITY,
    BYPASS,
    FLOW,
    HOUR,
    HOUR_MINUTES,
    LOAD,
    MOISTURE,
    NOX,
    OXYGEN,
    POLLUTANT_OF,
    PUMP,
    SO2,
    TEMPERATURE,
    Gas,
    Hour,
    Parameters,
    Reading,
    Usual,
)

States = Mapping[tuple[str, datetime], str]
"""State of a pollutant's hour (N, F, St, …) by pollutant and end of the hour."""
COUNTED = ("N", "F", "", None)


def hour_of(end: datetime) -> datetime:
    """Give the hour, by its end, in which a period ending at ``end`` lies.

    >>> hour_of(datetime(2015, 3, 1, 1, 0)), hour_of(datetime(2015, 3, 1, 1, 1))
    (datetime.datetime(2015, 3, 1, 1, 0), datetime.datetime(2015, 3, 1, 2, 0))
    """
    return (end - timedelta(minutes=1)).replace(minute=0, second=0, microsecond=0) + HOUR


def hours_of(readings: Iterable[Reading], states: States) -> list[Hour]:
    """Summarise readings by factor and hour: minutes where there are any, else hour values; those marked as calibration, maintenance or fault stay out."""
    grouped: dict[tuple[str, datetime, bool], list[Reading]] = defaultdict(list)
    for reading in readings:
        if reading.value is not None and reading.flag in COUNTED:
            grouped[reading.factor, hour_of(reading.time), reading.minutes >= HOUR_MINUTES].append(reading)
    return [
        _hour(factor, time, found, states)
        for (factor, time, whole), found in sorted(grouped.items(), key=lambda each: each[0])
        if not whole or (factor, time, False) not in grouped
    ]


def _hour(factor: str, time: datetime, found: Sequence[Reading], states: States) -> Hour:
    values = [each.value for each in found if each.value is not None]
    mean = math.fsum(values) / len(values)
    counts = Counter(values)
    totals = [each.total for each in found if each.total is not None]
    stopped = sum(each.flag == "F" for each in found)
    pollutant = POLLUTANT_OF.get(factor)
    own = states.get((pollutant, time)) if pollutant else None
    all_states = {state for (_, when), state in states.items() if when == time} if own is None else {own}
    return Hour(
        factor,
        time,
        len(values),
        sum(each.minutes for each in found),
        mean,
        math.sqrt(math.fsum((each - mean) ** 2 for each in values) / len(values)),
        min(values),
        max(values),
        len(counts),
        counts[max(values)],
        math.fsum(totals) if totals else None,
        not stopped and (not all_states or "N" in all_states),
        stopped == len(values) or "F" in all_states,
    )


def usual_of(hours: Iterable[Hour], p: Parameters) -> dict[str, Usual]:
    """Give each factor's usual level, spread and change: medians of its normal hours, where there are enough of them."""
    grouped: dict[str, list[Hour]] = defaultdict(list)
    for hour in sorted(hours, key=lambda each: each.time):
        if hour.usable:
            grouped[hour.factor].append(hour)
    found = {}
    for factor, own in grouped.items():
        if len(own) < p["all_usual_hours"]:
            continue
        changes = [abs(after.mean - before.mean) for before, after in pairwise(own) if after.time - before.time == HOUR]
        found[factor] = Usual(len(own), median(each.mean for each in own), median(each.spread for each in own), median(changes) if changes else None)
    return found


def side_by_side(hours: Iterable[Hour]) -> list[Gas]:
    """Put the factors of each hour side by side; a gas analyser's hour counts only where it is normal or a reported stop."""
    grouped: dict[datetime, list[Hour]] = defaultdict(list)
    for hour in hours:
        grouped[hour.time].append(hour)
    names = {OXYGEN: "oxygen", TEMPERATURE: "temperature", MOISTURE: "moisture", FLOW: "flow", LOAD: "load"}
    found = []
    for time, own in sorted(grouped.items()):
        values: dict[str, float] = {names[each.factor]: each.mean for each in own if each.factor in names}
        values |= {name: each.mean for each in own for factor, name in ((SO2, "so2"), (NOX, "nox")) if each.factor == factor and (each.usable or each.halted)}
        for start, name in ((BYPASS, "bypass"), (ACIDITY, "acidity"), (PUMP, "pump")):
            values |= {name: max(each.mean for each in own if each.factor.startswith(start))} if any(each.factor.startswith(start) for each in own) else {}
        found.append(Gas(time, any(each.usable for each in own), any(each.halted for each in own), sum(each.n for each in own), **values))
    return found
