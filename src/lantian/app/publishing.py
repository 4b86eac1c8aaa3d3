"""Papers and feeds made from records: what they say is what the record froze, nothing is worked out again."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Literal
from xml.sax.saxutils import escape

from lantian.app.acting import Desk
from lantian.app.papers import paper
from lantian.app.speech import say
from lantian.kernel.pollutant import POLLUTANTS
from lantian.ledger import Record
from lantian.places import Atlas

DUTIES = {"ten_cities": "重点城市空气质量排名：较好和较差的10个城市", "province_ranking": "省内城市空气质量排名", "city_day": "城市空气质量日报"}
GRADES = {"excellent": "优秀", "good": "良好", "pass": "合格", "fail": "不合格"}
CONFIDENCE = {"confirmed": "已核对", "secondary": "二级来源", "recalled": "凭记录", "unsure": "存疑"}
UNKNOWN = "未知"
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def shown(value: Any, digits: int = 1) -> str:
    """Print a number of a record; unknown stays unknown."""
    return UNKNOWN if value is None else f"{float(value):.{digits}f}".replace("-", "−")


def foot(record: Record) -> str:
    """Say where the numbers of a paper come from."""
    return f"蓝天 {record.id} 第{record.version}版 数据版本 {record.body.get('version_of_data', UNKNOWN)}"


def score_sheet(record: Record, atlas: Atlas, form: Literal["pdf", "png"] = "pdf") -> bytes:
    """Set the score sheet of an assessment: every point with its indicator, values and sources."""
    sheet = record.body["sheet"]
    air, tasks, result = sheet["air"], sheet["tasks"], sheet["result"]
    reasons = list(dict.fromkeys(say(each) for each in (*air["because"], *tasks["because"], *result["because"])))
    items = [
        [say({"key": f"assessment.item.{item}", "values": {}}), shown(sheet["full"][item]), shown(points)] for item, points in (sheet["items"] or {}).items()
    ]
    data = {
        "number": record.id,
        "title": f"{atlas.place(record.place).name}{sheet['year']}年度大气污染防治考核计分表",
        "foot": foot(record),
        "provisional": [say(each) for each in sheet["provisional"]],
        "results": [
            ["空气质量", shown(air["points"]) if air["points"] is not None else "不计分", f"{sheet['pollutant']} 目标 −{shown(sheet['target'], 0)}%"],
            ["重点任务", shown(tasks["points"]) if tasks["points"] is not None else "不计分", "取低者" if sheet["lower_of_two"] else "不计入总分"],
            ["等级", GRADES.get(result["grade"], UNKNOWN), f"{shown(result['points'])} 分" if result["points"] is not None else "未知"],
        ],
        "because": reasons,
        "air": [
            ["指标", f"{sheet['pollutant']} 年均浓度，省内各市算术平均，µg/m³"],
            ["基数", shown(sheet["base"])],
            ["上年", shown(sheet["before"])],
            [f"{sheet['year']}年", shown(sheet["now"])],
            ["降幅", f"{shown(air['fall'], 2)}%（按整数 {shown(sheet['air_rounded']['fall'])}%）" if air["fall"] is not None else "不计算"],
            ["当年应降", f"{shown(air['required'], 2)}%" if air["required"] is not None else "不计算"],
        ],
        "tasks": items,
        "law": [[each["source"], _item(each["item"]), _stated(each["value"]), CONFIDENCE[each["confidence"]]] for each in sheet["law"]],
    }
    return paper("score", data, form)


def letter(record: Record, atlas: Atlas, form: Literal["pdf", "png"] = "pdf") -> bytes:
    """Set the official letter that goes with a consequence; until it is signed it says that it is a draft."""
    body = record.body
    paragraphs = [
        f"根据{body['clause']}，现就{str(body['year']) + '年度' if body.get('year') else ''}大气污染防治考核事宜函告如下：",
        str(body["text"]) + (f"（污染物：{body['pollutants']}）" if body.get("pollutants") else ""),
        *([f"请于{body['until']}前完成整改，并将结果函复。"] if body.get("until") else []),
        *([f"所依据的考核记录为 {body['assessment']}。"] if body.get("assessment") else []),
        "如有异议，可提出并附证明材料。",
    ]
    data = {
        "title": "关于大气污染防治考核有关措施的函",
        "number": record.id,
        "to": f"{atlas.place(record.place).name}人民政府",
        "paragraphs": paragraphs,
        "from": "环境保护部（考核部门）",
        "date": f"{record.moved_at:%Y年%m月%d日}",
        "draft": record.state == "drafted",
        "foot": foot(record),
    }
    return paper("letter", data, form)


def bulletin_table(record: Record) -> list[tuple[str, list[str], list[list[Any]]]]:
    """Give the tables of a bulletin: title, heads, rows."""
    content = record.body["content"]
    if record.body["duty"] == "city_day":
        rows = [[each.key, content["values"].get(each.key), each.unit] for each in POLLUTANTS]
        return [(f"AQI {content['aqi'] if content['aqi'] is not None else UNKNOWN}", ["污染物", "数值", "单位"], rows)]
    heads = ["名次", "城市", "综合指数"]

    def rows_of(listed: Iterable[Mapping[str, Any]]) -> list[list[Any]]:
        return [[each["rank"], each["name"], each["index"]] for each in listed]

    if record.body["duty"] == "ten_cities":
        return [("空气质量较好的10个城市", heads, rows_of(content["best"])), ("空气质量较差的10个城市（最差在前）", heads, rows_of(content["worst"]))]
    return [("排名", heads, rows_of(content["rows"]))]


def bulletin_pdf(record: Record, atlas: Atlas, form: Literal["pdf", "png"] = "pdf") -> bytes:
    """Set a bulletin as a PDF in Chinese."""
    body = record.body
    notes = [f"{atlas.place(record.place).name} {body['period']}"]
    notes += [f"应公布 {body['promised_at'].replace('T', ' ')}" if body.get("promised_at") else "应公布时刻：原文未定"]
    notes += [f"实际公布 {body['published_at'].replace('T', ' ')}"] if body.get("published_at") else ["尚未公布"]
    notes += [f"更正 {body['corrects']}"] if body.get("corrects") else []
    notes += ["本件已由后来的公报更正"] if record.state == "corrected" else []
    parts = [
        {"title": title, "columns": ["auto", "wide", "auto"], "heads": heads, "right": [0, 2], "rows": [[_cell(cell) for cell in row] for row in rows]}
        for title, heads, rows in bulletin_table(record)
    ]
    return paper("bulletin", {"title": DUTIES[body["duty"]], "number": record.id, "notes": notes, "parts": parts, "foot": foot(record)}, form)


def bulletin_csv(record: Record) -> str:
    """Write a bulletin as CSV; a cell that a spreadsheet would run is given as text."""
    out = io.StringIO()
    writer = csv.writer(out)
    for title, heads, rows in bulletin_table(record):
        writer.writerow(["", *heads])
        writer.writerows([[safe(title), *(safe(_cell(cell)) for cell in row)] for row in rows])
    return "\ufeff" + out.getvalue()


def safe(cell: str) -> str:
    """Keep a spreadsheet from running a cell as a formula.

    >>> safe("=1+1"), safe("−3.5"), safe("-3.5"), safe("石家庄")
    ("'=1+1", '−3.5', '-3.5', '石家庄')
    """
    try:
        float(cell)
    except ValueError:
        return f"'{cell}" if cell.startswith(FORMULA) else cell
    return cell


def atom(desk: Desk, site: str, at: datetime) -> str:
    """Write the published bulletins as an Atom feed (RFC 4287), the last first."""
    entries = []
    for record in sorted(desk.public(["bulletin"]), key=lambda each: each.moved_at, reverse=True)[:100]:
        title = f"{desk.atlas.place(record.place).short} {DUTIES[record.body['duty']]} {record.body['period']}"
        state = "（已更正）" if record.state == "corrected" else ""
        entries.append(
            f"<entry><id>urn:lantian:{escape(record.id)}</id><title>{escape(title + state)}</title><updated>{record.moved_at:%Y-%m-%dT%H:%M:%S}+08:00</updated>"
            f'<link href="{escape(site)}/record/{escape(record.id)}"/><author><name>{escape(desk.atlas.place(record.place).name)}</name></author></entry>'
        )
    return (
        '<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="zh-CN"><id>urn:lantian:bulletins</id>'
        f'<title>蓝天 公报</title><updated>{at:%Y-%m-%dT%H:%M:%S}+08:00</updated><link rel="self" href="{escape(site)}/bulletins.atom"/>{"".join(entries)}</feed>'
    )


ITEMS = {"risen": "不降反升", "required": "完成当年进度", "full": "达到下一年进度", "lower_of_two": "取低者的省份", "mean": "考核基数", "figure": "公布的整数"}
"""What the keys of law values are called on Chinese papers."""


def _item(key: str) -> str:
    return " ".join(ITEMS.get(word, word) for word in key.split())


def _stated(value: Any) -> str:
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)


def _cell(cell: Any) -> str:
    if cell is None:
        return UNKNOWN
    return f"{cell:.2f}" if isinstance(cell, float) else str(cell)
