"""The law book: whole as a set, dated look-ups, faults with file, line and cure."""

from __future__ import annotations

from datetime import date

import pytest

from lantian.kernel.errors import FaultsError, InputError
from lantian.law import book, diff, show
from lantian.law.readers import parse_law

LAW = book()
EVERY = [value for table in LAW.tables for value in LAW.values(table)]


def test_every_value_has_unit_source_clause_and_titles():
    assert len(EVERY) > 500
    for value in EVERY:
        assert value.unit, value.name
        assert value.source, value.name
        assert value.clause, value.name
        assert "AMBIENT" not in value.source + value.note
    for row in LAW.rows("law_edition"):
        assert row["title_zh"], row
        assert row["title_en"], row


@pytest.mark.parametrize(
    ("on", "annual", "day"), [(date(2015, 6, 1), 35, 75), (date(2020, 1, 1), 35, 75), (date(2026, 3, 1), 30, 60), (date(2031, 1, 1), 25, 50)]
)
def test_the_limit_follows_the_date_of_the_data(on, annual, day):
    """GB 3095: class 2 limits of PM2.5 in 2012, the transition and the final stage."""
    assert LAW.value("law_limit", on=on, pollutant="PM2.5", averaging="annual", area_class=2).value == annual
    assert LAW.value("law_limit", on=on, pollutant="PM2.5", averaging="day", area_class=2).value == day


@pytest.mark.parametrize(("name", "count"), [("key74", 74), ("cities168", 168), ("2+26", 28), ("bth13", 13), ("yrd25", 25), ("prd9", 9)])
def test_city_sets_have_their_published_sizes(name, count):
    members = LAW.values("law_city_set", set=name)[0].value
    assert len(set(members)) == len(members) == count


def test_only_pm_breakpoints_at_100_changed_between_the_editions():
    changed = [(old.key, old.value, new.value) for old, new in diff(LAW, "hj_633", "2012", "2026") if old and new and old.table == "law_breakpoint"]
    assert changed == [
        ({"pollutant": "PM10", "averaging": "day", "iaqi": 100}, 150, 120),
        ({"pollutant": "PM2.5", "averaging": "day", "iaqi": 100}, 75, 60),
    ]


def test_show_gives_what_is_in_force():
    assert {value.edition for value in show("hj_633", date(2015, 1, 1))} == {"2012"}
    with pytest.raises(InputError, match="no edition of hj_633 is in force on 2011-01-01; known: 2012 from 2012-02-29 to 2026-02-28"):
        show("hj_633", date(2011, 1, 1))


def test_an_unknown_standard_names_the_likely_one():
    with pytest.raises(InputError, match=r"no standard 'hj_632'; did you mean 'hj_6\d3'\?"):
        LAW.edition("hj_632", date(2015, 1, 1))


HEAD = """- standard: x
  edition: "1"
  title: {zh: 甲, en: x}
  valid_from: 2012-01-01
  source: S
  clause: c
  confidence: confirmed
  tables:
    law_x:
      keys: [a]
      unit: m
      rows:
"""


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (HEAD + "        - [1]\n", "x.yaml:13: a row of law_x is \\[a, value\\] and at most one mapping of exceptions; count its parts"),
        (HEAD + "        - [1, 2, {confidence: sure}]\n", "x.yaml:13: confidence 'sure' is unknown; choose confirmed, secondary, recalled, unsure"),
        (HEAD + "        - [1, 2, {valid_to: 2011-01-01}]\n", "x.yaml:13: valid_to 2011-01-01 lies before valid_from 2012-01-01; swap them"),
        (HEAD.replace("  clause: c\n", "") + "        - [1, 2]\n", "has no clause; write it in the row, the table or the head"),
        ("- standard: [", "x.yaml:2: not YAML"),
        ("{}", "x.yaml:1: a law file is a list of editions; start it with '- standard: …'"),
    ],
)
def test_a_fault_names_file_line_and_cure(text, fault):
    with pytest.raises(FaultsError, match=fault):
        parse_law(text, "x.yaml")


def test_a_text_torn_at_its_comma_is_a_fault():
    text = """
- standard: s
  edition: "1"
  title: {zh: 甲, en: a}
  valid_from: 2012-02-29
  source: s
  clause: c
  confidence: confirmed
  unit: "-"
  tables:
    law_advice:
      keys: [level]
      rows:
        - [1, {zh: 甲, en: Children, older people}]
"""
    with pytest.raises(FaultsError, match=r"s\.yaml:14: 'older people' stands without a value.*quotes"):
        parse_law(text, "s.yaml")
