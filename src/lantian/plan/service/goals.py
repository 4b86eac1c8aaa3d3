"""Use cases of the plan: findings for the nation or one place, and a provision or finding as plain data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from lantian.kernel.finding import Evidence, Finding, LawUsed, Message
from lantian.places import atlas
from lantian.plan.model import Facts, Plan, Provision, Stated, Text
from lantian.plan.rules import evaluate
from lantian.plan.rules.reading import NATION


def findings(plan: Plan, facts: Facts, as_of: date, place: str | None = None) -> list[Finding]:
    """Judge every provision at a date; with a place (GB/T 2260 code) those that bind it, narrowed to it where they speak of each city."""
    bound = plan.provisions if place in (None, NATION) else tuple(found for each in plan.provisions if (found := narrow(each, facts, str(place))))
    return [evaluate(provision, as_of, facts) for provision in bound]


def narrow(provision: Provision, facts: Facts, place: str) -> Provision | None:
    """Give the provision as it binds a place, or None where it does not.

    A national goal binds every place as it stands; one about every city is judged for that city alone; a regional one is judged for
    the region that the place belongs to; one that names a place binds that place and what lies in it.
    """
    scope = provision.scope
    if scope.kind == "nation":
        return provision
    if scope.kind == "cities":
        if atlas().place(place).level == "county":
            return None
        measures = tuple(replace(measure, scope=place) for measure in provision.measures)
        return replace(provision, scope=replace(scope, kind="place", keys=(place,)), measures=measures, readings=("mean",))
    keys = tuple(key for key in scope.keys if _covers(facts.members(key), place))
    if not keys:
        return None
    measures = tuple(measure for measure in provision.measures if measure.scope in keys)
    return replace(provision, scope=replace(scope, keys=keys), measures=measures)


def _covers(members: Sequence[str], place: str) -> bool:
    """Tell whether a place is one of the members, lies in one, or contains one."""
    places = atlas()
    return any(places.is_within(place, member) or places.is_within(member, place) for member in members)


def both(words: Text) -> dict[str, str]:
    """Give words in both languages as plain data."""
    return {"zh": words.zh, "en": words.en}


def message_json(message: Message) -> dict[str, Any]:
    """Give a message as plain data; the renderer of the app says it."""
    return {"key": message.key, "values": dict(message.values)}


def stated_json(stated: Stated) -> dict[str, Any]:
    """Give a stated value as plain data."""
    value = None if stated.value is None else float(stated.value)
    ground = {"source": stated.source, "clause": stated.clause, "confidence": stated.confidence.value, "note": both(stated.note)}
    return {"value": value, "unit": stated.unit} | ground


def provision_json(provision: Provision) -> dict[str, Any]:
    """Give a provision as plain data: quotation, words, scope, target, base years, path."""
    strictness, scope = provision.strictness, provision.scope
    tolerance = None if strictness.tolerance is None else stated_json(strictness.tolerance)
    return {
        "id": provision.id,
        "plan": provision.plan,
        "kind": provision.kind,
        "clause": provision.clause,
        "title": both(provision.title),
        "quote": provision.quote,
        "english": provision.english,
        "marked": list(provision.marked),
        "says": both(provision.says),
        "source": provision.source,
        "confidence": provision.confidence.value,
        "strictness": {"words": list(strictness.words), "meaning": strictness.meaning, "tolerance": tolerance},
        "scope": {"kind": scope.kind, "keys": list(scope.keys), "written": scope.written, "open": scope.open, "closed": stated_json(scope.closed)},
        "starts": provision.starts.isoformat(),
        "due": provision.due.isoformat(),
        "open_end": provision.open_end,
        "rule": provision.rule,
        "targets": [{"key": t.key, "title": both(t.title), "judged": t.judged, "path": t.path.key} | stated_json(t.stated) for t in provision.targets],
        "paths": [_path_json(provision, key) for key in dict.fromkeys(t.path.key for t in provision.targets)],
        "bases": [
            {"measure": m.key, "year": b.year, "role": b.role, "judged": b.judged, "values": {k: stated_json(v) for k, v in b.values.items()}}
            for m in provision.measures
            for b in m.bases
        ],
    }


def _path_json(provision: Provision, key: str) -> dict[str, Any]:
    path = next(target.path for target in provision.targets if target.path.key == key)
    shares = {str(year): float(share) for year, share in path.shares.items()}
    return {"key": key, "title": both(path.title), "shares": shares} | stated_json(path.stated)


def as_json(finding: Finding, provision: Provision) -> dict[str, Any]:
    """Give a finding as plain data beside the words it judges; messages stay as keys and values."""
    return {
        "provision": finding.provision,
        "title": both(provision.title),
        "quote": provision.quote,
        "english": provision.english,
        "marked": list(provision.marked),
        "clause": provision.clause,
        "due": provision.due.isoformat(),
        "open_end": provision.open_end,
        "place": finding.place,
        "as_of": finding.as_of,
        "status": finding.status.value,
        "met": finding.met,
        "value": finding.value,
        "required": finding.required,
        "gap": finding.gap,
        "unit": finding.unit,
        "because": [message_json(each) for each in finding.because],
        "evidence": [evidence_json(each) for each in finding.evidence],
        "law": [law_json(each) for each in finding.law],
        "provisional": [message_json(each) for each in finding.provisional],
        "details": dict(finding.details),
    }


def evidence_json(each: Evidence) -> dict[str, Any]:
    """Give evidence as plain data."""
    note = None if each.note is None else message_json(each.note)
    return {"dataset": each.dataset, "place": each.place, "period": each.period, "rows": each.rows, "expected": each.expected, "note": note}


def law_json(each: LawUsed) -> dict[str, Any]:
    """Give a value used as plain data."""
    stated = {"standard": each.standard, "item": each.item, "value": each.value, "unit": each.unit}
    return stated | {"clause": each.clause, "source": each.source, "confidence": each.confidence.value}
