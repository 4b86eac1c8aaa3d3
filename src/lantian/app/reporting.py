"""The report of an episode as a paper."""

from __future__ import annotations

from typing import Any, Literal

from lantian.app.papers import paper
from lantian.app.publishing import UNKNOWN, shown
from lantian.app.speech import say
from lantian.ledger import Record
from lantian.places import Atlas

WORDS = {"complied": "符合", "not_complied": "不符合", "cannot_tell": "不能判定"}


def episode_report(record: Record, told: dict[str, Any], atlas: Atlas, form: Literal["pdf", "png"] = "pdf") -> bytes:
    """Set the report of an episode: timeline, forecast against outcome, cuts, what was carried out, what the air may have been spared."""
    body = record.body
    level = say({"key": f"alert.level.{body['level']}", "values": {}})
    days = [[each["date"], shown(each["aqi"], 0), shown(each["measured"], 0)] for each in told["days"]]
    cuts = [
        [each["pollutant"], f"{100 * each['share']:.1f}%", f"{100 * each['low']:.1f}–{100 * each['high']:.1f}%", _asked(each)]
        for each in body["sufficient"]["cuts"]
    ]
    bad = [[order.body["to"], "；".join(say(each) for each in found.because)] for order, found in told["checked"] if found.word == "not_complied"][:30]
    counts = "，".join(f"{WORDS[word]} {count}" for word, count in told["verdicts"].items())
    spared = told["spared"]
    air = (
        f"PM2.5 实测平均 {shown(spared['measured'])} µg/m³（{spared['days']} 天）；若无措施约高 {shown(spared['low'])} 至 {shown(spared['high'])} µg/m³。按比例回推，"
        "本地贡献取自定的宽区间，全部指令按预计减排量计，不计化学与气象；这是估计，不是测得的效果。"
        if spared
        else UNKNOWN
    )
    data = {
        "number": record.id,
        "title": f"{atlas.place(record.place).name}重污染过程总结（{level}，{body['start'][:10]} 至 {body['end'][:10]}）",
        "foot": f"蓝天 {record.id} 第{record.version}版 {told['made_at']:%Y-%m-%d %H:%M}",
        "marks": [*(["示意：企业、措施与减排量为示例"] if body["illustrative"] else []), *(["演练"] if body["drill"] == "yes" else [])],
        "parts": [
            {"head": "经过", "heads": ["时刻", "事项"], "rows": [[f"{at:%m-%d %H:%M}", step["zh"]] for at, step in told["timeline"]]},
            {"head": "预报与实测", "heads": ["日期", "预报 AQI", "实测 AQI"], "rows": days, "text": [] if days else [UNKNOWN]},
            {"head": "预计减排", "heads": ["污染物", "占全市", "90% 区间", "要求"], "rows": cuts},
            {"head": "指令落实", "heads": ["对象", "核查"], "rows": bad, "text": [f"收悉 {told['received']} / {told['total']}；核查：{counts}。"]},
            {"head": "空气少坏了多少（估计）", "text": [air]},
            {"head": "结论", "text": [str(body.get("conclusion") or "尚未写结论")]},
        ],
    }
    return paper("report", data, form)


def _asked(cut: dict[str, Any]) -> str:
    if cut["required"] is not None:
        return f"≥ {100 * cut['required']:.0f}%"
    return "当时无要求" if cut.get("later") is None else f"当时无要求（2018年起 {100 * cut['later']:.0f}%）"
