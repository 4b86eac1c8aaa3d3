"""The committed registers are whole: codes, places, references, and as many stacks as promised; what is made up says so."""

import csv
import json
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

from lantian.app.loading import layouts
from lantian.gateway.devices.faults import KINDS
from lantian.gateway.devices.model import GASES, POLLUTANTS
from lantian.gateway.devices.registers import read_stacks
from lantian.kernel.errors import InputError
from lantian.lake.declaration import DATASETS
from lantian.places import atlas
from tests.gateway.devices.stacks import REGISTERS

ROOT = REGISTERS.parents[1]
NAMES = sorted(path.name for path in REGISTERS.iterdir() if path.is_dir())
LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def rows(name):
    with (REGISTERS / name / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def inside(longitude, latitude, geometry):
    """Count the turns of each ring around the point: another way than the script's."""
    turns = 0
    for polygon in geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]:
        for ring in polygon:
            for (x1, y1), (x2, y2) in pairwise(ring):
                left = (x2 - x1) * (latitude - y1) - (longitude - x1) * (y2 - y1)
                turns += (y1 <= latitude < y2 and left > 0) - (y2 <= latitude < y1 and left < 0)
    return turns != 0


@pytest.mark.parametrize("name", NAMES)
def test_a_register_has_the_columns_of_its_dataset_and_a_layout(name):
    declared = {column.name for column in DATASETS[name].values}
    held = rows(name)
    assert set(held[0]) == declared - ({"day"} if name in ("calibrations", "site_visits") else set())
    assert (name, "tidy") in layouts()
    keys = Counter(tuple(row.get(column, "") for column in DATASETS[name].key) for row in held)
    assert keys.most_common(1)[0][1] == 1


def test_there_are_two_hundred_stacks_and_all_say_that_they_are_simulated():
    outlets = rows("outlets")
    assert len(outlets) >= 200
    assert all(row["simulated"] == "是" and "模拟" in row["name"] and "simulated" in row["name_en"] for row in outlets)
    assert all(row["simulated"] == "是" and "模拟" in row["name"] and "simulated" in row["name_en"] for row in rows("enterprises"))
    assert all("模拟" in row["permit"] for row in rows("permits"))


def test_credit_codes_are_well_formed_and_of_the_made_up_range():
    """GB 32100-2015: the sum of seventeen values, each times 3 to its place, modulo 31; the organisation part carries GB 11714's own check character."""
    for row in rows("enterprises"):
        code = row["enterprise"]
        assert len(code) == 18
        total = sum(LETTERS.index(letter) * pow(3, place, 31) for place, letter in enumerate(code[:17]))
        assert (total + LETTERS.index(code[17])) % 31 == 0
        body, last = code[8:16], code[16]
        weighed = sum(int(digit) * weight for digit, weight in zip(body, (3, 7, 9, 10, 5, 8, 4, 2), strict=True))
        assert (weighed + (10 if last == "X" else int(last))) % 11 == 0
        assert body.startswith("00000")
        assert code.startswith("91" + row["place"])


def test_stacks_stand_in_their_province_and_near_their_city():
    shapes = json.loads((ROOT / "src/lantian/web/static/map/provinces.json").read_text(encoding="utf-8"))["features"]
    shape = {each["properties"]["name"]: each["geometry"] for each in shapes}
    places = atlas()
    for row in rows("outlets"):
        at, place = (float(row["longitude"]), float(row["latitude"])), row["place"]
        assert inside(*at, shape[places.province_of(place).short]), row["outlet"]
        near = [(s.longitude - at[0]) ** 2 + (s.latitude - at[1]) ** 2 for s in places.stations(place) if s.longitude]
        assert min(near) < 1, row["outlet"]


@pytest.mark.parametrize(
    ("name", "place"),
    [("定州电厂", "保定"), ("陡河电厂", "唐山"), ("曹妃甸自备电厂", "唐山"), ("三河电厂", "廊坊"), ("盘山电厂", "天津"), ("石景山热电厂", "北京")],
)
def test_some_plants_are_where_they_are_known_to_be(name, place):
    [row] = [row for row in rows("plants") if row["name"].startswith(f"{name} ")]
    assert atlas().place(row["place"]).short == place


def test_references_between_registers_hold():
    enterprises, plants = ({row[column] for row in rows(name)} for name, column in (("enterprises", "enterprise"), ("plants", "plant")))
    lines, outlets = ({row[column] for row in rows(name)} for name, column in (("process_lines", "line"), ("outlets", "outlet")))
    assert {row["enterprise"] for row in rows("plants")} == enterprises
    assert {row["plant"] for row in rows("process_lines")} == plants
    assert {row["line"] for row in rows("outlets")} == lines
    for name in ("analysers", "loggers", "permits"):
        assert {row["outlet"] for row in rows(name)} == outlets
    assert {row["outlet"] for row in rows("site_visits")} <= outlets
    assert {row["unit"] for row in rows("controls")} <= {row["unit"] for row in rows("units")} == outlets
    assert {row["analyser"] for row in rows("calibrations")} <= {row["analyser"] for row in rows("analysers")}


def test_loggers_have_numbers_that_no_real_tag_has():
    """EPC-96: a tag whose header is 00 was never programmed."""
    devices = [row["device"] for row in rows("loggers")]
    assert len(set(devices)) == len(devices)
    assert all(len(device) == 24 and device.startswith("005100000") and int(device, 16) for device in devices)


def test_stacks_of_the_illustrative_emergency_plan_bear_its_lines():
    planned = set()
    for place in ("110000", "120000", "130000"):
        with (ROOT / "data/response" / place / "lines.csv").open(encoding="utf-8") as file:
            planned |= {row["id"] for row in csv.DictReader(file)}
    shared = [row for row in rows("outlets") if row["line"] in planned]
    assert len(shared) > 0.9 * len(rows("outlets"))
    assert all(row["line"].startswith(row["place"][:2]) for row in shared)


def test_stacks_are_read_with_what_they_need():
    stacks = read_stacks(REGISTERS)
    assert len(stacks) == len(rows("loggers"))
    for stack in stacks:
        assert set(stack.limits) == set(POLLUTANTS)
        assert all(stack.ranges[POLLUTANTS[name]] >= 2 * limit for name, limit in stack.limits.items())
        assert {*GASES.values(), "a19001"} <= set(stack.ranges)
        assert 50 < stack.capacity < 700
        assert stack.reference_oxygen == (6 if stack.fuel == "coal" else 15)
    assert {stack.label for stack in stacks} == {"start", "end"}


def test_the_demonstration_is_told_as_it_is_meant():
    plan = yaml.safe_load((REGISTERS / "demo.yaml").read_text(encoding="utf-8"))
    stacks = {stack.outlet: stack for stack in read_stacks(REGISTERS)}
    assert 0.08 <= len(plan["trips"]) / len(stacks) <= 0.11
    assert {fault["kind"] for fault in plan["faults"]} == set(KINDS) - {"slow_drift"}
    disobeys, obeys = stacks["110000-010-1"], stacks["110000-013-1"]
    assert [each.cut for each in disobeys.habit.curtailments] == [-0.2, 0.4]
    assert [each.cut for each in obeys.habit.curtailments] == [0.4, 0.4]
    assert stacks["130000-064-3"].habit.curtailments == ()
    assert sum(stack.habit.process for stack in stacks.values()) == 40
    assert stacks["130000-002-1"].habit.deviations == ("crc_lower_case",)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("reference_oxygen: {coal_boiler: 6, gas_turbine: 15}\ntrips: {nowhere: {SO2: 1}}", "no outlet 'nowhere'"),
        ("reference_oxygen: {coal_boiler: 6, gas_turbine: 15}\nfaults: [{outlet: 110000-010-1, kind: stuck}]", "no kind of fault 'stuck'"),
        ("reference_oxygen: {coal_boiler: 6}", "no type of unit with a reference oxygen 'gas_turbine'"),
        ("[]", "gives no reference_oxygen by type of unit"),
    ],
)
def test_a_plan_that_names_what_is_not_there_is_refused(tmp_path, text, said):
    other = tmp_path / "other.yaml"
    other.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=said):
        read_stacks(REGISTERS, other)


def test_a_folder_without_registers_is_refused():
    with pytest.raises(InputError, match=r"no nowhere/outlets/outlets.csv; run from the repository, or give the folder of registers with --registers"):
        read_stacks(Path("nowhere"))
