"""Whether measures suffice: the cut of a city's emissions by pollutant, with its interval, against the share asked for."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from statistics import NormalDist

from lantian.response.model import LEVELS, POLLUTANTS, AreaMeasure, Cut, EmergencyPlan, Line, Measure

PERCENT = 100


def told_at(plan: EmergencyPlan, level: str) -> dict[str, Measure]:
    """Give for each line the measure that the plan tells at a level: the one of the gravest level up to it that its safe load allows."""
    rank = {name: number for number, name in enumerate(LEVELS)}
    found = {}
    for line in plan.lines:
        fit = [each for each in line.measures if rank[each.level] <= rank[level] and line.allowed(each)]
        if fit:
            found[line.id] = max(fit, key=lambda each: (rank[each.level], each.cut))
    return found


def area_at(plan: EmergencyPlan, level: str) -> list[AreaMeasure]:
    """Give the measures of no enterprise at a level: of each kind those of the gravest level up to it."""
    rank = {name: number for number, name in enumerate(LEVELS)}
    gravest: dict[str, int] = {}
    for each in plan.area:
        if rank[each.level] <= rank[level]:
            gravest[each.kind] = max(gravest.get(each.kind, 0), rank[each.level])
    return [each for each in plan.area if gravest.get(each.kind) == rank[each.level]]


def cuts(plan: EmergencyPlan, told: Mapping[str, Measure], area: Iterable[AreaMeasure], required: Mapping[str, float], confidence: float) -> list[Cut]:
    """Give the cut of each pollutant whose city total is known; ``required`` are shares, ``confidence`` how sure the interval is.

    The errors of the baselines are taken to be independent, so they add as squares; measures of no enterprise add without an error of their own.

    >>> from lantian.response.model import Line
    >>> line = Line("1", "x", "x", "x", "x", "D", {"SO2": 100.0}, 0.5, measures=(Measure("1", "red", "停", "stop", 0.5, 0),))
    >>> plan = EmergencyPlan("x", "x", "1", {"SO2": 200.0}, lines=(line,))
    >>> [(cut.share, round(cut.low, 3), round(cut.high, 3)) for cut in cuts(plan, told_at(plan, "red"), [], {}, 0.9)]
    [(0.25, 0.044, 0.456)]
    """
    by_id = {line.id: line for line in plan.lines}
    wide = NormalDist().inv_cdf((1 + confidence) / 2)
    extra = list(area)
    found = []
    for name in POLLUTANTS:
        total = plan.totals.get(name)
        if not total:
            continue
        parts = [(by_id[key], measure.cut * by_id[key].emissions.get(name, 0.0)) for key, measure in told.items()]
        amount = sum(cut for _, cut in parts) + sum(each.cut.get(name, 0.0) for each in extra)
        error = math.sqrt(sum((line.uncertainty * cut) ** 2 for line, cut in parts))
        low, high = max(0.0, amount - wide * error), amount + wide * error
        found.append(Cut(name, amount, amount / total, low / total, min(1.0, high / total), required.get(name)))
    return found


def loss(told: Mapping[str, Measure]) -> float:
    """Give what the measures cost [yuan/day].

    >>> loss({"1": Measure("1", "red", "停", "stop", 0.5, 300.0), "2": Measure("2", "red", "停", "stop", 0.5, 200.0)})
    500.0
    """
    return sum(each.cost for each in told.values())


def untouched(plan: EmergencyPlan, told: Mapping[str, Measure], pollutant: str) -> tuple[Line | None, float]:
    """Give the listed line that emits most of a pollutant after the measures, and what sources that are not listed emit [kg/day]."""
    rest = {line.id: line.emissions.get(pollutant, 0.0) * (1 - (told[line.id].cut if line.id in told else 0.0)) for line in plan.lines}
    worst = max(plan.lines, key=lambda line: rest[line.id], default=None)
    listed = sum(line.emissions.get(pollutant, 0.0) for line in plan.lines)
    return (worst if worst is not None and rest[worst.id] > 0 else None), max(0.0, plan.totals.get(pollutant, 0.0) - listed)
