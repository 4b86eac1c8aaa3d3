"""What the pages of projects show: who may build and who may not, what each gate says, what the public says, who must stop supplying."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lantian.app.acting import now
from lantian.app.applications import FLOW
from lantian.app.flows import flow_of
from lantian.app.house import House
from lantian.app.notices import IN_FORCE
from lantian.app.opinions import FLOW as OPINION
from lantian.app.opinions import Opinions, open_for_comment
from lantian.kernel.decision import Actor, Role, reaches
from lantian.kernel.errors import InputError
from lantian.ledger import Record
from lantian.ledger.credit_books import Credits
from lantian.ledger.credit_model import COMMITTED, RESERVED, RETIRED, unit_of

GATE_STATES = {
    "fail": ("breached", "不通过", "Fails"),
    "unknown": ("nodata", "未知", "Unknown"),
    "pass": ("met", "通过", "Passes"),
    "not_applicable": ("notdue", "不适用", "Does not apply"),
}
"""Shape and colour of what a gate says, with its words, gravest first."""
SERVICES = {
    "land": ("供地", "land"),
    "construction": ("开工许可", "building permit"),
    "licences": ("生产、安全生产、排污许可", "production, safety and discharge permits"),
    "credit": ("新增授信", "new credit"),
    "power": ("供电", "power"),
    "water": ("供水", "water"),
}
HELD = (RESERVED, COMMITTED, RETIRED)


def projects_view(house: House) -> dict[str, Any]:
    """Give the public list: open for comment first, then decided, then in force."""
    found = [_line(house, each) for each in house.desk.public([FLOW])]
    rows = sorted(found, key=lambda each: each["record"].moved_at, reverse=True)
    groups = {"open": [each for each in rows if each["open"]], "review": [each for each in rows if each["record"].state in OPEN_STATES and not each["open"]]}
    groups |= {"decided": [each for each in rows if each["record"].state in ("decided", "appealed", "published")]}
    groups |= {"in_force": [each for each in rows if each["record"].state in ("in_force", "expired")]}
    decided = [each["record"].body.get("result") for each in rows]
    return {"groups": groups, "flow": flow_of(FLOW), "total": len(rows), "approved": decided.count("approved"), "refused": decided.count("refused")}


OPEN_STATES = ("accepted", "under_review", "hearing")


def project_view(house: House, name: str, actor: Actor | None, opinions: Opinions) -> dict[str, Any]:
    """Give one project: what was decided, on what ground, by which gates; what the public says of it."""
    record = application_of(house, name, actor)
    inside = actor is not None and reaches(actor, record.place, record.owner)
    decision = record.body.get("decision") or (record.body.get("preview") if inside else None)
    comments = opinions.of(name)
    return {
        "row": _line(house, record),
        "record": record,
        "flow": flow_of(FLOW),
        "place": house.atlas.place(record.place),
        "inside": inside,
        "officer": inside and actor is not None and actor.role not in (Role.ENTERPRISE, Role.AUDITOR, Role.READER),
        "answers": sorted_answers(decision),
        "decision": decision,
        "final": bool(record.body.get("decision")),
        "comments": [each for each in comments if each.state in flow_of(OPINION).public],
        "waiting": [each for each in comments if each.state == "received"],
        "notices": [each for each in house.applications.notices.of(name) if inside or each.state in flow_of("notice").public],
        "notice_flow": flow_of("notice"),
        "credits": credits_of(house, name),
        "history": [each for each in house.desk.history(actor, name) if each.act.kind != f"{FLOW}.evidence"],
        "services": SERVICES,
    }


def application_of(house: House, name: str, actor: Actor | None) -> Record:
    """Give an application to somebody who may read it; any other record raises ``InputError``."""
    record = house.desk.read(name, actor)
    if record.flow != FLOW:
        raise InputError(f"{name} is no project application")
    return record


def sorted_answers(decision: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """Give the answers of gates with their words, the gravest first."""
    if decision is None:
        return []
    order = list(GATE_STATES)
    told = [dict(each) | {"mark": GATE_STATES[each["result"]], "changes": _changes(decision, each["gate"])} for each in decision["answers"]]
    return sorted(told, key=lambda each: order.index(each["result"]))


def credits_of(house: House, name: str) -> list[dict[str, Any]]:
    """Give the serial numbers that a project holds."""
    books = Credits(house.desk.ledger)
    held = books.parts(holder=name, states=HELD)
    items = {each: books.get(each).key for each in {part.range.credit for part in held}}
    return [{"key": items[each.range.credit], "amount": unit_of(each.range.amount), "serials": str(each.range), "state": each.state} for each in held]


def supply_view(house: House, code: str | None) -> dict[str, Any]:
    """Give the answer to a visitor who asks whether an enterprise may be supplied."""
    return {"asked": code or "", "answer": house.applications.notices.supply(code) if code else None, "services": SERVICES}


def notice_told(house: House, record: Record) -> dict[str, Any]:
    """Give what the record page of a notice shows besides its fields."""
    return {"services": SERVICES, "in_force": record.state in IN_FORCE, "project": house.desk.records.get(record.body["application"])}


def _changes(decision: Mapping[str, Any], gate: str) -> list[Any]:
    return [each["said"] for each in decision["changes"] if each["gate"] == gate]


def _line(house: House, record: Record) -> dict[str, Any]:
    decision = record.body.get("decision")
    failed = [each for each in decision["answers"] if each["result"] == "fail"] if decision else []
    return {"record": record, "place": house.atlas.place(record.place), "open": open_for_comment(record, now()), "failed": failed}
