"""The registers that provinces, cities and enterprises fill in: units, their controls, acts. One shape serves every kind of equipment or site."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from lantian.air.readers.fields import FieldError, day, real
from lantian.kernel.errors import InputError, unknown
from lantian.lake.load import Fault
from lantian.places import Atlas

Numbered = Iterable[tuple[int, Mapping[str, str | None]]]
Parsed = Iterator[dict[str, Any] | Fault]
LONGEST = 500


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a register as it is filled in: name, Chinese and English title, how it is read, an example, what may be chosen."""

    name: str
    zh: str
    en: str
    kind: str
    example: str
    needed: bool = False
    choices: tuple[str, ...] = ()


COMPLETE = "register_complete"
"""The act by which a place says that its record of acts is complete: from then on an act that is missing counts as not done."""
REGISTERS: dict[str, tuple[Field, ...]] = {
    "units": (
        Field("unit", "编号", "unit", "text", "130100-0001-1", needed=True),
        Field("facility", "企业或单位", "facility", "text", "某热力公司", needed=True),
        Field("name", "名称", "name", "text", "1号锅炉"),
        Field("place", "地区", "place", "place", "石家庄", needed=True),
        Field("sector", "行业", "sector", "text", "boiler"),
        Field("kind", "类型", "kind", "kind", "coal_boiler", needed=True),
        Field("capacity", "容量", "capacity", "number", "10"),
        Field("capacity_unit", "容量单位", "unit of capacity", "text", "t/h"),
        Field("approved", "批准日期", "approved", "day", ""),
        Field("commissioned", "投运日期", "commissioned", "day", "2008-10-01"),
        Field("retired", "淘汰日期", "retired", "day", ""),
        Field("attributes", "属性", "attributes", "attributes", "within=built_up_area；fuel=coal"),
        Field("day", "填报日期", "day of the report", "day", "2015-12-31", needed=True),
    ),
    "controls": (
        Field("unit", "编号", "unit", "text", "130100-0001-1", needed=True),
        Field("control", "设施类型", "control", "control", "fgd", needed=True),
        Field("installed", "投运日期", "installed", "day", "2014-09-01", needed=True),
        Field("removed", "停用日期", "removed", "day", ""),
        Field("evidence", "证明文件", "evidence", "text", "验收意见 2014-15"),
        Field("day", "填报日期", "day of the report", "day", "2015-12-31", needed=True),
    ),
    "acts": (
        Field("act", "事项", "act", "act", "publish_city_ranking", needed=True),
        Field("place", "地区", "place", "place", "河北", needed=True),
        Field("day", "日期", "day", "day", "2014-02-01", needed=True),
        Field("office", "办理机关", "office", "text", "省环境保护厅"),
        Field("title", "文件名称", "title", "text", "2014年1月城市空气质量排名", needed=True),
        Field("document", "文号", "document", "text", ""),
        Field("source", "出处", "source", "text", "省环境保护厅网站", needed=True),
    ),
    "statistics": (
        Field("place", "地区", "place", "place", "河北", needed=True),
        Field("year", "年份", "year", "year", "2014", needed=True),
        Field("indicator", "指标", "indicator", "text", "coal_share_of_energy", needed=True),
        Field("value", "数值", "value", "number", "86.5", needed=True),
        Field("unit", "单位", "unit", "text", "%", needed=True),
        Field("source", "出处", "source", "text", "统计年鉴 2015", needed=True),
    ),
    "access_list": (
        Field("industry", "行业", "industry", "text", "steel", needed=True),
        Field("edition", "批次", "edition", "text", "第一批", needed=True),
        Field("enterprise", "统一社会信用代码", "unified social credit code", "text", "911100000000000276", needed=True),
        Field("name", "企业名称", "name", "text", "某钢铁公司"),
        Field("listed", "列入日期", "listed", "day", "2014-01-01", needed=True),
        Field("removed", "撤销日期", "removed", "day", ""),
        Field("source", "出处", "source", "text", "公告文号", needed=True),
        Field("day", "填报日期", "day of the report", "day", "2015-12-31", needed=True),
    ),
    "total_control": (
        Field("place", "地区", "place", "place", "石家庄", needed=True),
        Field("pollutant", "污染物", "pollutant", "text", "SO2", needed=True),
        Field("left", "可用总量指标", "what is left for new projects [t/a]", "number", "100", needed=True),
        Field("source", "出处", "source", "text", "总量核算文件", needed=True),
        Field("day", "核定日期", "day", "day", "2015-01-01", needed=True),
    ),
}
CALLED = {name: {field.zh: field.name for field in fields} for name, fields in REGISTERS.items()}
"""The Chinese titles by which a filled-in register may call its columns."""


def attributes(text: str) -> str:
    """Write attributes as ;name=value;name=value; in the order of their names, so that one can be looked for as ;name=value;.

    >>> attributes("fuel=coal；within = built_up_area")
    ';fuel=coal;within=built_up_area;'
    """
    found: dict[str, str] = {}
    for part in text.replace("；", ";").split(";"):
        if not part.strip():
            continue
        name, sign, value = (piece.strip() for piece in part.partition("="))
        if not sign or not name or not value:
            raise FieldError(f"attributes {part.strip()!r} is no name=value; write fuel=coal; within=built_up_area")
        if name in found:
            raise FieldError(f"attributes names {name} twice; keep one")
        found[name] = value
    return "".join(f";{name}={found[name]}" for name in sorted(found)) + (";" if found else "")


def parse_register(name: str, known: Mapping[str, frozenset[str]], rows: Numbered, atlas: Atlas) -> Parsed:
    """Read a register; ``known`` lists the kinds, controls and acts that some provision of the plan asks for."""
    fields = REGISTERS[name]
    for line, row in rows:
        try:
            yield {field.name: _read(field, row.get(field.name), known, atlas) for field in fields} | {"line": line}
        except (FieldError, InputError) as error:
            yield Fault(line, str(error), ",".join(value or "" for value in row.values())[:LONGEST])


def _read(field: Field, text: str | None, known: Mapping[str, frozenset[str]], atlas: Atlas) -> Any:
    """Read one cell; a cell that is needed and empty is a fault."""
    word = (text or "").strip()
    if not word:
        if field.needed:
            raise FieldError(f"{field.name} is empty; {field.zh}必填")
        return "" if field.kind in ("text", "attributes") else None
    if field.kind in known and word not in known[field.kind]:
        raise unknown(field.name, word, known[field.kind])
    return READ.get(field.kind, _text)(word, field.name, atlas)


def _text(word: str, _: str, __: Atlas) -> str:
    return word


READ: dict[str, Callable[[str, str, Atlas], Any]] = {
    "number": lambda word, name, _: real(word, name),
    "day": lambda word, name, _: _past(day(word, name), name),
    "place": lambda word, _, atlas: atlas.find(word).code,
    "attributes": lambda word, _, __: attributes(word),
}


def _past(found: date, name: str) -> date:
    """Refuse a day that no register of this plan can mean."""
    if not EARLIEST <= found.year <= LATEST:
        raise FieldError(f"{name} {found} lies outside {EARLIEST} to {LATEST}")
    return found


EARLIEST, LATEST = 1900, 2100


def register_layouts(known: Mapping[str, frozenset[str]]) -> dict[tuple[str, str], tuple[tuple[str, ...], Callable[[Numbered, Atlas], Parsed]]]:
    """Give the formats of this room: the columns a register needs, and its parser."""
    return {
        (name, "tidy"): (tuple(field.name for field in fields if field.needed), partial(parse_register, name, known))
        for name, fields in REGISTERS.items()
        if name != "statistics"
    }
