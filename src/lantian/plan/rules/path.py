"""Goals with a number: a cut against a base year or a level to reach, along a path whose year-end shares are provision data."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

from lantian.kernel.finding import Finding, Message, Status
from lantian.kernel.period import year
from lantian.kernel.quantity import exact, round_half_even
from lantian.plan.model import Base, Facts, Measured, Provision, Stated, Target
from lantian.plan.rules import words
from lantian.plan.rules.arithmetic import every, goal_level, level_due, official_change, percent_change, share_due, straight_shares
from lantian.plan.rules.period import is_due, judged_period, months_before
from lantian.plan.rules.reading import Case, Ground, Reading, ask, base_value, both, evidence, finding, not_due, representative, value_missing


def follow_path(provision: Provision, as_of: date, facts: Facts) -> Finding:
    """Judge a numbered goal at a date: at most the level its path requires, met only when the target year is over (plan, 具体指标)."""
    if as_of < provision.starts:
        return not_due(provision, as_of)
    case = Case(provision, provision.measures[0], as_of, judged_period(provision, as_of), facts)
    measured, covered = representative(ask(case, case.measure.scope, case.period), provision.coverage)
    pairs = [(base, target) for base in case.measure.bases for target in provision.targets]
    readings = [_read(case, measured, covered, base, target) for base, target in pairs]
    if "each" in provision.readings:
        readings += [_city_by_city(case, base, target) for base, target in pairs if base.judged and target.judged]
    return finding(provision, as_of, case.period, next(each for each in readings if each.judged), readings)


@dataclass(frozen=True, slots=True)
class Step:
    """What a base and a target require at a date: share due [%], level required then, level of the goal."""

    share: Fraction
    required: Fraction
    goal: Fraction


def step(provision: Provision, as_of: date, year_of_base: int, base: Fraction, target: Target) -> Step:
    """Give what is required at a date; the tolerance of words such as 左右 counts only once the goal is due."""
    share = share_due(_shares(provision, year_of_base, target), min(as_of, provision.due))
    goal = goal_level(base, target.cut, target.level)
    tolerance = provision.strictness.tolerance
    slack = tolerance.value if tolerance is not None and is_due(provision, as_of) else None
    if not slack:
        return Step(share, level_due(base, goal, share), goal)
    cut = None if target.cut is None else target.cut - slack
    level = None if target.level is None else target.level + slack
    return Step(share, goal_level(base, cut, level), goal)


def path_status(provision: Provision, as_of: date, kept: bool | None) -> Status:
    """Name the status: before the goal is due on track or behind, then met or breached; an open end is never breached."""
    if kept is None:
        return Status.NO_DATA
    if not is_due(provision, as_of):
        return Status.ON_TRACK if kept else Status.BEHIND
    if kept:
        return Status.MET
    return Status.BEHIND if provision.open_end else Status.BREACHED


def _shares(provision: Provision, year_of_base: int, target: Target) -> dict[int, Fraction]:
    return dict(target.path.shares) or straight_shares(year_of_base, provision.due.year)


def _read(case: Case, measured: Measured, covered: tuple[Ground, ...], base: Base, target: Target) -> Reading:
    """Read the goal from one base year to one target."""
    start = base_value(case, base, case.measure.scope)
    judged = base.judged and target.judged
    title = words.nested("plan.reading.from", target=words.text(target.title), year=base.year, role=words.nested(f"plan.role.{base.role}"))
    blank = Reading(title, Status.NO_DATA, case.measure.unit, judged, evidence=(evidence(measured),))
    seen = None if measured.value is None else exact(measured.value)
    missing = value_missing(case, measured, case.measure) if seen is None else (words.alone(case.measure, case.period, seen),)
    if start.value is None:
        missing += (Message("plan.base_missing", {"year": base.year, "note": words.text(base.missing)}),)
    grounds = (Ground("target", target.stated), *covered)
    if start.value is None or seen is None:
        return replace(blank, value=seen, because=missing, grounds=grounds, details=_outline(case, base, start, target))
    due = step(case.provision, case.as_of, base.year, start.value, target)
    kept = seen <= due.required
    differs = _rounded(case, base, start, target, seen) != kept
    grounds += (Ground("base", start), *_path_grounds(case, target, seen, due), *((Ground("rounding", case.provision.rounding),) if differs else ()))
    return replace(
        blank,
        status=path_status(case.provision, case.as_of, kept),
        value=seen,
        required=due.required,
        because=(*_reasons(case, base, start, target, seen, due), *((Message("plan.rounding_differs"),) if differs else ())),
        grounds=grounds,
        details=_outline(case, base, start, target) | _numbers(case, start, seen, due),
    )


def _rounded(case: Case, base: Base, start: Stated, target: Target, seen: Fraction) -> bool:
    """Judge again as published changes are computed: from rounded figures."""
    digits = case.measure.digits
    rounded = start.figure(digits) or Fraction(0)
    return Fraction(round_half_even(seen, digits)) <= step(case.provision, case.as_of, base.year, rounded, target).required


def _path_grounds(case: Case, target: Target, seen: Fraction, due: Step) -> tuple[Ground, ...]:
    """Name the path while the goal is ahead; the tolerance only where the answer hangs on it."""
    if is_due(case.provision, case.as_of):
        tolerance = case.provision.strictness.tolerance
        return () if tolerance is None or seen <= due.goal else (Ground("tolerance", tolerance),)
    whole_year = year(case.as_of.year).end == case.as_of
    share = replace(target.path.stated, value=due.share)
    return (Ground("path", share),) if whole_year else (Ground("path", share), Ground("between", target.path.between))


def _reasons(case: Case, base: Base, start: Stated, target: Target, seen: Fraction, due: Step) -> tuple[Message, ...]:
    """Say the numbers first: change, path, what was passed or risen."""
    provision, measure = case.provision, case.measure
    said = [words.changed(measure, case.period, seen, words.nested("plan.since.year", year=base.year), start.value or 0, words.stated(start.value or 0))]
    gap = seen - due.required
    values: dict[str, Any] = {"required": words.shown(due.required), "unit": words.unit(measure.unit), "gap": words.shown(abs(gap))}
    values |= {"date": words.on_day(min(case.as_of, provision.due)), "path": words.text(target.path.title), "share": words.stated(due.share)}
    stage = "due" if is_due(provision, case.as_of) else "path"
    said.append(Message(f"plan.{stage}.{'exact' if gap == 0 else 'kept' if gap < 0 else 'missed'}", values))
    if stage == "path" and seen <= due.goal:
        said.append(Message("plan.goal_passed", {"goal": words.shown(due.goal), "unit": values["unit"], "year": provision.due.year}))
    before = _before(case, base, start)
    if before is not None and seen > before:
        relative = percent_change(seen, before)
        if relative is not None and provision.risen is not None:
            told = {"before": words.shown(before), "unit": values["unit"], "change": words.shown(relative)}
            said.append(Message("plan.risen", told | {"note": words.text(provision.risen.note)}))
    if base.role == "written" and base.note is not None:
        said.append(Message("plan.note", {"note": words.text(base.note)}))
    return tuple(said)


def _before(case: Case, base: Base, start: Stated) -> Fraction | None:
    """Give the value of the twelve months before, or the base where that was the year before."""
    earlier = months_before(case.period)
    found = ask(case, case.measure.scope, earlier).value
    if found is not None:
        return exact(found)
    return start.value if earlier.label == str(base.year) else None


def _outline(case: Case, base: Base, start: Stated, target: Target) -> dict[str, Any]:
    """Give base, goal, path and history as a chart needs them."""
    found: dict[str, Any] = {"indicator": case.measure.indicator, "pollutant": case.measure.pollutant, "better": case.measure.better}
    found["base"] = {"year": base.year, "role": base.role, "value": words.number(start.value), "confidence": start.confidence.value}
    found["base"] |= {"source": start.source, "note": None if base.note is None else both(base.note)}
    numbers = {"cut": words.number(target.cut), "level": words.number(target.level)}
    found["target"] = {"key": target.key, "title": both(target.title), "due": case.provision.due.isoformat()} | numbers
    years = [number for number in range(base.year + 1, case.as_of.year + 1) if year(number).end <= case.as_of]
    seen = [(number, ask(case, case.measure.scope, year(number)).value) for number in years]
    found["history"] = [{"year": number, "value": value} for number, value in seen]
    if start.value is not None:
        goal = goal_level(start.value, target.cut, target.level)
        found["goal"] = words.number(goal)
        shares = {number: share for number, share in _shares(case.provision, base.year, target).items() if number >= base.year}
        found["path"] = [{"year": n, "share": float(s), "required": float(level_due(start.value, goal, s))} for n, s in shares.items()]
    return found


def _numbers(case: Case, start: Stated, seen: Fraction, due: Step) -> dict[str, Any]:
    """Give change [%] from unrounded and from rounded figures, the share due and the share done [%]."""
    base = start.value or Fraction(0)
    done = None if base == due.goal else (base - seen) / (base - due.goal) * 100
    change = {
        "raw": words.number(percent_change(seen, base)),
        "rounded": words.number(official_change(seen, start.figure(case.measure.digits) or base, case.measure.digits)),
        "required": words.number(percent_change(due.required, base)),
    }
    return {"share": float(due.share), "progress": words.number(done), "change": change}


def _city_by_city(case: Case, base: Base, target: Target) -> Reading:
    """Read the goal for each city on its own: one that misses settles it, one unknown leaves it open."""
    answers: dict[str, bool | None] = {}
    for city in case.facts.members(case.measure.scope):
        start = base_value(case, base, city).value
        seen = None if start is None else ask(case, city, case.period).value
        if start is None or seen is None:
            answers[city] = None
        else:
            answers[city] = exact(seen) <= step(case.provision, case.as_of, base.year, start, target).required
    missed = [city for city, answer in answers.items() if answer is False]
    kept = [city for city, answer in answers.items() if answer]
    counts = {"kept": len(kept), "missed": len(missed), "unknown": len(answers) - len(kept) - len(missed)}
    why = [Message("plan.each", counts | {"known": len(kept) + len(missed)})]
    if base.note is not None and base.role == "written":
        why.append(Message("plan.note", {"note": words.text(base.note)}))
    return Reading(
        words.nested("plan.reading.each"),
        path_status(case.provision, case.as_of, every(answers.values())),
        "cities",
        judged=False,
        value=Fraction(len(kept)),
        required=Fraction(len(answers)),
        because=tuple(why),
        grounds=() if is_due(case.provision, case.as_of) else (Ground("path", target.path.stated),),
        details={"cities": {"missed": missed, "kept": kept}},
    )
