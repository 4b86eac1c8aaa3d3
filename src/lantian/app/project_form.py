"""A project as it is handed in, YAML or JSON, read into an application and written back; what cannot be read is told all at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, fields
from datetime import date, datetime
from math import isfinite
from typing import Any

import yaml

from lantian.approvals.model import POLLUTANTS, Application, Offset, Unit
from lantian.kernel.errors import FaultsError, InputError

LONGEST = 20_000
"""Characters of a project at most (our choice)."""
MOST = 200
"""Units or offsets of one project at most (our choice)."""
OURS = ("id", "title", "place", "applicant")
"""What the record states, not the form."""
NATURES = ("new", "rebuilt", "extended")
EXAMPLE = """# 每行一项；不知道的删去整行。One fact a line; leave out what you do not know.
industry: cement
nature: new          # new 新建 | rebuilt 改建 | extended 扩建
applied: 2015-12-20
emissions: {SO2: 12, NOx: 30, PM: 8, VOC: 0}   # t/a
coal: 4000           # t/a
energy: 5200         # tce/a
units: |
  boiler 25 t/h gas 1
documents: [eia_report, plan_eia, energy_review, total_quota]
in_plan: true        # 属于某项规划 belongs to a development plan
zones: [key]         # 主体功能区 optimised | key | limited | prohibited; fragile | sensitive
major: false         # 重大项目 a major project
urban_core: false    # 在城市主城区 in the urban core
built_up: true       # 在建成区 in the built-up area
started: 9999-12-31  # 尚未开工 not begun
offsets: []
"""


def parse_project(text: str, title: str, place: str, applicant: str, on: date) -> Application:
    """Read a project from YAML or JSON; faults raise ``FaultsError``, all together. ``on`` is the day of the application where none is stated."""
    if len(text) > LONGEST:
        raise InputError(f"a project of {len(text)} characters; give {LONGEST} at most")
    try:
        if any(isinstance(each, (yaml.AnchorToken, yaml.AliasToken)) for each in yaml.scan(text)):
            raise InputError("a project names nothing by anchors (& and *); write it out")
        raw = yaml.load(text, Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise InputError(f"the project is neither YAML nor JSON: {' '.join(str(error).split())[:300]}") from None
    if not isinstance(raw, Mapping):
        raise InputError("the project states no facts; write lines such as “industry: cement”")
    return read_project({"applied": on} | dict(raw), title=title, place=place, applicant=applicant)


def read_project(raw: Mapping[str, Any], **ours: str) -> Application:
    """Read a project from its facts, as handed in or as kept in a record."""
    wrong: list[str] = []
    given = _read(Application, {name: each for name, each in raw.items() if name not in OURS}, wrong, "")
    for name in ("industry", "nature", "applied"):
        if name not in given:
            wrong.append(f"{name}: nothing given")
    if given.get("nature", "new") not in NATURES:
        wrong.append(f"nature: {given['nature']!r} is not one of {', '.join(NATURES)}")
    wrong += [f"emissions: no pollutant {each!r}; there are {', '.join(POLLUTANTS)}" for each in given.get("emissions", {}) if each not in POLLUTANTS]
    if wrong:
        raise FaultsError("建设项目申请 project application", wrong)
    return Application(**({"id": ""} | {name: str(raw.get(name, "")) for name in OURS} | ours | given))


def plain_project(project: Application) -> dict[str, Any]:
    """Write a project as facts that a record keeps."""
    found: dict[str, Any] = _plain(asdict(project))
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted(str(each) for each in value)
    return [_plain(each) for each in value] if isinstance(value, (list, tuple)) else value


def _read(kind: type, raw: Mapping[Any, Any], wrong: list[str], where: str) -> dict[str, Any]:
    known = {each.name: str(each.type) for each in fields(kind) if kind is not Application or each.name not in OURS}
    found = {}
    for name, each in raw.items():
        if name not in known:
            wrong.append(f"{where}{str(name)[:60]}: no such fact; there are {', '.join(known)}")
            continue
        if each is None:
            continue
        try:
            found[name] = READERS[known[name]](each)
        except FaultsError as error:
            wrong += [f"{where}{name}: {fault}" for fault in error.faults]
        except (ValueError, TypeError) as error:
            wrong.append(f"{where}{name}: {error}")
    return found


def _text(raw: Any) -> str:
    if isinstance(raw, (Mapping, list)):
        raise TypeError("is a list, not words")
    return str(raw).strip()[:400]


def _number(raw: Any) -> float:
    try:
        value = float(raw)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"{str(raw)[:60]!r} is no number") from None
    if isinstance(raw, bool) or not isfinite(value) or value < 0:
        raise ValueError(f"{str(raw)[:60]!r} is no amount")
    return value


def _count(raw: Any) -> int:
    value = _number(raw)
    if not value.is_integer():
        raise ValueError(f"{raw} is no whole number")
    return int(value)


def _flag(raw: Any) -> bool:
    if not isinstance(raw, bool):
        raise TypeError(f"{str(raw)[:60]!r} is neither true nor false")
    return raw


def _day(raw: Any) -> date:
    if isinstance(raw, date) and not isinstance(raw, datetime):
        return raw
    try:
        return date.fromisoformat(str(raw))
    except ValueError:
        raise ValueError(f"{str(raw)[:60]!r} is no day; write it as 2015-12-08") from None


def _set(raw: Any) -> frozenset[str]:
    return frozenset(_words(raw))


def _words(raw: Any) -> tuple[str, ...]:
    if isinstance(raw, str) or not isinstance(raw, Iterable):
        raise TypeError("is no list; write it as [a, b]")
    return tuple(_text(each) for each in raw)


def _amounts(raw: Any) -> dict[str, float | None]:
    if not isinstance(raw, Mapping):
        raise TypeError("is no table; write it as {SO2: 12}")
    return {str(name)[:40]: None if each is None else _number(each) for name, each in raw.items()}


def _several(kind: type) -> Callable[[Any], tuple[Any, ...]]:
    def read(raw: Any) -> tuple[Any, ...]:
        lines = [_line(each) for each in raw.splitlines() if each.strip()] if isinstance(raw, str) and kind is Unit else raw
        if not isinstance(lines, (list, tuple)) or not all(isinstance(each, Mapping) for each in lines):
            raise ValueError("is no list of facts; write one “- name: value” each")
        if len(lines) > MOST:
            raise ValueError(f"{len(lines)} are more than {MOST}")
        wrong: list[str] = []
        found = [_made(kind, each, wrong, number) for number, each in enumerate(lines, 1)]
        if wrong:
            raise FaultsError(kind.__name__, wrong)
        return tuple(found)

    return read


def _made(kind: type, raw: Mapping[str, Any], wrong: list[str], number: int) -> Any:
    before = len(wrong)
    given = _read(kind, raw, wrong, f"{number}: ")
    needed = ("kind",) if kind is Unit else ("place", "item", "industry", "amount")
    wrong += [f"{number}: {name}: nothing given" for name in needed if name not in given and name not in raw]
    return kind(**given) if len(wrong) == before else None


def _line(text: str) -> dict[str, Any]:
    """Read a unit of one line: kind, size, unit of size, fuel, number."""
    names = ("kind", "size", "size_unit", "fuel", "number")
    parts = text.split()
    if len(parts) > len(names):
        raise ValueError(f"{text.strip()[:80]!r} has more than kind, size, unit, fuel and number; write it as “boiler 25 t/h gas 1”")
    return dict(zip(names, parts, strict=False))


READERS: dict[str, Callable[[Any], Any]] = {
    "str": _text,
    "float": _number,
    "float | None": _number,
    "int": _count,
    "int | None": _count,
    "bool": _flag,
    "bool | None": _flag,
    "date": _day,
    "date | None": _day,
    "frozenset[str]": _set,
    "frozenset[str] | None": _set,
    "tuple[str, ...]": _words,
    "tuple[Unit, ...]": _several(Unit),
    "tuple[Offset, ...]": _several(Offset),
    "Mapping[str, float]": _amounts,
    "Mapping[str, float | None]": _amounts,
}
"""How a fact of each sort is read, by the type that the model gives it."""
