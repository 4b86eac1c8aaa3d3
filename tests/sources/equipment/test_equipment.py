"""Whether controls run: by readable cases, the SQL on both engines against the pure rule on every hour, months with their edges."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest
import yaml

from lantian.app.speech import say
from lantian.lake.engine import open_engine
from lantian.law import book
from lantian.sources.rules.equipment import ProcessHour, control_hour, month_state
from lantian.sources.service.equipment import control_states, equipment_rules, newest_told, run_equipment

LAW = book()
DAY = date(2015, 11, 1)
RULES = equipment_rules(LAW, DAY)
CASES = yaml.safe_load((Path(__file__).parent / "cases.yaml").read_text(encoding="utf-8"))
CONTROLS = {"fgd": "SO2", "denox": "NOx", "dedust": "PM"}
CODES = {each.value: str(each.key["code"]) for each in LAW.values("law_process_item")}
HOURS = pa.schema(
    [
        ("outlet", pa.string()),
        ("pollutant", pa.string()),
        ("time", pa.timestamp("us")),
        ("day", pa.date32()),
        ("state", pa.string()),
        ("concentration", pa.float64()),
    ]
)
FACTORS = pa.schema(
    [
        ("outlet", pa.string()),
        ("factor", pa.string()),
        ("time", pa.timestamp("us")),
        ("value_sum", pa.float64()),
        ("valid_minutes", pa.int32()),
        ("reported", pa.float64()),
    ]
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_an_hour_is_told_by_its_signs(case):
    _, control, items, outlet, running, sign = case
    found = control_hour(control, ProcessHour(items, outlet), RULES)
    assert (found.running, found.sign) == (running, sign)


def test_a_stopped_unit_says_nothing_of_its_controls():
    found = control_hour("fgd", ProcessHour({"bypass": 60.0, "rate": 5.0}, {}, stopped=True), RULES)
    assert (found.working, found.running) == (False, None)


@pytest.mark.parametrize(
    ("working", "running", "idle", "state"),
    [
        (720, 324, 36, "running"),
        (720, 323, 36, "unknown"),
        (720, 648, 72, "running"),
        (720, 647, 73, "not_running"),
        (0, 0, 0, "unknown"),
        (720, 0, 720, "not_running"),
    ],
)
def test_a_month_runs_with_nine_tenths_of_the_hours_that_tell(working, running, idle, state):
    found, because = month_state(working, running, idle, RULES)
    assert found == state
    assert all(say(each, "zh") and say(each, "en") for each in because)


def value(code, time, number, minutes=None):
    """Make an hour of a factor: as the device reported it, or as the mean of its minutes."""
    row = {"outlet": "o", "factor": code, "time": time, "value_sum": None, "valid_minutes": 0, "reported": number}
    return row if minutes is None else row | {"value_sum": minutes * 60.0, "valid_minutes": 60}


def run(engine, values, hours):
    with open_engine(engine) as opened:
        opened.table("factor_hour", pa.Table.from_pylist(values, schema=FACTORS))
        opened.table("outlet_hour", pa.Table.from_pylist(hours, schema=HOURS))
        run_equipment(opened, LAW, DAY)
        return opened.fetch("SELECT * FROM equipment_hour").to_pylist(), opened.fetch("SELECT * FROM equipment_month").to_pylist()


def made(seed, count=400):
    """Make hours with a few items each, values often at an edge of a rule."""
    dice = random.Random(seed)
    edges = {
        "bypass": (0, 5, 6),
        "denox_bypass": (0, 6),
        "pump": (0, 1),
        "ammonia": (0, 40),
        "treatment": (0, 100),
        "production": (0, 900),
        "load": (9.9, 10, 80),
    }
    edges |= {
        "rate_or_inlet": (49.9, 50, 95, 100, 101, 2000),
        "rate": (40, 92),
        "inlet_nox": (0, 100, 400),
        "inlet_pm": (300, 20000),
        "outlet_so2": (30, 1900),
        "outlet_nox": (50, 390),
    }
    start = datetime(2015, 10, 31, 20)
    for at in range(count):
        items = {name: float(dice.choice(edges[name])) for name in sorted(edges) if dice.random() < 0.3}
        outlet = {name: dice.choice((20.0, 80.0, 320.0)) for name in CONTROLS.values() if dice.random() < 0.7}
        yield start + timedelta(hours=at + 1), items, outlet, dice.random() < 0.1


@pytest.mark.parametrize("engine", ["duckdb", pytest.param("spark:local[2]", marks=pytest.mark.spark)])
def test_the_sql_agrees_with_the_rule_on_every_hour(engine):
    told = list(made(7))
    values = [value(CODES[name] + ("01" if CODES[name].startswith("g") else ""), time, number) for time, items, _, _ in told for name, number in items.items()]
    hours = [
        {
            "outlet": "o",
            "pollutant": name,
            "time": time,
            "day": (time - timedelta(hours=1)).date(),
            "state": "F" if stopped else "N",
            "concentration": outlet.get(name),
        }
        for time, _, outlet, stopped in told
        for name in CONTROLS.values()
    ]
    rows, months = run(engine, values, hours)
    found = {(row["control"], row["time"]): row for row in rows}
    assert len(found) == 3 * len(told)
    for time, items, outlet, stopped in told:
        for control in CONTROLS:
            wanted = control_hour(control, ProcessHour(items, outlet, stopped), RULES)
            row = found[control, time]
            got = (bool(row["working"]), None if row["running"] is None else bool(row["running"]), row["sign"])
            assert got == (wanted.working, wanted.running, wanted.sign), (control, items, outlet)
    assert sum(row["hours"] for row in months) == len(found)
    assert {row["month"] for row in months} == {"2015-10", "2015-11"}
    for row in months:
        own = [each for each in rows if each["control"] == row["control"] and each["day"].strftime("%Y-%m") == row["month"]]
        assert row["working_hours"] == sum(each["working"] for each in own)
        assert row["running_hours"] == sum(each["running"] == 1 for each in own)
        assert row["idle_hours"] == sum(each["running"] == 0 for each in own)


def test_minutes_go_before_the_hour_that_was_reported():
    """The minutes' mean is 93 %, the device's own hour 10 %: the minutes count."""
    end = datetime(2015, 11, 1, 1)
    hours = [{"outlet": "o", "pollutant": "SO2", "time": end, "day": date(2015, 11, 1), "state": "N", "concentration": 50.0}]
    rows, months = run("duckdb", [value("g212", end, 10.0, minutes=93.0)], hours)
    assert [(row["running"], row["removed"]) for row in rows] == [(1, 93.0)]
    (state,) = control_states(LAW, months)
    assert (state.state, state.removal) == ("running", 93.0)


def test_the_newest_month_that_tells_speaks():
    def month(name, running):
        return {"outlet": "o", "control": "fgd", "month": name, "working_hours": 100, "running_hours": running, "idle_hours": 0, "removal": None}

    states = control_states(LAW, [month("2015-09", 100), month("2015-10", 0), month("2015-12", 100)])
    assert newest_told(states, "2015-11")["o", "fgd"].month == "2015-09"
    assert newest_told(states, "2015-08") == {}
