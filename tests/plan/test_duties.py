"""Duties by hand: every way of judging with its edges, the same counts on both engines, and a value that moves when its rows do."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction

import pyarrow as pa
import pytest

from lantian.air.service.tables import arrow
from lantian.kernel.finding import Confidence, Status
from lantian.lake.declaration import dataset
from lantian.lake.engine import open_engine
from lantian.lake.runner import run_steps
from lantian.plan.model import Duty, DutyScope, Indicator, Need, Stated, Text
from lantian.plan.rules.duty import Count, Done, judge, read_acts, read_count, read_statistic

DUE = date(2017, 12, 31)
START = date(2013, 9, 10)
BOTH = Text("词", "word")
SCOPE = DutyScope("nation", ("000000",), "", False, None, (), "", "")


def duty(how: str, need: tuple[str, float], *, due: date | None = DUE, meaning: str = "must", tolerance: int | None = None, every: str = "", **more) -> Duty:
    allowed = None if tolerance is None else Stated(Fraction(tolerance), "%", "lantian", "tolerance", Confidence.UNSURE, BOTH)
    indicator = Indicator("x", BOTH, more.pop("unit", "%"), how, Need(*need), **more)
    return Duty("C1", (), 1, "obligation", BOTH, "", "", "", meaning, ("基本",), allowed, SCOPE, START, due, every, BOTH, "city", (), indicator, None)


def count(running: int, covered: int, *, capacity: float = 0.0, covered_capacity: float = 0.0, without: int = 0, added: int = 0) -> Count:
    return Count(running, running, covered, added, capacity, covered_capacity, without, START)


FGD = duty("coverage", ("at_least", 100.0), units=("power_unit",), controls=("fgd",))
BOILERS = duty("remaining", ("at_most", 0.0), unit="t/h", units=("coal_boiler",))
BAN = duty("added", ("at_most", 0.0), due=None, meaning="must_not", unit="unit", units=("coal_boiler",))


@pytest.mark.parametrize(
    ("told", "found", "on", "status", "value"),
    [
        (FGD, count(4, 3), date(2017, 12, 31), Status.BREACHED, 75),
        (FGD, count(4, 3), date(2016, 12, 31), Status.NOT_DUE, 75),
        (FGD, count(4, 4), date(2016, 12, 31), Status.ON_TRACK, 100),
        (FGD, count(4, 4), date(2018, 12, 31), Status.MET, 100),
        (FGD, count(0, 0), date(2018, 12, 31), Status.NO_DATA, None),
        (replace(FGD, meaning="encourage"), count(4, 3), date(2018, 12, 31), Status.BEHIND, 75),
        (BOILERS, count(2, 0, capacity=12.0), date(2017, 12, 31), Status.BREACHED, 12),
        (BOILERS, count(0, 0), date(2017, 12, 31), Status.MET, 0),
        (BOILERS, count(2, 0, capacity=8.0, without=1), date(2017, 12, 31), Status.NO_DATA, None),
        (BAN, count(5, 0, added=0), date(2014, 1, 1), Status.MET, 0),
        (BAN, count(5, 0, added=1), date(2014, 1, 1), Status.BREACHED, 1),
    ],
)
def test_a_register_is_judged(told, found, on, status, value):
    finding = judge(told, "130000", on, read_count(told, "河北", found, START, on))
    assert (finding.status, finding.value) == (status, value)
    assert finding.met == {Status.MET: True, Status.BREACHED: False}.get(status)
    assert finding.because


def test_a_place_without_a_register_is_unknown_and_one_without_the_kind_has_none():
    assert judge(BOILERS, "130000", DUE, read_count(BOILERS, "河北", None, None, DUE)).status is Status.NO_DATA
    assert judge(BOILERS, "130000", DUE, read_count(BOILERS, "河北", None, START, DUE)).status is Status.MET


def test_nothing_is_judged_before_it_begins():
    finding = judge(BAN, "130000", date(2013, 9, 9), read_count(BAN, "河北", count(1, 0, added=3), START, date(2013, 9, 9)))
    assert (finding.status, finding.value) == (Status.NOT_DUE, None)


def test_a_soft_word_says_its_tolerance_and_what_the_strict_reading_gives():
    """基本 with 5 points allowed: 96 of 100 passes and says so, 94 does not, and a full 100 does not mention the tolerance."""
    told = replace(FGD, meaning="basically", tolerance=duty("coverage", ("at_least", 100.0), tolerance=5).tolerance)
    for covered, status, loose in ((96, Status.MET, True), (95, Status.MET, True), (94, Status.BREACHED, False), (100, Status.MET, False)):
        finding = judge(told, "130000", DUE, read_count(told, "河北", count(100, covered), START, DUE))
        assert finding.status is status
        assert bool(finding.provisional) is loose
        assert finding.details["strict"]["kept"] is (covered == 100)


def test_a_change_is_counted_from_its_base():
    """下降30%以上: from 200 to 140 is −30 % and enough, to 141 is −29.5 % and not; without the base nothing is known."""
    told = duty("change", ("at_most", -30.0), statistic="emission_intensity", base=2012)
    for newest, status in ((140.0, Status.MET), (141.0, Status.BREACHED)):
        finding = judge(told, "130000", DUE, read_statistic(told, "河北", {2012: 200.0, 2017: newest}, DUE))
        assert (finding.status, finding.value) == (status, pytest.approx(newest / 2 - 100))
    assert judge(told, "130000", DUE, read_statistic(told, "河北", {2017: 140.0}, DUE)).status is Status.NO_DATA
    assert judge(told, "130000", DUE, read_statistic(told, "河北", {2012: 200.0}, DUE)).status is Status.NO_DATA


def test_a_year_that_is_not_over_does_not_count_and_a_sum_starts_when_it_should():
    told = duty("statistic", ("at_least", 1500.0), statistic="pipeline", sum_from=2013, unit="亿立方米")
    years = {2012: 900.0, 2013: 500.0, 2014: 600.0, 2015: 700.0}
    assert read_statistic(told, "全国", years, date(2015, 12, 30)).value == 1100
    assert read_statistic(told, "全国", years, date(2015, 12, 31)).value == 1800


def done(place: str, day: date) -> Done:
    return Done(place, day, "通知", "号", "网站")


def test_an_act_is_met_when_every_place_has_done_it_and_its_absence_alone_proves_nothing():
    told = duty("act", ("done", 1.0), act="plan_filed", by="province", due=date(2014, 6, 30))
    both = [done("130000", date(2014, 3, 1)), done("140000", date(2014, 7, 1))]
    places = ["130000", "140000"]
    on = date(2014, 6, 30)
    assert judge(told, "000000", on, read_acts(told, "全国", places, both, on, kept=True)).status is Status.BREACHED
    assert judge(told, "000000", date(2014, 7, 1), read_acts(told, "全国", places, both, date(2014, 7, 1), kept=True)).status is Status.MET
    assert judge(told, "000000", on, read_acts(told, "全国", places, both, on, kept=False)).status is Status.NO_DATA
    assert judge(told, "000000", on, read_acts(told, "全国", places, [], on, kept=False)).status is Status.NO_DATA
    later = date(2014, 7, 1)
    assert judge(told, "000000", later, read_acts(told, "全国", places, both, later, kept=False)).status is Status.MET
    endless = replace(told, due=None)
    assert judge(endless, "000000", on, read_acts(endless, "全国", places, both, on, kept=True)).status is Status.NO_DATA


def test_a_recurring_act_is_asked_anew_in_every_period():
    told = duty("act", ("done", 1.0), act="ranking", by="province", due=None, every="month")
    acts = [done("130000", date(2014, 3, 10))]
    for on, status in ((date(2014, 3, 31), Status.MET), (date(2014, 3, 9), Status.BREACHED), (date(2014, 4, 30), Status.BREACHED)):
        assert judge(told, "130000", on, read_acts(told, "河北", ["130000"], acts, on, kept=True)).status is status


UNITS = dataset("units").schema
CONTROLS = dataset("controls").schema
AT = datetime(2020, 1, 1)


def unit(key: str, day: date, **more) -> dict[str, object]:
    row = dict.fromkeys(UNITS.names) | {
        "unit": key,
        "day": day,
        "kind": "coal_boiler",
        "place": "130100",
        "capacity": 8.0,
        "attributes": ";within=built_up_area;",
    }
    return row | more


def counted(
    engine: str, units: list[dict[str, object]], controls: list[dict[str, object]], with_simulated: int = 0
) -> dict[tuple[str, str], dict[str, object]]:
    """Run the rules over a register for one indicator: coal boilers up to 10 t/h in built-up areas, kept ones left out, with fgd."""
    end = date(2015, 12, 31)
    kind = {
        "indicator": "x",
        "kind": "coal_boiler",
        "starts": START,
        "event": "approval_or_commissioning",
        "controls_needed": 1,
        "at_least": None,
        "at_most": 10.0,
        "above": None,
        "below": None,
    }
    conditions = [
        {"indicator": "x", "pattern": "%;within=built_up_area;%", "wanted": 1},
        {"indicator": "x", "pattern": "%;kept=true;%", "wanted": 0},
    ]
    within = [{"place": "130100", "ancestor": place} for place in ("130100", "130000")] + [
        {"place": "130200", "ancestor": place} for place in ("130200", "130000")
    ]
    tables = {
        "units": pa.Table.from_pylist(units, schema=UNITS),
        "controls": pa.Table.from_pylist([dict.fromkeys(CONTROLS.names) | row for row in controls], schema=CONTROLS),
        "asked_day": arrow([{"asked": end, "with_simulated": with_simulated}]),
        "simulated_unit": pa.table({"unit": pa.array(["s"], pa.string())}),
        "indicator_kind": arrow([kind]),
        "indicator_condition": arrow(conditions),
        "indicator_control": arrow([{"indicator": "x", "control": "fgd"}]),
        "place_within": arrow(within),
    }
    with open_engine(engine) as opened:
        for name, table in tables.items():
            opened.table(name, table)
        run_steps(opened, "lantian.plan", ("unit_state", "control_state", "indicator_unit", "indicator_place", "register_place"))
        return {(row["indicator"], row["place"]): row for row in opened.fetch("SELECT * FROM indicator_place").to_pylist()}


REPORTS = [
    unit("a", date(2014, 1, 1), commissioned=date(2001, 1, 1)),
    unit("b", date(2014, 1, 1), commissioned=date(2001, 1, 1)),
    unit("b", date(2015, 1, 1), commissioned=date(2001, 1, 1), retired=date(2014, 10, 1)),  # the newer report retires it
    unit("c", date(2014, 1, 1), capacity=10.0, commissioned=date(2014, 5, 1)),  # the edge belongs, and it was added
    unit("d", date(2014, 1, 1), capacity=10.1),
    unit("e", date(2014, 1, 1), attributes=";within=elsewhere;"),
    unit("f", date(2014, 1, 1), attributes=";kept=true;within=built_up_area;"),
    unit("g", date(2014, 1, 1), kind="gas_boiler"),
    unit("h", date(2016, 1, 1)),  # reported after the asked day
    unit("i", date(2014, 1, 1), place="130200", capacity=2.0),
    unit("s", date(2014, 1, 1)),  # another register calls it simulated
    unit("t", date(2014, 1, 1), attributes=";simulated=true;within=built_up_area;"),  # it says so of itself
]
EQUIPPED = [
    {"unit": "a", "control": "fgd", "installed": date(2013, 1, 1), "day": date(2014, 1, 1)},
    {"unit": "i", "control": "fgd", "installed": date(2013, 1, 1), "removed": date(2015, 3, 1), "day": date(2015, 4, 1)},
    {"unit": "c", "control": "denox", "installed": date(2014, 1, 1), "day": date(2014, 1, 1)},
]


@pytest.mark.parametrize("engine", ["duckdb", pytest.param("spark:local[2]", marks=pytest.mark.spark)])
def test_the_register_is_counted_as_by_hand(engine):
    """Shijiazhuang has a and c running (8 + 10 t/h), a equipped, c added; with Tangshan's i the province has 20 t/h."""
    found = counted(engine, REPORTS, EQUIPPED)
    wanted = {
        ("x", "130100"): {"known": 3, "running": 2, "covered": 1, "added": 1, "capacity": 18.0, "covered_capacity": 8.0},
        ("x", "130200"): {"known": 1, "running": 1, "covered": 0, "added": 0, "capacity": 2.0, "covered_capacity": 0.0},
        ("x", "130000"): {"known": 4, "running": 3, "covered": 1, "added": 1, "capacity": 20.0, "covered_capacity": 8.0},
    }
    assert set(found) == set(wanted)
    for key, row in wanted.items():
        assert {name: found[key][name] for name in row} == row, key


def test_the_counts_move_when_their_rows_do():
    before = counted("duckdb", REPORTS, EQUIPPED)[("x", "130000")]
    more = counted("duckdb", [*REPORTS, unit("j", date(2014, 2, 1))], [*EQUIPPED, {"unit": "j", "control": "fgd", "installed": START, "day": START}])[
        ("x", "130000")
    ]
    assert (more["running"], more["covered"], more["capacity"]) == (before["running"] + 1, before["covered"] + 1, before["capacity"] + 8)


@pytest.mark.parametrize("engine", ["duckdb", pytest.param("spark:local[2]", marks=pytest.mark.spark)])
def test_simulated_units_count_only_when_asked_and_are_counted_apart(engine):
    silent, told = (counted(engine, REPORTS, EQUIPPED, asked)[("x", "130100")] for asked in (0, 1))
    assert (silent["running"], silent["simulated"]) == (2, 0)
    assert (told["running"], told["simulated"]) == (4, 2)
