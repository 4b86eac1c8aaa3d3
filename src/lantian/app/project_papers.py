"""The papers of projects: approval, refusal, the six notices; they say what the record froze, nothing is worked out again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from lantian.app.applications import APPROVED
from lantian.app.papers import paper
from lantian.app.publishing import CONFIDENCE
from lantian.app.speech import say
from lantian.kernel.errors import InputError
from lantian.ledger import Record
from lantian.ledger.credit_books import Credits
from lantian.ledger.credit_model import CAPACITY, unit_of

if TYPE_CHECKING:
    from lantian.app.house import House

Form = Literal["pdf", "png"]
RESULTS = {"pass": "通过", "fail": "不通过", "unknown": "未知", "not_applicable": "不适用"}
MATTERS = {
    "land": ("停止供地", "提供土地"),
    "construction": ("不予批准开工", "批准开工建设"),
    "licences": ("停发许可", "发放生产许可证、安全生产许可证、排污许可证"),
    "credit": ("停止新增授信", "提供新增授信支持"),
    "power": ("停止供电", "供电"),
    "water": ("停止供水", "供水"),
}
DOCUMENTS = {"eia_report": "环境影响评价", "energy_review": "节能评估审查"}


def decision_letter(house: House, record: Record, form: Form = "pdf") -> bytes:
    """Set the letter of a decision; a project that is not decided has none."""
    body = record.body
    if not body.get("decision"):
        raise InputError(f"{record.id} is not decided, so there is no letter; it is {record.state}")
    approved = body["result"] == APPROVED
    failed = [each for each in body["decision"]["answers"] if each["result"] == "fail"]
    data = {
        "title": "建设项目环境影响评价批准决定书" if approved else "建设项目环境影响评价不予批准决定书",
        "number": record.id,
        "simulated": bool(body.get("simulated")),
        "to": f"{body['title']}建设单位" + (f"（{record.owner}）" if record.owner else ""),
        "opening": _opening(house, record),
        "failed": [_gate(each, body["decision"]) for each in failed],
        "gates": [[each["zh"], RESULTS[each["result"]], "；".join(say(said) for said in each["because"])] for each in body["decision"]["answers"]],
        "law": _law(body["decision"]),
        "credits": _held(house, record),
        "closing": _closing(body),
        "from": f"{house.atlas.place(record.place).name}环境保护主管部门",
        "date": _day(body["decided_on"]),
        "foot": f"蓝天 {record.id} 第{record.version}版 关口答复编号 {body['decision']['mark']}",
    }
    return paper("approval" if approved else "approval_refused", data, form)


def notice_letter(house: House, record: Record, form: Form = "pdf") -> bytes:
    """Set one of the six notices; until it is approved it says that it is a draft."""
    body = record.body
    matter, act = MATTERS[body["kind"]]
    lacking = "、".join(DOCUMENTS.get(each, each) for each in body["lacking"])
    data = {
        "title": f"关于{matter}的通知",
        "number": record.id,
        "draft": record.state == "drafted",
        "lifted": record.state == "lifted",
        "simulated": bool(body.get("simulated")),
        "to": body["receiver"],
        "project": [
            ["项目", body["title"]],
            ["信用代码", record.owner or "未登记"],
            ["所在地", house.atlas.place(record.place).name],
            ["决定书", body["application"]],
        ],
        "reason": f"该项目未通过审查{f'，缺少{lacking}' if lacking else ''}，已作出不予批准决定。",
        "quote": body["quote"],
        "ask": f"请自收到本通知之日起，不得为该项目{act}；已经受理的，停止办理。收到后请通过所附链接或书面回执确认。通过审查后将另行通知解除。",
        "clause": body["clause"],
        "from": f"{house.atlas.place(record.place).name}环境保护主管部门",
        "date": _day(body.get("sent_on") or record.moved_at.date().isoformat()),
        "receipt": str(body.get("receipt") or "已收到") if body.get("receipted_at") else "",
        "receipted_at": str(body.get("receipted_at") or "")[:16].replace("T", " "),
        "foot": f"蓝天 {record.id} 第{record.version}版",
    }
    return paper("notice", data, form)


def _opening(house: House, record: Record) -> str:
    decision, project = record.body["decision"], record.body["application"]
    asked = [each for each in decision["answers"] if each["result"] != "not_applicable"]
    what = f"你单位在{house.atlas.place(record.place).name}申请建设的“{record.body['title']}”（申请日期 {_day(project['applied'])}）"
    if record.body["result"] == APPROVED:
        return f"{what}，经对照《大气污染防治行动计划》及有关规定审查，适用的{len(asked)}个准入关口全部通过，决定予以批准。"
    failed = sum(each["result"] == "fail" for each in asked)
    return f"{what}，经对照《大气污染防治行动计划》及有关规定审查，适用的{len(asked)}个准入关口中有{failed}个未通过，决定不予批准。理由如下："


def _gate(answer: Mapping[str, Any], decision: Mapping[str, Any]) -> dict[str, Any]:
    cures = ["；".join(say(each) for each in change["said"]) for change in decision["changes"] if change["gate"] == answer["gate"]]
    return {
        "title": answer["zh"],
        "provisional": answer["provisional"],
        "quotes": [f"“{each['quote']}”（{each['id']}）" for each in answer["provisions"]],
        "article": f"第{answer['article']}条" if answer["article"] else answer["clause"],
        "because": [say(each) for each in answer["because"]],
        "cure": cures or [say(each) for each in answer["cure"]],
    }


def _law(decision: Mapping[str, Any]) -> list[list[str]]:
    rows = [
        [f"{each['source']} {each['clause']}", each["item"], _value(each), CONFIDENCE[each["confidence"]]]
        for answer in decision["answers"]
        if answer["result"] != "not_applicable"
        for each in answer["law"]
    ]
    return [list(each) for each in dict.fromkeys(tuple(row) for row in rows)]


def _value(used: Mapping[str, Any]) -> str:
    value = used["value"]
    words = "，".join(f"{name} {each}" for name, each in value.items() if name not in ("zh", "en")) if isinstance(value, dict) else str(value)
    return f"{words} {used['unit'] if used['unit'] != '-' else ''}".strip()


def _held(house: House, record: Record) -> list[list[str]]:
    books = Credits(house.desk.ledger)
    held = books.parts(holder=record.id)
    return [[_item(books.get(each.range.credit).key.item), str(unit_of(each.range.amount)), str(each.range)] for each in held]


def _item(item: str) -> str:
    """Name an item with its unit; a capacity is in the yearly unit of its industry."""
    return f"{item}（{'年产能' if item.startswith(CAPACITY) else '吨/年'}）"


def _closing(body: Mapping[str, Any]) -> str:
    if body["result"] == APPROVED:
        until = f"批准文件自批准之日起至{_day(body['expires_on'])}未开工的，须重新审核。" if body.get("expires_on") else "批准文件逾期未开工的，须重新审核。"
        return f"{until}项目须按申请的内容建设；性质、规模、地点、工艺或污染防治措施发生重大变动的，须重新申请。"
    return "未获批准前不得开工建设。按上述内容修改后可以重新申请；对本决定不服的，可以依法申请行政复议或提起行政诉讼。"


def _day(text: str) -> str:
    day = date.fromisoformat(text)
    return f"{day.year}年{day.month}月{day.day}日"
