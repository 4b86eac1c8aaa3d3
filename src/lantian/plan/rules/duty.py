"""Whether a duty is kept: the reading of its indicator against what it needs, at a date (plan arts 1–35; DESIGN §4, §5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from lantian.kernel.finding import Evidence, Finding, LawUsed, Message, Status
from lantian.kernel.quantity import round_half_even
from lantian.plan.model import Duty, Need
from lantian.plan.rules import words

SOFT = ("encourage", "study", "strive", "in_principle")
"""Words that do not bind: what they ask for is behind when it is missing, never breached."""


@dataclass(frozen=True, slots=True)
class Count:
    """What the register of a place says of an indicator: units known, running, fully equipped, added; capacities; day of the newest report; simulated ones."""

    known: int
    running: int
    covered: int
    added: int
    capacity: float
    covered_capacity: float
    without_capacity: int
    newest: date
    simulated: int = 0


@dataclass(frozen=True, slots=True)
class Done:
    """An act on record: place, day, title and number of the document, where it is published."""

    place: str
    day: date
    title: str
    document: str
    source: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found for an indicator at a place: its value, or None with the reason; the rows behind it."""

    value: float | None
    because: tuple[Message, ...]
    evidence: tuple[Evidence, ...] = ()


def read_count(duty: Duty, place: words.Word, found: Count | None, register: date | None, on: date) -> Reading:
    """Read coverage [%], what remains (capacity or number) or what was added, from the register of a place, which is named in both languages.

    A place whose register holds no unit of the kind has none of it; a place without a register is unknown. A capacity that is missing
    makes a sum of capacities unknown.
    """
    indicator = duty.indicator
    if register is None:
        return Reading(None, (Message("duty.no_register", {"place": place, "dataset": "units"}),))
    count = found or Count(0, 0, 0, 0, 0.0, 0.0, 0, register)
    evidence = (Evidence("units", "", on.isoformat(), count.known),)
    if indicator.how == "added":
        return Reading(float(count.added), (Message("duty.added", {"count": count.added, "since": duty.starts.isoformat()}),), evidence)
    by_capacity = indicator.share_by == "capacity" or (indicator.how == "remaining" and indicator.unit not in ("", "unit", "units", "台", "count"))
    if by_capacity and count.without_capacity:
        return Reading(None, (Message("duty.no_capacity", {"count": count.without_capacity, "of": count.running}),), evidence)
    if indicator.how == "remaining":
        value = count.capacity if by_capacity else float(count.running)
        return Reading(value, (Message("duty.remaining", {"count": count.running, "value": words.shown(value), "unit": indicator.unit}),), evidence)
    if not count.running:
        return Reading(None, (Message("duty.no_unit", {"place": place, "units": list(indicator.units)}),), evidence)
    whole, part = (count.capacity, count.covered_capacity) if by_capacity else (count.running, count.covered)
    told = {"covered": count.covered, "of": count.running, "share": words.shown(100 * part / whole)}
    return Reading(100 * part / whole, (Message("duty.covered", told),), evidence)


def read_statistic(duty: Duty, place: words.Word, years: dict[int, float], on: date) -> Reading:
    """Read a yearly statistic: the newest year that is over, the sum since a year, or the change [%] against the base year."""
    indicator = duty.indicator
    over = sorted(year for year in years if date(year, 12, 31) <= on)
    if indicator.sum_from is not None:
        over = [year for year in over if year >= indicator.sum_from]
    if not over or (indicator.how == "change" and (indicator.base not in years or over[-1] == indicator.base)):
        lacking = indicator.base if indicator.how == "change" and indicator.base not in years else on.year
        return Reading(None, (Message("duty.no_statistic", {"place": place, "statistic": indicator.statistic, "year": lacking}),))
    newest = over[-1]
    evidence = (Evidence("statistics", "", str(newest), len(over)),)
    if indicator.how == "change":
        base = years[indicator.base or 0]
        change = 100 * (years[newest] - base) / base
        told = {"year": newest, "value": words.shown(years[newest]), "base_year": indicator.base, "base": words.shown(base), "change": words.shown(change)}
        return Reading(change, (Message("duty.changed", told),), evidence)
    value = sum(years[year] for year in over) if indicator.sum_from is not None else years[newest]
    return Reading(value, (Message("duty.statistic", {"year": newest, "value": words.shown(value), "unit": indicator.unit}),), evidence)


def read_acts(duty: Duty, place: words.Word, expected: Sequence[str], found: Sequence[Done], on: date, *, kept: bool) -> Reading:
    """Read whether an act was done: for each place expected, once, or in the running period where the duty recurs.

    ``kept`` tells whether the place said that its record of acts is complete; without that, an act that is not on record may still have been done.
    """
    if not kept and not found:
        return Reading(None, (Message("duty.no_register", {"place": place, "dataset": "acts"}),))
    first = {"year": date(on.year, 1, 1), "month": on.replace(day=1), "day": on}.get(duty.every, date.min)
    counted = {each.place: each for each in sorted(found, key=lambda each: each.day) if first <= each.day <= on}
    done = [each for each in expected if each in counted]
    evidence = (Evidence("acts", "", on.isoformat(), len(done), len(expected)),)
    if len(done) < len(expected) and not kept:
        return Reading(None, (Message("duty.acts_incomplete", {"done": len(done), "of": len(expected)}),), evidence)
    if len(done) < len(expected):
        return Reading(0.0, (Message("duty.not_recorded", {"done": len(done), "of": len(expected)}),), evidence)
    last = counted[expected[-1]]
    title = f"{last.title}（{last.document}）" if last.document else last.title
    return Reading(1.0, (Message("duty.recorded", {"title": title, "day": last.day.isoformat(), "done": len(done), "of": len(expected)}),), evidence)


def judge(duty: Duty, place: str, on: date, reading: Reading) -> Finding:
    """Judge a reading against what the duty needs.

    Before its due day a duty is on track when its need is already satisfied, else not due. From then on it is met or breached; soft words are
    at worst behind. Something that recurs, or was forbidden, is judged on every day. An act is met when it is on record; without a due day its
    absence proves nothing.
    """
    blank = Finding(
        duty.id,
        place,
        on.isoformat(),
        Status.NO_DATA,
        None,
        reading.value,
        None,
        None,
        duty.indicator.unit,
        reading.because,
        tuple(replace(each, place=place) for each in reading.evidence),
    )
    if on < duty.starts:
        why = (Message("duty.not_begun", {"starts": duty.starts.isoformat()}),)
        return replace(blank, status=Status.NOT_DUE, value=None, because=why, evidence=())
    if reading.value is None:
        return blank
    need, tolerance = duty.indicator.need, 0.0 if duty.tolerance is None or duty.tolerance.value is None else float(duty.tolerance.value)
    strict = need.value if need.kind != "done" else 1.0
    kept, strictly = (_kept(need, reading.value, limit) for limit in (_loosened(need.kind, strict, tolerance), strict))
    act = duty.indicator.how in ("act", "record")
    status = _status(duty, on, kept=kept, act=act)
    said = list(reading.because)
    law: tuple[LawUsed, ...] = ()
    provisional: tuple[Message, ...] = ()
    if not act:
        key = {"at_least": "duty.need_at_least", "at_most": "duty.need_at_most", "done": "duty.need_done"}[need.kind]
        said.append(Message(key, {"value": words.shown(strict), "unit": duty.indicator.unit}))
    if duty.tolerance is not None and kept != strictly:
        stated = duty.tolerance
        ground = (duty.indicator.key, words.number(stated.value), stated.unit, stated.clause, stated.source, stated.confidence)
        said.append(Message("duty.tolerated", {"word": "".join(duty.words), "value": words.shown(stated.value or 0), "unit": stated.unit}))
        law = (LawUsed("cn_2013", f"{duty.id}.tolerance", ground[1], *ground[2:]),)
        provisional = (Message("plan.provisional", {"item": words.nested("plan.item.tolerance"), "note": words.text(stated.note)}),)
    gap = None if act else reading.value - strict
    return replace(
        blank,
        status=status,
        met={Status.MET: True, Status.BREACHED: False}.get(status),
        required=strict,
        gap=gap,
        because=tuple(said),
        law=law,
        provisional=provisional,
        details={"strict": {"kept": strictly}},
    )


def _loosened(kind: str, need: float, tolerance: float) -> float:
    """Give the need with its tolerance.

    >>> _loosened("at_least", 100, 5), _loosened("at_most", -20, 1)
    (95, -19)
    """
    return need - tolerance if kind == "at_least" else need + tolerance if kind == "at_most" else need


def _kept(need: Need, value: float, limit: float) -> bool:
    """Compare at nine digits, so that a sum in another order does not decide."""
    shown, edge = round_half_even(value, 9), round_half_even(limit, 9)
    if shown == edge:
        return not need.strictly
    return shown < edge if need.kind == "at_most" else shown > edge


def _status(duty: Duty, on: date, *, kept: bool, act: bool) -> Status:
    """Give the status of a known reading."""
    ended = duty.due is not None and on >= duty.due
    if kept:
        lasting = act and not duty.every
        return Status.MET if ended or lasting or duty.due is None else Status.ON_TRACK
    if duty.due is not None and not ended:
        return Status.NOT_DUE
    if act and duty.due is None and not duty.every:
        return Status.NO_DATA
    return Status.BEHIND if duty.meaning in SOFT else Status.BREACHED
