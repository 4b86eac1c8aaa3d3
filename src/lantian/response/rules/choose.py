"""Choosing measures of least loss that suffice: a mixed-integer programme over lines and measures."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import highspy
import numpy as np

from lantian.kernel.errors import LantianError
from lantian.kernel.finding import Message
from lantian.response.model import AreaMeasure, EmergencyPlan, Line, Measure
from lantian.response.rules.suffice import PERCENT, untouched

SECONDS = 60.0
OUTPUT, ERRORS = 1, 2
SLACK = 1e-6


@dataclass(frozen=True, slots=True)
class Choice:
    """A choice of measures by line: its loss [yuan/day], the certified relative gap to the least loss; or why there is none."""

    told: Mapping[str, Measure]
    loss: float
    gap: float
    because: tuple[Message, ...] = ()

    @property
    def found(self) -> bool:
        """Tell whether measures that suffice were found."""
        return not self.because


def choosable(plan: EmergencyPlan, ranks: Mapping[str, int]) -> list[tuple[Line, list[Measure]]]:
    """Give the lines that may be cut by force, with what they may be told: not exempt, above safe load, of a grade that is cut.

    >>> from lantian.response.model import Line
    >>> stop = Measure("1", "red", "停", "stop", 1.0, 0)
    >>> line = Line("1", "x", "x", "x", "x", "A", {"SO2": 1.0}, measures=(stop,))
    >>> choosable(EmergencyPlan("x", "x", "1", {}, lines=(line,)), {"A": 0})
    []
    """
    found = []
    for line in plan.lines:
        fit = [each for each in line.measures if line.allowed(each)]
        if fit and ranks.get(line.grade, 0) > 0:
            found.append((line, fit))
    return found


def choose(plan: EmergencyPlan, shares: Mapping[str, float], area: list[AreaMeasure], ranks: Mapping[str, int], gap: float) -> Choice:
    """Choose at most one measure a line so that every pollutant falls by its share and the loss is least, within a relative gap.

    Within a sector no line of a better grade is touched before every line of a worse grade takes some measure (``ranks``: a lower rank first).
    Where the shares cannot be reached the choice says which, how far they can, and which source stands in the way.
    """
    lines = choosable(plan, ranks)
    most = {line.id: max(fit, key=lambda each: each.cut) for line, fit in lines}
    needed = {name: share * plan.totals[name] - sum(each.cut.get(name, 0.0) for each in area) for name, share in shares.items() if plan.totals.get(name)}
    why = [told for name in needed if (told := _out_of_reach(plan, most, area, name, shares[name])) is not None]
    if why:
        return Choice({}, 0.0, 0.0, tuple(why))
    if all(amount <= 0 for amount in needed.values()):
        return Choice({}, 0.0, 0.0)
    solved = _solve(lines, needed, ranks, gap)
    taken = {line.id: measure for (line, measure), yes in zip(_pairs(lines), solved[0], strict=True) if yes}
    return Choice(taken, sum(each.cost for each in taken.values()), solved[1])


def _out_of_reach(plan: EmergencyPlan, most: Mapping[str, Measure], area: list[AreaMeasure], name: str, share: float) -> Message | None:
    """Say how far a pollutant can fall at most where that is not enough."""
    by_id = {line.id: line for line in plan.lines}
    top = sum(measure.cut * by_id[key].emissions.get(name, 0.0) for key, measure in most.items()) + sum(each.cut.get(name, 0.0) for each in area)
    if top >= share * plan.totals[name] - SLACK:
        return None
    worst, unlisted = untouched(plan, most, name)
    values = {"pollutant": name, "share": round(PERCENT * share, 1), "most": round(PERCENT * top / plan.totals[name], 1), "unlisted": round(unlisted)}
    if worst is None:
        return Message("response.unreachable_unlisted", values)
    left = worst.emissions.get(name, 0.0) * (1 - (most[worst.id].cut if worst.id in most else 0.0))
    return Message("response.unreachable", values | {"source": worst.enterprise, "line": worst.name, "left": round(left)})


def _pairs(lines: list[tuple[Line, list[Measure]]]) -> list[tuple[Line, Measure]]:
    return [(line, measure) for line, fit in lines for measure in fit]


def _solve(lines: list[tuple[Line, list[Measure]]], needed: Mapping[str, float], ranks: Mapping[str, int], gap: float) -> tuple[np.ndarray, float]:
    """Build and solve the programme; give which measures are taken and the certified gap."""
    pairs = _pairs(lines)
    steps = sorted({(line.sector, ranks[line.grade]) for line, _ in lines})
    touched = {step: len(pairs) + number for number, step in enumerate(steps)}
    count = len(pairs) + len(steps)
    rows: list[tuple[list[int], list[float], float, float]] = []
    infinity = highspy.kHighsInf
    for name, amount in needed.items():
        used = [(at, measure.cut * line.emissions.get(name, 0.0)) for at, (line, measure) in enumerate(pairs)]
        held = [(at, value) for at, value in used if value > 0]
        scale = max(amount, 1.0)
        if amount > 0:
            rows.append(([at for at, _ in held], [value / scale for _, value in held], amount / scale, infinity))
    at = 0
    for line, fit in lines:
        own = list(range(at, at + len(fit)))
        rank = ranks[line.grade]
        rows.append(([*own, touched[line.sector, rank]], [*([1.0] * len(own)), -1.0], -infinity, 0.0))
        better = [touched[step] for step in steps if step[0] == line.sector and step[1] > rank]
        rows += [([*own, other], [*([1.0] * len(own)), -1.0], 0.0, infinity) for other in better[:1]]
        at += len(fit)
    for low, high in pairwise(steps):
        if low[0] == high[0]:
            rows.append(([touched[low], touched[high]], [1.0, -1.0], 0.0, infinity))
    solver = _filled(np.array([*(measure.cost for _, measure in pairs), *([0.0] * len(steps))]), count, rows, gap)
    solver.run()
    status = solver.getModelStatus()
    info = solver.getInfo()
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        raise LantianError(f"no choice of measures was found ({solver.modelStatusToString(status)}), though each pollutant can be cut enough")
    values = np.array(solver.getSolution().col_value)
    return values[: len(pairs)] > 0.5, float(info.mip_gap)  # noqa: PLR2004 - a binary variable


def _filled(cost: np.ndarray, count: int, rows: list[tuple[list[int], list[float], float, float]], gap: float) -> highspy.Highs:
    """Hand a programme of binary variables to the solver."""
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = count, len(rows)
    model.col_cost_, model.col_lower_, model.col_upper_ = cost, np.zeros(count), np.ones(count)
    model.row_lower_, model.row_upper_ = np.array([row[2] for row in rows]), np.array([row[3] for row in rows])
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = np.concatenate([[0], np.cumsum([len(row[0]) for row in rows])])
    model.a_matrix_.index_ = np.concatenate([np.array(row[0], dtype=np.int32) for row in rows])
    model.a_matrix_.value_ = np.concatenate([np.array(row[1]) for row in rows])
    model.integrality_ = [highspy.HighsVarType.kInteger] * count
    solver = _solver()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("mip_rel_gap", gap)
    solver.setOptionValue("time_limit", SECONDS)
    solver.passModel(model)
    return solver


def _solver() -> highspy.Highs:
    """Make a solver; its makers print a notice on the standard output, which belongs to answers, so it goes to the error output."""
    sys.stdout.flush()
    kept = os.dup(OUTPUT)
    os.dup2(ERRORS, OUTPUT)
    try:
        return highspy.Highs()
    finally:
        os.dup2(kept, OUTPUT)
        os.close(kept)
