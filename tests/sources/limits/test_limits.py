"""Limits as an inspector would look them up: every border by its case, the strictest binds, every reason said in both languages, what is not known stays unknown."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from lantian.app.speech import say
from lantian.kernel.finding import Confidence, weakest
from lantian.law import book
from lantian.places import atlas
from lantian.sources.model import POLLUTANTS, Outlet, Permit
from lantian.sources.rules.emission_law import emission_law
from lantian.sources.rules.limits import Site, general, limit_for, permitted, special, ultra_low, unknown_limit, variant_of
from lantian.sources.rules.unit import groups_of, outside_of, size_of, unit_of
from lantian.sources.service.limits import item_title

LAW = book()
FILE = yaml.safe_load((Path(__file__).parent / "cases" / "limits.yaml").read_text(encoding="utf-8"))
BASE = FILE["base"]
EMPTY = {
    **dict.fromkeys(("plant", "line", "name", "name_en", "place", "standard", "unit_type", "fuel", "capacity_unit"), ""),
    **dict.fromkeys(("longitude", "latitude", "area", "height", "capacity", "approved", "commissioned", "retired", "urban_core", "ultra_low")),
}
FACTS = set(EMPTY)


def outlet(**facts):
    told = EMPTY | {name: value for name, value in facts.items() if name in FACTS}
    return Outlet(outlet="o", enterprise="e", kind="main", simulated=False, day=date(2015, 12, 31), **told)


def asked(case, pollutant):
    facts = BASE[case["of"]] | case
    permits = [Permit("P1", "e", "o", name, value, None, None, None, date(2015, 12, 31)) for name, value in case.get("permit", {}).items()]
    site = Site(facts["province"], facts["city"], facts["urban_core"])
    return limit_for(LAW, outlet(**facts), site, pollutant, case["day"], permits)


@pytest.mark.parametrize("case", FILE["cases"], ids=lambda case: f"{case['of']}: {case['say']}")
def test_the_limit_of_a_case(case):
    for pollutant, (value, word) in case["limits"].items():
        found = asked(case, pollutant)
        assert found.value == value, pollutant
        if value is None:
            assert word in [each.key for each in found.because]
            assert not found.provisional
        else:
            assert found.item == word
            if "oxygen" in case:
                assert found.reference_oxygen == case["oxygen"]
            if "provisional" in case:
                assert found.provisional is case["provisional"]
        if pollutant in case.get("said", {}):
            assert case["said"][pollutant] in [each.key for each in found.because]


def every_case():
    return [(case, pollutant) for case in FILE["cases"] for pollutant in POLLUTANTS]


def test_every_reason_can_be_said_in_both_languages_and_names_no_blank():
    for case, pollutant in every_case():
        found = asked(case, pollutant)
        assert found.because
        for reason in (*found.because, *(one for each in found.considered for one in each.because)):
            for language in ("zh", "en"):
                said = say(reason, language)
                assert said
                assert "{" not in said
        for each in found.considered:
            assert say(item_title(each.item), "zh")
            assert each.because


def test_the_binding_limit_is_the_strictest_that_applies_and_as_sure_as_what_it_rests_on():
    for case, pollutant in every_case():
        found = asked(case, pollutant)
        applying = [each for each in found.considered if each.applies and each.value is not None]
        assert found.value == min((each.value for each in applying), default=None)
        if found.value is not None:
            assert found.confidence == weakest(*(each.confidence for each in found.law))
            assert found.provisional or found.confidence is not Confidence.UNSURE


def test_of_limits_of_the_same_height_the_standards_own_is_named():
    found = asked({"of": "power", "permit": {"SO2": 200}, "day": date(2015, 1, 1)}, "SO2")
    assert (found.value, found.item) == (200, "gb_13223:existing")


def test_a_special_limit_is_never_laxer_than_the_general_one_of_the_table():
    law = emission_law(LAW)
    for value in LAW.values("law_emission_limit", group="special"):
        for group in ("new", "existing"):
            plain = law.find("law_emission_limit", value.standard, value.key["class"], group, "plain", value.key["pollutant"], on=date(2020, 1, 1))
            assert plain is not None
            assert value.value <= plain.value, (value.name, group)


def test_an_existing_unit_is_never_bound_more_than_a_new_one():
    law = emission_law(LAW)
    for value in LAW.values("law_emission_limit", group="existing", variant="plain"):
        new = law.find(
            "law_emission_limit",
            value.standard,
            value.key["class"],
            "new",
            "plain",
            value.key["pollutant"],
            on=value.valid_to or max(value.valid_from, date(2020, 1, 1)),
        )
        assert new is None or new.value <= value.value


def test_every_class_that_burns_has_a_reference_oxygen_and_each_class_a_title():
    from lantian.app.speech import catalogue

    law, burning = emission_law(LAW), {"mill", "cooler", "other"}
    for standard in law.standards:
        classes = {str(law.unit_class(standard, unit, fuel).value) for unit in law.unit_types(standard) for fuel in law.fuels(standard, unit)}
        for each in classes:
            assert f"source.class.{standard}.{each}" in catalogue()
            if each not in burning:
                assert law.find("law_reference_oxygen", standard, each, on=date(2022, 1, 1)), each
            assert law.find("law_emission_limit", standard, each, "new", "plain", "PM", on=date(2022, 1, 1))


def test_the_key_cities_are_forty_seven_cities_of_the_atlas_in_nineteen_provinces():
    listed = [name for value in LAW.values("law_special_city") for name in value.value]
    assert len(listed) == len(set(listed)) == 47
    found = [atlas().find(name, level="city") for name in listed]
    assert [each.short for each in found] == listed
    assert len({atlas().province_of(each.code).code for each in found}) == 19


def test_grades_of_confidence_stand_as_the_sources_were_graded():
    """Read in a second source: secondary; remembered: recalled; the day of the widening in the 13th plan: unsure; nothing here was read in the standard itself."""
    graded = {(v.standard, *v.key.values()): str(v.confidence) for v in LAW.values("law_emission_limit")}
    assert graded["gb_13223", "coal", "existing", "plain", "PM"] == "secondary"
    assert graded["gb_13223", "coal", "existing", "four_provinces", "SO2"] == "recalled"
    assert graded["gb_13223", "oil_boiler", "new", "plain", "SO2"] == "recalled"
    assert graded["gb_13271", "coal", "existing", "plain", "SO2"] == "secondary"
    assert graded["gb_13271", "coal", "new", "plain", "SO2"] == "recalled"
    assert graded["gb_4915", "kiln", "special", "plain", "NOx"] == "secondary"
    assert graded["gb_28662", "head_16", "special", "plain", "PM"] == "recalled"
    assert "confirmed" not in graded.values()
    wide = LAW.values("law_special_scope", area="whole_city", project="existing")
    assert {str(v.confidence) for v in wide} == {"unsure"}


def test_each_judge_says_what_it_judged():
    law, facts, site, on = emission_law(LAW), outlet(**BASE["power"]), Site("河北", "唐山", urban_core=True), date(2015, 1, 1)
    unit = unit_of(law, facts)
    assert (unit.standard, unit.name, unit.groups, unit.size) == ("gb_13223", "coal", ("existing",), "*")
    plain = general(law, unit, facts, site, "PM", on)
    assert (plain.value, plain.applies) == (30, True)
    assert special(law, unit, facts, site, "PM", on, plain).value == 20
    assert ultra_low(law, unit, facts, "PM", on).applies is False
    assert variant_of(law, unit, facts, site, "NOx", "existing") == ("plain", ())
    assert permitted([], "PM") == []
    assert size_of(law, "gb_13271", outlet(capacity=9, capacity_unit="t/h")) == "small"
    assert outside_of(law, "gb_13223", facts) is None
    assert groups_of(law, "gb_13223", facts) == (("existing",), date(2012, 1, 1), False)
    assert unknown_limit("gb_13223", ()).value is None


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from([(s, t, f) for s in emission_law(LAW).standards for t in emission_law(LAW).unit_types(s) for f in ("coal", "natural_gas", "")]),
    st.sampled_from([("河北", "唐山"), ("重庆", "重庆"), ("四川", "泸州"), ("云南", "昆明")]),
    st.sampled_from([True, False, None]),
    st.none() | st.dates(date(2002, 1, 1), date(2017, 1, 1)),
    st.none() | st.floats(1, 2000),
    st.dates(date(2011, 1, 1), date(2021, 12, 31)),
)
def test_whatever_the_facts_there_is_a_limit_or_a_reason_and_tomorrow_differs_only_on_a_turn(unit, place, core, commissioned, capacity, on):
    """Splitting at the turns of the law is enough: between two turns nothing changes."""
    standard, unit_type, fuel = unit
    facts = outlet(standard=standard, unit_type=unit_type, fuel=fuel, capacity=capacity, capacity_unit="t/h", commissioned=commissioned)
    site = Site(*place, core)
    turns = emission_law(LAW).turns(standard)
    for pollutant in POLLUTANTS:
        today, after = (limit_for(LAW, facts, site, pollutant, each) for each in (on, on + timedelta(days=1)))
        assert (today.value is not None) or today.because
        if on + timedelta(days=1) not in turns:
            assert (today.value, today.item, today.reference_oxygen) == (after.value, after.item, after.reference_oxygen)
