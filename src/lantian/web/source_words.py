"""Words of sources in both languages: states, hours, pollutants of stacks, sectors, ways a tonne was found."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

Words = Mapping[str, tuple[str, str]]
STATE: Mapping[str, tuple[str, str, str]] = {
    "exceeding": ("breached", "超标", "Over the limit"),
    "silent": ("behind", "数据中断", "Silent"),
    "normal": ("met", "达标", "Within limits"),
    "stopped": ("notdue", "停运", "Stopped"),
    "unknown": ("nodata", "未知", "Unknown"),
}
"""A source's state with the shape and colour of the status it is drawn as."""
CELL: Words = {
    "N": ("正常", "valid"),
    "E": ("正常，超标", "valid, over the limit"),
    "C": ("校准", "calibration"),
    "S": ("替代（仅计排放量）", "substituted (for tonnes only)"),
    "M": ("维护或故障", "maintenance or fault"),
    "F": ("停运或启停", "stopped, starting or stopping"),
    "X": ("缺失", "missing"),
}
HOUR: Words = {
    "N": ("正常", "normal"),
    "F": ("停运", "stopped"),
    "St": ("启动", "starting up"),
    "Sd": ("停机", "shutting down"),
    "B": ("闷炉", "banked fire"),
    "C": ("校准", "calibration"),
    "M": ("维护", "maintenance"),
    "Md": ("缺失", "missing"),
    "T": ("超量程", "over range"),
    "D": ("故障", "fault"),
}
METHOD: Words = {
    "measured": ("实测", "measured"),
    "reported": ("设备上报的小时值", "hour as the device sent it"),
    "reference": ("手工比对", "reference method"),
    "substituted_180": ("替代：此前180个有效小时", "substituted from the 180 valid hours before"),
    "substituted_720": ("替代：此前720个有效小时", "substituted from the 720 valid hours before"),
    "substituted_2160": ("替代：此前2160个有效小时", "substituted from the 2,160 valid hours before"),
    "stopped": ("停运", "stopped"),
    "missing": ("缺失", "missing"),
}
STACK: Mapping[str, tuple[str, str, str, str]] = {
    "SO2": ("SO₂", "二氧化硫", "SO₂", "sulphur dioxide"),
    "NOx": ("NOₓ", "氮氧化物", "NOₓ", "nitrogen oxides"),
    "PM": ("颗粒物", "颗粒物", "Particles", "particles"),
    "O2": ("O₂", "氧", "O₂", "oxygen"),
}
ITEM: Words = {"SO2": ("SO₂", "SO₂"), "NOx": ("NOₓ", "NOₓ"), "smoke": ("烟尘", "smoke"), "dust": ("一般性粉尘", "dust")}
SECTOR: Words = {
    "power": ("火电", "Power"),
    "heat": ("供热", "Heat"),
    "boiler": ("锅炉", "Boilers"),
    "cement": ("水泥", "Cement"),
    "steel": ("钢铁", "Steel"),
    "sintering": ("烧结", "Sintering"),
    "coking": ("焦化", "Coking"),
    "glass": ("玻璃", "Glass"),
}
UNIT_TYPE: Words = {
    "coal_boiler": ("燃煤锅炉", "coal-fired boiler"),
    "gas_boiler": ("燃气锅炉", "gas-fired boiler"),
    "gas_turbine": ("燃气轮机", "gas turbine"),
    "kiln": ("水泥窑", "cement kiln"),
    "sinter": ("烧结机", "sinter strand"),
}
FUEL: Words = {"coal": ("煤", "coal"), "gas": ("天然气", "natural gas"), "oil": ("油", "oil"), "lignite": ("褐煤", "lignite")}
SEVERITY: Words = {"critical": ("严重", "critical"), "high": ("高", "high"), "medium": ("中", "medium"), "low": ("低", "low"), "info": ("提示", "note")}


def _word(words: Words, lang: str) -> Callable[[Any], str]:
    """Give a reader of one table; a word that stands in none is shown as it is."""
    at = 0 if lang == "zh" else 1
    return lambda key: words[key][at] if key in words else str(key)


def full_name(row: Mapping[str, Any], lang: str) -> str:
    """Name an outlet with its enterprise, once: many outlets already bear the plant's name.

    >>> full_name({"enterprise_name": "甲电厂（模拟企业）", "name": "甲电厂1号机组"}, "zh"), full_name({"enterprise_name": "甲电厂", "name": "1号机组"}, "zh")
    ('甲电厂1号机组', '甲电厂　1号机组')
    """
    zh = lang == "zh"
    firm, own = (str(row[name] if zh else row.get(f"{name}_en") or row[name]) for name in ("enterprise_name", "name"))
    core = re.split(r"[（(]", firm)[0].strip()
    return own if core and own.startswith(core) else f"{firm}{'　' if zh else ', '}{own}"


def source_helpers(lang: str) -> dict[str, Any]:
    """Give the words of sources that templates speak with in one language."""
    zh = lang == "zh"
    return {
        "source_class": lambda state: STATE[state][0],
        "source_state": lambda state: STATE[state][1 if zh else 2],
        "cell_word": _word(CELL, lang),
        "hour_word": _word(HOUR, lang),
        "method_word": _word(METHOD, lang),
        "stack": lambda key: STACK[key][0 if zh else 2] if key in STACK else key,
        "stack_name": lambda key: STACK[key][1 if zh else 3] if key in STACK else key,
        "full_name": lambda row: full_name(row, lang),
        "item_word": _word(ITEM, lang),
        "sector_word": _word(SECTOR, lang),
        "unit_type_word": _word(UNIT_TYPE, lang),
        "fuel_word": _word(FUEL, lang),
        "severity_word": _word(SEVERITY, lang),
        "hm": lambda moment: str(moment)[5:16].replace("T", " "),
        "ymdhm": lambda moment: str(moment)[:16].replace("T", " "),
    }
