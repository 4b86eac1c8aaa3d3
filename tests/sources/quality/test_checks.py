"""The register of checks as a set: severity, titles, words, parameters, cases, page; leads explained in both languages; what becomes a record."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from lantian.app.speech import catalogue, say
from lantian.kernel.errors import InputError
from lantian.kernel.finding import Confidence
from lantian.law import book
from lantian.sources.rules.quality.lead import SEVERITIES, because, leads, parameter
from lantian.sources.rules.quality.model import Candidate, Lead
from lantian.sources.service.quality import CHECKS, STEPS_OF_QUALITY, TABLE, checks, explain, parameters, records, run_quality
from tests.sources.quality.test_cases import CASES

ROOT = Path(__file__).parents[3]
DAY = date(2015, 3, 1)
NOON = datetime(2015, 3, 1, 12)
BLAME = ("造假", "作弊", "违法", "fraud", "cheat", "falsif", "guilt", "tamper", "manipulat", "illegal")


def lead(code="FLAT-A", severity="CRIT2", start=NOON, hours=2, outlet="X", factor="a21026"):
    return Lead(code, outlet, "D", factor, severity, start, start + timedelta(hours=hours - 1), hours, 20.123456, 1.0, 0.5, 120)


def test_every_check_has_severity_titles_and_words():
    assert len(checks()) == 29
    for check in checks().values():
        assert check.severity in SEVERITIES
        for words in (check.title, check.looks, check.misses):
            assert set(words) == {"zh", "en"}
            assert all(words.values())


def test_every_check_has_parameters_with_a_source_and_no_parameter_is_idle():
    used = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "src/lantian/sources/sql").glob("quality_*.sql"))
    for value in book().values(TABLE):
        code, name = value.key["check"], value.key["parameter"]
        assert code == "ALL" or code in checks(), code
        assert value.source
        assert value.confidence is not Confidence.CONFIRMED, "no official text sets these"
        if name not in ("least_hours", "bridge_hours"):
            assert parameter(code, name) in used, f"{code} {name} is read by no rule"
    for code in checks():
        assert parameters(book(), DAY)[parameter(code, "least_hours")] >= 1


def test_every_check_is_spoken_of_in_both_languages_without_blame():
    texts = {key: each for key, each in catalogue().items() if key.startswith("source.check.")}
    for code in checks():
        text = texts[f"source.check.{code.lower().replace('-', '_')}"]
        for language in ("zh", "en"):
            assert say(because(lead(code)), language)
            words = text[language] + checks()[code].title[language] + checks()[code].looks[language]
            assert not [word for word in BLAME if word in words.lower()], code


def test_every_check_has_a_case_that_fires_a_near_miss_and_a_line_on_the_page():
    page = (ROOT / "docs" / "quality.md").read_text(encoding="utf-8")
    told = (Path(__file__).parent / "test_identity.py").read_text(encoding="utf-8")
    fired = {each.split()[0] for _, case in CASES for each in case["leads"]}
    for code in checks():
        assert f"| {code} |" in page, code
        assert code in fired or code in told, code
    assert sum(not case["leads"] for _, case in CASES) >= len(checks())


def test_every_sql_rule_of_quality_is_run_and_unites_in_leads():
    names = {path.stem for path in (ROOT / "src/lantian/sources/sql").glob("quality_*.sql")}
    assert names == set(STEPS_OF_QUALITY)
    united = (ROOT / "src/lantian/sources/sql/quality_lead.sql").read_text(encoding="utf-8")
    assert all(f"FROM {name}\n" in united for name in CHECKS)


def test_a_lead_explains_itself_with_rows_and_parameters():
    told = explain(lead(), book())
    assert say(told.title, "en") == "readings stand still"
    assert say(told.because[0], "en") == (
        "SO₂ at X read 20.12 without change for 2 hours from 2015-03-01 11:00 to 2015-03-01 13:00 (120 readings; the usual spread within an hour is 1)"
    )
    assert say(told.because[0], "zh").startswith("X 的二氧化硫自 2015-03-01 11:00 至 2015-03-01 13:00 共 2 小时读数不变")
    assert [(each.place, each.period, each.rows) for each in told.evidence] == [("X", "2015-03-01 11:00/2015-03-01 13:00", 120)]
    assert {each.item for each in told.parameters} == {f"{TABLE}(check=FLAT-A, parameter={name})" for name in ("minutes", "readings", "least_hours")}


def test_an_unknown_check_is_refused():
    with pytest.raises(InputError, match="no check 'FLAT-Z'; known are FLAT-A, "):
        explain(lead("FLAT-Z"), book())


def test_missing_register_tables_are_named():
    with pytest.raises(InputError, match="the checks need the tables asked_span, outlet_permit, outlet_serial, outlet_wet; make them with register_tables"):
        run_quality(None, book(), DAY, {})


def test_a_lead_becomes_one_record_however_long_it_grows():
    short, long = lead(), lead(hours=9)
    assert short.once == long.once == "FLAT-A:X:a21026:2015-03-01"
    assert records([short, long]) == [short]
    assert records([long], known=[short.once]) == []
    assert records([lead(severity="NONCRIT"), lead(severity="INFORM")]) == []
    assert lead(start=datetime(2015, 3, 2, 0)).once == short.once, "midnight closes the day before"


def test_leads_merge_and_bridge():
    def hour(place):
        when = NOON + timedelta(hours=place)
        return Candidate("FLAT-A", "a21026", when, when, 1, float(place), None, 1.0, 60)

    p = parameters(book(), DAY)
    found = leads("X", [hour(0), hour(1), hour(4), hour(8), hour(9), hour(9)], {"FLAT-A": "CRIT2"}, p)
    assert [(each.first_hour.hour, each.last_hour.hour, each.hours, each.value) for each in found] == [(12, 16, 3, pytest.approx(5 / 3)), (20, 21, 2, 8.5)]
    assert found[0].expected is None
