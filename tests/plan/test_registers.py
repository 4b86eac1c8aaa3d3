"""Registers as they are filled in: Chinese titles, workbooks, every fault at its line, nothing loaded halfway, and the way to a finding."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from openpyxl import Workbook

from lantian.app.house import House
from lantian.app.loading import asked_for, load
from lantian.kernel.errors import FaultsError
from lantian.lake.store import Lake
from lantian.plan.readers import plan
from lantian.plan.readers.registers import REGISTERS, attributes

NOW = datetime(2026, 3, 1)
KINDS = asked_for(plan())


def write(folder, name, rows):
    path = folder / name
    path.write_text("\n".join(",".join(row) for row in rows) + "\n", encoding="utf-8")
    return path


def test_acts_by_their_chinese_titles_reach_the_finding(tmp_path):
    """A ministry's act on record makes its duty met from that day on, and not before."""
    found = next(duty for duty in plan().duties if duty.indicator.how == "act" and duty.indicator.by == "nation" and not duty.every and duty.due is None)
    head = [field.zh for field in REGISTERS["acts"]]
    row = [found.indicator.act, "全国", "2014-05-01", "环境保护部", "某通知", "", "公报"]
    load(Lake(tmp_path), "acts", "tidy", [write(tmp_path, "acts.csv", [head, row])], NOW)
    for day, status in ((date(2014, 4, 29), "no_data"), (date(2014, 5, 2), "met")):
        findings = {each["provision"]: each for each in House.open(tmp_path).duties.findings(day)}
        assert findings[found.id]["status"] == status


def test_a_workbook_is_loaded_whole_or_not_at_all(tmp_path):
    book = Workbook()
    sheet = book.active
    sheet.append([field.zh for field in REGISTERS["acts"]])
    act = min(KINDS["act"])
    sheet.append([act, "河北", datetime(2014, 5, 1), "省厅", "好行", None, "网站"])
    sheet.append([act, "亚特兰蒂斯", datetime(2014, 5, 1), "省厅", "坏行", None, "网站"])
    sheet.append(["dancing", "河北", datetime(2014, 5, 1), "省厅", "坏行", None, "网站"])
    sheet.append([act, "河北", "soon", "省厅", "坏行", None, "网站"])
    sheet.append([act, "河北", datetime(2014, 5, 1), "省厅", None, None, "网站"])
    path = tmp_path / "acts.xlsx"
    book.save(path)
    with pytest.raises(FaultsError) as error:
        load(Lake(tmp_path), "acts", "tidy", [path], NOW)
    text = str(error.value)
    for part in ("line 3: no place '亚特兰蒂斯'", "line 4: no act 'dancing'", "line 5: day 'soon' is no day", "line 6: title is empty"):
        assert part in text
    assert not Lake(tmp_path).exists("acts")


def test_attributes_are_written_in_one_way():
    assert attributes(" b = 2 ; a=1；") == ";a=1;b=2;"
    assert attributes("") == ""
    for wrong in ("a", "=1", "a=", "a=1;a=2"):
        with pytest.raises(ValueError, match="attributes"):
            attributes(wrong)


def test_every_register_is_a_declared_dataset_with_its_columns():
    from lantian.lake.declaration import dataset

    for name, fields in REGISTERS.items():
        declared = {column.name: column.zh for column in dataset(name).values}
        assert {field.name: field.zh for field in fields if name != "statistics"}.items() <= declared.items()
        assert all(field.example for field in fields if field.needed)
