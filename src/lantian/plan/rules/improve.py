"""Goals with a direction and no number (总体改善, 较大幅度减少, 明显好转): each measure better than in its base year."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

from lantian.kernel.finding import Finding, Message, Status
from lantian.kernel.period import year
from lantian.kernel.quantity import exact
from lantian.plan.model import Facts, Measure, Provision, Stated
from lantian.plan.rules import words
from lantian.plan.rules.arithmetic import every, official_change, percent_change
from lantian.plan.rules.path import path_status
from lantian.plan.rules.period import is_due, judged_period
from lantian.plan.rules.reading import Case, Ground, Reading, ask, base_value, evidence, finding, not_due, representative, value_missing

STANDING = {True: Status.ON_TRACK, False: Status.BEHIND, None: Status.NO_DATA}


def improve(provision: Provision, as_of: date, facts: Facts) -> Finding:
    """Judge a goal without a number: every measure must be better than in the base year; any improvement counts (tolerance as data)."""
    if as_of < provision.starts:
        return not_due(provision, as_of)
    period = judged_period(provision, as_of)
    parts = [_part(Case(provision, measure, as_of, period, facts)) for measure in provision.measures]
    status = path_status(provision, as_of, every(_better(part) for part in parts))
    first = min(parts, key=lambda part: _order(_better(part)))
    tolerance = provision.strictness.tolerance
    direction = () if tolerance is None else (Ground("tolerance", tolerance),)
    head = replace(
        first,
        status=status,
        judged=True,
        because=tuple(message for part in parts for message in part.because),
        grounds=(*direction, *(ground for part in parts for ground in part.grounds)),
        evidence=tuple(each for part in parts for each in part.evidence),
        details={"parts": [dict(part.details) for part in parts]},
    )
    return finding(provision, as_of, period, head, parts)


def _better(part: Reading) -> bool | None:
    better: bool | None = part.details["better"]
    return better


def _order(answer: bool | None) -> int:
    """Show first the part that decides: one that is not better, then one that is unknown."""
    return (False, None, True).index(answer)


def _part(case: Case) -> Reading:
    """Compare one measure with its base year."""
    measure = case.measure
    base = next(each for each in measure.bases if each.judged)
    measured, covered = representative(ask(case, measure.scope, case.period), case.provision.coverage)
    start = base_value(case, base, measure.scope)
    blank = Reading(words.text(measure.title), Status.NO_DATA, measure.unit, judged=False, grounds=covered, evidence=(evidence(measured),))
    seen = None if measured.value is None else exact(measured.value)
    outline = _outline(case, measure, seen, start) | {"base_year": base.year, "source": start.source, "confidence": start.confidence.value}
    if seen is None or start.value is None:
        why = value_missing(case, measured, measure) if seen is None else (words.alone(measure, case.period, seen),)
        lacking = (Message("plan.base_missing", {"year": base.year, "note": words.text(base.missing)}),) if start.value is None else ()
        return replace(blank, value=seen, required=start.value, because=(*why, *lacking), details=outline | {"better": None})
    better = _is_better(case.provision, measure, seen, start.value)
    said = words.changed(measure, case.period, seen, words.nested("plan.since.year", year=base.year), start.value, words.stated(start.value))
    return replace(
        blank,
        status=path_status(case.provision, case.as_of, better) if is_due(case.provision, case.as_of) else STANDING[better],
        value=seen,
        required=start.value,
        because=(said,),
        grounds=(*covered, Ground(f"base_{measure.key}", start)),
        details=outline | {"better": better},
    )


def _is_better(provision: Provision, measure: Measure, seen: Fraction, base: Fraction) -> bool:
    """Tell whether a value is better than its base by more than the words are taken to ask [%]."""
    tolerance = provision.strictness.tolerance
    asked = Fraction(0) if tolerance is None or tolerance.value is None else tolerance.value / 100
    gain = base - seen if measure.better == "lower" else seen - base
    return gain > asked * base


def _outline(case: Case, measure: Measure, seen: Fraction | None, start: Stated) -> dict[str, Any]:
    """Give a measure, its base, its years and its change [%] as plain data."""
    base = start.value
    found: dict[str, Any] = {"key": measure.key, "title": {"zh": measure.title.zh, "en": measure.title.en}, "unit": measure.unit, "scope": measure.scope}
    found |= {"value": words.number(seen), "base": words.number(base), "direction": measure.better, "change": None}
    first = next(each for each in measure.bases if each.judged).year + 1
    whole = [number for number in range(first, case.as_of.year + 1) if year(number).end <= case.as_of]
    found["history"] = [{"year": number, "value": ask(case, measure.scope, year(number)).value} for number in whole]
    if seen is not None and base is not None:
        change = {
            "raw": words.number(percent_change(seen, base)),
            "rounded": words.number(official_change(seen, start.figure(measure.digits) or base, measure.digits)),
        }
        found["change"] = change | {"absolute": float(seen - base)}
    return found
