"""The levels case by case as a forecaster would read them, and against a slow reading of the texts on days of any kind."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from lantian.alerts.model import DayAir, Level, Quantiles
from lantian.alerts.rules import decide, decide_any_day, episodes, unfold
from lantian.alerts.rules.spells import highest
from lantian.alerts.service import Choices, editions, rules_in_force, rules_named
from lantian.app.speech import say
from lantian.kernel.errors import InputError
from lantian.kernel.period import DAY
from lantian.law import book
from lantian.places import atlas
from tests.alerts.slow import COLOURS, READINGS, fillings

FOLDER = Path(__file__).parent / "cases"
LAW = book()
NAMES = sorted(editions(LAW))
RULES = {name: rules_named(LAW, name, date(2024, 6, 1)).rules for name in NAMES}
OWN = Choices.of(LAW, date(2024, 6, 1))
HOW = {"upper_bound": OWN.upper_bound, "draws": OWN.draws}
CASES = [
    pytest.param(path.stem.replace("_", ":"), case, id=f"{path.stem}: {case['case'][:60]}")
    for path in sorted(FOLDER.glob("*_20*.yaml"))
    for case in yaml.safe_load(path.read_text(encoding="utf-8"))
]
KNOWN = {"case", "first", "aqi", "forecast", "draws", "now", "current", "action", "level", "possible", "readings", "start", "end", "open_end"} | {
    "says",
    "silent",
    "episodes",
    "steps",
    "by_value",
    "chances",
    "worst",
}
FIRST = date(2020, 1, 1)
EDGES = st.sampled_from([0, 90, 100, 101, 150, 151, 170, 200, 201, 250, 300, 301, 350, 450, 451, 499, 500])


def days_of(case):
    if "forecast" in case:
        return [DayAir(case["first"] + DAY * at, None, Quantiles(*three)) for at, three in enumerate(case["forecast"])]
    if "draws" in case:
        return [DayAir(case["first"] + DAY * at, None, np.array(row, dtype=float)) for at, row in enumerate(case["draws"])]
    told = enumerate(case["aqi"])
    return [DayAir(case["first"] + DAY * at, aqi if isinstance(aqi, int) else None) for at, aqi in told if aqi != "missing"]


def word(level):
    return "none" if level is None else level.word


def line(values):
    return [DayAir(FIRST + DAY * at, aqi) for at, aqi in enumerate(values)]


@pytest.mark.parametrize(("name", "case"), CASES)
def test_a_case(name, case):
    assert set(case) <= KNOWN
    rules, days = RULES[name], days_of(case)
    now = datetime.fromisoformat(str(case["now"])) if "now" in case else datetime.combine(case["first"], datetime.min.time()) - DAY
    current = Level[case["current"].upper()] if "current" in case else None
    found = decide(rules, "110000", days, now, current=current, **HOW)
    keys = [each.key for each in found.because]
    if "level" in case:
        assert word(found.level) == case["level"]
    if "action" in case:
        assert found.action == case["action"]
    if "possible" in case:
        assert word(found.possible) == case["possible"]
    if "readings" in case:
        assert {reading: word(level) for reading, level in found.readings.items()} == case["readings"]
    for edge in ("start", "end"):
        if edge in case:
            assert f"{getattr(found, edge):%Y-%m-%d %H:%M}" == str(case[edge])[:16]
    assert found.open_end == case.get("open_end", found.open_end)
    assert set(case.get("says", [])) <= set(keys)
    assert not set(case.get("silent", [])) & set(keys)
    if "episodes" in case:
        assert [[each.first, each.last, word(each.level)] for each in episodes(rules, days)] == case["episodes"]
    if "steps" in case:
        assert [f"{step.action} {word(step.level)}" for step in unfold(lambda _: rules, "110000", days, **HOW)] == case["steps"]
    if "by_value" in case:
        assert {which: word(level) for which, level in found.by_value.items()} == case["by_value"]
    if "chances" in case:
        assert {level.word: chance.probability for level, chance in found.chances.items()} == case["chances"]
    if "worst" in case:
        assert found.worst_aqi == case["worst"]
    assert all(say(each, language) for each in found.because for language in ("zh", "en"))


def test_every_edition_has_its_cases_and_its_slow_reading():
    assert {path.stem.replace("_", ":") for path in FOLDER.glob("*_20*.yaml")} == set(NAMES)
    assert {name for name, _ in READINGS} == set(NAMES)
    assert {(name, reading) for name in NAMES for reading in RULES[name].readings} == set(READINGS)


CHANGES = yaml.safe_load((FOLDER / "changes.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("place", "day", "name"), CHANGES, ids=[f"{place} {day}" for place, day, _ in CHANGES])
def test_the_text_in_force_follows_place_and_date(place, day, name):
    assert rules_in_force(LAW, atlas(), atlas().find(place, level="city").code, day).rules.name == name


def test_before_the_first_guide_nothing_was_in_force():
    with pytest.raises(InputError, match=r"no warning levels were in force at 北京市 on 2013-05-05; the earliest known are of 2013-05-06"):
        rules_in_force(LAW, atlas(), "110000", date(2013, 5, 5))


@pytest.mark.parametrize("which", sorted(READINGS), ids=" ".join)
@settings(max_examples=150, deadline=None)
@given(values=st.lists(EDGES, min_size=1, max_size=9))
def test_levels_equal_a_slow_reading_of_the_text(which, values):
    name, reading = which
    assert word(highest(values, RULES[name], reading)) == READINGS[which](values)


@pytest.mark.parametrize("which", sorted(READINGS), ids=" ".join)
@settings(max_examples=60, deadline=None)
@given(values=st.lists(st.one_of(st.none(), EDGES), min_size=1, max_size=7).filter(lambda values: values.count(None) <= 3))
def test_unknown_days_give_the_least_and_the_most_of_all_that_they_could_be(which, values):
    """Whatever the unknown days were, the level lies between the sure and the possible one, and both are reached by some filling."""
    name, reading = which
    rules = RULES[name]
    could = [COLOURS.index(READINGS[which](filled)) for filled in fillings(values, [0, 150, 151, 200, 201, 300, 301, 500])]
    found = episodes(rules, line(values), reading)
    if all(aqi is None or not rules.base.holds(aqi) for aqi in values):
        assert found == ()
        return
    sure = max((each.level or 0 for each in found), default=0)
    assert sure == min(could)
    assert max((each.possible or 0 for each in found), default=0) <= max(could)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=80, deadline=None)
@given(values=st.lists(EDGES, min_size=1, max_size=9), at=st.integers(0, 8), rise=st.integers(0, 400))
def test_a_worse_day_never_lowers_the_level(name, values, at, rise):
    worse = [min(aqi + rise, 500) if place == at else aqi for place, aqi in enumerate(values)]
    for reading in RULES[name].readings:
        assert (highest(worse, RULES[name], reading) or 0) >= (highest(values, RULES[name], reading) or 0)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=60, deadline=None)
@given(values=st.lists(st.one_of(st.none(), EDGES), min_size=1, max_size=9), current=st.sampled_from([None, *Level]), hour=st.integers(-24, 220))
def test_what_a_decision_may_and_may_not_do(name, values, current, hour):
    """Only what is not in force is issued; nothing is lifted on an unknown day; what is kept or announced has a start before its end, which lies ahead."""
    now = datetime.combine(FIRST, datetime.min.time()) + DAY * hour / 24
    days = line(values)
    found = decide(RULES[name], "110000", days, now, current=current, **HOW)
    assert found.action in (("issue", "none") if current is None else ("upgrade", "keep", "downgrade", "lift"))
    if found.level is not None:
        assert found.start < found.end
        assert found.start >= now
        assert found.end > now
    if found.action == "lift":
        today = next(each for each in days if each.day == now.date())
        assert today.aqi is not None
        assert not RULES[name].base.holds(today.aqi)
    if current is not None and found.level is not None and found.level < current:
        assert found.action == "downgrade"


@settings(max_examples=40, deadline=None)
@given(values=st.lists(st.one_of(st.none(), EDGES), min_size=1, max_size=9), seed=st.randoms(use_true_random=False))
def test_the_order_of_the_days_and_holes_for_unknown_ones_change_nothing(values, seed):
    days = line(values)
    rules = RULES["cn:2017"]
    known = [each for each in days if each.aqi is not None or each.day in (days[0].day, days[-1].day)]
    seed.shuffle(known)
    assert episodes(rules, known) == episodes(rules, days)


def test_a_worse_edge_of_the_day_is_found_by_letting_days_begin_at_any_hour():
    """Forty-eight heavy hours from noon to noon are one calendar day of heavy air and two halves; days that begin at noon see two."""
    hours = {datetime(2017, 11, 4) + DAY * at / 24: 90 for at in range(1, 6 * 24)}
    hours |= {end: 150 for end in hours if datetime(2017, 11, 6) <= end <= datetime(2017, 11, 9)}
    hours |= {datetime(2017, 11, 6, 12): 210, datetime(2017, 11, 7, 12): 220, datetime(2017, 11, 7): 205}
    calendar = decide(
        RULES["cn:2018"], "x", [DayAir(date(2017, 11, 4), 90), DayAir(date(2017, 11, 6), 205), DayAir(date(2017, 11, 5), 90)], datetime(2017, 11, 3), **HOW
    )
    assert calendar.level is None
    found = decide_any_day(RULES["cn:2018"], "x", hours, datetime(2017, 11, 3), **HOW)
    assert (found.level, found.shift, found.start, found.end) == (Level.YELLOW, 12, datetime(2017, 11, 5, 12), datetime(2017, 11, 7, 12))
