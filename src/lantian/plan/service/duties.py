"""Use cases of the articles: what binds a place, how each duty stands there, and the plan as tables for the SQL rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from lantian.kernel.finding import Finding, Message, Status
from lantian.places import Atlas
from lantian.plan.model import Duty, Indicator, Plan, Text
from lantian.plan.rules import words
from lantian.plan.rules.duty import Count, Done, Reading, judge, read_acts, read_count, read_statistic
from lantian.plan.rules.observed import Observed, own_reading, read_observed, read_seen, simulated, told, unreal_units
from lantian.plan.service.goals import both, evidence_json, law_json, message_json, stated_json

Rows = list[dict[str, Any]]
NATION = "000000"
NATIONAL_ROLES = ("state_council", "ministry")
BOUNDS = ("at_least", "at_most", "above", "below")
PROVINCES = 31


@dataclass(frozen=True)
class Registers:
    """Everything the registers say as known at a clock: counts by indicator and place, newest report by place, statistics, acts.

    ``observed`` is what online monitoring shows, by indicator and place; registers and acts go before it.
    """

    counts: Mapping[tuple[str, str], Count] = field(default_factory=dict)
    newest: Mapping[str, date] = field(default_factory=dict)
    statistics: Mapping[tuple[str, str], Mapping[int, float]] = field(default_factory=dict)
    acts: Mapping[str, Sequence[Done]] = field(default_factory=dict)
    places_with_acts: frozenset[str] = frozenset()
    observed: Mapping[tuple[str, str], Observed] = field(default_factory=dict)


def indicator_tables(plan: Plan) -> dict[str, Rows]:
    """Give the plan's indicators as the tables that the SQL rules join: kinds with bounds, conditions on attributes, controls asked for."""
    kinds, conditions, controls = [], [], []
    for duty in _first_of_each(plan.duties):
        each = duty.indicator
        if each.dataset != "units":
            continue
        bounds = (each.where or {}).get("capacity", {})
        kinds += [
            {
                "indicator": each.key,
                "kind": kind,
                "starts": duty.starts,
                "event": each.event,
                "controls_needed": len(each.controls),
                **{name: None if name not in bounds else float(bounds[name]) for name in BOUNDS},
            }
            for kind in each.units
        ]
        for wanted, asked in ((1, each.where or {}), (0, each.unless or {})):
            conditions += [{"indicator": each.key, "pattern": pattern(name, value), "wanted": wanted} for name, value in asked.items() if name != "capacity"]
        controls += [{"indicator": each.key, "control": control} for control in each.controls]
    return {"indicator_kind": kinds, "indicator_condition": conditions, "indicator_control": controls}


def pattern(name: str, value: Any) -> str:
    """Give what a unit's attributes hold when one has a value; a flag is written true or false.

    >>> pattern("within", "built_up_area"), pattern("kept", True)
    ('%;within=built_up_area;%', '%;kept=true;%')
    """
    word = str(value).lower() if isinstance(value, bool) else str(value)
    return f"%;{name}={word};%"


def _first_of_each(duties: Iterable[Duty]) -> list[Duty]:
    """Give the first duty of each indicator; several duties may share one."""
    return list({duty.indicator.key: duty for duty in reversed(list(duties))}.values())[::-1]


def place_within(atlas: Atlas) -> Rows:
    """Give every place with each place that it lies in, itself and the nation included."""
    rows = []
    for place in atlas.places():
        code: str | None = place.code
        while code is not None:
            rows.append({"place": place.code, "ancestor": code})
            code = atlas.place(code).parent
    return rows


def binds(duty: Duty, atlas: Atlas, place: str) -> bool:
    """Tell whether a duty binds a place: a ministry's binds the nation alone, a region's only who lies in it."""
    if place == NATION:
        return True
    if duty.role in NATIONAL_ROLES or duty.indicator.by == "nation":
        return False
    if duty.scope.kind == "groups":
        groups = {group.key: group for group in atlas.groups()}
        members = [city for key in duty.scope.keys for city in (groups[key].members if key in groups else (key,))]
    elif duty.scope.kind == "place":
        members = list(duty.scope.keys)
    else:
        return True
    return any(atlas.is_within(member, place) or atlas.is_within(place, member) for member in members)


def duty_finding(plan: Plan, duty: Duty, registers: Registers, atlas: Atlas, on: date, place: str) -> Finding:
    """Judge one duty at a place and date."""
    indicator = duty.indicator
    name = words.text(Text(atlas.place(place).short, atlas.place(place).name_en))
    if indicator.how == "air":
        return judge(duty, place, on, Reading(None, (Message("duty.air"),)))
    if indicator.how in ("act", "record"):
        expected = _expected(indicator, atlas, place)
        kept = place in registers.places_with_acts
        found = [each for each in registers.acts.get(indicator.act, ()) if each.place in expected]
        reading = read_acts(duty, name, expected, found, on, kept=kept)
        return _seen(duty, registers, on, place, judge(duty, place, on, reading))
    if indicator.how in ("statistic", "change"):
        return judge(duty, place, on, read_statistic(duty, name, dict(registers.statistics.get((place, indicator.statistic), {})), on))
    few = _too_few(plan, registers, atlas) if place == NATION else None
    counted = registers.counts.get((indicator.key, place))
    reading = Reading(None, (few,)) if few else read_count(duty, name, counted, registers.newest.get(place), on)
    unreal = unreal_units(counted.simulated, counted.known) if counted and not few else ()
    shown = registers.observed.get((indicator.key, place))
    if shown is None or not shown.total:
        return _doubted(judge(duty, place, on, reading), unreal)
    if reading.value is not None or place == NATION:
        return _doubted(judge(duty, place, on, replace(reading, because=(*reading.because, told(shown)))), unreal)
    finding = judge(duty, place, on, read_observed(duty, name, shown))
    law, doubts = own_reading(duty, shown) if shown.broken and finding.value is not None else ((), ())
    return _doubted(replace(finding, law=(*finding.law, *law)), (*doubts, *simulated(shown)))


def _doubted(finding: Finding, doubts: tuple[Message, ...]) -> Finding:
    return replace(finding, provisional=(*finding.provisional, *doubts)) if doubts else finding


def _seen(duty: Duty, registers: Registers, on: date, place: str, finding: Finding) -> Finding:
    """Let what monitoring shows answer for an act that nobody put on record; an act on record, and the nation as a whole, need no such help.

    Where one is seen not to keep it the duty is behind, not breached: the text gives no number.
    """
    shown = registers.observed.get((duty.indicator.key, place))
    if shown is None or not shown.total or finding.status is not Status.NO_DATA or on < duty.starts:
        return finding
    if place == NATION:
        return replace(finding, because=(*finding.because, told(shown)))
    seen = judge(duty, place, on, read_seen(shown))
    if seen.value is None:
        return replace(seen, provisional=simulated(shown))
    law, doubts = own_reading(duty, shown)
    status = seen.status if seen.value else Status.BEHIND
    return replace(seen, status=status, law=law, provisional=(*seen.provisional, *doubts, *simulated(shown)))


def _expected(indicator: Indicator, atlas: Atlas, place: str) -> list[str]:
    """List the places that must do an act, seen from a place."""
    if indicator.by == "nation":
        return [NATION]
    if indicator.by == "city":
        return [city.code for code in ([place] if place != NATION else provinces(atlas)) for city in atlas.cities(code)]
    return provinces(atlas) if place == NATION else [atlas.province_of(place).code]


def provinces(atlas: Atlas) -> list[str]:
    """List the 31 provinces that the plan binds."""
    return [each.code for each in atlas.children(NATION) if each.code[:2] not in ("71", "81", "82")]


def _too_few(plan: Plan, registers: Registers, atlas: Atlas) -> Message | None:
    """Say that too few provinces have filled in their register for their sum to speak for the nation."""
    known = sum(code in registers.newest for code in provinces(atlas))
    coverage = plan.provisions[0].coverage.value or 0
    needed = -int(-coverage * PROVINCES // 100)
    return Message("duty.few_provinces", {"known": known, "needed": needed}) if known < needed else None


def duty_findings(plan: Plan, registers: Registers, atlas: Atlas, on: date, place: str) -> list[Finding]:
    """Judge every duty that binds a place, in the order of the plan."""
    return [duty_finding(plan, duty, registers, atlas, on, place) for duty in plan.duties if binds(duty, atlas, place)]


def finding_json(finding: Finding, duty: Duty) -> dict[str, Any]:
    """Give a finding as plain data beside what names it; the words of the provision stand in ``duty_json``."""
    return {
        "provision": finding.provision,
        "article": duty.article,
        "kind": duty.kind,
        "title": both(duty.title),
        "due": None if duty.due is None else duty.due.isoformat(),
        "place": finding.place,
        "as_of": finding.as_of,
        "status": finding.status.value,
        "met": finding.met,
        "value": finding.value,
        "required": finding.required,
        "gap": finding.gap,
        "unit": finding.unit,
        "dataset": duty.indicator.dataset if finding.status is Status.NO_DATA else None,
        "because": [message_json(each) for each in finding.because],
        "evidence": [evidence_json(each) for each in finding.evidence],
        "law": [law_json(each) for each in finding.law],
        "provisional": [message_json(each) for each in finding.provisional],
    }


def duty_json(duty: Duty) -> dict[str, Any]:
    """Give a duty as plain data: quotation, words, scope, dates, who answers, indicator."""
    scope, indicator = duty.scope, duty.indicator

    def maybe(words: Text | None) -> dict[str, str] | None:
        return None if words is None else both(words)

    return {
        "id": duty.id,
        "also": list(duty.also),
        "article": duty.article,
        "kind": duty.kind,
        "title": both(duty.title),
        "quote": duty.quote,
        "lead": duty.lead,
        "english": duty.english,
        "strictness": {"meaning": duty.meaning, "words": list(duty.words), "tolerance": None if duty.tolerance is None else stated_json(duty.tolerance)},
        "scope": {
            "kind": scope.kind,
            "keys": list(scope.keys),
            "written": scope.written,
            "open": scope.open,
            "closed": maybe(scope.closed),
            "sectors": list(scope.sectors),
            "within": scope.within,
            "unless": scope.unless,
        },
        "starts": duty.starts.isoformat(),
        "due": None if duty.due is None else duty.due.isoformat(),
        "every": duty.every,
        "accountable": both(duty.accountable) | {"role": duty.role},
        "numbers": list(duty.numbers),
        "indicator": {
            "key": indicator.key,
            "title": both(indicator.title),
            "unit": indicator.unit,
            "how": indicator.how,
            "dataset": indicator.dataset,
            "need": {indicator.need.kind: indicator.need.value},
        },
        "note": maybe(duty.note),
    }
