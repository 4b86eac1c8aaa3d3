"""What every command shares: options, opening the house, printing, leaving with the right code."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from lantian.app.house import House
from lantian.app.settings import settings
from lantian.app.speech import say
from lantian.kernel.errors import CheckFailedError, InputError, LantianError
from lantian.kernel.finding import Message
from lantian.kernel.period import Moment, parse_moment

Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
AsOf = Annotated[str | None, typer.Option("--as-of", help="The clock: only what was known then, e.g. 2015-12-31 or 2015-12-08T18:00.")]
AsLoaded = Annotated[str | None, typer.Option("--as-loaded", help="The lake as it was loaded by then.")]
Lang = Annotated[str | None, typer.Option("--lang", help="zh or en.")]
Engine = Annotated[str | None, typer.Option("--engine", help="duckdb, spark, spark:local[2] or spark:spark://host:port.")]
Standard = Annotated[list[str] | None, typer.Option("--standard", help="Another edition than the one in force, e.g. hj_633:2026 (a what-if).")]
Stations = Annotated[str, typer.Option("--stations", help="evaluation (control points out), all, or published.")]
PlaceName = Annotated[str, typer.Option("--place", help="A code, a Chinese or English name, or a region group.")]

DONE, NO, BAD_INPUT = 0, 1, 2
console = Console()
errors = Console(stderr=True)


def open_house(as_of: str | None = None, as_loaded: str | None = None, engine: str | None = None, standard: Iterable[str] | None = None) -> House:
    """Open the installation named by the settings at the clock asked for."""
    own = settings()
    moment = Moment(parse_moment(as_of) if as_of else None, parse_moment(as_loaded) if as_loaded else None)
    return House.open(own.home, engine or own.engine, moment, standard or ())


def language(lang: str | None) -> str:
    """Give the language asked for, or that of the settings; another raises ``InputError``."""
    chosen = lang or settings().language
    if chosen not in ("zh", "en"):
        raise InputError(f"no language {chosen!r}; choose zh or en")
    return chosen


def parse_day(text: str) -> date:
    """Read a day written 2015-12-08; anything else raises ``InputError``."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(f"no day {text!r}; write it as 2015-12-08") from None


def plain(value: Any) -> Any:
    """Turn what JSON does not know into what it knows."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"no JSON for {type(value).__name__}")


def worded(answer: Any, lang: str) -> Any:
    """Put every reason in an answer into words beside its key and values, in one walk."""
    if isinstance(answer, Mapping):
        if set(answer) == {"key", "values"}:
            return dict(answer) | {"text": say(answer, lang)}
        return {key: worded(value, lang) for key, value in answer.items()}
    if isinstance(answer, (list, tuple)):
        return [worded(each, lang) for each in answer]
    return answer


def as_message(message: Message) -> dict[str, Any]:
    """Give a reason as data, to be put into words beside its key."""
    return {"key": message.key, "values": message.values}


def print_json(answer: Any, lang: str) -> None:
    """Print an answer as JSON, reasons in words."""
    typer.echo(json.dumps(worded(answer, lang), ensure_ascii=False, default=plain, indent=1))


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Print a table; unknown is shown as ○, never as blank or zero."""
    shown = Table(title=title, title_justify="left", show_edge=False, header_style="bold")
    for column in columns:
        shown.add_column(column)
    for row in rows:
        shown.add_row(*(number(cell) for cell in row))
    console.print(shown)


HEADS = {
    "gate": "关口",
    "because": "理由",
    "provisions": "条款",
    "title": "名称",
    "result": "结论",
    "pollutant": "污染物",
    "letter": "信件",
    "cut %": "减排 %",
    "required %": "要求 %",
    "short %": "缺口 %",
    "measure": "措施",
    "loss": "损失 元/日",
    "channel": "途径",
    "address": "地址",
    "tries": "次数",
    "error": "原因",
    "value": "数值",
    "unit": "单位",
    "station": "站点",
    "name": "名称",
    "mean": "均值",
    "limit": "限值",
    "percentile": "百分位",
    "attains": "达标",
    "valid days": "有效天数",
    "rank": "名次",
    "city": "城市",
    "index": "综合指数",
    "primary": "首要污染物",
    "year before": "上年同期",
    "change %": "变化 %",
    "date": "日期",
    "time": "时刻",
    "year": "年",
    "no.": "编号",
    "provision": "规定",
    "status": "状态",
    "required": "应到",
    "gap": "差距",
    "quotation": "原文",
    "table": "表",
    "item": "项目",
    "edition": "版本",
    "clause": "条款",
    "confidence": "可信度",
    "period": "时段",
    "place": "地区",
    "dataset": "数据集",
    "actor": "办理人",
    "act": "事项",
    "subject": "对象",
    "ground": "依据",
    "base": "基数",
    "fall %": "降幅 %",
    "points": "得分",
    "grade": "等级",
    "article": "条",
    "method": "方式",
    "data": "有数据",
    "count": "数目",
    "file": "文件",
    "line": "行",
    "reason": "原因",
    "text": "内容",
    "role": "角色",
    "active": "启用",
    "password set": "已设密码",
    "codes": "验证码",
    "due": "期限",
    "move": "办理",
    "from": "从",
    "to": "到",
    "who": "谁",
    "where": "范围",
    "apart from": "不得同人",
    "asks": "须附",
    "good %": "优良 %",
    "heavy %": "重污染 %",
    "rule": "规则",
    "own": "自身",
    "told": "应执行",
    "outlet": "排放口",
    "enterprise": "企业",
    "standard": "标准",
    "unit type": "类型",
    "device": "设备 MN",
    "reference O₂ %": "基准氧 %",
    "likeness": "相似度",
    "credit": "替代量",
    "industry": "行业",
    "state": "状态",
    "amount": "数量",
    "source": "来源",
    "evidence": "证明",
    "expires": "最后一天",
    "serials": "编号",
    "task": "任务",
    "asked": "任务量",
    "listed": "已列名单",
    "verified": "已验收",
    "lacking": "还差",
    "missed": "逾期",
    "class": "类别",
    "cases": "案件",
    "fines": "罚款",
    "daily": "按日计罚",
    "nation": "全国",
    "step": "步骤",
    "until": "截止",
    "holidays known": "放假已录入",
    "firm": "企业",
    "inspectors": "检查人员",
    "first": "起",
    "last": "止",
    "days": "日数",
    "total": "合计",
}
NOT_APPLICABLE = "—"


def heads(lang: str, *names: str) -> tuple[str, ...]:
    """Give the heads of a table in one language; pollutants and AQI are the same in both."""
    return tuple(HEADS.get(name, name) if lang == "zh" else name for name in names)


def named(answer: Mapping[str, Any], lang: str) -> str:
    """Give the name of what an answer speaks of."""
    return str(answer["name"] if lang == "zh" else answer["name_en"])


def yes(value: bool | None, lang: str) -> str | None:
    """Say yes or no; unknown stays unknown."""
    return None if value is None else ({True: "是", False: "否"} if lang == "zh" else {True: "yes", False: "no"})[value]


def number(cell: Any) -> str:
    """Give one cell as text."""
    if cell is None:
        return "○"
    if isinstance(cell, float):
        return f"{cell:.1f}".replace("-", "−")
    if isinstance(cell, (list, tuple)):
        return " ".join(str(each) for each in cell)
    return str(cell)


def reasons(answer: Mapping[str, Any], lang: str) -> None:
    """Print why something is unknown, and what makes the answer provisional."""
    for each in answer.get("because", ()):
        console.print(("因为 " if lang == "zh" else "because ") + say(each, lang), highlight=False)
    for each in answer.get("provisional", ()):
        console.print(("暂定 " if lang == "zh" else "provisional ") + say(each, lang), highlight=False, style="dim")


GRADES = {"excellent": ("优秀", "excellent"), "good": ("良好", "good"), "pass": ("合格", "pass"), "fail": ("不合格", "failed")}
STATUS = {
    "met": ("已达到", "Met"),
    "on_track": ("进度正常", "On track"),
    "behind": ("落后", "Behind"),
    "breached": ("已违反", "Breached"),
    "not_due": ("未到期", "Not due"),
    "no_data": ("无数据", "No data"),
}


def status_word(status: str, lang: str) -> str:
    """Give the word for a status; no other words are used for it anywhere."""
    return STATUS[status][0 if lang == "zh" else 1]


def guarded(run: Callable[[], Any]) -> int:
    """Run the command line; an error that the user can cure is one clear text, not a traceback."""
    try:
        run()
    except CheckFailedError as error:
        errors.print(str(error), highlight=False, markup=False)
        return NO
    except LantianError as error:
        errors.print(str(error), highlight=False, markup=False)
        return BAD_INPUT
    return DONE
