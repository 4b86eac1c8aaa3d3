"""The steps of the chain in their order, each with its key, its words and its act."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lantian.app.accountability import Accountability, Ground
from lantian.app.acting import now
from lantian.app.chain import stack
from lantian.app.chain.acts import ORIGIN, Acts, stop_at
from lantian.app.chain.people import BEIJING, FIRM
from lantian.app.notices import KINDS
from lantian.kernel.errors import InputError
from lantian.ledger import Record

PROJECT = """industry: food
nature: new
applied: 2015-12-28
emissions: {SO2: 0, NOx: 1.2, PM: 0, VOC: 0}
documents: [eia_report, DOCUMENTS]
in_plan: false
major: false
simulated: true
started: 9999-12-31
"""
FIRST = PROJECT.replace("DOCUMENTS", "total_quota")
SECOND = PROJECT.replace("DOCUMENTS", "energy_review, total_quota") + "offsets: [{place: '110000', item: NOx, industry: food, amount: 2.4}]\n"
TITLE = "北京食品厂（模拟）"


@dataclass(frozen=True, slots=True)
class Step:
    """One arrow of the chain: its key, what happens in both languages, the act, and which record it leaves; ``once`` where a rule's own key names the act."""

    key: str
    zh: str
    en: str
    act: Callable[[Acts], object]
    once: Callable[[Acts], str] | None = None

    def record(self, acts: Acts) -> str | None:
        """Give the record of the step, if it was done."""
        return acts.subject(self.once(acts) if self.once else acts.key(self.key))


def steps() -> tuple[Step, ...]:
    """List the arrows of the chain."""
    return (*_warning(), *_case(), *_answering(), *_refusal(), *_cure(), *_approval())


def response(acts: Acts) -> Record:
    """Give the response to the chain's warning."""
    warning = acts.made("warning_draft")
    return next(each for each in acts.house.desk.records.find(["response_plan"], BEIJING) if each.body["warning"] == warning)


def order(acts: Acts) -> Record:
    """Give the order that the simulated plant disobeys."""
    return next(each for each in acts.house.response.orders_of(response(acts)) if each.owner and stack.LINE in each.body["lines"])


def exceedance(acts: Acts) -> Record:
    """Give the record of what the plant's frames showed."""
    found = stack.exceeded(acts.house)
    if found is None:
        raise LookupError("the plant's frames show no exceedance")
    return found


def frames_key(acts: Acts) -> str:
    """Name the exceedance that the plant's frames show; nothing before they came."""
    found = stack.exceeded(acts.house)
    return "" if found is None else str(found.body["key"])


def case(acts: Acts) -> str:
    """Give the case that the exceedance became."""
    found = acts.house.cases.case_of(exceedance(acts).id)
    return found.id if found is not None else ""


def trigger_key(acts: Acts) -> str:
    """Name the ground that the missed duty raises."""
    return f"trigger:response:{BEIJING}:{case(acts)}"


def freeze(acts: Acts) -> str:
    """Give the freeze drafted of the ground."""
    found = acts.house.desk.records.find(["freeze"], BEIJING)
    return next(each.id for each in found if each.body.get("trigger") == acts.subject(trigger_key(acts)))


def notice(acts: Acts, kind: str) -> str:
    """Give one of the six notices of the refused project."""
    return next(each.id for each in acts.house.applications.notices.of(acts.made("apply")) if each.body["kind"] == kind)


def _warning() -> tuple[Step, ...]:
    window = {"level": "red", "start": "2015-12-08T07:00", "end": "2015-12-10T12:00"}
    return (
        Step("warning_draft", "依预报起草红色预警", "A red warning is drafted on the forecast", lambda a: a.make("warning_draft", "预报员", "warning", window)),
        Step("warning_submit", "提交批准", "It is submitted", lambda a: a.move("warning_submit", "预报员", a.made("warning_draft"), "submit")),
        Step("warning_issue", "批准发布", "It is issued by another", lambda a: a.move("warning_issue", "负责人", a.made("warning_draft"), "issue")),
        Step("response_apply", "应急指令下达", "Orders go out", lambda a: a.move("response_apply", "负责人", response(a).id, "apply")),
    )


def _frames(acts: Acts) -> None:
    stack.send(acts.house, ORIGIN, lambda point: stop_at(f"frames:{point}"))


def _refer(acts: Acts) -> object:
    return acts.move("exceedance_refer", "市局甲", exceedance(acts).id, "refer", f"预警期间超标，指令 {order(acts).id} 未落实")


def _evidence(acts: Acts) -> object:
    acts.attach("市局甲", case(acts), "预警期间仍在生产且超标排放")
    return acts.move("case_evidence", "市局甲", case(acts), "investigate", "现场检查", facts="预警期间仍在生产且超标排放（模拟）")


def _notify(acts: Acts) -> object:
    return acts.move("case_notice", "市局甲", case(acts), "notify", noticed_on="2015-12-10")


def _waive(acts: Acts) -> object:
    return acts.move("case_waive", "企业", case(acts), "waive", firm=acts.house.desk.records.get(case(acts)).owner)


def _case() -> tuple[Step, ...]:
    def decide(a: Acts) -> object:
        return a.move("case_decide", "市局乙", case(a), "decide", "事实清楚", decided_on="2015-12-14")

    def recheck(a: Acts) -> object:
        return a.move("case_recheck", "市局甲", case(a), "recheck", "复查", rechecked_on="2015-12-25", recheck="continuing")

    return (
        Step(
            "frames",
            "一家企业不执行指令：其数采仪报文经网关入湖，显示超标",
            "A plant disobeys: its frames come through the gateway and show it",
            _frames,
            frames_key,
        ),
        Step(
            "exceedance_confirm",
            "确认超标",
            "The exceedance is confirmed",
            lambda a: a.move("exceedance_confirm", "市局甲", exceedance(a).id, "confirm", "属实"),
        ),
        Step("exceedance_refer", "移送执法，成为线索", "It is referred: a clue", _refer),
        Step("case_file", "立案", "The case is filed", lambda a: a.move("case_file", "市局甲", case(a), "file", "属实")),
        Step("case_evidence", "调查取证", "The evidence is frozen", _evidence),
        Step("case_notice", "事先告知", "Notice is given", _notify),
        Step("case_waive", "企业放弃听证", "The plant waives a hearing", _waive),
        Step("case_decide", "处罚决定", "The fine is decided", decide),
        Step("case_serve", "送达", "It is served", lambda a: a.move("case_serve", "市局甲", case(a), "serve", served_on="2015-12-15")),
        Step("case_recheck", "复查：仍未改正", "Re-check: it goes on", recheck),
        Step("case_daily", "按日连续处罚", "Daily penalty", lambda a: a.move("case_daily", "负责人", case(a), "daily", "拒不改正")),
    )


def _raise(acts: Acts) -> object:
    held, missed = acts.house.desk.records.get(case(acts)), order(acts)
    text = f"{missed.id} {missed.body['to']} 未落实；{held.id} 按日连续处罚"
    ground = Ground("response", held.id, BEIJING, "北京重污染天气应对不力（模拟）", text, simulated=True)
    return Accountability(acts.house).raised(ground, now(), ORIGIN)


def _answering() -> tuple[Step, ...]:
    def confirm(a: Acts) -> object:
        return a.move("trigger_confirm", "部委甲", a.subject(trigger_key(a)) or "", "confirm", "核查属实")

    return (
        Step("trigger_raise", "未尽职责成为问责情形", "The missed duty becomes a ground for accountability", _raise, trigger_key),
        Step("trigger_confirm", "经人核实，起草限批", "A person confirms it; a freeze is drafted", confirm),
        Step(
            "freeze_sign",
            "另一人签发限批",
            "Another signs the freeze",
            lambda a: a.move("freeze_sign", "部委乙", freeze(a), "sign", "依法", since="2015-12-26"),
        ),
    )


def _decided(acts: Acts, step: str) -> object:
    asked = {"refuse": "fail", "approve": "pass"}[step]
    found = acts.house.applications.preview(acts.house.desk.records.get(acts.made("apply")))
    if found["result"] != asked:
        shut = [each["gate"] for each in found["answers"] if each["result"] not in ("pass", "not_applicable")]
        raise InputError(f"the chain should {step} here, but the gates say {found['result']}: {', '.join(shut)}")
    return acts.move(step, "负责人", acts.made("apply"), "decide", "依预览")


def _refusal() -> tuple[Step, ...]:
    def review(a: Acts) -> object:
        return a.move("review", "市局甲", a.made("apply"), "review", "材料齐全", opinion="按预览")

    def publish(a: Acts) -> object:
        return a.move("publish_refusal", "市局乙", a.made("apply"), "publish")

    given = {"title": TITLE, "project": FIRST}
    told = tuple(step for kind in KINDS for step in _notice(kind))
    return (
        Step("apply", "项目申请", "A project applies", lambda a: a.make("apply", "企业", "application", given, FIRM)),
        Step("accept", "受理", "It is accepted", lambda a: a.move("accept", "市局甲", a.made("apply"), "accept")),
        Step("review", "审查", "It is reviewed", review),
        Step("refuse", "不予批准，写明条款", "It is refused with the clauses", lambda a: _decided(a, "refuse")),
        Step("publish_refusal", "公布", "The refusal is published", publish),
        *told,
    )


def _notice(kind: str) -> tuple[Step, ...]:
    _, zh, en = KINDS[kind]

    def send(a: Acts) -> object:
        return a.move(f"send_{kind}", "市局甲", notice(a, kind), "send", receiver=f"{zh}（模拟）", contact=f"{kind}@example.invalid")

    def receipt(a: Acts) -> object:
        return a.move(f"receipt_{kind}", "市局甲", notice(a, kind), "acknowledge", "回执", receipt="已收到（模拟）")

    def approve(a: Acts) -> object:
        return a.move(f"approve_{kind}", "负责人", notice(a, kind), "approve", "依法")

    return (
        Step(f"approve_{kind}", f"批准停办通知：{zh}", f"Notice to {en} approved", approve),
        Step(f"send_{kind}", f"送出停办通知：{zh}", f"Notice to {en} sent", send),
        Step(f"receipt_{kind}", f"登记回执：{zh}", f"Receipt of {en}", receipt),
    )


def _cure() -> tuple[Step, ...]:
    def corrected(a: Acts) -> object:
        return a.move("case_corrected", "市局甲", case(a), "recheck", "再次复查", rechecked_on="2016-01-05", recheck="corrected")

    def cure(a: Acts) -> object:
        a.attach("市局甲", freeze(a), "企业已改正，指令台账已补齐")
        return a.move("freeze_cure", "市局甲", freeze(a), "cure", "整改到位", cured="企业已改正（模拟）")

    def settle(a: Acts) -> object:
        return a.move("trigger_settle", "部委甲", a.subject(trigger_key(a)) or "", "settle", "限批已解除")

    return (
        Step("case_corrected", "再次复查：已改正", "Re-check: corrected", corrected),
        Step("freeze_cure", "报告整改", "The cure is reported", cure),
        Step("freeze_lift", "解除限批", "The freeze is lifted", lambda a: a.move("freeze_lift", "部委乙", freeze(a), "lift", "整改到位")),
        Step("trigger_settle", "问责情形了结", "The ground is settled", settle),
    )


def _approval() -> tuple[Step, ...]:
    source = {"title": "关停燃气锅炉（模拟）", "source": "91110000000000000X-B1", "item": "NOx", "industry": "food", "amount": "3", "nature": "closed"}

    def verify(a: Acts) -> object:
        a.attach("市局甲", a.made("credit_state"), "锅炉已拆除")
        return a.move(
            "credit_verify", "市局乙", a.made("credit_state"), "verify", "现场核实", realised_on=now().date().isoformat()
        )  # used today, so of this five-year plan

    def again(a: Acts) -> object:
        return a.move("apply_again", "企业", a.made("apply"), "resubmit", firm=FIRM, title=TITLE, project=SECOND)

    def review(a: Acts) -> object:
        return a.move("review_again", "市局甲", a.made("apply"), "review", "补齐", opinion="按预览")

    lifts = tuple(_lift(kind) for kind in KINDS)
    return (
        Step("credit_state", "申报替代量来源", "A source of credits is stated", lambda a: a.make("credit_state", "市局甲", "credit_source", source)),
        Step("credit_verify", "另一人核实，编号入账", "Another verifies it into serials", verify),
        Step("apply_again", "补齐后重新申请", "It applies again with offsets", again),
        Step("accept_again", "受理，替代量预留", "Accepted; credits reserved", lambda a: a.move("accept_again", "市局甲", a.made("apply"), "accept")),
        Step("review_again", "审查", "Reviewed", review),
        Step("approve", "批准，替代量绑定", "Approved; credits bound", lambda a: _decided(a, "approve")),
        *lifts,
        Step("publish", "公布", "Published", lambda a: a.move("publish", "市局乙", a.made("apply"), "publish")),
    )


def _lift(kind: str) -> Step:
    _, zh, en = KINDS[kind]

    def lift(a: Acts) -> object:
        return a.move(f"lift_{kind}", "市局甲", notice(a, kind), "lift", "已通过审查")

    return Step(f"lift_{kind}", f"解除停办通知：{zh}", f"Notice to {en} lifted", lift)
