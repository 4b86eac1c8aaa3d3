"""The rules of enforcement: cases that a lawyer reads, a slow independent reading of the same law, laws of counting and of the draw."""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from lantian.enforcement.model import CLASSES, VIOLATIONS, Facts, Firm
from lantian.enforcement.rules.daily import daily_allowed, daily_rounds
from lantian.enforcement.rules.draw import draw_firms, draw_inspectors, lot
from lantian.enforcement.rules.measures import MEASURES, case_classes, closure_due, measure_allowed
from lantian.enforcement.rules.penalties import penalty_range, proposed_fine, within_range
from lantian.enforcement.rules.terms import term
from lantian.enforcement.service.terms import case_term, recheck_term, working_calendar
from lantian.kernel.errors import InputError
from lantian.law import book

HERE = Path(__file__).parent
LAW_FILES = Path(__file__).parents[2] / "src" / "lantian" / "law" / "cn"
DAYS = st.dates(date(2000, 9, 1), date(2027, 1, 1))


def told(name):
    return yaml.safe_load((HERE / "cases" / f"{name}.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", told("fines"), ids=lambda case: case["says"])
def test_fines(case):
    found = proposed_fine(book(), case["violation"], date.fromisoformat(case["day"]), Facts(**case["facts"]))
    assert found.amount == case["amount"]
    assert (found.low, found.high) == (case.get("low", found.low), case.get("high", found.high))
    assert found.because
    assert within_range(found, found.amount)


@pytest.mark.parametrize("case", told("days"), ids=lambda case: case["says"])
def test_daily_penalties(case):
    rounds = daily_rounds(case["fine"], date.fromisoformat(case["served"]), [date.fromisoformat(each) for each in case["rechecks"]], 1)
    assert [each.days for each in rounds] == case["days"]
    assert sum(each.total for each in rounds) == case["total"]


@pytest.mark.parametrize("case", told("terms"), ids=lambda case: case["says"])
def test_terms(case):
    found = term(working_calendar(book()), date.fromisoformat(case["from"]), case["days"], case["counted"])
    assert (found.day.isoformat(), found.sure) == (case["ends"], True)


def plain_law(table):
    """Read a table again straight from the files: an independent reading, with none of the house's readers."""
    return plain_tables()[table]


@cache
def plain_tables():
    found = {}
    for name in ("penalties", "enforcement", "holidays"):
        for edition in yaml.safe_load((LAW_FILES / f"{name}.yaml").read_text(encoding="utf-8")):
            for table, stated in edition["tables"].items():
                for row in stated["rows"]:
                    count = len(stated["keys"])
                    more = row[count + 1] if len(row) > count + 1 else {}
                    start = more.get("valid_from", stated.get("valid_from", edition.get("valid_from")))
                    end = more.get("valid_to", stated.get("valid_to", edition.get("valid_to")))
                    found.setdefault(table, []).append((tuple(row[:count]), row[count], start, end))
    return found


def slow_fine(violation, on, facts):
    """Add up the factors in hundredths of a percent of the range, step by step."""
    ranges = [value for (key,), value, start, end in plain_law("law_penalty") if key == violation and start <= on and (end is None or on <= end)]
    if not ranges:
        return 0, 0, 0
    low, high = ranges[0]["low"], ranges[0]["high"]
    points = 0
    for name, found in facts.items():
        best = 0
        for (factor, least), share, _, _ in plain_law("law_penalty_factor"):
            if factor == name and found is not None and found >= least:
                best = max(best, round(share * 100))
        points += best
    points = min(points, 100)
    hundredths = low * 100 + (high - low) * points
    whole, rest = divmod(hundredths, 100)
    return low, high, whole + (rest > 50 or (rest == 50 and whole % 2))


FINDINGS = st.fixed_dictionaries(
    {
        "multiple": st.none() | st.floats(0, 5, allow_nan=False),
        "hours": st.none() | st.integers(0, 100),
        "earlier": st.none() | st.integers(0, 5),
    }
)


@given(st.sampled_from(VIOLATIONS), DAYS, FINDINGS)
def test_fines_agree_with_a_slow_independent_reading(violation, on, facts):
    found = proposed_fine(book(), violation, on, Facts(**facts))
    assert (found.low, found.high, found.amount) == slow_fine(violation, on, facts)


@given(st.sampled_from(VIOLATIONS), DAYS, FINDINGS, FINDINGS)
def test_more_of_everything_never_costs_less(violation, on, one, other):
    """Unknown counts as nothing found; a fine grows with each factor."""
    more = {name: max(one[name] or 0, other[name] or 0) for name in one}
    assert proposed_fine(book(), violation, on, Facts(**one)).amount <= proposed_fine(book(), violation, on, Facts(**more)).amount


@given(st.dates(date(2015, 1, 1), date(2017, 1, 1)), st.lists(st.integers(0, 60), min_size=1, max_size=6), st.integers(1, 10**6))
def test_days_are_counted_once_and_none_is_left_out(served, gaps, fine):
    rechecks = [served + timedelta(days=sum(gaps[: n + 1])) for n in range(len(gaps))]
    rounds = daily_rounds(fine, served, rechecks, 1)
    counted = Counter(each.first + timedelta(days=n) for each in rounds for n in range(each.days))
    wanted = {served + timedelta(days=n) for n in range(1, (rechecks[-1] - served).days + 1)}
    assert set(counted) == wanted
    assert set(counted.values()) <= {1}
    assert sum(each.total for each in rounds) == fine * len(wanted)


@given(st.dates(date(2013, 1, 1), date(2018, 10, 1)), st.integers(0, 60))
def test_working_days_agree_with_counting_one_by_one(start, days):
    rest, work = set(), set()
    for (first,), told_of, _, _ in plain_law("law_public_holiday"):
        day, last = date.fromisoformat(first), date.fromisoformat(told_of["last"])
        while day <= last:
            (work if told_of["worked"] else rest).add(day)
            day += timedelta(days=1)
    found = term(working_calendar(book()), start, days, "working").day
    inside = [start + timedelta(days=n) for n in range(1, (found - start).days + 1)]
    worked = [day for day in inside if day in work or (day not in rest and day.isoweekday() < 6)]
    assert len(worked) == days
    assert not days or worked[-1] == found


def test_a_year_without_its_notice_is_said_to_be_unsure():
    found = term(working_calendar(book()), date(2026, 12, 30), 5, "working")
    assert not found.sure
    assert term(working_calendar(book()), date(2019, 1, 7), 3, "working").sure is False


def test_terms_follow_the_procedure_of_their_day():
    """Three days of all days before 15 July 2021, five working days from then on."""
    assert case_term(book(), "hearing", date(2016, 3, 1)).day == date(2016, 3, 4)
    assert case_term(book(), "hearing", date(2026, 3, 2)).day == date(2026, 3, 9)
    assert recheck_term(book(), date(2015, 1, 1)) == date(2015, 1, 31)
    assert recheck_term(book(), date(2014, 12, 31)) is None
    with pytest.raises(InputError, match="the rules of procedure here begin 2010-03-01"):
        case_term(book(), "hearing", date(2009, 1, 1))


@pytest.mark.parametrize(("days", "counted"), [(-1, "all"), (1, "lunar")])
def test_a_crooked_term_is_refused(days, counted):
    with pytest.raises(InputError, match="count 'working' or 'all' days"):
        term(working_calendar(book()), date(2015, 1, 1), days, counted)


def test_rechecks_out_of_order_are_refused():
    with pytest.raises(InputError, match="are not in order after service"):
        daily_rounds(1, date(2015, 1, 10), [date(2015, 1, 9)], 1)
    with pytest.raises(InputError, match="are not in order after service"):
        daily_rounds(1, date(2015, 1, 10), [date(2015, 1, 20), date(2015, 1, 15)], 1)


@pytest.mark.parametrize(
    ("violation", "day", "may"),
    [
        ("over_limit", date(2014, 12, 31), False),
        ("over_limit", date(2015, 1, 1), True),
        ("site_dust", date(2015, 12, 31), False),
        ("site_dust", date(2016, 1, 1), True),
        ("tamper", date(2016, 1, 1), False),
        ("no_permit", date(2015, 6, 1), True),
        ("over_limit", date(2026, 8, 15), False),
    ],
)
def test_what_is_fined_by_the_day(violation, day, may):
    answer = daily_allowed(book(), violation, day, "continuing", 10000)
    assert answer.met is may
    assert answer.because


def test_measures_are_those_that_the_law_names():
    """Every pair that no row names is refused, on both sides of its first day."""
    named = {key: start for key, _, start, _ in plain_law("law_measure")}
    for measure in MEASURES:
        for violation in VIOLATIONS:
            for day in (date(2014, 12, 31), date(2015, 1, 1), date(2016, 1, 1), date(2017, 1, 1)):
                start = named.get((measure, violation))
                found = measure_allowed(book(), measure, violation, day, "continuing")
                assert found.met is (start is not None and start <= day), (measure, violation, day)
                assert found.because


def test_closure_follows_secret_discharge_or_the_third_time():
    on = date(2016, 6, 1)
    assert closure_due(book(), "evasion", on, []).met
    assert not closure_due(book(), "over_limit", on, [date(2016, 1, 1)]).met
    assert closure_due(book(), "over_limit", on, [date(2016, 1, 1), date(2014, 6, 1)]).met
    assert not closure_due(book(), "over_limit", on, [date(2016, 1, 1), date(2014, 5, 31)]).met
    assert not closure_due(book(), "evasion", date(2013, 9, 9), []).met  # the plan was not in force


def test_the_published_classes_add_up_to_the_published_sum():
    """22,730 cases of 2016 in five classes."""
    values = {v.key["class"]: v.value for v in book().values("law_case_class")}
    assert set(values) == set(CLASSES)
    assert sum(values.values()) == 22730
    assert case_classes([], 0) == ()


FIRMS = [Firm(f"9113010000000000{n:02}", ("key", "ordinary", "special")[n % 3], (5, 1, 10)[n % 3]) for n in range(30)]


def slow_draw(seed, firms, count):
    """Draw again with plain floats and only the published rule: the smallest −ln(lot) / weight, lot = (2·number + 1) / 2^129."""

    def clock(firm):
        number = int(hashlib.sha256(f"{seed}|firm|{firm.key}".encode()).hexdigest()[:32], 16)
        return -math.log((2 * number + 1) / 2**129) / firm.weight

    return tuple(each.key for each in sorted(firms, key=clock)[:count])


@given(st.text(min_size=1, max_size=20), st.integers(1, 30))
def test_anybody_draws_the_same(seed, count):
    assert draw_firms(seed, FIRMS, count) == slow_draw(seed, FIRMS, count) == draw_firms(seed, FIRMS[::-1], count)


def test_weights_count():
    """Of two firms with weights 4 and 1 the heavy one comes first in four of five draws; 2,000 seeds lie within four deviations."""
    firms = [Firm("heavy", "key", 4), Firm("light", "ordinary", 1)]
    first = sum(draw_firms(str(n), firms, 1) == ("heavy",) for n in range(2000))
    assert abs(first - 1600) < 4 * math.sqrt(2000 * 0.8 * 0.2)


@given(st.text(min_size=1, max_size=8))
def test_teams_are_whole_even_and_apart(seed):
    people = [f"p{n}" for n in range(6)]
    firms = [each.key for each in FIRMS[:12]]
    apart = {firms[0]: ["p0", "p1"], firms[5]: ["p2"]}
    drawn = draw_inspectors(seed, firms, people, 2, apart)
    assert [each.firm for each in drawn] == firms
    assert all(len(set(each.inspectors)) == 2 for each in drawn)
    assert not any(set(each.inspectors) & set(apart.get(each.firm, ())) for each in drawn)
    load = Counter(name for each in drawn for name in each.inspectors)
    assert max(load.values()) - min(load.values()) <= 2


@pytest.mark.parametrize(
    ("firms", "count", "said"),
    [
        ([Firm("a", "key", 1), Firm("a", "key", 1)], 1, "stand in the list twice"),
        ([Firm("a", "key", 1)], 2, "2 of 1 firms cannot be drawn"),
        ([Firm("a", "key", 1)], 0, "0 of 1 firms cannot be drawn"),
        ([Firm("a", "key", 0)], 1, "has no weight above 0"),
    ],
)
def test_a_crooked_draw_is_refused(firms, count, said):
    with pytest.raises(InputError, match=said):
        draw_firms("s", firms, count)


def test_a_team_that_cannot_be_found_is_refused():
    with pytest.raises(InputError, match="1 inspectors may go to x, 2 are needed"):
        draw_inspectors("s", ["x"], ["p", "q"], 2, {"x": ["p"]})
    assert 0 < lot("s", "firm", "a") < 1


def test_every_violation_is_worded_and_fined_by_some_law():
    from lantian.app.speech import catalogue

    for each in VIOLATIONS:
        assert f"enforcement.violation.{each}" in catalogue()
        assert penalty_range(book(), each, date(2016, 6, 1)) is not None
    assert all(f"enforcement.measure_name.{each}" in catalogue() for each in MEASURES)
