"""Blank registers to fill in: a workbook with Chinese titles, drop-downs and explanations, and the same as CSV."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from lantian.app.loading import asked_for
from lantian.kernel.errors import unknown
from lantian.lake.declaration import dataset
from lantian.law import book
from lantian.plan.readers import plan
from lantian.plan.readers.registers import REGISTERS
from lantian.sources.readers.forms import REGISTERED, SHEETS
from lantian.sources.rules.emission_law import emission_law

ROWS = 5000
"""How many rows of a workbook the drop-downs reach."""
SOURCES = "sources"
"""The name of the workbook that holds every register of sources, a sheet each."""
HOW = {
    "text": ("文字", "text"),
    "number": ("数字", "number"),
    "decimal": ("数字", "number"),
    "whole": ("整数", "whole number"),
    "truth": ("是或否", "是 or 否, true or false"),
    "day": ("日期，如 2015-12-31", "a day, such as 2015-12-31"),
    "moment": ("时刻，如 2015-12-08 18:00", "a time, such as 2015-12-08 18:00"),
    "year": ("年份，如 2014", "a year, such as 2014"),
    "place": ("地区名称或行政区划代码", "name or GB/T 2260 code of a place"),
    "attributes": ("名=值；名=值", "name=value; name=value"),
    "credit": ("18 位统一社会信用代码", "unified social credit code, 18 characters"),
    "device": ("12–24 位 MN", "MN, 12 to 24 characters"),
    "code": ("编号，不含空格", "an identifier without blanks"),
    "kind": ("从下拉列表选", "choose from the list"),
    "control": ("从下拉列表选", "choose from the list"),
    "act": ("从下拉列表选", "choose from the list"),
    "choice": ("从下拉列表选", "choose from the list"),
    "standard": ("从下拉列表选", "choose from the list"),
    "unit_type": ("从下拉列表选", "choose from the list"),
    "fuel": ("从下拉列表选或填写", "choose from the list, or write another"),
}
FREE = ("fuel", "standard")
"""Kinds whose list is a help and no bound."""


class Column(Protocol):
    """A column of a form, of whatever room."""

    @property
    def zh(self) -> str:
        """Give its Chinese title."""
        ...

    @property
    def en(self) -> str:
        """Give its English title."""
        ...

    @property
    def kind(self) -> str:
        """Give how it is read."""
        ...

    @property
    def example(self) -> str:
        """Give an example."""
        ...

    @property
    def needed(self) -> bool:
        """Tell whether it must be filled in."""
        ...

    @property
    def choices(self) -> tuple[str, ...]:
        """Give what may be chosen."""
        ...


def write_templates(name: str, folder: Path) -> list[Path]:
    """Write the blank register as NAME.xlsx and NAME.csv, or ``sources``, one workbook of all registers of sources; an unknown name raises ``InputError``."""
    forms: Mapping[str, Sequence[Column]] = {**REGISTERS, **SHEETS}
    if name not in (*forms, SOURCES):
        raise unknown("template", name, (*forms, SOURCES))
    folder.mkdir(parents=True, exist_ok=True)
    known = {**asked_for(plan()), **_of_law()}
    path = folder / f"{name}.xlsx"
    if name == SOURCES:
        _workbook({dataset(each).zh: forms[each] for each in REGISTERED}, known, path)
        return [path]
    _workbook({"填报": forms[name]}, known, path)
    flat = path.with_suffix(".csv")
    with flat.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([field.zh for field in forms[name]])
        writer.writerow([("# 示例：" if number == 0 else "") + field.example for number, field in enumerate(forms[name])])
    return [path, flat]


def _of_law() -> dict[str, frozenset[str]]:
    """Give the standards, types of unit and fuels that the limits know."""
    law = emission_law(book())
    types = [(standard, unit_type) for standard in law.standards for unit_type in law.unit_types(standard)]
    fuels = {fuel for standard, unit_type in types for fuel in law.fuels(standard, unit_type)} - {"*"}
    return {"standard": frozenset(law.standards), "unit_type": frozenset(unit_type for _, unit_type in types), "fuel": frozenset(fuels | {"coal", "oil"})}


def _workbook(forms: Mapping[str, Sequence[Column]], known: Mapping[str, frozenset[str]], path: Path) -> None:
    """Write the workbook: a sheet a form, what may be chosen, what each column means."""
    book_ = Workbook()
    book_.remove(book_.worksheets[0])
    for title in forms:
        book_.create_sheet(title)
    choices, about = book_.create_sheet("选项"), book_.create_sheet("说明")
    about.append(["表", "列", "column", "填法", "how", "必填 needed", "例 example"])
    before = 0
    for title, fields in forms.items():
        _sheet(book_[title], fields, known, choices, before)
        before += len(fields)
        for field in fields:
            about.append([title, field.zh, field.en, *HOW[field.kind], "是 yes" if field.needed else "", field.example])
    book_.save(path)


def _sheet(sheet: Worksheet, fields: Sequence[Column], known: Mapping[str, frozenset[str]], choices: Worksheet, before: int) -> None:
    """Write the head of a form and its drop-downs, whose words stand in columns of the sheet of choices after those of the forms before it."""
    sheet.append([field.zh for field in fields])
    sheet.freeze_panes = "A2"
    for number, field in enumerate(fields, start=1):
        letter, column = get_column_letter(number), get_column_letter(before + number)
        sheet.column_dimensions[letter].width = max(12, 2 * len(field.zh) + 4)
        words = list(field.choices) or sorted(known.get(field.kind, ())) or (["是", "否"] if field.kind == "truth" else [])
        if not words:
            continue
        for row, word in enumerate(words, start=1):
            choices.cell(row, before + number, word)
        rule = DataValidation(type="list", formula1=f"选项!${column}$1:${column}${len(words)}", allow_blank=not field.needed)
        rule.error = f"请从列表中选择{field.zh}"
        rule.showErrorMessage = field.kind not in FREE
        sheet.add_data_validation(rule)
        rule.add(f"{letter}2:{letter}{ROWS}")
