"""Emergency plans: complete, sufficient, the choice of least loss against every choice counted, orders, verdicts, files with faults."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date, datetime
from itertools import product
from pathlib import Path

import openpyxl
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from lantian.app.responding import thaw_plan
from lantian.app.speech import say
from lantian.kernel.errors import FaultsError, InputError
from lantian.law import book
from lantian.places import atlas
from lantian.response.activity import parse_activity
from lantian.response.model import AreaMeasure, Body, EmergencyPlan, Line, Measure, Observed
from lantian.response.readers import COLUMNS, read_plan
from lantian.response.rules.check import verdict
from lantian.response.rules.choose import choosable, choose
from lantian.response.rules.complete import lacking
from lantian.response.rules.orders import orders_of
from lantian.response.rules.suffice import area_at, cuts, loss, told_at, untouched
from lantian.response.service import chosen, complete, drafted, ranks, shares, suffice

LAW = book()
DATA = Path(__file__).parents[2] / "data" / "response"
BEIJING = read_plan(DATA / "110000")
TIANJIN = read_plan(DATA / "120000")
GRADES = {"A": 0, "B": 4, "B-": 3, "C": 2, "D": 1, "leading": 0}
WINTER = date(2018, 12, 1)


def line(name, grade, so2, *, options=((0.5, 10.0), (1.0, 30.0)), sector="水泥", **more):
    measures = tuple(Measure(name, "red", f"减{cut:.0%}", f"cut {cut:.0%}", cut, cost) for cut, cost in options)
    return Line(name, f"91{name}", f"企业{name}", "一线", sector, grade, {"SO2": so2, "NOx": so2 / 2}, measures=measures, **more)


def plan(*lines, total=1000.0, area=()):
    return EmergencyPlan("110000", "x", "1", {"SO2": total, "NOx": total / 2}, lines=tuple(lines), area=tuple(area))


def slow_choice(told, share, order):
    """Try every combination; keep those that suffice and stop worse grades first; give the least loss."""
    lines = [
        (each, [None, *(m for m in each.measures if each.exempt is None and m.cut <= 1 - each.safe_load + 1e-9)])
        for each in told.lines
        if order[each.grade] > 0
    ]
    best = None
    for taken in product(*(options for _, options in lines)):
        cut = sum(m.cut * each.emissions["SO2"] for (each, _), m in zip(lines, taken, strict=True) if m)
        if cut < share * told.totals["SO2"] - 1e-6:
            continue
        touched = [(each, m) for (each, options), m in zip(lines, taken, strict=True) if len(options) > 1]
        unfair = any(
            m is not None and other is None and each.sector == o.sector and order[o.grade] < order[each.grade] for each, m in touched for o, other in touched
        )
        cost = sum(m.cost for m in taken if m)
        if not unfair and (best is None or cost < best):
            best = cost
    return best


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from("DCBA"), st.integers(1, 60), st.integers(1, 50), st.integers(1, 90), st.sampled_from(["a", "b"]), st.sampled_from([0.0, 0.6])
        ),
        min_size=1,
        max_size=5,
    ),
    share=st.sampled_from([0.02, 0.05, 0.1, 0.15]),
)
def test_the_choice_is_the_least_of_all_that_are_allowed(rows, share):
    lines = [line(f"{n}", g, so2, options=((0.3, c), (1.0, c + d)), sector=s, safe_load=safe) for n, (g, so2, c, d, s, safe) in enumerate(rows)]
    told = plan(*lines, total=300.0)
    found = choose(told, {"SO2": share, "NOx": share}, [], GRADES, 0.0)
    best = slow_choice(told, share, GRADES)
    assert found.found == (best is not None)
    if best is None:
        assert {each.values["pollutant"] for each in found.because} == {"SO2", "NOx"}
        assert all(say(each, language) for each in found.because for language in ("zh", "en"))
    else:
        assert found.loss == pytest.approx(best, abs=1e-6)


def test_asking_for_less_never_costs_more_and_an_exemption_never_costs_less():
    losses = [chosen(LAW, TIANJIN, "red", WINTER, {"SO2": s, "NOx": s, "PM": s, "VOC": s}).loss for s in (0.05, 0.15, 0.25, 0.35)]
    assert losses == sorted(losses)
    taken = chosen(LAW, TIANJIN, "red", WINTER).told
    spared = next(iter(taken))
    lines = tuple(replace(each, exempt="民生") if each.id == spared else each for each in TIANJIN.lines)
    other = chosen(LAW, replace(TIANJIN, lines=lines), "red", WINTER)
    assert spared not in other.told
    assert other.loss >= chosen(LAW, TIANJIN, "red", WINTER).loss * 0.995


def test_what_cannot_be_reached_is_told_by_name_and_number():
    told = plan(line("1", "D", 100.0), line("2", "D", 300.0, exempt="保障供热"), total=1000.0)
    found = choose(told, {"SO2": 0.3}, [], GRADES, 0.005)
    assert not found.found
    assert say(found.because[0], "en") == (
        "SO₂ cannot reach 30.0%: 10.0% at most; the largest untouched source is 企业2 (一线, 300 kg a day left), and sources that are not listed emit 600 kg a day"
    )
    assert untouched(told, {}, "NOx")[1] == 300.0
    assert say(choose(plan(total=10.0), {"SO2": 0.3}, [], GRADES, 0.005).because[0], "zh").startswith("SO₂降不到30.0%，最多0.0%")


def test_measures_of_no_enterprise_count_first_and_may_be_enough():
    driving = AreaMeasure("red", "vehicles", "单双号", "odd-even", "交通", {"SO2": 400.0, "NOx": 200.0})
    found = choose(plan(line("1", "D", 100.0)), {"SO2": 0.3}, [driving], GRADES, 0.005)
    assert (found.found, found.told, found.loss) == (True, {}, 0.0)


def test_the_plans_own_measures_at_a_level_and_their_cut():
    both = line("1", "D", 100.0)
    both = replace(both, measures=(Measure("1", "yellow", "减", "less", 0.2, 5), Measure("1", "red", "停", "stop", 1.0, 30)))
    told = plan(both, line("2", "D", 100.0, safe_load=0.6))
    assert {key: each.cut for key, each in told_at(told, "orange").items()} == {"1": 0.2}
    assert {key: each.cut for key, each in told_at(told, "red").items()} == {"1": 1.0}  # neither measure of 2 keeps its safe load
    assert told_at(told, "blue") == {}
    found = cuts(told, told_at(told, "red"), [], {"SO2": 0.3}, 0.9)
    assert [(each.pollutant, each.share, each.short) for each in found] == [("SO2", 0.1, pytest.approx(0.2)), ("NOx", 0.1, None)]
    assert loss(told_at(told, "red")) == 30
    steps = [AreaMeasure(level, "vehicles", level, level, "交通", {}) for level in ("yellow", "red")]
    assert [each.level for each in area_at(plan(area=steps), "orange")] == ["yellow"]
    assert [each.level for each in area_at(plan(area=steps), "red")] == ["red"]


def test_no_share_was_in_force_before_2018_and_then_ten_twenty_thirty():
    assert shares(LAW, "red", date(2015, 12, 8)) == {}
    assert [shares(LAW, level, WINTER)["SO2"] for level in ("yellow", "orange", "red")] == [0.1, 0.2, 0.3]
    early = suffice(LAW, TIANJIN, "red", date(2015, 12, 8))
    assert early["enough"] is None
    assert [each["later"] for each in early["cuts"]] == [0.3] * 4
    assert "2018" in say(early["because"][0], "zh")
    late = suffice(LAW, TIANJIN, "red", WINTER)
    assert late["enough"] is True
    assert suffice(LAW, BEIJING, "red", WINTER)["enough"] is False
    assert set(ranks(LAW, WINTER).values()) == {1}  # no grades yet
    assert ranks(LAW, date(2021, 1, 1))["D"] == 1
    assert all(each.grade not in ("A", "leading") for each, _ in choosable(TIANJIN, ranks(LAW, date(2021, 1, 1))))
    with pytest.raises(InputError, match="no level"):
        suffice(LAW, TIANJIN, "purple", WINTER)


def test_what_article_30_asks_for_is_counted_one_by_one():
    whole = replace(BEIJING, drill_held=date(2014, 3, 1), filed=date(2013, 12, 31), published=date(2013, 10, 22))
    assert complete(LAW, atlas(), whole, date(2015, 1, 1)) == []
    late = complete(LAW, atlas(), replace(whole, filed=date(2014, 1, 1)), date(2015, 1, 1))
    assert [each.key for each in late] == ["response.filed_late"]
    bare = complete(LAW, atlas(), EmergencyPlan("110000", "x", "1", {}), date(2015, 1, 1))
    assert len(bare) == 11
    no_duty = replace(whole, bodies=(Body("指挥部", ""),))
    assert len(lacking(no_duty, {"bodies": {"zh": "机构", "en": "bodies"}}, None)) == 1


def test_orders_carry_all_and_only_what_is_told():
    start, end = datetime(2015, 12, 8, 7), datetime(2015, 12, 10, 12)
    made = drafted(BEIJING, "red", start, end)
    told = told_at(BEIJING, "red")
    assert sorted(each for order in made for each in order.lines) == sorted(told)
    whole = sum(measure.cut * next(x for x in BEIJING.lines if x.id == key).emissions.get("NOx", 0) for key, measure in told.items())
    assert sum(order.cut["NOx"] for order in made if order.code) == pytest.approx(whole)
    assert len({order.code for order in made if order.code}) == len([order for order in made if order.code])
    assert orders_of(BEIJING, {}, [], start, end) == []


@pytest.mark.parametrize("case", yaml.safe_load((Path(__file__).parent / "cases.yaml").read_text(encoding="utf-8")), ids=lambda case: case[0])
def test_a_verdict(case):
    _, cut, seen, word = case
    found = verdict("1", cut, [Observed("1", *each) for each in seen], 0.1, 0.75)
    assert found.word == word
    assert all(say(each, language) for each in found.because for language in ("zh", "en"))
    if found.share is not None:
        assert found.low <= found.share <= found.high


def test_a_plan_is_read_the_same_from_a_folder_and_a_workbook_and_given_back_from_a_record(tmp_path):
    from dataclasses import asdict

    from lantian.app.responding import _plain

    sheet = openpyxl.Workbook()
    sheet.remove(sheet.active)
    for name in COLUMNS:
        page = sheet.create_sheet(name)
        for row in (DATA / "110000" / f"{name}.csv").read_text(encoding="utf-8").splitlines():
            import csv

            page.append(next(csv.reader([row])))
    sheet.save(tmp_path / "plan.xlsx")
    assert read_plan(tmp_path / "plan.xlsx") == BEIJING
    assert thaw_plan(_plain(asdict(BEIJING))) == BEIJING
    assert BEIJING.illustrative


@pytest.mark.parametrize(
    ("table", "change", "told"),
    [
        ("lines", lambda text: text.replace(",C,", ",E,", 1), "grade 'E'"),
        ("lines", lambda text: text + text.splitlines()[1] + "\n", "stands there twice"),
        ("lines", lambda text: text.replace("803.8", "-803.8", 1), "unknown or negative"),
        ("lines", lambda text: text.replace("803.8", "much", 1), "SO2 'much' is no number"),
        ("measures", lambda text: text.replace(",0.2,", ",2,", 1), "cuts 2"),
        ("measures", lambda text: text + "nobody,red,停,stop,1,0\n", "no line 'nobody'"),
        ("measures", lambda text: text.replace("yellow", "purple", 1), "no level 'purple'"),
        ("area", lambda text: text.replace("orange", "pink"), "no level 'pink'"),
        ("plan", lambda text: text.replace("title,", "name,"), "no title is given"),
        ("plan", lambda text: text + "filed,soon\n", "'soon' is no day"),
        ("plan", lambda text: text.replace("168496.0", "nan"), "'nan' is no number"),
    ],
)
def test_a_plan_with_faults_says_where(tmp_path, table, change, told):
    shutil.copytree(DATA / "110000", tmp_path / "plan")
    file = tmp_path / "plan" / f"{table}.csv"
    file.write_text(change(file.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(FaultsError) as fault:
        read_plan(tmp_path / "plan")
    assert told in f"{fault.value} {fault.value.faults}"


def test_a_plan_that_is_none(tmp_path):
    with pytest.raises(InputError, match="a plan is a folder with"):
        read_plan(tmp_path)
    (tmp_path / "x.xlsx").write_bytes(b"no workbook")
    with pytest.raises(InputError, match="is no workbook"):
        read_plan(tmp_path / "x.xlsx")
    shutil.copytree(DATA / "110000", tmp_path / "plan")
    (tmp_path / "plan" / "lines.csv").write_text("id,name\n", encoding="utf-8")
    with pytest.raises(InputError, match="has no column code"):
        read_plan(tmp_path / "plan")


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"process": "", "kind": "online", "time": "2015-12-08 07:00", "value": "1", "error": ""}, "no process is named"),
        ({"process": "1", "kind": "rumour", "time": "2015-12-08 07:00", "value": "1", "error": ""}, "kind 'rumour'"),
        ({"process": "1", "kind": "online", "time": "soon", "value": "1", "error": ""}, "soon"),
        ({"process": "1", "kind": "online", "time": "2015-12-08 07:00", "value": "-1", "error": ""}, "write an amount from 0"),
        ({"process": "1", "kind": "online", "time": "2015-12-08 07:00", "value": "1", "error": "2"}, "relative error"),
    ],
)
def test_activity_that_cannot_be_read_says_why(row, told):
    found = next(iter(parse_activity([(2, row)], atlas())))
    assert told in found.reason
