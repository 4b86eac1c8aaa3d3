"""The example province: every indicator is exercised, who keeps its word is seen to, the faults are caught, and it never mixes with other data."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from openpyxl import load_workbook

from lantian.app.example import BREAKS, KEEPS, PROVINCE, make_example, registers
from lantian.app.house import House
from lantian.app.loading import load
from lantian.app.templates import write_templates
from lantian.kernel.errors import InputError
from lantian.lake.store import Lake
from lantian.plan.readers import plan
from lantian.plan.readers.registers import REGISTERS

NOW = datetime(2026, 3, 1)
END = date(2018, 1, 31)


@pytest.fixture(scope="module")
def example(tmp_path_factory):
    home = tmp_path_factory.mktemp("example")
    reports = make_example(home, home / "files", NOW)
    return House.open(home), {report.file: report for report in reports}


def test_the_faults_are_caught_and_the_rest_is_loaded(example):
    _, reports = example
    assert reports["units.csv"].quarantined == 3
    assert reports["units.csv"].added > 300
    assert all(report.quarantined == 0 for name, report in reports.items() if name != "units.csv")


def test_every_indicator_of_registers_is_known_somewhere(example):
    """With the example's rows every indicator that asks the registers has a value at the nation's level, the province's or a city's."""
    house, _ = example
    known = {
        duty.indicator.key
        for place in (PROVINCE, KEEPS, BREAKS)
        for finding in house.duties.findings(END, place)
        for duty in [house.duties.by_id[finding["provision"]]]
        if finding["value"] is not None
    }
    asked = {duty.indicator.key for duty in plan().duties if duty.indicator.dataset == "units" and duty.role not in ("ministry", "state_council")}
    bound = {house.duties.by_id[each["provision"]].indicator.key for place in (PROVINCE, KEEPS, BREAKS) for each in house.duties.findings(END, place)}
    assert (asked & bound) - known == set()


def test_the_city_that_keeps_its_word_stands_better_than_the_one_that_does_not(example):
    house, _ = example
    breached = {place: sum(each["status"] == "breached" for each in house.duties.findings(END, place)) for place in (KEEPS, BREAKS)}
    assert breached[KEEPS] < breached[BREAKS]
    coverage = {
        place: {each["provision"]: each["value"] for each in house.duties.findings(END, place) if each["unit"] == "%" and each["value"] is not None}
        for place in (KEEPS, BREAKS)
    }
    shared = coverage[KEEPS].keys() & coverage[BREAKS].keys()
    assert shared
    assert all(coverage[KEEPS][key] >= coverage[BREAKS][key] for key in shared)


def test_one_province_does_not_speak_for_the_nation(example):
    house, _ = example
    for finding in house.duties.findings(END):
        if finding["dataset"] == "units":
            assert [reason["key"] for reason in finding["because"]] == ["duty.few_provinces"]


def test_the_example_never_mixes_with_other_data(example, tmp_path):
    house, _ = example
    with pytest.raises(InputError, match="an installation of its own"):
        make_example(house.home, tmp_path, NOW)


def test_an_indicator_moves_when_its_rows_do(tmp_path):
    """Each register indicator of Handan changes its value when one more row of its kind is loaded, equipped or not."""
    rows = registers(plan())
    home = tmp_path / "home"
    make_example(home, tmp_path / "files", NOW)
    before = {each["provision"]: each["value"] for each in House.open(home).duties.findings(END, BREAKS)}
    extra = [
        row | {"unit": f"more-{number}", "approved": "2014-05-01", "commissioned": "2014-05-01"}
        for number, row in enumerate(rows["units"])
        if row["place"] == BREAKS and row["unit"].endswith("-0")
    ]
    path = tmp_path / "more.csv"
    names = [field.name for field in REGISTERS["units"]]
    path.write_text("\n".join([",".join(names), *(",".join(str(row[name]) for name in names) for row in extra)]), encoding="utf-8")
    load(Lake(home), "units", "tidy", [path], NOW)
    after = {each["provision"]: each["value"] for each in House.open(home).duties.findings(END, BREAKS)}
    bound = [key for key in before if (duty := House.open(home).duties.by_id[key]).indicator.how in ("added", "remaining") and duty.id == key]
    assert bound
    assert [key for key in bound if before[key] == after[key]] == []


@pytest.mark.parametrize("name", REGISTERS)
def test_a_blank_register_can_be_filled_in_and_taken_back(tmp_path, name):
    workbook, text = write_templates(name, tmp_path)
    book = load_workbook(workbook)
    assert book.sheetnames == ["填报", "选项", "说明"]
    assert [cell.value for cell in book["填报"][1]] == [field.zh for field in REGISTERS[name]]
    assert book["说明"].max_row == len(REGISTERS[name]) + 1
    for column, field in enumerate(REGISTERS[name], start=1):
        value = book["选项"].cell(1, column).value if field.kind in ("kind", "control", "act") else field.example
        book["填报"].cell(2, column, value)
    book.save(workbook)
    report = load(Lake(tmp_path / "home"), name, "tidy", [workbook], NOW)[0]
    assert (report.added, report.quarantined) == (1, 0)
    blank = load(Lake(tmp_path / "home"), name, "tidy", [text], NOW)[0]  # the example of the CSV is a comment
    assert (blank.added, blank.quarantined) == (0, 0)
