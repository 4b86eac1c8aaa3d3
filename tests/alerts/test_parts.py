"""The parts of warnings one by one: spells, improvements, chances against every future counted, regions, scores, files of days."""

from __future__ import annotations

from datetime import date, datetime
from itertools import product
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lantian.alerts.model import Condition, DayAir, Level, Prompt, Quantiles
from lantian.alerts.readers import parse_days
from lantian.alerts.rules import prompt_of, prompted
from lantian.alerts.rules.chance import futures, level_chances, quantile_draws
from lantian.alerts.rules.decide import begin_of, by_value
from lantian.alerts.rules.episodes import filled, improved_on, improvement, told
from lantian.alerts.rules.score import Told, missed, outcome, overlaps
from lantian.alerts.rules.spells import clean_days, highest, longest, parted, runs, spells, way_met
from lantian.alerts.service import rules_named
from lantian.kernel.errors import FaultsError, InputError
from lantian.kernel.period import DAY
from lantian.law import book

LAW = book()
NATION = rules_named(LAW, "cn:2017", date(2018, 1, 1)).rules
FIRST = date(2017, 11, 4)


def line(*values):
    return [DayAir(FIRST + DAY * at, value) for at, value in enumerate(values)]


def test_two_clean_days_part_and_one_does_not():
    assert clean_days(NATION) == (150, 2)
    assert not parted([100], NATION)
    assert parted([100, 90], NATION)
    assert not parted([100, 160, 90], NATION)
    head = Condition(200, reaches=False, days=2, longer=False)
    assert runs([210, 100, 220, 90, 80, 230], head, NATION) == [(0, 2), (5,)]
    assert longest([310, 90, 320, 330], 0, 3, Condition(300, reaches=False, days=1, longer=False)) == (2, 3)
    assert longest([90, 90], 0, 1, Condition(300, reaches=False, days=1, longer=False)) == ()


def test_a_way_needs_all_its_conditions():
    orange = next(way for way in NATION.ways if way.level == Level.ORANGE)
    assert way_met([210, 220, 230], 0, 2, orange, NATION) is None
    met = way_met([210, 310, 230], 0, 2, orange, NATION)
    assert (met.days, met.further) == ((0, 1, 2), ((1,),))
    assert [message.values["count"] for message in told(NATION, line(210, 310, 230), met)] == [3, 1]


def test_an_improvement_is_two_clean_days_known_one_after_the_other():
    days = line(210, 90, None, 90, 80, 70)
    assert improvement(days, NATION, 1) == 3
    assert improvement(days[:4], NATION, 1) is None
    assert [improved_on(days, NATION, at) for at in range(6)] == [False, False, False, True, True, True]
    assert filled(days, 7)[2] == 7
    assert begin_of(FIRST, 7) == datetime(2017, 11, 4, 7)


def test_a_forecast_speaks_by_its_median_and_its_upper_bound():
    days = [DayAir(FIRST, None, Quantiles(100, 190, 260)), DayAir(FIRST + DAY, 210)]
    found = by_value(days, 90, 500)
    assert {name: [each.aqi for each in row] for name, row in found.items()} == {"forecast": [190, 210], "upper": [260, 210]}


@settings(max_examples=40, deadline=None)
@given(rows=st.lists(st.lists(st.sampled_from([90, 151, 201, 301, 500]), min_size=3, max_size=3), min_size=4, max_size=6), hole=st.integers(0, 5))
def test_chances_are_the_share_of_futures_counted_one_by_one(rows, hole):
    """Every simulated future is judged by hand; the unknown day is clean for the least and at its worst for the most."""
    days = [DayAir(FIRST + DAY * at, None, np.array(row, dtype=float)) for at, row in enumerate(rows)]
    if hole < len(days):
        days[hole] = DayAir(FIRST + DAY * hole, None)
    found = level_chances(NATION, days, "any", 0, 100)
    for level in Level:
        best, worst = (
            [highest([fill if each.draws is None else int(each.draws[at]) for each in days], NATION) or 0 for at in range(3)] for fill in (0, NATION.worst)
        )
        shares = [sum(each >= level for each in some) / 3 for some in (best, worst)]
        assert found[level].probability == pytest.approx(shares[0])
        assert (found[level].low, found[level].high) == pytest.approx((min(shares), max(shares)))


def test_futures_of_quantiles_keep_the_quantiles():
    drawn = quantile_draws(Quantiles(100, 200, 300), 1001)
    assert [np.percentile(drawn, at) for at in (10, 50, 90)] == pytest.approx([100, 200, 300], rel=0.01)
    assert drawn == sorted(drawn)
    days = [DayAir(FIRST, None, Quantiles(100, 200, 300)), DayAir(FIRST + DAY, 77), DayAir(FIRST + 2 * DAY, None, Quantiles(400, 600, 900))]
    for together in (True, False):
        rows = futures(days, 200, 500, together=together)
        assert len(rows) == 200
        assert {row[1] for row in rows} == {77}
        assert max(row[2] for row in rows) == 500
    with pytest.raises(InputError, match="different number"):
        futures([DayAir(FIRST, None, np.ones(3)), DayAir(FIRST + DAY, None, np.ones(4))], 9, 500, together=True)


def test_a_region_prompts_at_the_level_that_half_its_cities_meet_and_only_upward():
    start, end = datetime(2017, 11, 4), datetime(2017, 11, 8)
    own = {
        f"{n}": SimpleNamespace(level=level, start=start + n * DAY, end=end + n * DAY) for n, level in enumerate([Level.RED, Level.ORANGE, Level.YELLOW, None])
    }
    prompt = prompt_of(own, 50, "区域中心")
    assert (prompt.level, prompt.start, prompt.end) == (Level.ORANGE, start, end + DAY)
    assert prompt_of(own, 80, "区域中心") is None
    for mine, asked in product([None, *Level], [None, *Level]):
        given_prompt = None if asked is None else Prompt(asked, start, end, "x")
        assert (prompted(mine, given_prompt) or 0) == max(mine or 0, asked or 0)


@pytest.mark.parametrize(
    ("level", "values", "word"),
    [
        (Level.YELLOW, (90, 90, 210, 220, 90, 80), "hit"),
        (Level.ORANGE, (90, 90, 210, 220, 90, 80), "lower"),
        (Level.BLUE, (90, 90, 210, 220, 90, 80), "graver"),
        (Level.YELLOW, (90, 90, 120, 130, 90, 80), "false"),
        (Level.YELLOW, (90, 90, 210, None, 90, 80), "unknown"),
        (Level.BLUE, (90, 90, 210, None, 90, 80), "hit"),
        (Level.YELLOW, (90, 90, None, None, 90, 80), "unknown"),
        (Level.YELLOW, (210, 220, 90, 90, 90, 80), "false"),
    ],
)
def test_a_warning_is_judged_by_what_was_measured(level, values, word):
    """The warning of the third and fourth day, as a reader of the bulletin would judge it."""
    warning = Told(level, datetime(2017, 11, 6), datetime(2017, 11, 8))
    assert outcome(warning, line(*values), NATION).word == word


def test_an_episode_without_a_warning_was_missed():
    days = line(210, 220, 90, 80, 210, 220, 90, 80)
    first = Told(Level.YELLOW, datetime(2017, 11, 4), datetime(2017, 11, 6))
    found = missed([first], days, lambda _: NATION)
    assert [(each.first, each.last, each.level) for each in found] == [(date(2017, 11, 8), date(2017, 11, 9), Level.YELLOW)]
    assert overlaps(first, SimpleNamespace(first=date(2017, 11, 5), last=date(2017, 11, 9)))
    assert not overlaps(first, SimpleNamespace(first=date(2017, 11, 6), last=date(2017, 11, 9)))  # it ended at midnight
    assert missed([], [], lambda _: NATION) == ()
    assert [spell.level for spell in spells([210, 220], NATION)] == [Level.YELLOW]


@pytest.mark.parametrize(
    ("text", "told_so"),
    [
        ("day\n2015-12-08\n", "write day, aqi"),
        ("day,aqi,wind\n2015-12-08,1,2\n", "write day, aqi"),
        ("day,aqi\n2015-12-08\n", "days:2: not as many cells"),
        ("day,aqi\n2015-12-08,1,2\n", "days:2: not as many cells"),
        ("day,aqi\n08.12.2015,1\n", "days:2: no day"),
        ("day,aqi\n2015-12-08,-1\n", "days:2: no AQI"),
        ("day,aqi\n2015-12-08,1.5\n", "days:2: no AQI"),
        ("day,aqi,p10,p50,p90\n2015-12-08,,1,2,\n", "give all three or none"),
        ("day,aqi,p10,p50,p90\n2015-12-08,,3,2,1\n", "not positive and rising"),
        ("day,aqi,p10,p50,p90\n2015-12-08,,a,2,3\n", "no quantile"),
        ("day,aqi,p10,p50,p90\n2015-12-08,,1,2,inf\n", "not positive and rising"),
    ],
)
def test_a_file_of_days_that_cannot_be_read_says_where(text, told_so):
    with pytest.raises((InputError, FaultsError)) as fault:
        parse_days(text)
    assert told_so in f"{fault.value} {getattr(fault.value, 'faults', '')}"


def test_a_file_of_days_is_read_with_a_mark_of_its_encoding_and_quantiles():
    days = parse_days("\ufeffday,aqi,p10,p50,p90\n2015-12-08,,100,200,300\n2015-12-07,230,,,\n")
    assert [(each.day.day, each.aqi) for each in days] == [(8, 200), (7, 230)]
