"""Words and numbers of the pages: both languages side by side, minus signs, subscripts, dates."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from markupsafe import Markup

from lantian.kernel.quantity import exact, round_half_even
from lantian.web.case_words import case_choice
from lantian.web.credit_words import CREDIT_CHOICES
from lantian.web.project_words import project_helpers
from lantian.web.source_words import source_helpers

LEVELS = {
    "zh": ("", "优", "良", "轻度污染", "中度污染", "重度污染", "严重污染"),
    "en": ("", "Excellent", "Good", "Light", "Moderate", "Heavy", "Severe"),
}
RANGES = ("", "0–50", "51–100", "101–150", "151–200", "201–300", ">300")
NUMERALS = ("", "一级", "二级", "三级", "四级", "五级", "六级")
STATUS = {
    "met": ("met", "已达到", "Met"),
    "on_track": ("ontrack", "进度正常", "On track"),
    "behind": ("behind", "落后", "Behind"),
    "breached": ("breached", "已违反", "Breached"),
    "not_due": ("notdue", "未到期", "Not due"),
    "no_data": ("nodata", "无数据", "No data"),
}
CONFIDENCE = {
    "confirmed": ("c3", "已核对", "confirmed"),
    "secondary": ("c2", "二级来源", "secondary"),
    "recalled": ("c1", "凭记录，未核原文", "recalled"),
    "unsure": ("c0", "存疑", "unsure"),
}
WEEKDAYS = {"zh": "一二三四五六日", "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}
MONTHS = ("", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def number(value: float | Decimal | None, digits: int = 0) -> str:
    """Print a number rounded half-even, thousands apart, with a true minus sign; None is a dash for 'does not apply'.

    >>> number(-1840.25, 1), number(None)
    ('−1,840.2', '—')
    """
    if value is None:
        return "—"
    return f"{round_half_even(exact(value), digits):,}".replace("-", "−")


UNITS: dict[str, tuple[str, str]] = {"cities": ("城", " cities"), "points": ("分", " points")}
WITHOUT_UNIT = ("decimals", "-")


def plain(value: float | Decimal | None) -> str:
    """Print a number with as many decimals as it needs, two at most.

    >>> plain(60.0), plain(89.5), plain(48.356)
    ('60', '89.5', '48.36')
    """
    text = number(value, 2)
    return text.rstrip("0").rstrip(".") if "." in text else text


def signed(value: float | None, digits: int = 0) -> str:
    """Print a change with its sign."""
    if value is None:
        return "—"
    text = number(value, digits)
    return text if value <= 0 else f"+{text}"


def pollutant(key: str) -> str:
    """Write a pollutant with its subscript."""
    return {"SO2": "SO₂", "NO2": "NO₂", "NOx": "NOₓ", "O3": "O₃"}.get(key, key)


def long_date(day: date, lang: str) -> str:
    """Write a date with its weekday."""
    if lang == "en":
        return f"{WEEKDAYS['en'][day.weekday()]} {day.day} {MONTHS[day.month]} {day.year}"
    return f"{day.year}年{day.month}月{day.day}日 星期{WEEKDAYS['zh'][day.weekday()]}"


def short_date(day: date, lang: str) -> str:
    """Write a date without its year."""
    return f"{day.day} {MONTHS[day.month]}" if lang == "en" else f"{day.month}月{day.day}日"


def unit(key: str) -> str:
    """Give the ambient unit of a pollutant."""
    return "mg/m³" if key == "CO" else "µg/m³"


def digits(key: str) -> int:
    """Give how many decimals a page shows of a concentration."""
    return 1 if key == "CO" else 0


def of_lang(text: Any) -> Markup:
    """Mark a cell whose text is Chinese, so that a page in English says so to a screen reader.

    >>> str(of_lang("河北")), str(of_lang("PM2.5"))
    (' lang="zh-CN"', '')
    """
    return Markup(' lang="zh-CN"') if any("\u4e00" <= letter <= "\u9fff" for letter in str(text)) else Markup("")


CHOICES = {
    "blue": ("蓝色", "blue"),
    "yellow": ("黄色", "yellow"),
    "orange": ("橙色", "orange"),
    "red": ("红色", "red"),
    "no": ("否", "no"),
    "yes": ("是", "yes"),
    "ten_cities": ("月度十佳十差城市", "ten best and ten worst cities"),
    "province_ranking": ("省内城市排名", "ranking of a province's cities"),
    "city_day": ("城市空气质量日报", "daily report of a city"),
    "smoke": ("冒烟", "smoke"),
    "smell": ("异味", "smell"),
    "dust": ("扬尘", "dust"),
    "data": ("数据可疑", "doubtful data"),
    "other": ("其他", "something else"),
    "all": ("全部污染物", "all pollutants"),
    "PM": ("颗粒物", "particles"),
    "SO2": ("SO₂", "SO₂"),
    "NOx": ("NOₓ", "NOₓ"),
    "F": ("停运", "stopped"),
    "St": ("启动", "starting up"),
    "Sd": ("停机", "shutting down"),
    "B": ("闷炉", "banked fire"),
    "C": ("校准", "calibration"),
    "M": ("维护", "maintenance"),
    "D": ("故障", "fault"),
    "T": ("超量程", "over range"),
    "land": ("供地", "land"),
    "construction": ("开工许可", "building permit"),
    "licences": ("许可证", "permits"),
    "credit": ("新增授信", "new credit"),
    "power": ("供电", "power"),
    "water": ("供水", "water"),
    **CREDIT_CHOICES,
}


def helpers(lang: str) -> dict[str, Any]:
    """Give the words a template speaks with in one language."""
    second = 1 if lang == "zh" else 2
    return (
        source_helpers(lang)
        | project_helpers(lang)
        | {
            "lang": lang,
            "t": lambda zh, en: zh if lang == "zh" else en,
            "num": number,
            "signed": signed,
            "plain": plain,
            "of_lang": of_lang,
            "unit_word": lambda u: None if u in WITHOUT_UNIT else UNITS[u][second - 1] if u in UNITS else u if u == "%" else f" {u}",
            "pol": pollutant,
            "unit": unit,
            "digits": digits,
            "choice": lambda word: (CHOICES.get(word) or case_choice(word))[second - 1],
            "level_name": lambda n: LEVELS[lang][n or 0],
            "level_range": lambda n: RANGES[n],
            "level_zh": lambda n: NUMERALS[n],
            "status_class": lambda s: STATUS[s][0],
            "status_word": lambda s: STATUS[s][second],
            "conf_class": lambda c: CONFIDENCE[c][0],
            "conf_word": lambda c: CONFIDENCE[c][second],
            "long_date": lambda d: long_date(d, lang),
            "short_date": lambda d: short_date(d, lang),
        }
    )
