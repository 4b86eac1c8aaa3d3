"""Words of projects on the pages: industries, equipment, facts that are lacking, law values of gates, papers of a case; Chinese of_han on English pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from markupsafe import Markup, escape

from lantian.web.credit_words import CREDIT_CHOICES

Words = Mapping[str, tuple[str, str]]
INDUSTRIES: Words = {
    "power": ("火电", "power"),
    "coal_chemical": ("煤化工", "coal chemicals"),
    "heating": ("供热", "heating"),
    "machinery": ("机械", "machinery"),
    "food": ("食品", "food"),
    "furniture": ("家具", "furniture"),
    "other": ("其他", "other"),
    "lime": ("石灰", "lime"),
}
UNITS: Words = {
    "boiler": ("锅炉", "boiler"),
    "power_unit": ("发电机组", "power unit"),
    "kiln": ("窑", "kiln"),
    "furnace": ("炉", "furnace"),
    "line": ("生产线", "line"),
    "coal": ("燃煤", "coal"),
    "gas": ("燃气", "gas"),
    "oil": ("燃油", "oil"),
    "biomass": ("生物质", "biomass"),
    "t/h": ("蒸吨/时", "t/h"),
}
LACKING: Words = {
    "industry": ("行业", "industry"),
    "emissions": ("排放量", "emissions"),
    "coal": ("用煤量", "coal"),
    "energy": ("用能量", "energy"),
    "energy_level": ("能效水平", "level of energy efficiency"),
    "capacity": ("产能", "capacity"),
    "capacity_unit": ("产能单位", "unit of the capacity"),
    "zones": ("主体功能区", "zones of the place"),
    "in_plan": ("是否属于某项规划", "whether it belongs to a plan"),
    "eia_class": ("环评类别", "class of the EIA"),
    "major": ("是否重大项目", "whether it is major"),
    "started": ("是否已开工", "whether building has begun"),
    "urban_core": ("是否在主城区", "whether it lies in the urban core"),
    "built_up": ("是否在建成区", "whether it lies in the built-up area"),
    "key47": ("所在地是否属于47个城市", "whether the place is one of the 47 cities"),
    "units": ("设备", "units"),
    "standard": ("排放标准", "emission standard"),
    "purpose": ("用途", "purpose"),
    "size": ("容量", "size"),
    "backward": ("是否落后产能", "whether it is backward"),
    "efficiency_grade": ("能效等级", "grade of efficiency"),
    "limits": ("执行的限值", "limit it keeps to"),
    "replaced_units": ("被替代机组", "units replaced"),
    "attained": ("上年空气是否达标", "whether last year's air met the standard"),
    "credits": ("账上替代量", "credits held"),
    "access_list": ("准入条件企业名单", "list of compliant firms"),
    "missed_tasks": ("淘汰任务完成情况", "whether tasks of retiring capacity were met"),
    "freezes": ("限批情况", "freezes of approvals"),
}
LAW_UNITS: Words = {
    "t/h": ("蒸吨/时", "t/h"),
    "t/a": ("吨/年", "t/a"),
    "tce/a": ("吨标准煤/年", "tce/a"),
    "MW": ("MW", "MW"),
    "offset for each emitted": ("倍替代", "offset for each emitted"),
    "retired for each added": ("倍置换", "retired for each added"),
    "coal replaced for each used": ("倍替代", "of coal replaced for each used"),
    "t/h above which a report": ("蒸吨/时以上编报告书", "t/h and more need a report"),
    "years": ("年", "years"),
    "working days": ("个工作日", "working days"),
}
"""Units of law values that a visitor reads; a value of any other unit is a word for the machine and is left out."""
CAPACITIES: Words = {"万吨": ("万吨", "10 kt"), "亿吨": ("亿吨", "100 Mt"), "万重量箱": ("万重量箱", "10,000 weight cases"), "万千瓦": ("万千瓦", "10 MW")}
PAPERS: Words = {
    "filing": ("立案审批表", "Approval to file"),
    "notice": ("行政处罚事先（听证）告知书", "Notice before the penalty"),
    "decision": ("行政处罚决定书暨责令改正违法行为决定书", "Decision on the penalty"),
    "service": ("送达情况记录", "Record of service"),
    "recheck": ("复查记录", "Record of re-checks"),
    "daily": ("按日连续处罚决定书", "Decision on the daily penalty"),
    "measure": ("强制措施与移送决定书", "Decision on measures and transfer"),
    "closure": ("责令停产关闭决定书", "Order to close"),
    "closing": ("结案审批表", "Approval to close the case"),
}
HAN = re.compile("[《〔（“]?[\u4e00-\u9fff](?:[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef0-9]|[ A-Za-z]{1,8}(?=[\u4e00-\u9fff]))*")
"""A run of Chinese with the figures and short words inside it."""
INDEX = re.compile(r"(\w+)\[(\d+)\]\.([\w.]+)")


def of_han(text: Any) -> Markup:
    """Escape a text whose Chinese parts say that they are Chinese.

    >>> str(of_han("Notice: 石家庄<b> sent"))
    'Notice: <span lang="zh-CN">石家庄</span>&lt;b&gt; sent'
    """
    told, found, at = str(text), Markup(""), 0
    for run in HAN.finditer(told):
        found += escape(told[at : run.start()]) + Markup('<span lang="zh-CN">{}</span>').format(run.group())
        at = run.end()
    return found + escape(told[at:])


def industry(key: str) -> tuple[str, str]:
    """Name an industry in both languages; one that nobody knows stays as it was written.

    >>> industry("food"), industry("cement")
    (('食品', 'food'), ('水泥', 'cement'))
    """
    return INDUSTRIES.get(key) or CREDIT_CHOICES.get(key, (key, key))


def lacking(name: str) -> tuple[str, str]:
    """Name a fact that is lacking, of a unit with its number.

    >>> lacking("units[1].standard"), lacking("zones")
    (('第1台设备的排放标准', 'emission standard of unit 1'), ('主体功能区', 'zones of the place'))
    """
    found = INDEX.fullmatch(name)
    if found is None:
        return _dotted(name)
    zh, en = _dotted(found.group(3))
    return f"第{found.group(2)}台设备的{zh}", f"{en} of unit {found.group(2)}"


def _dotted(name: str) -> tuple[str, str]:
    first, _, rest = name.partition(".")
    zh, en = LACKING.get(first, (first, first))
    of = LACKING.get(rest) or CREDIT_CHOICES.get(rest, (rest, rest))
    return (f"{zh}（{of[0]}）", f"{en} ({of[1]})") if rest else (zh, en)


def law_value(value: Any, unit: str) -> tuple[str, str]:
    """Put the value of a law into words, where it is a number with a unit that people read.

    >>> law_value(20, "t/h"), law_value(["NOx"], "pollutants")
    (('20蒸吨/时', '20 t/h'), ('', ''))
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or unit not in LAW_UNITS:
        return "", ""
    zh, en = LAW_UNITS[unit]
    return f"{value:,}{zh}", f"{value:,} {en}"


def project_helpers(lang: str) -> dict[str, Any]:
    """Give the words of projects in one language."""
    at = 0 if lang == "zh" else 1

    def of(words: Words) -> Callable[[str], str]:
        return lambda key: words.get(key, (key, key))[at]

    return {
        "of_han": of_han if lang == "en" else escape,
        "industry": lambda key: industry(key)[at],
        "unit_of": of(UNITS),
        "capacity_of": of(CAPACITIES),
        "paper_name": of(PAPERS),
        "lacking": lambda name: lacking(name)[at],
        "law_value": lambda value, unit: law_value(value, unit)[at],
    }
