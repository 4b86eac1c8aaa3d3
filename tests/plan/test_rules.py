"""What holds for every number: better air never worsens a status, a path never falls, one no settles a whole."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from lantian.kernel.finding import Status
from lantian.kernel.quantity import exact
from lantian.plan.model import TableFacts
from lantian.plan.readers import plan
from lantian.plan.rules import RULES, evaluate
from lantian.plan.rules.arithmetic import every, level_due, percent_change, share_due, straight_shares

ORDER = [Status.BREACHED, Status.BEHIND, Status.ON_TRACK, Status.MET]
SHARES = {year: Fraction(share) for year, share in {2013: 0, 2014: 10, 2015: 35, 2016: 65, 2017: 100}.items()}
days = st.integers(0, 1460).map(lambda n: date(2014, 1, 1) + timedelta(n))
levels = st.integers(0, 3000).map(lambda n: n / 10)


@given(lower=levels, higher=levels, year=st.sampled_from(["2014", "2015", "2016", "2017"]), key=st.sampled_from(["C008", "C009", "C010", "C011"]))
def test_cleaner_air_never_worsens_a_status(lower: float, higher: float, year: str, key: str) -> None:
    lower, higher = sorted((lower, higher))
    provision = plan().provision(key)
    scope, day = provision.measures[0].scope, date(int(year), 12, 31)
    clean, dirty = (evaluate(provision, day, TableFacts({(scope, "PM2.5", year): value})).status for value in (lower, higher))
    assert ORDER.index(clean) >= ORDER.index(dirty)


@given(day=days)
def test_a_path_never_falls_and_ends_whole(day: date) -> None:
    for shares in (SHARES, straight_shares(2013, 2017)):
        assert share_due(shares, day) <= share_due(shares, day + timedelta(1)) <= 100
        assert share_due(shares, date(2017, 12, 31)) == share_due(shares, date(2020, 1, 1)) == 100


@given(base=st.integers(1, 500), goal=st.integers(0, 500), share=st.integers(0, 100))
def test_what_is_due_lies_between_base_and_goal(base: int, goal: int, share: int) -> None:
    assert min(base, goal) <= level_due(base, goal, share) <= max(base, goal)


@given(st.lists(st.sampled_from([True, False, None])))
def test_one_no_settles_a_whole_and_one_unknown_leaves_it_open(answers: list[bool | None]) -> None:
    whole = every(answers)
    assert (whole is False) == (False in answers)
    assert (whole is True) == (bool(answers) and set(answers) == {True})


def test_a_change_from_nothing_is_unknown() -> None:
    assert percent_change(5, 0) is None


def test_a_gap_is_value_less_required_exactly() -> None:
    found = evaluate(plan().provision("C011"), date(2014, 12, 31), TableFacts({("110000", "PM2.5", "2014"): 85.9}))
    assert found.gap == float(exact(85.9) - exact(82.125))


def test_every_rule_is_used_by_the_plan() -> None:
    assert {provision.rule for provision in plan().provisions} == set(RULES)
