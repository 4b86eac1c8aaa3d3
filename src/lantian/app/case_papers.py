"""The papers of a case: each step's letter or form, set from what the record froze; nothing is worked out again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from lantian.app.papers import paper
from lantian.app.speech import catalogue, say
from lantian.kernel.errors import InputError, unknown
from lantian.ledger import Record

if TYPE_CHECKING:
    from lantian.app.house import House

Form = Literal["pdf", "png"]
Parts = tuple[list[str], list[dict[str, Any]]]
SOURCES = {
    "exceedance": "在线监测超标", "lead": "数据质量线索", "satellite": "卫星遥感", "neighbour": "周边群众反映",
    "complaint": "12369举报", "inspection": "双随机检查", "episode": "重污染应急核查",
}  # fmt: skip
HOW = {"direct": "直接送达", "left": "留置送达", "mail": "邮寄送达", "announced": "公告送达"}
OUTCOMES = {"corrected": "已改正", "continuing": "继续违法排放", "refused": "拒绝、阻挠复查"}
COURT = "如不服本决定，可以在法定期限内依法申请行政复议或者提起行政诉讼。复议、诉讼期间，本决定不停止执行。"


def case_paper(house: House, record: Record, name: str, form: Form = "pdf") -> bytes:
    """Set one paper of a case; one whose step was not reached raises ``InputError``."""
    return paper("case_paper", case_paper_data(house, record, name), form)


def papers_of(record: Record) -> list[str]:
    """Name the papers that a case has so far, in their order."""
    return [name for name, (_, key, _, _) in PAPERS.items() if record.body.get(key)]


def case_paper_data(house: House, record: Record, name: str) -> dict[str, Any]:
    """Give what a paper says."""
    if name not in PAPERS:
        raise unknown("paper of a case", name, PAPERS)
    title, key, parts, to_enterprise = PAPERS[name]
    if not record.body.get(key):
        raise InputError(f"{record.id} has no {name} yet; it is {record.state}")
    paragraphs, tables = parts(record.body)
    return {
        "title": title,
        "number": f"{record.id}-{name}",
        "draft": record.state == "evidence" and name == "notice",
        "simulated": bool(record.body.get("simulated")),
        "to": _party(house, record) if to_enterprise else "",
        "facts": _facts(house, record),
        "paragraphs": paragraphs,
        "tables": tables,
        "receipt": to_enterprise,
        "from": f"{house.atlas.place(record.place).name}环境保护主管部门",
        "date": _day(str(_dated(record, name))[:10]),
        "foot": f"蓝天 {record.id} 第{record.version}版" + (f" 证据 {record.body['frozen']['hash'][:16]}" if record.body.get("frozen") else ""),
    }


def violation_name(violation: str, lang: str = "zh") -> str:
    """Name a violation as papers and pages do."""
    return catalogue()[f"enforcement.violation.{violation}"][lang]


def measure_name(measure: str, lang: str = "zh") -> str:
    """Name a measure as papers and pages do."""
    return catalogue()[f"enforcement.measure_name.{measure}"][lang]


def _filing(body: Mapping[str, Any]) -> Parts:
    said = [f"经对线索初步核查，认为涉嫌{violation_name(body['violation'])}，符合立案条件，予以立案。应于{_day(body['decide_by'])}前作出决定。"]
    return ([*said, f"线索内容：{body['text']}"] if body.get("text") else said), []


def _notice(body: Mapping[str, Any]) -> Parts:
    fine = body["proposal"]
    words = [f"经查明：{body.get('facts') or body['title']}。上述行为涉嫌{violation_name(body['violation'])}。"]
    words.append(f"拟对你单位处罚款人民币{fine['amount']:,}元。理由如下：" if fine["high"] else "拟责令你单位改正，不予罚款。")
    hearing = f"你单位有权在{_day(body['hearing_by'])}前要求听证。" if body["hearing_offered"] else ""
    words.append(f"你单位可以在{_day(body['defend_by'])}前向我机关陈述和申辩；逾期视为放弃。{hearing}")
    return words, [_reasons(fine)]


def _decision(body: Mapping[str, Any]) -> Parts:
    words = [f"经查明：{body.get('facts') or body['title']}。以上事实有{_evidence(body)}为证。", _heard(body)]
    until = f"于{_day(body['correct_by'])}前" if body.get("correct_by") else "立即"
    ground = f"依据{body['proposal']['article']}，" if body["proposal"]["article"] else ""
    words.append(f"{ground}决定如下：")
    words.append(f"一、责令你单位{until}改正违法行为；")
    words.append(f"二、处罚款人民币{int(body['amount']):,}元。" if body["amount"] else "二、不予罚款。")
    if body["amount"]:
        share = f"{round(100 * body['late_rate'], 2):g}%"
        words.append(f"自收到本决定书之日起{body['pay_days']}日内到指定银行缴纳罚款；逾期不缴纳的，每日按罚款数额的{share}加处罚款。")
    words.append("我机关将自送达之日起对改正情况复查；拒不改正的，依法按日连续处罚。" + COURT)
    reasons = _reasons(body["proposal"])
    if body["deviates"]:
        reasons["rows"].append(
            [str(len(reasons["rows"]) + 1), f"建议{body['proposal']['amount']:,}元，决定{int(body['amount']):,}元，理由：{body['decided_ground']}"]
        )
    return words, [reasons]


def _service(body: Mapping[str, Any]) -> Parts:
    recheck = f"；复查期限{_day(body['recheck_by'])}" if body.get("recheck_by") else ""
    return [f"行政处罚决定书暨责令改正决定书于{_day(body['served_on'])}以{HOW[body['served_how']]}方式送达。缴款期限{_day(body['pay_by'])}{recheck}。"], []


def _recheck(body: Mapping[str, Any]) -> Parts:
    rows = [[str(n), _day(each["on"]), OUTCOMES.get(each["outcome"], each["outcome"])] for n, each in enumerate(body["rechecks"], 1)]
    return ["复查情况如下："], [{"head": "复查", "columns": ["次", "日期", "结果"], "rows": rows}]


def _daily(body: Mapping[str, Any]) -> Parts:
    whole, rounds = body["daily"], body["rounds"]
    rows = [[_day(each["first"]), _day(each["last"]), str(each["days"]), f"{each['total']:,}"] for each in rounds]
    words = [f"我机关于{_day(body['served_on'])}送达责令改正决定，复查发现你单位拒不改正。{'；'.join(say(each) for each in body['daily_because'])}。"]
    sums = f"{int(body['amount']):,}元 × {whole['days']}日 = {whole['total']:,}元"
    words.append(f"自送达之日的次日起至复查发现之日止，共{whole['days']}日，按原处罚数额按日连续处罚：{sums}。{COURT}")
    return words, [{"head": "计罚日数（首尾两日均计入）", "columns": ["起", "止", "日数", "金额（元）"], "rows": rows}]


def _measures(body: Mapping[str, Any]) -> Parts:
    rows = [[measure_name(each["measure"]), _day(each["on"]), f"{each['days']}日" if each["days"] else "改正为止", each["law"]] for each in body["measures"]]
    return ["决定对你单位采取下列措施：", COURT], [{"head": "措施", "columns": ["措施", "日期", "期限", "依据"], "rows": rows}]


def _closure(body: Mapping[str, Any]) -> Parts:
    said = "；".join(say(each) for each in body["closure_because"])
    words = [f"{said}。", "依据《大气污染防治行动计划》（国发〔2013〕37号）第二十四条“对偷排偷放、屡查屡犯的违法企业，要依法停产关闭”，责令你单位停产关闭。"]
    return [*words, COURT], []


def _closing(body: Mapping[str, Any]) -> Parts:
    owed = int(body["amount"]) + int(body.get("daily", {}).get("total", 0))
    paid = f"应缴{owed:,}元，{_day(body['paid_on'])}缴清，逾期{body['late_days']}日，加处{body['surcharge']:,}元。" if body.get("paid_on") else "未处罚款。"
    return [f"处罚决定已执行完毕，予以结案。{paid}"], []


PAPERS: dict[str, tuple[str, str, Callable[[Mapping[str, Any]], Parts], bool]] = {
    "filing": ("立案审批表", "filed_on", _filing, False),
    "notice": ("行政处罚事先（听证）告知书", "noticed_on", _notice, True),
    "decision": ("行政处罚决定书暨责令改正违法行为决定书", "decided_on", _decision, True),
    "service": ("送达情况记录", "served_on", _service, False),
    "recheck": ("复查记录", "rechecks", _recheck, False),
    "daily": ("按日连续处罚决定书", "daily", _daily, True),
    "measure": ("强制措施与移送决定书", "measures", _measures, True),
    "closure": ("责令停产关闭决定书", "closed_down_on", _closure, True),
    "closing": ("结案审批表", "closing_on", _closing, False),
}
"""Each paper: its title, what must stand in the record, what it says, whether it goes to the enterprise."""


def _facts(house: House, record: Record) -> list[list[str]]:
    body = record.body
    rows = [["案由", f"{body['title']}（{violation_name(body['violation'])}）"], ["线索来源", SOURCES[body["source"]]], ["违法日期", _day(body["found_on"])]]
    rows += [["当事人", _party(house, record)], ["信用代码", record.owner or "未登记"], ["所在地", house.atlas.place(record.place).name]]
    if body.get("outlet"):
        rows.append(["排放口", f"{body['outlet']} {body.get('pollutant') or ''}".strip()])
    if body.get("peak") is not None:
        rows.append(["监测数据", f"最高 {body['peak']} mg/m³，限值 {body.get('limit')} mg/m³，持续 {body.get('hours')} 小时"])
    if body.get("invited"):
        rows.append(["联合办案", "、".join(house.atlas.place(each).name for each in body["invited"])])
    return rows


def _party(house: House, record: Record) -> str:
    told = house.sources.known.registry.enterprise_reports.get(record.owner) if record.owner else None
    return told.name if told is not None else f"信用代码{record.owner}的单位" if record.owner else "本案当事人"


def _reasons(fine: Mapping[str, Any]) -> dict[str, Any]:
    rows = [[str(number), say(each)] for number, each in enumerate(fine["because"], 1)]
    return {"head": "罚款的依据与裁量", "columns": ["", "理由"], "rows": rows}


def _heard(body: Mapping[str, Any]) -> str:
    if body.get("minutes"):
        return f"我机关于{_day(body['hearing_on'])}举行听证，听证笔录记载：{body['minutes']}"
    if body.get("statement"):
        return f"你单位陈述申辩：{body['statement']}"
    return "你单位明确放弃陈述、申辩和听证。" if body.get("waived_on") else "你单位在告知的期限内未陈述、申辩，也未要求听证。"


def _evidence(body: Mapping[str, Any]) -> str:
    frozen = body.get("frozen")
    rows = f"自动监测原始数据{frozen['rows']}行、小时数据{frozen['hours']}条（SHA-256 {frozen['hash'][:16]}）、" if frozen else ""
    return f"{rows}现场检查材料等"


def _dated(record: Record, name: str) -> str:
    body = record.body
    known = {"recheck": body.get("rechecked_on"), "daily": body.get("rechecked_on"), "measure": (body.get("measures") or [{}])[-1].get("on")}
    return str(known.get(name) or body[PAPERS[name][1]])


def _day(text: str) -> str:
    day = date.fromisoformat(str(text)[:10])
    return f"{day.year}年{day.month}月{day.day}日"
