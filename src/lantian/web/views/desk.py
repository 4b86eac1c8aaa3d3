"""What the desk shows: what is overdue, due and waiting for one, a record with its moves, the acts of one's place."""

from __future__ import annotations

from datetime import date
from itertools import islice
from typing import Any

from lantian.alerts.model import Level
from lantian.app.acting import NotAllowedError, now, overdue
from lantian.app.complaints import ComplaintRoom
from lantian.app.flows import flow_of, flows
from lantian.app.house import House
from lantian.app.inspections import repeated
from lantian.kernel.decision import Actor, Flow, Role, reaches
from lantian.kernel.finding import Message
from lantian.kernel.place_id import within
from lantian.ledger import Outbox, Record
from lantian.web.doors import SignedIn
from lantian.web.source_words import STACK
from lantian.web.views.cases import case_told
from lantian.web.views.projects import notice_told, sorted_answers
from lantian.web.views.warnings import COLOUR

AUDIT_PAGE = 100
HANDLES = (Role.CITY, Role.COUNTY, Role.PROVINCE)


def row(house: House, record: Record, on: date) -> dict[str, Any]:
    """Give one line of a list of records."""
    place = house.atlas.place(record.place)
    return {"record": record, "flow": flow_of(record.flow), "place": place, "overdue": overdue(record, on), "title": title(record)}


def title(record: Record) -> dict[str, str]:
    """Name a record by what it states."""
    body, flow = record.body, flow_of(record.flow)
    if record.flow in ("warning", "region", "prompt"):
        colour = {lang: COLOUR[lang][Level[body["level"].upper()] - 1] for lang in COLOUR}
        return {lang: f"{body['start'][:10]} {colour[lang]} {getattr(flow.title, lang)}" for lang in ("zh", "en")}
    if record.flow == "response_plan":
        colour = {lang: COLOUR[lang][Level[body["level"].upper()] - 1] for lang in COLOUR}
        return {lang: f"{body['start'][:10]} {colour[lang]} {getattr(flow.title, lang)}" for lang in ("zh", "en")}
    if record.flow in ("exceedance", "lead"):
        return _titled(record)
    if record.flow == "mark":
        return {lang: f"{getattr(flow.title, lang)} {body['outlet']} {body['start'][:10]}" for lang in ("zh", "en")}
    if record.flow == "device":
        return {lang: f"{getattr(flow.title, lang)} {body['device']}" for lang in ("zh", "en")}
    if record.flow == "order":
        return {lang: f"{getattr(flow.title, lang)} {body['to']}" for lang in ("zh", "en")}
    said = body.get("title") or body.get("year") or body.get("period") or body.get("pollutant") or ""
    kind = body.get("kind") or body.get("duty")
    words = {lang: (WORDS[kind][0 if lang == "zh" else 1] if kind in WORDS else getattr(flow.title, lang)) for lang in ("zh", "en")}
    return {lang: f"{words[lang]} {said}".strip() if record.flow != "task" else str(said) for lang in ("zh", "en")}


WORDS = {
    "interview": ("约谈", "Interview"),
    "rectify": ("限期整改", "Rectification by a date"),
    "suspend_approvals": ("暂停审批", "Suspension of approvals"),
    "honours": ("取消荣誉", "Honours withdrawn"),
    "fund_cut": ("扣减专项资金", "Special fund cut"),
    "fund_raise": ("增加专项资金", "Special fund raised"),
    "ten_cities": ("月度十佳十差城市", "Ten best and ten worst cities"),
    "province_ranking": ("省内城市排名", "Ranking of a province's cities"),
    "city_day": ("城市空气质量日报", "Daily report of a city"),
    "land": ("停办通知（供地）", "Notice to stop: land"),
    "construction": ("停办通知（开工）", "Notice to stop: building"),
    "licences": ("停办通知（许可）", "Notice to stop: permits"),
    "credit": ("停办通知（授信）", "Notice to stop: credit"),
    "power": ("停办通知（供电）", "Notice to stop: power"),
    "water": ("停办通知（供水）", "Notice to stop: water"),
}


def _titled(record: Record) -> dict[str, str]:
    """Name an exceedance or a lead: what, since when, where."""
    body, flow = record.body, flow_of(record.flow)
    start = str(body.get("start") or body.get("first_hour") or "")[:16].replace("T", " ")
    what = STACK.get(body["pollutant"], (body["pollutant"], "", body["pollutant"]))
    return {"zh": f"{what[0]} {flow.title.zh} {start} {body['title']}".strip(), "en": f"{what[2]} {flow.title.en} {start} {body['outlet']}".strip()}


def desk_view(house: House, who: SignedIn, show: str) -> dict[str, Any]:
    """Give the desk of somebody: overdue, waiting for a move of theirs, due next; and what they may begin."""
    on = now().date()
    open_ones = [each for each in house.desk.visible(who.actor) if each.state not in flow_of(each.flow).closed]
    waiting = [each for each in open_ones if any(told is None for _, told in house.desk.moves(each, who.actor))]
    listed = waiting if show == "waiting" else house.desk.visible(who.actor)
    due = sorted((each for each in open_ones if each.body.get("due")), key=lambda each: str(each.body["due"]))
    return {
        "place": house.atlas.place(who.actor.place),
        "show": show,
        "late": [row(house, each, on) for each in due if overdue(each, on)],
        "due": [row(house, each, on) for each in due if not overdue(each, on)][:20],
        "rows": [row(house, each, on) for each in listed[:200]],
        "total": len(listed),
        "waiting": len(waiting),
        "begin": [flow for flow in flows().values() if who.actor.role in flow.made_by],
        "reads_audit": who.actor.role in (Role.MINISTRY, Role.PROVINCE, Role.CITY, Role.AUDITOR),
    }


def may_make(flow: Flow, actor: Actor) -> None:
    """Check that somebody may begin a record of a kind at all; another raises ``NotAllowedError``."""
    if actor.role not in flow.made_by:
        raise NotAllowedError(Message("acting.only", {"roles": [{"key": f"acting.role.{each}", "values": {}} for each in sorted(flow.made_by)]}))


def record_view(house: House, who: SignedIn | None, name: str) -> dict[str, Any]:
    """Give a record: what it states, how it came there, its evidence, and the moves somebody may make now."""
    actor = None if who is None else who.actor
    record = house.desk.read(name, actor)
    flow = flow_of(record.flow)
    inside = actor is not None
    return {
        "row": row(house, record, now().date()),
        "flow": flow,
        "moves": [] if actor is None else house.desk.moves(record, actor),
        "exhibits": house.desk.records.exhibits(name) if inside else [],
        "history": house.desk.history(actor, name),
        "names": inside,
        "attachable": inside and record.state not in flow.closed and actor is not None and actor.role not in (Role.AUDITOR, Role.READER),
        "fields": [(each, record.body.get(each.name)) for each in flow.fields],
        "letters": Outbox(house.desk.ledger).counts(name) if inside else {},
        "told": told_of(house, record, inside=inside)
        | contact_of(house, record, actor)
        | gates_of(record, actor)
        | (case_told(house, record, actor) if record.flow == "case" else {}),
        "prompts": [row(house, each, now().date()) for each in house.alarm.prompts_of(record)] if inside and record.flow == "region" else [],
    }


def told_of(house: House, record: Record, *, inside: bool) -> dict[str, Any]:
    """Give what a response or an order shows besides its fields: its orders, what was checked, the report once it is over."""
    if record.flow == "response_plan":
        over = record.state in ("lifted", "stood_down")
        orders = [row(house, each, now().date()) for each in house.response.orders_of(record)] if inside else []
        return {"orders": orders, "report": house.response.report(record) if over and inside else None}
    if record.flow == "notice":
        return notice_told(house, record)
    if record.flow == "inspection" and record.state in flow_of("inspection").public:
        return {"same": repeated(house, record)}
    if record.flow == "order" and record.state == "lifted" and inside:
        response = house.desk.records.get(record.body["response"])
        return {"verdicts": [found for order, found in house.response.verdicts(response) if order.id == record.id]}
    return {}


def contact_of(house: House, record: Record, actor: Actor | None) -> dict[str, Any]:
    """Give how to reach who complained, to the officers who may answer and to nobody else."""
    if record.flow != "complaint" or actor is None or actor.role not in HANDLES:
        return {}
    return {"contact": ComplaintRoom(house).contact(record)}


def gates_of(record: Record, actor: Actor | None) -> dict[str, Any]:
    """Give what the gates say of a project: the decision to everybody, the preview before it to those whose business it is."""
    if record.flow != "application":
        return {}
    inside = actor is not None and reaches(actor, record.place, record.owner)
    return {"inside": inside, "answers": sorted_answers(record.body.get("decision") or (record.body.get("preview") if inside else None))}


def audit_view(house: House, actor: Actor, after: int, *, check: bool) -> dict[str, Any]:
    """Give the acts of somebody's place, a page at a time, and whether the chain is whole where that was asked."""
    ledger = house.desk.ledger
    acts = list(islice((each for each in ledger.acts(after=after) if within(each.act.place, actor.place)), AUDIT_PAGE))
    return {"acts": acts, "next": acts[-1].number if len(acts) == AUDIT_PAGE else None, "faults": ledger.verify() if check else None}
