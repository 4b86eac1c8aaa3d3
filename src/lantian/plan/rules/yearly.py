"""The goal that falls due every year (优良天数逐年提高): each year above the one before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from lantian.kernel.finding import Evidence, Finding, Message, Status
from lantian.kernel.period import Period, year
from lantian.kernel.quantity import exact
from lantian.plan.model import Facts, Measured, Provision, Stated
from lantian.plan.rules import words
from lantian.plan.rules.arithmetic import every
from lantian.plan.rules.period import is_due, judged_period, months_before
from lantian.plan.rules.reading import Case, Ground, Reading, ask, base_value, evidence, finding, not_due, representative, value_missing


@dataclass(frozen=True, slots=True)
class Pair:
    """Twelve months beside the twelve before; ``stated`` is the base where the earlier value was published and not measured here."""

    period: Period
    earlier: Period
    now: Measured
    before: Fraction | None
    before_count: int | None
    stated: Stated | None
    evidence: tuple[Evidence, ...]
    grounds: tuple[Ground, ...]
    why: tuple[Message, ...]

    @property
    def rose(self) -> bool | None:
        """Tell whether the value is above that of the twelve months before; unknown where either is."""
        return None if self.now.value is None or self.before is None else exact(self.now.value) > self.before


def rise_each_year(provision: Provision, as_of: date, facts: Facts) -> Finding:
    """Judge the yearly rise at a date: of the year then judged, and of every year once the plan has run out (plan, 具体指标)."""
    if as_of < provision.starts:
        return not_due(provision, as_of)
    case = Case(provision, provision.measures[0], as_of, judged_period(provision, as_of), facts)
    readings = [_mean(case)]
    if "each" in provision.readings:
        readings.append(_city_by_city(case))
    return finding(provision, as_of, case.period, readings[0], readings)


def compare(case: Case, scope: str, period: Period) -> Pair:
    """Set twelve months beside the twelve before, which come from the plan's base where they were not measured here."""
    now, covered = representative(ask(case, scope, period), case.provision.coverage)
    earlier = months_before(period)
    found, covered_before = representative(ask(case, scope, earlier), case.provision.coverage)
    if found.value is not None:
        seen = (evidence(now), evidence(found))
        return Pair(period, earlier, now, exact(found.value), found.count, None, seen, covered + covered_before, ())
    base = next(each for each in case.measure.bases if each.judged)
    start = base_value(case, base, scope) if earlier.label == str(base.year) else None
    if start is None or start.value is None:
        return Pair(period, earlier, now, None, None, None, (evidence(now),), covered, found.because)
    return Pair(period, earlier, now, start.value, start.count, start, (evidence(now),), (*covered, Ground("base", start)), ())


def yearly_status(provision: Provision, as_of: date, rose: bool | None, run: bool | None) -> Status:
    """Name the status: a year over without a rise is breached, an unfinished one behind; at the plan's end the whole run counts."""
    if is_due(provision, as_of):
        return {True: Status.MET, False: Status.BREACHED, None: Status.NO_DATA}[run]
    if rose is None:
        return Status.NO_DATA
    if rose:
        return Status.ON_TRACK
    return Status.BREACHED if year(as_of.year).end == as_of else Status.BEHIND


def _run(case: Case, scope: str) -> list[Pair]:
    """Compare every whole year from the start of the plan to the date."""
    last = case.period.end
    return [compare(case, scope, year(number)) for number in range(case.provision.starts.year, last.year + 1) if year(number).end <= last]


def _mean(case: Case) -> Reading:
    """Read the goal for the mean of the scope's cities, or for one city."""
    scope = case.measure.scope
    pair, run = compare(case, scope, case.period), _run(case, scope)
    rose = every(each.rose for each in run)
    fallen = [each.period.start.year for each in run if each.rose is False and each.period.label != pair.period.label]
    because = [*_said(case, pair)]
    if fallen:
        because.append(Message("plan.yearly.fell_before", {"years": fallen}))
    return Reading(
        words.nested("plan.reading.mean"),
        yearly_status(case.provision, case.as_of, pair.rose, rose),
        case.measure.unit,
        judged=True,
        value=None if pair.now.value is None else exact(pair.now.value),
        required=pair.before,
        because=tuple(because),
        grounds=pair.grounds,
        evidence=pair.evidence,
        details=_outline(case, pair, run),
    )


def _said(case: Case, pair: Pair) -> tuple[Message, ...]:
    """Say both shares, in days where they are whole years of one city, and where the earlier one comes from."""
    if pair.now.value is None or pair.before is None:
        missing = value_missing(case, pair.now, case.measure) if pair.now.value is None else (words.alone(case.measure, pair.period, pair.now.value),)
        before = () if pair.before is not None else (Message("plan.before_missing", {"period": words.in_period(pair.earlier)}), *pair.why)
        return (*missing, *before)
    said = [words.changed(case.measure, pair.period, pair.now.value, words.in_period(pair.earlier), pair.before, words.shown(pair.before))]
    if pair.now.count is not None and pair.before_count is not None:
        said.append(Message("plan.yearly.days", {"now": pair.now.count, "of": pair.now.days, "before": pair.before_count}))
    if pair.stated is not None:
        said.append(Message("plan.yearly.published", {"period": words.in_period(pair.earlier), "note": words.text(pair.stated.note)}))
    return tuple(said)


def _outline(case: Case, pair: Pair, run: list[Pair]) -> dict[str, Any]:
    """Give both values and every year's answer as plain data."""
    years = [{"year": each.period.start.year, "value": each.now.value, "before": words.number(each.before), "rose": each.rose} for each in run]
    change = None if pair.now.value is None or pair.before is None else {"absolute": float(exact(pair.now.value) - pair.before)}
    days = {"now": pair.now.count, "valid": pair.now.days, "before": pair.before_count}
    return {"indicator": case.measure.indicator, "better": case.measure.better, "years": years, "change": change, "days": days}


def _city_by_city(case: Case) -> Reading:
    """Read the goal for each city on its own: one that fell settles it, one unknown leaves it open."""
    answers: dict[str, bool | None] = {}
    for city in case.facts.members(case.measure.scope):
        run = _run(case, city) if is_due(case.provision, case.as_of) else [compare(case, city, case.period)]
        answers[city] = every(pair.rose for pair in run)
    rose = [city for city, answer in answers.items() if answer]
    fell = [city for city, answer in answers.items() if answer is False]
    counts = {"rose": len(rose), "fell": len(fell), "unknown": len(answers) - len(rose) - len(fell), "known": len(rose) + len(fell)}
    status = yearly_status(case.provision, case.as_of, every(answers.values()), every(answers.values()))
    return Reading(
        words.nested("plan.reading.each"),
        status,
        "cities",
        judged=False,
        value=Fraction(len(rose)),
        required=Fraction(len(answers)),
        because=(Message("plan.yearly.each", counts),),
        details={"cities": {"missed": fell, "kept": rose}},
    )
