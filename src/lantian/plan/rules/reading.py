"""One reading of a provision (which base, which target, mean or city by city) and how a finding is made of the readings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import Any

from lantian.kernel.finding import Confidence, Evidence, Finding, LawUsed, Message, Status
from lantian.kernel.period import Period, year
from lantian.kernel.quantity import exact
from lantian.plan.model import Base, Facts, Measure, Measured, Provision, Stated, Text
from lantian.plan.rules import words

NATION = "000000"
PUBLISHED = Text("统计公布值", "published statistic")
MEASURED = Text("按监测数据算出", "computed from monitoring data")
MET = {Status.MET: True, Status.BREACHED: False}
"""A promise is met or broken only when it has fallen due; before that it is undecided (DESIGN §4)."""


@dataclass(frozen=True, slots=True)
class Case:
    """What is being judged: a provision's measure over twelve months, at a date, on facts."""

    provision: Provision
    measure: Measure
    as_of: date
    period: Period
    facts: Facts


@dataclass(frozen=True, slots=True)
class Ground:
    """A value of the plan that a reading rests on, and what it is for: target, base, path, tolerance or another."""

    item: str
    stated: Stated


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a provision and the answer it gives; the judged one makes the finding, the others stand beside it."""

    title: words.Word
    status: Status
    unit: str
    judged: bool
    value: Fraction | None = None
    required: Fraction | None = None
    because: tuple[Message, ...] = ()
    grounds: tuple[Ground, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def gap(self) -> Fraction | None:
        """Give value less required: above zero is too high."""
        return None if self.value is None or self.required is None else self.value - self.required


def ask(case: Case, scope: str, period: Period) -> Measured:
    """Ask for the measure's indicator of a scope."""
    if case.measure.indicator == "annual_mean":
        return case.facts.annual_mean(scope, case.measure.pollutant or "", period)
    if case.measure.indicator == "good_day_share":
        return case.facts.good_day_share(scope, period)
    return case.facts.heavy_day_share(scope, period)


def representative(measured: Measured, coverage: Stated) -> tuple[Measured, tuple[Ground, ...]]:
    """Hold a mean over cities to the coverage the plan asks for; below it the mean is unknown, and complete sets need no such rule."""
    cities, of = measured.cities, measured.cities_of
    if measured.value is None or cities is None or not of or cities >= of or coverage.value is None:
        return measured, ()
    ground = (Ground("coverage", coverage),)
    if cities * 100 >= coverage.value * of:
        return measured, ground
    why = Message("plan.coverage_short", {"cities": cities, "of": of, "needed": words.stated(coverage.value)})
    return replace(measured, value=None, because=(*measured.because, why)), ground


def base_value(case: Case, base: Base, scope: str) -> Stated:
    """Give the base of a scope: as the plan states it, else from the statistic named, else measured in the base year, else unknown."""
    if scope in base.values:
        return base.values[scope]
    unknown = Stated(None, case.measure.unit, "", str(base.year), Confidence.CONFIRMED, base.missing)
    if base.statistic is not None:
        found = case.facts.statistic(scope, base.year, base.statistic)
        if found.value is not None:
            return replace(unknown, value=exact(found.value), source=found.source, confidence=found.confidence, note=base.note or PUBLISHED)
    if base.measured:
        measured, _ = representative(ask(case, scope, year(base.year)), case.provision.coverage)
        if measured.value is not None:
            return replace(unknown, value=exact(measured.value), source=measured.dataset, note=base.note or MEASURED)
    return unknown


def evidence(measured: Measured) -> Evidence:
    """Name the data behind a measured value, with the cities that have it."""
    note = None if (measured.cities_of or 0) <= 1 else Message("plan.cities", {"cities": measured.cities, "of": measured.cities_of})
    return Evidence(measured.dataset, measured.place, measured.period, measured.days, measured.expected, note)


def value_missing(case: Case, measured: Measured, measure: Measure) -> tuple[Message, ...]:
    """Say that a value is unknown, and why."""
    return (Message("plan.value_missing", {"what": words.text(measure.title), "period": words.in_period(case.period)}), *measured.because)


def rule_said(provision: Provision) -> tuple[Message, ...]:
    """End the reasons with the rule, and with what it leaves unjudged."""
    left = () if provision.unjudged is None else (Message("plan.unjudged", {"note": words.text(provision.unjudged)}),)
    return (*left, _rule(provision))


def _rule(provision: Provision) -> Message:
    return Message("plan.rule", {"says": words.text(provision.says)})


def place_of(provision: Provision) -> str:
    """Give the place or group a finding speaks of."""
    return provision.scope.keys[0] if provision.scope.kind in ("groups", "place") and len(provision.scope.keys) == 1 else NATION


def not_due(provision: Provision, as_of: date) -> Finding:
    """Find that a provision is not judged yet, and from when."""
    why = Message("plan.not_due", {"starts": words.on_day(provision.starts), "note": words.text(provision.starts_note)})
    unit = provision.measures[0].unit
    return Finding(provision.id, place_of(provision), as_of.isoformat(), Status.NOT_DUE, None, None, None, None, unit, (why, _rule(provision)))


def finding(provision: Provision, as_of: date, period: Period, head: Reading, readings: Sequence[Reading]) -> Finding:
    """Make the finding of the judged reading; all readings stand in its details."""
    grounds = (*head.grounds, Ground("scope", provision.scope.closed))
    return Finding(
        provision=provision.id,
        place=place_of(provision),
        as_of=as_of.isoformat(),
        status=head.status,
        met=MET.get(head.status),
        value=words.number(head.value),
        required=words.number(head.required),
        gap=words.number(head.gap),
        unit=head.unit,
        because=(*head.because, *rule_said(provision)),
        evidence=head.evidence,
        law=tuple(law_used(provision, each) for each in grounds),
        provisional=provisional(grounds),
        details={**head.details, "period": period.label, "readings": [as_detail(each) for each in readings]},
    )


def law_used(provision: Provision, ground: Ground) -> LawUsed:
    """Show a value of the plan as law used."""
    stated = ground.stated
    return LawUsed(provision.plan, f"{provision.id}.{ground.item}", words.number(stated.value), stated.unit, stated.clause, stated.source, stated.confidence)


def provisional(grounds: Sequence[Ground]) -> tuple[Message, ...]:
    """Say which unsure values make a result provisional (DESIGN §3)."""
    unsure = {each.item: each for each in grounds if each.stated.confidence is Confidence.UNSURE}
    return tuple(
        Message("plan.provisional", {"item": words.nested(f"plan.item.{item.partition('_')[0]}"), "note": words.text(each.stated.note)})
        for item, each in unsure.items()
    )


def as_detail(reading: Reading) -> dict[str, Any]:
    """Give a reading as plain data."""
    return {
        "title": reading.title,
        "judged": reading.judged,
        "status": reading.status.value,
        "value": words.number(reading.value),
        "required": words.number(reading.required),
        "gap": words.number(reading.gap),
        "unit": reading.unit,
        "because": [words.nested(each.key, **each.values) for each in reading.because],
        "provisional": [words.nested(each.key, **each.values) for each in provisional(reading.grounds)],
    } | ({"cities": reading.details["cities"]} if "cities" in reading.details else {})


def both(note: Text) -> dict[str, str]:
    """Give words in both languages as plain data."""
    return {"zh": note.zh, "en": note.en}
