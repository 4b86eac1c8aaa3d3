"""Registers opened at a clock: what was told for a day, look-ups, and the tables for SQL against a slow day-by-day reading."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lantian.app.loading import load
from lantian.kernel.errors import InputError
from lantian.kernel.period import Moment
from lantian.lake.engine import open_engine
from lantian.lake.store import Lake
from lantian.law import book
from lantian.places import atlas
from lantian.sources.model import POLLUTANTS, Analyser, Logger, Permit, Registry
from lantian.sources.service.limits import limit_of, limits_of
from lantian.sources.service.registry import SCHEMAS, as_arrow, monitored, open_registry, read_registry, registry_tables, site_of
from tests.sources.limits.test_limits import BASE, outlet

LAW = book()
FIRST, LAST = date(2014, 1, 1), date(2016, 12, 31)
DAY = timedelta(days=1)
NOW = datetime(2026, 1, 1)
TANGSHAN = outlet(**BASE["power"] | {"place": "130200", "urban_core": True})


def logger(device, spot, day, installed=None, removed=None, label="start"):
    return Logger(device, spot, "31", label, 10, "", installed, removed, day)


def analyser(name, day, installed=None, removed=None, top=100.0, factor="a21026"):
    return Analyser(name, "o", factor, "", "", top, "dry", "", installed, removed, day)


def test_what_was_told_for_a_day_is_the_newest_report_up_to_it():
    early, late = (replace(TANGSHAN, fuel=fuel, day=day) for fuel, day in (("coal", date(2014, 6, 1)), ("natural_gas", date(2015, 6, 1))))
    told = Registry(outlet_rows=(late, early))
    assert told.outlet("o").fuel == "natural_gas"
    assert told.outlet("o", date(2015, 5, 31)).fuel == "coal"
    assert told.outlet("o", date(2015, 6, 1)).fuel == "natural_gas"
    assert told.outlet("o", date(2013, 1, 1)).fuel == "coal"  # before the first report the first tells
    with pytest.raises(InputError, match="no outlet 'x'"):
        told.outlet("x")


def test_places_hold_what_lies_in_them():
    told = Registry(outlet_rows=(TANGSHAN, replace(TANGSHAN, outlet="p", place="110000", enterprise="f")), within=atlas().is_within)
    assert [each.outlet for each in told.outlets("130000")] == ["o"]
    assert [each.outlet for each in told.outlets("130200")] == ["o"]
    assert [each.outlet for each in told.outlets()] == ["o", "p"]
    assert [each.outlet for each in told.outlets(enterprise="f")] == ["p"]


def test_a_device_serves_an_outlet_from_the_day_it_was_installed_to_the_day_before_it_was_removed():
    told = Registry(
        outlet_rows=(TANGSHAN,),
        logger_rows=(logger("A" * 12, "o", FIRST, date(2014, 1, 1), date(2015, 3, 1)), logger("B" * 12, "o", FIRST, date(2015, 3, 1))),
    )
    assert told.device_of("o", date(2015, 2, 28)) == "A" * 12
    assert told.device_of("o", date(2015, 3, 1)) == "B" * 12
    assert told.logger("A" * 12, date(2015, 3, 1)) is None
    assert told.outlet_of("B" * 12, date(2016, 1, 1)).outlet == "o"
    assert told.device_of("elsewhere") is None
    rows = registry_tables(told, LAW, FIRST, LAST)["outlet_device"]
    assert [(row["device"][0], row["valid_from"], row["valid_to"]) for row in rows] == [("A", FIRST, date(2015, 2, 28)), ("B", date(2015, 3, 1), LAST)]


def test_a_changed_label_parts_the_spans_of_a_device():
    told = Registry(logger_rows=(logger("A" * 12, "o", FIRST), logger("A" * 12, "o", date(2015, 1, 1)), logger("A" * 12, "o", date(2016, 1, 1), label="end")))
    rows = registry_tables(told, LAW, FIRST, LAST)["outlet_device"]
    assert [(row["label"], row["valid_from"], row["valid_to"]) for row in rows] == [("start", FIRST, date(2015, 12, 31)), ("end", date(2016, 1, 1), LAST)]


def test_where_two_analysers_stand_the_one_installed_last_counts():
    told = Registry(analyser_rows=(analyser("x", FIRST, date(2014, 1, 1), None, 300.0), analyser("y", FIRST, date(2015, 1, 1), date(2015, 2, 1), 100.0)))
    rows = registry_tables(told, LAW, FIRST, LAST)["outlet_analyser"]
    assert [(row["analyser"], row["valid_from"], row["valid_to"]) for row in rows] == [
        ("x", FIRST, date(2014, 12, 31)),
        ("y", date(2015, 1, 1), date(2015, 1, 31)),
        ("x", date(2015, 2, 1), LAST),
    ]
    assert {row["pollutant"] for row in rows} == {"SO2"}


def test_an_outlet_is_monitored_for_what_its_analysers_measure_or_for_all():
    assert monitored(Registry(analyser_rows=(analyser("x", FIRST),)), TANGSHAN) == ("SO2",)
    assert monitored(Registry(), TANGSHAN) == POLLUTANTS


def test_permits_in_force_of_the_outlet_and_of_the_whole_enterprise():
    def permit(name, spot, pollutant, start, end):
        return Permit(name, "e", spot, pollutant, 50.0, None, start, end, FIRST)

    told = Registry(
        permit_rows=(
            permit("P", "o", "SO2", date(2015, 1, 1), date(2015, 12, 31)),
            permit("Q", "", "NOx", None, None),
            permit("R", "other", "SO2", None, None),
        )
    )
    assert [each.permit for each in told.permits(TANGSHAN, on=date(2015, 12, 31))] == ["P", "Q"]
    assert [each.permit for each in told.permits(TANGSHAN, on=date(2016, 1, 1))] == ["Q"]
    assert [each.permit for each in told.permits(TANGSHAN, "SO2")] == ["P"]


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.tuples(st.dates(FIRST, LAST), st.sampled_from(["coal_boiler", "cfb_boiler"]), st.booleans()), min_size=1, max_size=3, unique_by=lambda each: each[0]
    ),
    st.none() | st.dates(FIRST, LAST),
    st.none() | st.dates(FIRST, LAST),
    st.lists(st.tuples(st.dates(FIRST, LAST), st.integers(0, 500), st.sampled_from([10.0, 40.0, 400.0])), max_size=2),
)
def test_rule_limit_says_of_each_day_what_the_rule_says_of_that_day(reports, retired, ultra, permits):
    """The slow reading asks the rule for every day; the table has one row for each outlet, pollutant and day, and the same numbers."""
    told = Registry(
        outlet_rows=tuple(replace(TANGSHAN, day=day, unit_type=kind, urban_core=core, retired=retired, ultra_low=ultra) for day, kind, core in reports),
        permit_rows=tuple(Permit(f"P{n}", "e", "o", "SO2", value, None, start, start + DAY * days, FIRST) for n, (start, days, value) in enumerate(permits)),
    )
    rows = registry_tables(told, LAW, FIRST, LAST)["rule_limit"]
    by_day = {}
    for row in rows:
        day = row["valid_from"]
        while day <= row["valid_to"]:
            assert (row["pollutant"], day) not in by_day
            by_day[row["pollutant"], day] = row
            day += DAY
    assert len(by_day) == len(POLLUTANTS) * ((LAST - FIRST).days + 1)
    for pollutant in POLLUTANTS:
        for number in range(0, (LAST - FIRST).days + 1, 1):
            day = FIRST + DAY * number
            limit, row = limit_of(told, LAW, "o", pollutant, day), by_day[pollutant, day]
            assert (row["limit_value"], row["reference_oxygen"], row["item"]) == (limit.value, limit.reference_oxygen, limit.item)
            assert (row["provisional"], row["confidence"]) == (int(limit.provisional), str(limit.confidence))


def test_other_kinds_of_outlet_have_no_limit_of_stacks():
    told = Registry(outlet_rows=(replace(TANGSHAN, kind="construction_site"),))
    tables = registry_tables(told, LAW, FIRST, LAST)
    assert tables["rule_limit"] == tables["outlet_factor"] == []
    assert len(tables["outlet_unit"]) == 1


def test_empty_registers_still_give_typed_tables():
    tables = as_arrow(registry_tables(Registry(), LAW, FIRST, LAST))
    assert {name: table.schema for name, table in tables.items()} == SCHEMAS
    assert all(table.num_rows == 0 for table in tables.values())


def test_the_site_of_an_outlet_is_named_as_the_notice_names_cities():
    assert (site_of(TANGSHAN).province, site_of(TANGSHAN).city) == ("河北", "唐山")
    assert site_of(replace(TANGSHAN, place="110105")).city == "北京"
    assert site_of(replace(TANGSHAN, place="")).city == ""


def test_limits_of_an_outlet_give_facts_and_what_was_considered():
    told = limits_of(Registry(outlet_rows=(TANGSHAN,)), LAW, "o", date(2015, 1, 1))
    assert told["facts"]["commissioned"] == "2006-10-01"
    assert told["limits"]["PM"]["value"] == 20
    assert [each["item"] for each in told["limits"]["PM"]["considered"]] == ["gb_13223:existing", "gb_13223:special", "ultra_low"]


@pytest.mark.parametrize("spec", ["duckdb", pytest.param("spark:local[2]", marks=pytest.mark.spark)])
def test_a_report_is_known_from_its_day_and_a_correction_from_its_load(tmp_path, spec):
    """Permits have a column that is a word of SQL: both engines read it."""
    head = "permit,enterprise,outlet,pollutant,limit,quota,valid_from,valid_to,day"

    def write(name, limit, day):
        path = tmp_path / name
        path.write_text(f"{head}\nP1,91350100M000100Y43,o,SO2,{limit},10,2014-01-01,,{day}\n", encoding="utf-8")
        return path

    lake = Lake(tmp_path / "home")
    load(lake, "permits", "tidy", [write("a.csv", 50, "2015-01-01")], datetime(2015, 2, 1))
    load(lake, "permits", "tidy", [write("b.csv", 35, "2015-06-01")], datetime(2015, 7, 1))
    load(lake, "permits", "tidy", [write("c.csv", 30, "2015-06-01")], datetime(2015, 8, 1))
    with open_engine(spec) as engine:
        for clock, values in (
            (datetime(2014, 12, 31), []),
            (datetime(2015, 1, 2, 2), [50.0]),
            (datetime(2015, 7, 1), [50.0, 35.0]),
            (datetime(2015, 8, 2), [50.0, 30.0]),
        ):
            told = read_registry(engine, lake, Moment(clock))
            assert sorted(each.limit for each in told.permit_rows) == sorted(values)


def test_registers_never_loaded_are_empty(tmp_path):
    assert open_registry(Lake(tmp_path)).outlets() == ()
