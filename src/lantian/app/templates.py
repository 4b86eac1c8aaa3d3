"""Blank registers to fill in: a workbook with Chinese titles, drop-downs and explanations, and the same as CSV."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from lantian.app.loading import asked_for
from lantian.kernel.errors import unknown
from lantian.plan.readers import plan
from lantian.plan.readers.registers import REGISTERS, Field

ROWS = 5000
"""How many rows of a workbook the drop-downs reach."""
HOW = {
    "text": ("文字", "text"),
    "number": ("数字", "number"),
    "day": ("日期，如 2015-12-31", "a day, such as 2015-12-31"),
    "year": ("年份，如 2014", "a year, such as 2014"),
    "place": ("地区名称或行政区划代码", "name or GB/T 2260 code of a place"),
    "attributes": ("名=值；名=值", "name=value; name=value"),
    "kind": ("从下拉列表选", "choose from the list"),
    "control": ("从下拉列表选", "choose from the list"),
    "act": ("从下拉列表选", "choose from the list"),
}


def write_templates(name: str, folder: Path) -> list[Path]:
    """Write the blank register as NAME.xlsx and NAME.csv; an unknown name raises ``InputError``."""
    if name not in REGISTERS:
        raise unknown("template", name, REGISTERS)
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{name}.xlsx", folder / f"{name}.csv"]
    _workbook(REGISTERS[name], asked_for(plan()), paths[0])
    with paths[1].open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([field.zh for field in REGISTERS[name]])
        writer.writerow([("# 示例：" if number == 0 else "") + field.example for number, field in enumerate(REGISTERS[name])])
    return paths


def _workbook(fields: tuple[Field, ...], known: Mapping[str, frozenset[str]], path: Path) -> None:
    """Write the workbook: what is filled in, what may be chosen, what each column means."""
    book = Workbook()
    sheet, choices, about = book.worksheets[0], book.create_sheet("选项"), book.create_sheet("说明")
    sheet.title = "填报"
    sheet.append([field.zh for field in fields])
    sheet.freeze_panes = "A2"
    about.append(["列", "column", "填法", "how", "必填 needed", "例 example"])
    for number, field in enumerate(fields, start=1):
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].width = max(12, 2 * len(field.zh) + 4)
        about.append([field.zh, field.en, *HOW[field.kind], "是 yes" if field.needed else "", field.example])
        words = sorted(known.get(field.kind, ()))
        if not words:
            continue
        for row, word in enumerate(words, start=1):
            choices.cell(row, number, word)
        rule = DataValidation(type="list", formula1=f"选项!${letter}$1:${letter}${len(words)}", allow_blank=not field.needed)
        rule.error = f"请从列表中选择{field.zh}"
        sheet.add_data_validation(rule)
        rule.add(f"{letter}2:{letter}{ROWS}")
    book.save(path)
