"""Emergency plans as tables: a folder of CSV files or a workbook with the same sheets; faults are told together, each with its row."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

from openpyxl import load_workbook

from lantian.kernel.errors import FaultsError, InputError
from lantian.response.model import LEVELS, POLLUTANTS, AreaMeasure, Body, EmergencyPlan, Line, Measure

COLUMNS = {
    "plan": ("key", "value"),
    "bodies": ("name", "duty"),
    "area": ("level", "kind", "zh", "en", "department", *POLLUTANTS, "cost"),
    "lines": ("id", "code", "enterprise", "name", "sector", "grade", *POLLUTANTS, "uncertainty", "safe_load", "exempt", "contact"),
    "measures": ("line", "level", "zh", "en", "cut", "cost"),
}
TEXTS = ("warning", "supplies")
Row = Mapping[str, str]
Made = TypeVar("Made")


def read_plan(path: Path) -> EmergencyPlan:
    """Read an emergency plan; what is wrong raises ``FaultsError`` with every row that cannot be understood."""
    tables = _workbook(path) if path.suffix == ".xlsx" else _folder(path)
    faults: list[str] = []
    told = {row["key"]: row["value"] for _, row in tables["plan"]}
    lacking = [key for key in ("place", "title", "version") if not told.get(key)]
    faults += [f"plan: no {key} is given" for key in lacking]

    def every(name: str, make: Callable[[Row], Made]) -> list[Made]:
        found = []
        for line, row in tables[name]:
            try:
                found.append(make(row))
            except InputError as error:
                faults.append(f"{name}:{line}: {error}")
        return found

    measures = every("measures", _measure)
    by_line: dict[str, list[Measure]] = {}
    for each in measures:
        by_line.setdefault(each.line, []).append(each)
    lines = every("lines", lambda row: _line(row, by_line))
    ids = [each.id for each in lines]
    faults += (
        [f"lines: {name} stands there twice; keep one" for name in sorted({each for each in ids if ids.count(each) > 1})] if len(set(ids)) < len(ids) else []
    )
    faults += [f"measures: no line {name!r} is listed" for name in sorted(set(by_line) - set(ids))]
    bodies = every("bodies", lambda row: Body(row["name"], row["duty"]))
    area = every("area", _area)
    totals: dict[str, float] = {}
    days: dict[str, date | None] = {}
    for name in POLLUTANTS:
        try:
            amount = _number(told.get(f"total_{name}", ""), f"total_{name}")
            totals |= {} if amount is None else {name: amount}
        except InputError as error:
            faults.append(f"plan: {error}")
    for name in ("drill_held", "filed", "published"):
        try:
            days[name] = _day(told.get(name, ""))
        except InputError as error:
            faults.append(f"plan: {name}: {error}")
    if faults:
        raise FaultsError(f"the emergency plan {path.name}", faults)
    texts = {key: told[key] for key in TEXTS if told.get(key)}
    place, title, version = told["place"], told["title"], told["version"]
    dates = (days["drill_held"], days["filed"], days["published"])
    return EmergencyPlan(place, title, version, totals, tuple(bodies), texts, tuple(area), tuple(lines), *dates, told.get("illustrative") == "yes")


def _line(row: Row, measures: Mapping[str, list[Measure]]) -> Line:
    emissions = {name: amount for name in POLLUTANTS if (amount := _number(row[name], name)) is not None}
    uncertainty, safe = (_number(row[name], name) or 0.0 for name in ("uncertainty", "safe_load"))
    own = tuple(measures.get(row["id"], ()))
    ident, code, enterprise, name, sector, grade = (row[key] for key in ("id", "code", "enterprise", "name", "sector", "grade"))
    return Line(
        ident, code, enterprise, name, sector, grade, emissions, uncertainty, safe, exempt=row["exempt"] or None, contact=row["contact"] or None, measures=own
    )


def _measure(row: Row) -> Measure:
    cut = _number(row["cut"], "cut")
    if cut is None:
        raise InputError("no cut is given; write the share of the activity that stops, e.g. 0.3")
    return Measure(row["line"], _level(row["level"]), row["zh"], row["en"], cut, _number(row["cost"], "cost") or 0.0)


def _area(row: Row) -> AreaMeasure:
    cut = {name: amount for name in POLLUTANTS if (amount := _number(row[name], name)) is not None}
    return AreaMeasure(_level(row["level"]), row["kind"], row["zh"], row["en"], row["department"], cut, _number(row["cost"], "cost") or 0.0)


def _level(text: str) -> str:
    if text not in LEVELS:
        raise InputError(f"no level {text!r}; choose {', '.join(LEVELS)}")
    return text


def _number(text: str, name: str) -> float | None:
    if not text.strip():
        return None
    try:
        value = float(text)
    except ValueError:
        raise InputError(f"{name} {text!r} is no number") from None
    if not abs(value) < float("inf"):
        raise InputError(f"{name} {text!r} is no number")
    return value


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()[:10]) if text.strip() else None
    except ValueError:
        raise InputError(f"{text!r} is no day; write it as 2013-10-22") from None


def _folder(path: Path) -> dict[str, list[tuple[int, Row]]]:
    found = {}
    for name in COLUMNS:
        file = path / f"{name}.csv"
        try:
            with file.open(encoding="utf-8-sig", newline="") as lines:
                rows = list(csv.reader(lines))
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(
                f"{file} cannot be read ({error}); a plan is a folder with {', '.join(f'{each}.csv' for each in COLUMNS)}, or a workbook"
            ) from None
        found[name] = _rows(name, rows)
    return found


def _workbook(path: Path) -> dict[str, list[tuple[int, Row]]]:
    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except Exception as error:  # noqa: BLE001 - whatever the file is, it is no workbook
        raise InputError(f"{path} is no workbook ({type(error).__name__}); save it as .xlsx") from None
    lacking = [name for name in COLUMNS if name not in book.sheetnames]
    if lacking:
        raise InputError(f"{path.name} has no sheet {', '.join(lacking)}; it needs {', '.join(COLUMNS)}")
    return {name: _rows(name, [[_text(cell) for cell in row] for row in book[name].iter_rows(values_only=True)]) for name in COLUMNS}


def _text(cell: Any) -> str:
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return "" if cell is None else str(cell)


def _rows(name: str, rows: list[list[str]]) -> list[tuple[int, Row]]:
    """Name the cells of a table by its head; a head that lacks a column raises ``InputError``."""
    head = [each.strip() for each in rows[0]] if rows else []
    lacking = [each for each in COLUMNS[name] if each not in head]
    if lacking:
        raise InputError(f"the table {name} has no column {', '.join(lacking)}; its first row names {', '.join(COLUMNS[name])}")
    filled = ((number, row) for number, row in enumerate(rows[1:], 2) if any(cell.strip() for cell in row))
    return [(number, {key: (row[at].strip() if at < len(row) else "") for at, key in enumerate(head)}) for number, row in filled]
