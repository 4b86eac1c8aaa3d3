"""Laws that bills keep whatever the numbers: order, monotony, the choice against every choice tried; and the bill of a quarter with its faults."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lantian.app.speech import say
from lantian.kernel.errors import InputError
from lantian.law import book
from lantian.market.model import Bill, Charged, Discharge, Line
from lantian.market.rules.choose import choose
from lantian.market.rules.factor import levy_factor, tax_factor
from lantian.market.rules.levy import levy_lines, tax_lines
from lantian.market.rules.rates import row_of
from lantian.market.rules.tariff import premium
from lantian.market.rules.voc import voc_line
from lantian.market.service import bill, bill_json, particles

LAW = book()
ITEMS = [str(value.key["item"]) for value in LAW.values("law_equivalent")]
PLACES = ["000000", "110000", "120000", "130000", "140000", "310000", "350000"]
DAYS = [date(2014, 6, 1), date(2015, 6, 1), date(2015, 7, 1), date(2017, 12, 1)]
MASSES = st.fractions(0, 10**6, max_denominator=1000)


def discharge(item, kg, **more):
    return Discharge("o", item, "2015-07", kg, **more)


def total(lines):
    return Bill("levy", "", tuple(lines)).exact


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(ITEMS), MASSES, min_size=1, max_size=8), st.sampled_from(PLACES), st.sampled_from(DAYS), st.randoms())
def test_the_order_of_pollutants_is_irrelevant(masses, place, day, random):
    rows = [discharge(item, kg) for item, kg in masses.items()]
    shuffled = list(rows)
    random.shuffle(shuffled)
    outlet = Charged("o", place=place)
    assert levy_lines(LAW, outlet, rows, day) == levy_lines(LAW, outlet, shuffled, day)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(ITEMS), MASSES, min_size=1, max_size=3), st.sampled_from(PLACES), st.sampled_from(DAYS), MASSES)
def test_more_of_one_of_three_never_costs_less(masses, place, day, more):
    outlet = Charged("o", place=place)
    item = min(masses)
    before = total(levy_lines(LAW, outlet, [discharge(key, kg) for key, kg in masses.items()], day))
    after = total(levy_lines(LAW, outlet, [discharge(key, kg + (more if key == item else 0)) for key, kg in masses.items()], day))
    assert after >= before


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(ITEMS), MASSES, min_size=1, max_size=8), MASSES)
def test_more_never_costs_less_where_one_rate_holds_for_all(masses, more):
    """Beijing taxes every item at 12 yuan an equivalent."""
    outlet, day, item = Charged("o", place="110000"), date(2018, 1, 1), min(masses)
    before = total(tax_lines(LAW, outlet, [discharge(key, kg) for key, kg in masses.items()], day))
    after = total(tax_lines(LAW, outlet, [discharge(key, kg + (more if key == item else 0)) for key, kg in masses.items()], day))
    assert after >= before


def test_the_rule_itself_can_make_more_cost_less():
    """Tianjin 2015: 200 kg of smoke are 91.7 equivalents at 6 yuan; when CO grows from 90 to 100 equivalents at 0.6 it takes their place. The rule says so."""
    outlet, day = Charged("o", place="120000"), date(2015, 6, 1)
    rows = [discharge("SO2", Fraction(950)), discharge("NOx", Fraction(950)), discharge("smoke", Fraction(200))]
    few, many = (total(levy_lines(LAW, outlet, [*rows, discharge("CO", Fraction(kg))], day)) for kg in (1503, 1670))
    assert few - many == 200 * Fraction(11, 4) - 60


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from("abcdefg"), st.integers(0, 6).map(Fraction), min_size=1), st.integers(1, 4), st.data())
def test_the_choice_is_that_of_every_choice_tried(weights, places, data):
    plain = {item: Fraction(data.draw(st.integers(0, 5))) for item in weights}
    found = choose(weights, plain, places)
    tried = list(combinations(sorted(weights), min(places, len(weights))))
    best = max(tried, key=lambda items: (sum(weights[item] for item in items), -sum(plain[item] for item in items)))
    assert not found.perhaps
    assert sum(weights[item] for item in found.certain) == sum(weights[item] for item in best)
    assert sum(plain[item] for item in found.certain) == sum(plain[item] for item in best)


@settings(deadline=None)
@given(
    st.dictionaries(st.sampled_from("abcdef"), st.one_of(st.none(), st.integers(0, 9).map(Fraction)), min_size=1),
    st.integers(1, 3),
    st.lists(st.integers(0, 9), min_size=6, max_size=6),
)
def test_what_is_certain_stays_whatever_the_unknown_turns_out_to_be(weights, places, guesses):
    plain = dict.fromkeys(weights, Fraction(1))
    found = choose(weights, plain, places)
    filled = {item: Fraction(guess) if weights[item] is None else weights[item] for item, guess in zip(weights, guesses, strict=False)}
    known = choose(filled, plain, places)
    edge = min((filled[item] for item in known.certain), default=0)
    assert all(filled[item] >= edge for item in found.certain)
    assert found.certain | found.perhaps | found.left == set(weights)


@settings(deadline=None)
@given(MASSES, st.fractions(0, 400, max_denominator=100), st.sampled_from(PLACES), st.sampled_from(DAYS))
def test_the_factor_never_falls_when_the_concentration_rises(kg, mean, place, day):
    outlet = Charged("o", place=place)
    factors = [levy_factor(LAW, discharge("SO2", kg, mean=each, limit=Fraction(200)), outlet, day).value for each in (mean, mean + 1)]
    assert factors[0] <= factors[1]
    relief = [
        tax_factor(LAW, discharge("SO2", kg, mean=each, limit=Fraction(200), exceeding_hours=0), outlet, date(2018, 1, 1)).value for each in (mean, mean + 1)
    ]
    assert relief[0] <= relief[1]


ROWS = [
    {"outlet": "o", "pollutant": name, "month": f"2015-{month}", "mean": 100.0, "exceeding_hours": 0, "mass": 950.0, "substituted_mass": 95.0, "complete": 1}
    for name in ("SO2", "NOx", "PM")
    for month in (10, 11, 12)
]
LIMITS = [
    {"outlet": "o", "pollutant": name, "limit_value": 110.0, "valid_from": date(2014, 7, 1), "valid_to": None, "provisional": 0}
    for name in ("SO2", "NOx", "PM")
]


def test_a_quarter_is_its_three_months_and_says_what_was_substituted():
    """Hebei: 1000 equivalents at 2.4 of SO2 and of NOx, 950 / 4 = 237.5 of dust at 0.6, between 90 % and the limit: 4942.50 a month."""
    outlet = Charged("o", place="130100", items=("SO2", "NOx", "dust"), simulated=True)
    found = bill(LAW, [outlet], ROWS, "2015Q4", LIMITS)
    assert (found.kind, str(found.total), found.at_least, found.simulated, found.due) == ("levy", "14827.50", False, True, None)
    assert {line.item for line in found.lines} == {"SO2", "NOx", "dust"}
    assert "10%" in say(next(each for each in found.lines[0].because if each.key == "market.substituted"), "en")
    assert bill_json(found)["simulated"] is True


def test_rounding_happens_once_at_the_end():
    """Three lines of a third of a fen are one fen together, not nothing."""
    row = Line("o", "2015-10", "SO2", Fraction(1), Fraction(1), Fraction(1), "yuan/kg", Fraction(1), Fraction(1, 300))
    assert str(Bill("levy", "2015Q4", (row, row, row)).total) == "0.01"


def test_a_month_without_rows_is_unknown_and_not_free():
    found = bill(LAW, [Charged("o", place="130100", items=("SO2", "NOx", "dust"))], [row for row in ROWS if row["month"] != "2015-12"], "2015Q4", LIMITS)
    assert (str(found.total), found.at_least) == ("9885.00", True)
    assert [line.amount for line in found.lines if line.month == "2015-12"] == [None] * 3
    assert "market.no_mass" in {each.key for each in found.unknown}


def test_an_outlet_owes_nothing_before_it_runs_and_after_it_is_gone():
    outlet = Charged("o", place="130100", items=("SO2", "NOx", "dust"), commissioned=date(2015, 11, 30), retired=date(2015, 12, 1))
    assert {line.month for line in bill(LAW, [outlet], ROWS, "2015Q4", LIMITS).lines} == {"2015-11"}


def test_a_running_quarter_leaves_out_the_months_to_come_and_says_so():
    outlet = Charged("o", place="130100", items=("SO2", "NOx", "dust"))
    rows = [row for row in ROWS if row["month"] != "2015-12"]
    running = bill(LAW, [outlet], rows, "2015Q4", LIMITS, until=date(2015, 11, 30))
    assert {line.month for line in running.lines} == {"2015-10", "2015-11"}
    assert (str(running.total), running.at_least, [each.key for each in running.unknown]) == ("9885.00", True, ["market.running"])
    over = bill(LAW, [outlet], ROWS, "2015Q4", LIMITS, until=date(2015, 12, 31))
    assert (over.at_least, over.until) == (False, None)


def test_the_limit_is_that_of_the_month():
    """From December 90 holds: a mean of 100 is above it and doubles SO2 of that month."""
    later = [
        LIMITS[0] | {"valid_to": date(2015, 11, 30)},
        LIMITS[0] | {"limit_value": 90.0, "valid_from": date(2015, 12, 1), "provisional": 1},
        *LIMITS[1:],
    ]
    found = bill(LAW, [Charged("o", place="130100", items=("SO2", "NOx", "dust"))], ROWS, "2015Q4", later)
    assert [line.factor for line in found.lines if line.item == "SO2"] == [1, 1, 2]
    assert "market.limit_unsure" in {each.key for each in found.provisional}


def test_the_levy_ends_and_the_tax_begins_with_the_year():
    last, first = (bill(LAW, [Charged("o", place="110000")], [], quarter) for quarter in ("2017Q4", "2018Q1"))
    assert (last.kind, first.kind, last.due, first.due) == ("levy", "tax", None, date(2018, 4, 15))
    assert str(first.total) == "0.00"
    assert first.at_least


def test_hours_that_are_missing_make_a_lower_bound():
    found = bill(LAW, [Charged("o", place="110000")], [row | {"complete": 0} for row in ROWS], "2015Q4", LIMITS)
    assert found.at_least
    assert "market.incomplete" in {each.key for each in found.unknown}


@pytest.mark.parametrize(
    ("rows", "quarter", "text"),
    [
        ([], "2015", "no quarter '2015'; levy and tax are filed by the quarter, write it as 2015Q4"),
        ([], "2015Q5", "no period '2015Q5'; write 2015, 2015Q1, 2015-02, 2015-02-07 or 2015-02-07/2015-03-01"),
        ([ROWS[0] | {"mass": -1.0}], "2015Q4", "outlet o has -1.0 kg of SO2 in 2015-10; a mass is never below zero, mend the hours"),
        ([ROWS[0] | {"pollutant": "CH4"}], "2015Q4", "outlet o has a row of 'CH4' in 2015-10, which no levy or tax knows; name it as law_equivalent does"),
    ],
)
def test_a_fault_says_what_and_how_to_mend_it(rows, quarter, text):
    with pytest.raises(InputError) as error:
        bill(LAW, [Charged("o", place="130100")], rows, quarter)
    assert str(error.value) == text


def test_particles_are_smoke_or_dust_by_the_standard():
    assert [particles(LAW, name, date(2015, 1, 1)) for name in ("gb_13223", "gb_4915", "gb_99999")] == ["smoke", "dust", "smoke"]


def test_tianjins_old_rate_by_weight_agrees_with_the_nations_by_equivalents():
    """The press gives 0.275 and 0.15 yuan a kilogram before May 2015: the nation's 0.6 over 2.18 and over 4, rounded."""
    day = date(2015, 4, 1)
    for item, per_kg in (("smoke", "0.275"), ("dust", "0.150")):
        rate, weight = row_of(LAW, "law_levy_rate", "120000", day, item), LAW.value("law_equivalent", item=item)
        assert f"{rate.value / weight.value['kg']:.3f}" == per_kg


def test_every_place_and_day_has_one_rate_for_every_item():
    for day in DAYS:
        for place in PLACES:
            for item in ITEMS:
                assert row_of(LAW, "law_levy_rate", place, day, item) is not None
    assert all(row_of(LAW, "law_tax_rate", place, date(2018, 1, 1), item) for place in PLACES for item in ITEMS)


def test_every_ladder_covers_the_whole_way_to_the_limit_without_overlap():
    from lantian.market.rules.factor import on_step

    for ladder in {str(value.key["ladder"]) for value in LAW.values("law_levy_ladder")}:
        steps = LAW.values("law_levy_ladder", ladder=ladder)
        for thousandth in range(1001):
            assert sum(on_step(step.value, Fraction(thousandth, 1000)) for step in steps) == 1, (ladder, thousandth)


def test_a_premium_with_nothing_and_a_voc_line_without_mass():
    assert premium(LAW, "SO2", []).earned == 0
    outlet = Charged("o", place="310000", sector="petrochemical")
    line = voc_line(LAW, outlet, Discharge("o", "VOC", "2015-10", None), (), date(2015, 10, 1))
    assert line.amount is None
    assert line.because[0].key == "market.no_mass"
