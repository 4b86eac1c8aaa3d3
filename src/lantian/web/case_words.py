"""Words of the choices in the forms of enforcement and accountability, in both languages."""

from __future__ import annotations

from collections.abc import Mapping

from lantian.app.speech import catalogue

CASE_CHOICES: Mapping[str, tuple[str, str]] = {
    "exceedance": ("在线监测超标", "exceedance on line"),
    "lead": ("数据质量线索", "lead on data quality"),
    "satellite": ("卫星遥感", "satellite"),
    "neighbour": ("周边反映", "neighbours"),
    "complaint": ("举报", "complaint"),
    "inspection": ("双随机检查", "double-random inspection"),
    "episode": ("重污染应急", "heavy-pollution episode"),
    "direct": ("直接送达", "handed over"),
    "left": ("留置送达", "left on the spot"),
    "mail": ("邮寄送达", "by mail"),
    "announced": ("公告送达", "by announcement"),
    "corrected": ("已改正", "corrected"),
    "continuing": ("继续违法", "continuing"),
    "refused": ("拒绝复查", "refused"),
    "clean": ("未发现问题", "nothing found"),
    "suspected": ("涉嫌违法", "suspected violation"),
    "key": ("重点", "key"),
    "ordinary": ("一般", "ordinary"),
    "special": ("特殊监管", "special"),
    "not_found": ("未找到企业", "the firm was not found"),
    "response": ("重污染天气应对不力", "a response that failed"),
    "task": ("年度任务未完成", "a yearly task not done"),
    "absent": ("监督缺位", "no supervision"),
    "weak": ("执法不力", "lax enforcement"),
    "favour": ("徇私枉法", "bending the law"),
    "interview": ("约谈", "interview"),
    "rectify": ("限期整改", "rectification by a date"),
    "suspend_approvals": ("暂停审批", "suspension of approvals"),
    "honours": ("取消荣誉", "honours withdrawn"),
    "fund_cut": ("扣减专项资金", "special fund cut"),
    "fund_raise": ("增加专项资金", "special fund raised"),
}


def case_choice(word: str) -> tuple[str, str]:
    """Give the words of a choice of enforcement; any other stays as it is."""
    for room in ("violation", "measure_name"):
        text = catalogue().get(f"enforcement.{room}.{word}")
        if text is not None:
            return text["zh"], text["en"]
    return CASE_CHOICES.get(word, (word, word))
