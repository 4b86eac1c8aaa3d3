"""Findings of the nation and of places, and what the reasons say word for word."""

from __future__ import annotations

from datetime import date

import pytest

from lantian.app.speech import say
from lantian.kernel.errors import InputError
from lantian.kernel.finding import Finding
from lantian.plan.model import Measured, Plan, TableFacts
from lantian.plan.rules import evaluate
from lantian.plan.service import findings, narrow

END_2015 = date(2015, 12, 31)
GAP = "\N{NARROW NO-BREAK SPACE}"
GROUPS = {"bth13": ["110000", "120000", "130100"], "yrd25": ["310000"], "prd9": ["440100"]}


def spoken(found: Finding, language: str) -> str:
    return ("；" if language == "zh" else "; ").join(say(each, language) for each in found.because)


@pytest.mark.parametrize(
    ("place", "bound"),
    [
        (None, [f"C{number:03}" for number in range(3, 12)]),
        ("000000", [f"C{number:03}" for number in range(3, 12)]),
        ("110000", ["C003", "C004", "C005", "C006", "C007", "C008", "C011"]),
        ("110105", ["C003", "C004", "C005", "C008", "C011"]),
        ("130000", ["C003", "C004", "C005", "C006", "C007", "C008"]),
        ("310000", ["C003", "C004", "C005", "C006", "C007", "C009"]),
        ("440100", ["C003", "C004", "C005", "C006", "C007", "C010"]),
        ("650100", ["C003", "C005", "C006", "C007"]),
    ],
)
def test_which_provisions_bind_a_place(place: str | None, bound: list[str], told: Plan) -> None:
    assert [each.provision for each in findings(told, TableFacts(groups=GROUPS), END_2015, place)] == bound


def test_a_regional_goal_is_judged_for_the_region_of_the_place(told: Plan, published: TableFacts) -> None:
    by_id = {each.provision: each for each in findings(told, published, END_2015, "110000")}
    assert (by_id["C008"].place, by_id["C004"].place, by_id["C007"].place, by_id["C003"].place) == ("bth13", "bth13", "110000", "000000")
    assert [part["key"] for part in by_id["C004"].details["parts"]] == ["bth13"]


def test_the_reasons_in_chinese(told: Plan, published: TableFacts) -> None:
    assert spoken(evaluate(told.provision("C011"), END_2015, published), "zh") == (
        f"2015年北京市PM2.5均值80.6{GAP}µg/m³，比2013年的89.5降9.9%；"
        f"按匀速进度，到2015-12-31应完成目标的50%，即不高于74.8{GAP}µg/m³，实际高5.8；"
        "规定：到2017年，北京市PM2.5年均值控制在60左右"
    )


def test_the_reasons_in_english(told: Plan, published: TableFacts) -> None:
    assert spoken(evaluate(told.provision("C008"), END_2015, published), "en") == (
        f"mean PM2.5 in Beijing–Tianjin–Hebei was 77.0{GAP}µg/m³ in 2015, 27.4% below the 106 of 2013; "
        f"by the yearly assessment shares (notice 107 of 2014), 35% of the goal is due on 31 Dec 2015: at most 96.7{GAP}µg/m³; it is 19.7 below that; "
        f"that is already below the goal of 79.5{GAP}µg/m³ for 2017, and must hold to the end of 2017; "
        "the rule: by 2017 PM2.5 in Beijing–Tianjin–Hebei must be about 25% below 2013"
    )


def test_a_fall_in_good_days_is_said_in_days_too(told: Plan, published: TableFacts) -> None:
    beijing = next(each for each in findings(told, published, date(2014, 12, 31), "110000") if each.provision == "C007")
    assert spoken(beijing, "zh") == (
        "2014年优良天数占比47.1%，比2013年的48.2%降1.1个百分点；优良172天（有效365天），上一年176天；"
        "2013年取公布值：2013年优41天、良135天，按35站；规定：到2017年，优良天数占比每年都要高于上年"
    )


def test_a_missing_base_names_the_dataset_that_would_answer(told: Plan, published: TableFacts) -> None:
    assert spoken(evaluate(told.provision("C006"), END_2015, published), "en") == (
        f"mean PM10 was 87.0{GAP}µg/m³ in 2015; the base of 2012 is unknown: the goal covers all cities at prefecture level and above, "
        "the yearbook only 31; the dataset statistics, indicator PM10_annual, would answer once it holds them; "
        "the rule: by 2017 PM10 must be at least 10% below 2012"
    )


def test_changes_are_given_from_raw_and_from_rounded_figures(told: Plan, published: TableFacts) -> None:
    change = evaluate(told.provision("C011"), END_2015, published).details["change"]
    assert (round(change["raw"], 1), round(change["rounded"], 1)) == (-9.9, -9.0)


@pytest.mark.parametrize(
    ("group", "base", "value", "published"),
    [("C008", 106, 71, -33.0), ("C008", 106, 64, -39.6), ("C009", 67, 46, -31.3), ("C009", 67, 44, -34.3), ("C010", 47, 34, -27.7), ("C011", 89, 73, -18.0)],
)
def test_the_published_changes_are_reproduced(group: str, base: int, value: int, published: float, told: Plan) -> None:
    provision = told.provision(group)
    facts = TableFacts({(provision.measures[0].scope, "PM2.5", "2016"): value + 0.4})
    found = evaluate(provision, date(2016, 12, 31), facts)
    assert found.details["base"]["value"] in (base, 89.5)
    assert round(found.details["change"]["rounded"], 1) == published


def test_city_by_city_one_miss_settles_it_and_unknown_ones_are_counted(told: Plan) -> None:
    cities = {"110000": (109, 101.5), "310000": (71, 69), "440100": (69, 59), "510100": (119, None), "650100": (None, 90)}
    numbers = {(city, "PM10", "2015"): now for city, (_, now) in cities.items() if now is not None}
    bases = {(city, "PM10_annual", "2012"): base for city, (base, _) in cities.items() if base is not None}
    found = evaluate(told.provision("C006"), END_2015, TableFacts(numbers, bases, {"cities": list(cities)}))
    each = found.details["readings"][-1]
    assert (each["status"], each["value"], each["required"]) == ("behind", 2.0, 5.0)
    assert each["cities"] == {"missed": ["310000"], "kept": ["110000", "440100"]}
    assert say(each["because"][0], "zh") == "逐城看，3座城市可以判定，其中2座达到、1座没有达到；2座基数或数据未知"


def test_too_few_cities_cannot_speak_for_all(told: Plan) -> None:
    part = Measured(55.0, "µg/m³", "air_city_daily", "bth13", "2015", 365, 365, cities=9, cities_of=13)
    found = evaluate(told.provision("C008"), END_2015, TableFacts({("bth13", "PM2.5", "2015"): part}))
    assert (found.status.value, found.value) == ("no_data", None)
    assert say(found.because[1], "zh") == "13座城市中只有9座有数据，不足75%，不能代表全体"
    assert [say(each, "en") for each in found.provisional] == [
        "how many cities must have data: where not every city has data, at least 75% of them must have it before their mean speaks for all: our own convention"
    ]


def test_almost_all_cities_speak_for_all_provisionally(told: Plan) -> None:
    part = Measured(55.0, "µg/m³", "air_city_daily", "bth13", "2015", 365, 365, cities=12, cities_of=13)
    found = evaluate(told.provision("C008"), END_2015, TableFacts({("bth13", "PM2.5", "2015"): part}))
    assert (found.status.value, len(found.provisional)) == ("on_track", 1)
    note = found.evidence[0].note
    assert note is not None
    assert say(note, "en") == "12 of 13 cities with data"


def test_an_unknown_provision_says_what_was_meant(told: Plan) -> None:
    with pytest.raises(InputError) as error:
        told.provision("C0O8")
    assert str(error.value) == "no provision 'C0O8' in cn_2013; did you mean 'C008'? (9 known)"


def test_narrowing_leaves_the_plan_as_it_is(told: Plan) -> None:
    whole = told.provision("C006")
    narrowed = narrow(whole, TableFacts(), "110000")
    assert narrowed is not None
    assert (whole.scope.keys, narrowed.scope.keys, narrowed.readings) == (("cities",), ("110000",), ("mean",))
