"""One workbook with a sheet for each register of sources: everything is checked before anything is loaded."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, time
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from lantian.air.readers.files import digest_of
from lantian.kernel.errors import FaultsError, InputError, unknown
from lantian.lake.declaration import Declaration, dataset
from lantian.lake.declaration.base import LINE
from lantian.lake.load import Fault, LoadReport, load_file
from lantian.lake.store import Lake
from lantian.places import Atlas
from lantian.sources.model import Reports
from lantian.sources.readers.forms import CALLED_AS, REFERS, SHEETS
from lantian.sources.readers.registers import parse_sheet
from lantian.sources.service.registry import open_registry

Row = dict[str, Any]
ABOUT = ("说明", "选项")
"""Sheets of the blank workbook that hold no rows."""


def load_sheets(lake: Lake, atlas: Atlas, path: Path, now: datetime) -> list[LoadReport]:
    """Load every register of a workbook; any fault in any sheet raises ``FaultsError`` with all of them, and nothing is loaded."""
    cells = read_sheets(path)
    rows: dict[str, list[Row]] = {}
    faults: list[str] = []
    for name, numbered in cells.items():
        rows[name] = []
        for each in parse_sheet(name, numbered, atlas):
            if isinstance(each, Fault):
                faults.append(f"{name}:{each.line}: {each.reason}")
            else:
                rows[name].append(each)
        faults += _clashes(dataset(name), rows[name], now)
    faults += _lost(lake, atlas, rows)
    if faults:
        raise FaultsError(path.name, faults)
    digest = digest_of(path)
    return [load_file(lake, dataset(name), f"{path.name}:{name}", digest, rows[name], "tidy", now, strict=True) for name in SHEETS if rows.get(name)]


def read_sheets(path: Path) -> dict[str, list[tuple[int, dict[str, str | None]]]]:
    """Give the numbered rows of each sheet, named by the register or its Chinese title; what is no such workbook raises ``InputError``."""
    if not path.is_file():
        raise InputError(f"no file {path}; check the path")
    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (zipfile.BadZipFile, KeyError, OSError, ValueError, InputError) as error:
        raise InputError(f"{path}: no Excel workbook ({error}); save it as .xlsx") from None
    titles = {dataset(name).zh: name for name in SHEETS} | {name: name for name in SHEETS}
    found = {}
    for sheet in book.worksheets:
        if sheet.title in ABOUT:
            continue
        if sheet.title not in titles:
            raise unknown("register", sheet.title, titles, where=f" for a sheet of {path.name}")
        name = titles[sheet.title]
        found[name] = list(_rows(name, sheet.iter_rows(values_only=True), path))
    book.close()
    return found


def _rows(name: str, lines: Iterable[tuple[Any, ...]], path: Path) -> Iterator[tuple[int, dict[str, str | None]]]:
    grid = iter(lines)
    head = [CALLED_AS[name].get(text, text) for text in (as_text(cell) or "" for cell in next(grid, ()))]
    lacking = [field for field in SHEETS[name] if field.needed and field.name not in head]
    if lacking:
        raise InputError(f"{path.name}: the sheet {name} has no column {', '.join(f'{each.zh} ({each.name})' for each in lacking)}; add it")
    for line, cells in enumerate(grid, start=2):
        texts = [as_text(cell) for cell in cells]
        if any(texts) and not (texts[0] or "").startswith("#"):
            yield line, dict(zip(head, texts, strict=False))


def as_text(cell: Any) -> str | None:
    """Give a cell as the text that a CSV file would hold."""
    if cell is None:
        return None
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ")
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _clashes(declared: Declaration, rows: list[Row], now: datetime) -> Iterator[str]:
    """Find rows of one key that say different things, and reports from the future."""
    seen: dict[tuple[Any, ...], Row] = {}
    for row in rows:
        key = tuple(row[name] for name in declared.key)
        before = seen.setdefault(key, row)
        if {**before, LINE: 0} != {**row, LINE: 0}:
            yield f"{declared.name}:{row[LINE]}: says something else than line {before[LINE]} for the same {' and '.join(declared.key)}; keep one"
        if declared.published(row) > now:
            yield f"{declared.name}:{row[LINE]}: {declared.time} {row[declared.time]} lies in the future; mend the date"


def _lost(lake: Lake, atlas: Atlas, rows: Mapping[str, list[Row]]) -> Iterator[str]:
    """Find rows that name an enterprise, plant, line, outlet or analyser that stands neither in the workbook nor in the registers."""
    registry = open_registry(lake, places=atlas)
    reports: dict[str, Reports[Any]] = {
        "enterprises": registry.enterprise_reports,
        "plants": registry.plant_reports,
        "process_lines": registry.line_reports,
        "outlets": registry.outlet_reports,
        "analysers": registry.analyser_reports,
    }
    known = {name: {*told.names(), *(row[dataset(name).key[0]] for row in rows.get(name, ()))} for name, told in reports.items()}
    for name, own in rows.items():
        for column, other in REFERS.get(name, ()):
            for row in own:
                if row[column] and row[column] not in known[other]:
                    yield f"{name}:{row[LINE]}: {unknown(column, row[column], known[other], where=f' in {other}')}"
