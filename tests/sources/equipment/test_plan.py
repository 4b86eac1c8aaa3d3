"""From what devices sent to the findings of the plan: three stacks of Shijiazhuang, a month of hours, real ones and a simulated one."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pyarrow as pa
import pytest

from lantian.app.house import House
from lantian.app.source_duties import equipment_of
from lantian.kernel.period import Moment
from lantian.lake.declaration import dataset
from lantian.lake.store import Lake

REPORT = date(2015, 1, 1)
MONTH = [datetime(2015, 11, 1) + timedelta(hours=at) for at in range(1, 721)]
SENT = {"a21026": 40.0, "a21002": 60.0, "a34013": 10.0, "a19001": 6.0, "a00000": 300.0, "a01012": 50.0, "a01013": -0.1, "a01014": 8.0, "g21201": 95.0}
KNOWN = datetime(2015, 12, 1, 0, 30)


def rows(name, told):
    blank = dict.fromkeys(dataset(name).schema.names)
    stamp = {"dataset": "made", "known_at": datetime(2015, 1, 1), "loaded_at": datetime(2026, 1, 1), "revision": 0}
    made = [blank | stamp | {"day": REPORT} | row for row in told]
    return pa.Table.from_pylist([row | {"month": f"{row['day']:%Y-%m}"} for row in made], schema=dataset(name).schema)


def stack(key, *, simulated=False):
    text = {"enterprise": "E", "place": "130100", "kind": "main", "standard": "gb_13223", "unit_type": "coal_boiler", "fuel": "coal", "name": key}
    return text | {"outlet": key, "commissioned": date(2008, 1, 1), "area": 30.0, "capacity": 1000.0, "capacity_unit": "t/h", "simulated": simulated}


def hours(device, sent):
    for time in MONTH:
        for factor, number in sent.items():
            value = {"device": device, "cn": "2061", "factor": factor, "time": time, "day": (time - timedelta(hours=1)).date(), "minutes": 60, "flag": "N"}
            yield value | {"value": Decimal(str(number)), "known_at": time + timedelta(minutes=5)}


def home_of(folder, stacks, sent):
    lake = Lake(folder)
    lake.append("enterprises", rows("enterprises", [{"enterprise": "E", "name": "某电厂", "place": "130100", "sector": "power"}]))
    lake.append("outlets", rows("outlets", stacks))
    devices = [each["outlet"] for each in stacks if each["outlet"] in sent]
    lake.append("loggers", rows("loggers", [{"device": f"M{key}", "outlet": key, "st": "31", "label": "start", "interval": 60} for key in devices]))
    analysers = [
        {"analyser": f"{key}{factor}", "outlet": key, "factor": factor, "basis": "dry"} for key in devices for factor in ("a21026", "a21002", "a34013")
    ]
    lake.append("analysers", rows("analysers", analysers))
    lake.append("device_values", rows("device_values", [value for key in devices for value in hours(f"M{key}", sent[key])]))
    return folder


def findings(home):
    house = House.open(home, moment=Moment(datetime(2015, 12, 1, 1)))
    return {each["provision"]: each for each in house.duties.findings(date(2015, 11, 30), "130000")}


def test_three_stacks_that_run_keep_the_duty_and_one_bypass_breaks_it(tmp_path):
    stacks = [stack("a"), stack("b"), stack("c")]
    found = findings(home_of(tmp_path / "kept", stacks, dict.fromkeys("abc", SENT)))
    assert (found["C020"]["status"], found["C020"]["value"]) == ("met", 100)
    assert found["C025"]["status"] == "no_data"  # nothing tells of the denitrification
    assert found["C233"]["status"] == "met"
    broken = findings(home_of(tmp_path / "broken", stacks, {"a": SENT, "b": SENT, "c": SENT | {"g11601": 80.0}}))
    assert (broken["C020"]["status"], broken["C020"]["value"]) == ("breached", pytest.approx(200 / 3))
    assert broken["C020"]["provisional"]


def test_total_control_is_told_from_permits_and_needs_every_month(tmp_path):
    """A permit from November on: 24 t of SO2 emitted of 30 permitted; yet ten months of the year are not known, so nothing is said; above 20 t it is broken."""
    home = home_of(tmp_path, [stack("a")], {"a": SENT})
    for quota, status, value, report in ((30.0, "no_data", None, REPORT), (20.0, "behind", 0, date(2015, 2, 1))):
        permit = {"permit": "p", "enterprise": "E", "outlet": "a", "pollutant": "SO2", "quota": quota, "valid_from": date(2015, 1, 1), "day": report}
        Lake(home).append("permits", rows("permits", [permit]))
        found = findings(home)["C305"]
        assert (found["status"], found["value"]) == (status, value)
        assert any(each["key"] == "duty.observed" for each in found["because"])


def test_the_months_of_an_outlets_controls_say_why(tmp_path):
    home = home_of(tmp_path, [stack("a")], {"a": SENT | {"i33400": 80.0, "i33201": 900.0, "i33202": 30.0}})
    house = House.open(home, moment=Moment(datetime(2015, 12, 1, 1)))
    (fgd,) = [row for row in equipment_of(house.sources, "a", date(2015, 11, 1), date(2015, 11, 30)) if row["control"] == "fgd"]
    assert (fgd["state"], fgd["running_hours"], fgd["removal"], fgd["load"]) == ("running", 720, 95, 80)
    assert (fgd["production"], fgd["treatment"]) == (900 * 720, 30 * 720)
    assert fgd["because"][0]["key"] == "source.equipment.share"


def test_a_stack_that_sends_nothing_leaves_the_duty_open_and_is_not_connected(tmp_path):
    found = findings(home_of(tmp_path, [stack("a"), stack("b")], {"a": SENT}))
    assert (found["C020"]["status"], found["C020"]["value"]) == ("no_data", None)
    assert any(each["key"] == "duty.observed" for each in found["C020"]["because"])
    assert (found["C233"]["status"], found["C233"]["value"]) == ("behind", 0)


def test_simulated_stacks_speak_only_when_asked_and_then_say_so(tmp_path, monkeypatch):
    home = home_of(tmp_path, [stack("a", simulated=True)], {"a": SENT})
    silent = findings(home)
    assert silent["C020"]["status"] == "no_data"
    assert {each["key"] for each in silent["C020"]["because"]} == {"duty.no_register"}
    monkeypatch.setenv("LANTIAN_COUNT_SIMULATED", "1")
    told = findings(home)
    assert told["C020"]["status"] == "met"
    assert "duty.simulated" in {each["key"] for each in told["C020"]["provisional"]}


def test_an_earlier_lake_is_not_guessed_at(tmp_path):
    home = home_of(tmp_path, [stack("a")], {"a": SENT})
    early = House.open(home, moment=Moment(datetime(2015, 12, 1, 1), datetime(2020, 1, 1)))
    found = {each["provision"]: each for each in early.duties.findings(date(2015, 11, 30), "130000")}
    assert found["C020"]["status"] == "no_data"
