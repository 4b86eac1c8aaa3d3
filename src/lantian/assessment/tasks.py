"""The ten tasks of the assessment: what a province reports line by line, and the score that follows (环发〔2014〕107号)."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from lantian.assessment.model import Score
from lantian.kernel.errors import FaultsError
from lantian.kernel.finding import Message

PARTS = 3


def parse_tasks(text: str, weights: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """Read lines of item, points and ground, such as ``small_boilers.removed 7.5 台账第3页``; every fault together.

    >>> parse_tasks("dust.sites 3.5 抽查记录", {"dust.sites": Fraction(4)})
    {'dust.sites': Fraction(7, 2)}
    """
    found: dict[str, Fraction] = {}
    faults = []
    for number, line in enumerate(text.splitlines(), 1):
        parts = line.split(maxsplit=PARTS - 1)
        if not parts:
            continue
        fault = _fault(parts, weights, found)
        if fault:
            faults.append(f"line {number}: {fault}")
        else:
            found[parts[0]] = Fraction(parts[1])
    if faults:
        raise FaultsError("points of the ten tasks", faults)
    return found


def _fault(parts: list[str], weights: Mapping[str, Fraction], found: Mapping[str, Fraction]) -> str | None:
    """Say what is wrong with a line, if anything."""
    if len(parts) < PARTS:
        return f"{' '.join(parts)!r} needs an item, its points and their ground"
    item, points, _ = parts
    if item not in weights:
        return f"no item {item!r}; the items are {', '.join(weights)}"
    if item in found:
        return f"{item} stands twice"
    try:
        value = Fraction(points)
    except (ValueError, ZeroDivisionError):
        return f"{points!r} is no number of points"
    if not 0 <= value <= weights[item]:
        return f"{item} earns 0 to {float(weights[item]):g} points, not {points}"
    return None


def task_score(reported: Mapping[str, Fraction] | None, weights: Mapping[str, Fraction]) -> Score:
    """Add up the points of the ten tasks, 100 at most; while an item is not reported there is no score, and it says which.

    >>> float(task_score({"a": Fraction(5), "b": Fraction(2)}, {"a": Fraction(6), "b": Fraction(4)}).points)
    7.0
    """
    if reported is None:
        return Score(None, None, None, (Message("assessment.no_tasks"),))
    lacking = [item for item, points in weights.items() if points and item not in reported]
    if lacking:
        items = [{"key": f"assessment.item.{item}", "values": {}} for item in lacking]
        return Score(None, None, None, (Message("assessment.tasks_missing", {"count": len(lacking), "items": items}),))
    total = sum((reported[item] for item, points in weights.items() if points), Fraction(0))
    return Score(total, None, None, (Message("assessment.tasks", {"count": len(weights)}),))
