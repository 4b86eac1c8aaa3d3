"""Registers of sources as they are filled in: every fault of a row at its line with its cure, Chinese titles, workbooks whole or not at all, blank forms."""

from __future__ import annotations

import csv
from datetime import date, datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl import Workbook, load_workbook

from lantian.app.loading import layouts, load
from lantian.app.templates import write_templates
from lantian.kernel.errors import FaultsError, InputError
from lantian.lake.declaration import dataset
from lantian.lake.declaration.sources import SOURCE_DATASETS
from lantian.lake.load import Fault
from lantian.lake.store import Lake
from lantian.places import atlas
from lantian.sources.readers.fields import day_of
from lantian.sources.readers.forms import REFERS, REGISTERED, SHEETS
from lantian.sources.readers.registers import parse_sheet, sheet_layouts
from lantian.sources.service.registry import open_registry

NOW = datetime(2026, 1, 1)
CODE = "91350100M000100Y43"


def example(name):
    return {field.name: field.example for field in SHEETS[name]}


def read(sheet, /, **changed):
    return next(iter(parse_sheet(sheet, [(7, example(sheet) | changed)], atlas())))


def reason(sheet, /, **changed):
    found = read(sheet, **changed)
    assert isinstance(found, Fault), found
    assert found.line == 7
    return found.reason


@pytest.mark.parametrize("name", SHEETS)
def test_the_example_of_each_form_is_a_good_row_of_its_dataset(name):
    found = read(name)
    assert not isinstance(found, Fault), found
    declared = dataset(name)
    assert {column.name for column in declared.values} == set(found) - {"line_of_file"}
    pa.Table.from_pylist([found], schema=declared.staged)
    assert (name, "tidy") in layouts()


def test_every_dataset_of_sources_has_a_form_with_its_titles():
    assert set(SHEETS) == {each.name for each in SOURCE_DATASETS}
    assert set(sheet_layouts()) == {(name, "tidy") for name in SHEETS}
    for name, fields in SHEETS.items():
        declared = {column.name: (column.zh, column.en) for column in dataset(name).values}
        assert all(declared[field.name] == (field.zh, field.en) for field in fields)
        assert set(declared) - {field.name for field in fields} <= {"day"}
        assert set(dataset(name).key) <= {field.name for field in fields}
    assert all(column in example(name) and other in SHEETS for name, pairs in REFERS.items() for column, other in pairs)


FAULTS = [
    ("enterprises", {"enterprise": "9135"}, "enterprise '9135' has 4 characters, a unified social credit code has 18; copy it anew from the business licence"),
    ("enterprises", {"enterprise": "91350100M000100Y44"}, "ends in '4', its other characters ask for '3'; one character is mistyped or two are swapped"),
    ("enterprises", {"enterprise": "9135O100M000100Y43"}, "has 'O' at place 5; such a code uses digits and capitals without I, O, S, V, Z"),
    ("enterprises", {"place": "亚特兰蒂斯"}, "no place '亚特兰蒂斯'"),
    ("enterprises", {"longitude": "39.6", "latitude": "118.2"}, "longitude 39.6 lies outside 73 to 136; check unit and decimal point"),
    ("enterprises", {"latitude": ""}, "longitude and latitude stand only together"),
    ("enterprises", {"simulated": "maybe"}, "simulated 'maybe' is neither yes nor no; write 是 or 否"),
    ("enterprises", {"name": " "}, "name is empty; 名称必填"),
    ("outlets", {"kind": "chimney"}, "no kind 'chimney'"),
    ("outlets", {"area": "0"}, "area 0 lies outside"),
    ("outlets", {"area": "-3"}, "area -3 lies outside"),
    ("outlets", {"standard": "火电标准"}, "standard '火电标准' names no standard; write it as gb_13223 (GB 13223-2011) or db11_139"),
    ("outlets", {"unit_type": "coal_bioler"}, "no unit_type 'coal_bioler' in gb_13223; did you mean 'coal_boiler'?"),
    ("outlets", {"unit_type": "gas_turbine", "fuel": ""}, "fuel '' does not tell the class of a gas_turbine in gb_13223; write natural_gas or other_gas"),
    ("outlets", {"capacity_unit": ""}, "capacity 1025 has no unit; write t/h or MW into capacity_unit"),
    ("outlets", {"commissioned": "2016-01-01", "retired": "2015-01-01"}, "retired 2015-01-01 lies before commissioned 2016-01-01; swap them or mend one"),
    ("outlets", {"commissioned": "soon"}, "commissioned 'soon' is no day; write it as 2015-12-31"),
    ("outlets", {"commissioned": "0215-01-01"}, "commissioned 0215-01-01 lies outside 1900 to 2100"),
    ("outlets", {"outlet": "a b"}, "outlet 'a b' holds a blank"),
    ("outlets", {"capacity": "300MW"}, "capacity '300MW' is no number; write digits only, the unit stands in the column"),
    ("outlets", {"capacity": "inf"}, "capacity 'inf' is no finite number"),
    ("analysers", {"factor": "a21027"}, "no factor 'a21027'; did you mean 'a2102"),
    ("analysers", {"basis": "moist"}, "no basis 'moist'"),
    ("loggers", {"device": "12345"}, "device '12345' is no MN; it has 5 characters, an MN has 12 to 24"),
    ("loggers", {"device": "1234567890AB;C"}, "is no MN"),
    ("loggers", {"label": "middle"}, "no label 'middle'"),
    ("loggers", {"interval": "7.5"}, "interval '7.5' is no whole number"),
    ("loggers", {"interval": "90"}, "interval 90 lies outside 1 to 60"),
    ("loggers", {"units": "a34004=ug/m3; a99999=mg/m³"}, "no factor 'a99999'"),
    ("loggers", {"units": "a21026=degrees"}, "units of a21026 cannot be turned into the lake's; write a34004=µg/m³; a21026=ppm; a00000=m³/h"),
    ("loggers", {"units": "a34013=ppm"}, "units of a34013 cannot be turned"),
    ("loggers", {"removed": "2013-01-01"}, "removed 2013-01-01 lies before installed 2014-06-01"),
    ("permits", {"limit": "", "quota": ""}, "neither limit nor quota is given"),
    ("permits", {"limit": "0"}, "limit 0 lies outside"),
    ("permits", {"valid_to": "2014-01-01"}, "valid_to 2014-01-01 lies before valid_from 2014-07-01"),
    ("reference_values", {"oxygen": "22"}, "oxygen 22 lies outside 0 to 21"),
    ("reference_values", {"time": "2015-12-08 18:20"}, "time 2015-12-08 18:20:00 is no full hour; write the hour's end, 2015-12-08 19:00 or 2015-12-08 18:00"),
    ("site_visits", {"until": "2015-12-08 17:00"}, "until 2015-12-08 17:00:00 lies before time 2015-12-08 18:00:00"),
    ("site_visits", {"time": "2015-12-08T18:00+08:00"}, "names a time zone; write Beijing time without one"),
    ("device_values", {"cn": "2011"}, "cn 2011 with 60 minutes; 2011 is an instant (0), the others are means of a period"),
    ("device_values", {"value": "1.1234567"}, "value '1.1234567' does not fit 12 digits before and 6 after the point"),
    ("device_values", {"value": "1e13"}, "does not fit 12 digits"),
    ("device_values", {"value": "3,5"}, "value '3,5' is no number"),
    ("device_values", dict.fromkeys(("value", "low", "high", "total", "corrected", "flag"), ""), "no value, total or flag stands there; leave the row out"),
]


@pytest.mark.parametrize(("name", "changed", "text"), FAULTS, ids=[f"{name}-{'-'.join(changed)}-{n}" for n, (name, changed, _) in enumerate(FAULTS)])
def test_a_fault_names_the_value_and_its_cure(name, changed, text):
    assert text in reason(name, **changed)


def test_all_faults_of_a_row_are_told_together():
    told = reason("outlets", place="亚特兰蒂斯", area="0", commissioned="soon", simulated="maybe")
    assert told.count(" | ") == 3


def test_cells_are_read_as_they_are_meant():
    found = read("outlets", place="唐山市", standard="GB 13223-2011", urban_core="TRUE", simulated="否", commissioned="2006/10/01", kind="MAIN")
    assert (found["place"], found["standard"], found["urban_core"], found["simulated"]) == ("130200", "gb_13223", True, False)
    assert (found["commissioned"], found["kind"], found["ultra_low"], found["retired"]) == (date(2006, 10, 1), "main", None, None)
    assert read("enterprises", enterprise="９１３５0100m000100y43 ")["enterprise"] == CODE
    assert read("device_values", value="35.200000", low="-0.5")["value"] == Decimal("35.2")
    assert read("device_values", value="NA", flag="D")["value"] is None
    for mn in ("A" * 12, "0" * 24, "2-3_4.5:6789ab"):
        assert read("loggers", device=mn)["device"] == mn


def test_units_in_which_a_device_differs_are_read_as_the_door_reads_them():
    for units in ("", "a34004=ug/m3; a34004-Cou=g", "a21026=ppm；a21002=PPM", "a00000=m³/h;"):
        assert read("loggers", units=units)["units"] == units


def test_a_time_belongs_to_the_day_of_its_hour():
    assert day_of(datetime(2015, 12, 1)) == date(2015, 11, 30)
    assert day_of(datetime(2015, 12, 1, 0, 10)) == date(2015, 12, 1)
    assert read("device_values", time="2015-12-01 00:10", cn="2051", minutes="10")["day"] == date(2015, 12, 1)
    assert read("device_values", time="2015-12-01 00:00")["day"] == date(2015, 11, 30)


def test_csv_by_chinese_titles_and_parquet_load_the_same(tmp_path):
    fields = SHEETS["loggers"]
    path = tmp_path / "loggers.csv"
    with path.open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows([[field.zh for field in fields], [field.example for field in fields]])
    lake = Lake(tmp_path / "home")
    assert load(lake, "loggers", "tidy", [path], NOW)[0].added == 1
    flat = tmp_path / "loggers.parquet"
    pq.write_table(pa.Table.from_pylist([example("loggers")]), flat)
    assert load(lake, "loggers", "tidy", [flat], NOW)[0].unchanged == 1


def test_a_faulty_row_of_a_csv_goes_to_quarantine_and_the_rest_is_loaded(tmp_path):
    rows = [example("outlets"), example("outlets") | {"outlet": "x", "area": "0"}]
    path = tmp_path / "outlets.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    lake = Lake(tmp_path / "home")
    report = load(lake, "outlets", "tidy", [path], NOW)[0]
    assert (report.added, report.quarantined) == (1, 1)
    assert [(each["line"], each["dataset"]) for each in lake.quarantined()] == [(3, "outlets")]
    assert open_registry(lake).outlet("130200-001-1").line == "130200-001-A"


def workbook(path, **changed):
    """Write a workbook of every register with the examples, some of them changed."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name in REGISTERED:
        sheet = book.create_sheet(dataset(name).zh)
        sheet.append([field.zh for field in SHEETS[name]])
        for row in changed.get(name, [{}]):
            sheet.append(list((example(name) | row).values()))
    book.save(path)
    return path


def test_a_workbook_of_all_registers_is_loaded_together(tmp_path):
    lake = Lake(tmp_path / "home")
    reports = load(lake, "sources", "tidy", [workbook(tmp_path / "all.xlsx")], NOW)
    assert [(each.dataset, each.added) for each in reports] == [(name, 1) for name in REGISTERED]
    told = open_registry(lake)
    assert told.device_of("130200-001-1") == "010000A8900016F000169DC0"
    again = load(lake, "sources", "tidy", [tmp_path / "all.xlsx"], NOW)
    assert all((each.added, each.unchanged) == (0, 1) for each in again)


def test_one_fault_in_any_sheet_and_nothing_is_loaded(tmp_path):
    path = workbook(
        tmp_path / "all.xlsx",
        outlets=[{}, {"outlet": "x", "area": "0"}, {"name": "another"}],
        loggers=[{"outlet": "130200-001-9"}],
        permits=[{"day": "2027-01-01"}],
    )
    with pytest.raises(FaultsError) as error:
        load(Lake(tmp_path / "home"), "sources", "tidy", [path], NOW)
    text = str(error.value)
    for part in (
        "all.xlsx: 4 faults",
        "outlets:3: area 0 lies outside",
        "outlets:4: says something else than line 2 for the same outlet and day; keep one",
        "loggers:2: no outlet '130200-001-9' in outlets; did you mean '130200-001-1'? (1 known)",
        "permits:2: day 2027-01-01 lies in the future; mend the date",
    ):
        assert part in text
    assert not Lake(tmp_path / "home").versions()


def test_a_workbook_that_is_none_or_has_a_strange_sheet(tmp_path):
    lake = Lake(tmp_path / "home")
    (tmp_path / "no.xlsx").write_text("not a workbook", encoding="utf-8")
    with pytest.raises(InputError, match="no Excel workbook"):
        load(lake, "sources", "tidy", [tmp_path / "no.xlsx"], NOW)
    with pytest.raises(InputError, match="no file"):
        load(lake, "sources", "tidy", [tmp_path / "absent.xlsx"], NOW)
    book = Workbook()
    book.worksheets[0].title = "排放囗"
    book.save(tmp_path / "strange.xlsx")
    with pytest.raises(InputError, match="no register '排放囗' for a sheet of strange.xlsx; did you mean '排放口'"):
        load(lake, "sources", "tidy", [tmp_path / "strange.xlsx"], NOW)
    book.worksheets[0].title = "排放口"
    book.save(tmp_path / "bare.xlsx")
    with pytest.raises(InputError, match=r"the sheet outlets has no column 排放口编号 \(outlet\)"):
        load(lake, "sources", "tidy", [tmp_path / "bare.xlsx"], NOW)


@pytest.mark.parametrize("name", SHEETS)
def test_a_blank_form_can_be_filled_in_and_taken_back(tmp_path, name):
    path, text = write_templates(name, tmp_path)
    book = load_workbook(path)
    assert [cell.value for cell in book["填报"][1]] == [field.zh for field in SHEETS[name]]
    for column, field in enumerate(SHEETS[name], start=1):
        book["填报"].cell(2, column, field.example)
    book.save(path)
    lake = Lake(tmp_path / "home")
    assert load(lake, name, "tidy", [path], NOW)[0].added == 1
    assert load(lake, name, "tidy", [text], NOW)[0].nothing_new


def test_the_blank_workbook_of_all_registers_offers_what_may_be_chosen(tmp_path):
    (path,) = write_templates("sources", tmp_path)
    book = load_workbook(path)
    assert book.sheetnames == [*(dataset(name).zh for name in REGISTERED), "选项", "说明"]
    words = {cell.value for row in book["选项"].iter_rows() for cell in row}
    assert {"gb_13223", "coal_boiler", "natural_gas", "是", "construction_site"} <= words
    assert load(Lake(tmp_path / "home"), "sources", "tidy", [path], NOW) == []
    with pytest.raises(InputError, match="no template 'outlet'; did you mean 'outlets'"):
        write_templates("outlet", tmp_path)
