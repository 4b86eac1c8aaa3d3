"""The papers of a case: each says what the record froze; a step not reached has none; statistics and exports count what was served."""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path

import pytest

from lantian.app.case_papers import PAPERS, case_paper, case_paper_data, papers_of
from lantian.app.case_register import CREDIT, TAX, as_csv, credit_rows, statistics, tax_rows
from lantian.kernel.errors import InputError
from tests.enforcement.case_site import TITLE, daily, do, few, noticed, served
from tests.site import CODES

__all__ = ["few"]


def record(site, name):
    return site.house.desk.records.get(name)


def test_every_paper_of_a_case(few):
    name = daily(few, violation="evasion", amount="5000")
    do(few, "shijiazhuang2", name, "measure", ground="查封", measure="seizure", days="20")
    do(few, "shijiazhuang2", name, "measure", ground="移送", measure="detention")
    do(few, "hebei", name, "close_down", ground="偷排偷放")
    do(few, "hebei2", name, "publish")
    do(few, "county", name, "close", ground="执行完毕", paid_on="2015-12-28")
    held = record(few, name)
    assert papers_of(held) == list(PAPERS)
    kept = os.environ.get("LANTIAN_SHOW_PAPERS")
    for each in PAPERS:
        assert case_paper(few.house, held, each).startswith(b"%PDF")
        if kept:
            Path(kept, f"{each}.png").write_bytes(case_paper(few.house, held, each, "png"))


def test_the_letters_say_sums_days_and_terms(few):
    name = daily(few)
    held = record(few, name)
    letter = case_paper_data(few.house, held, "decision")
    text = "".join(letter["paragraphs"])
    assert "罚款人民币10,000元" in text
    assert "15日内" in text
    assert "3%" in text
    assert "明确放弃陈述" in text
    assert letter["date"] == "2015年12月14日"
    counted = case_paper_data(few.house, held, "daily")
    assert "10,000元 × 10日 = 100,000元" in "".join(counted["paragraphs"])
    assert counted["tables"][0]["rows"] == [["2015年12月16日", "2015年12月25日", "10", "100,000"]]
    notice = case_paper_data(few.house, held, "notice")
    assert "2015年12月14日前向我机关陈述" in "".join(notice["paragraphs"])
    assert all(row[1] for row in notice["facts"])


def test_a_step_not_reached_has_no_paper(few):
    held = record(few, noticed(few))
    assert papers_of(held) == ["filing", "notice"]
    with pytest.raises(InputError, match="has no decision yet; it is noticed"):
        case_paper_data(few.house, held, "decision")
    with pytest.raises(InputError, match="no paper of a case 'poem'"):
        case_paper_data(few.house, held, "poem")


def test_classes_count_served_cases_and_exports_hold_published_ones(few):
    first = daily(few)
    second = served(few, violation="evasion", title="=cmd|' /C calc'!A0")
    do(few, "shijiazhuang2", second, "measure", ground="查封", measure="seizure")
    noticed(few)
    found = statistics(few.house, "130000", 2015)
    assert found["all"] == {"cases": 2, "fines": 10000, "daily": 100000}
    assert {name: each["cases"] for name, each in found["classes"].items()} == {"daily": 1, "seizure": 1, "restrict_stop": 0, "detention": 0, "crime": 0}
    assert found["nation"] == {}
    assert statistics(few.house, "140000")["all"]["cases"] == 0
    assert statistics(few.house, None, 2016)["nation"]["daily"] == 1017
    assert credit_rows(few.house) == []
    do(few, "hebei", first, "publish")
    do(few, "county", second, "recheck", ground="x", rechecked_on="2015-12-20", recheck="corrected")
    do(few, "hebei", second, "publish")
    rows = list(csv.DictReader(io.StringIO(as_csv(CREDIT, credit_rows(few.house)))))
    assert {row["title"] for row in rows} == {TITLE, "'=cmd|' /C calc'!A0"}
    told = next(row for row in rows if row["case"] == first)
    assert (told["credit_code"], told["fine"], told["daily_total"], told["classes"]) == (CODES["plant"], "10000", "100000", "daily")
    assert [row["case"] for row in csv.DictReader(io.StringIO(as_csv(TAX, tax_rows(few.house, "130100"))))] == sorted([first, second])
    assert tax_rows(few.house, "140000") == []


def test_simulated_cases_are_counted_apart(few):
    from lantian.app.acting import now
    from lantian.ledger import By

    given = {"key": "k", "pollutant": "NOx", "start": "2015-12-08T01:00:00", "finish": "2015-12-08T06:00:00", "hours": 6, "title": TITLE, "simulated": True}
    raised = few.house.desk.records.make("exceedance", "130100", CODES["plant"], "confirmed", given, By("lantian 规则", "t", "k", now()))
    name = few.house.cases.open(raised, By("x", "t", "", now())).id
    from tests.enforcement.case_site import attach

    do(few, "shijiazhuang", name, "file", ground="属实")
    attach(few, "shijiazhuang", name)
    do(few, "shijiazhuang", name, "investigate", ground="x", facts="y")
    do(few, "shijiazhuang", name, "notify", noticed_on="2015-12-10")
    do(few, "plant", name, "waive")
    do(few, "shijiazhuang2", name, "decide", ground="x", decided_on="2015-12-14")
    do(few, "shijiazhuang", name, "serve", served_on="2015-12-15")
    found = statistics(few.house)
    assert (found["all"]["cases"], found["simulated"]) == (0, 1)
    assert case_paper_data(few.house, record(few, name), "decision")["simulated"]
