"""Gates over a real installation: last year's air of Beijing, a freeze signed, a list of firms and a total control loaded, a decision and its letter."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from lantian.app.acting import now
from lantian.app.facts_of_approvals import facts_of
from lantian.app.loading import load
from lantian.app.project_form import parse_project
from lantian.app.signing import doubtful, sign_as, subject_of, unsigned
from lantian.approvals.model import Offset
from lantian.approvals.service import decide
from lantian.lake.store import Lake
from tests.approvals.project_site import credit
from tests.site import site_over

PROJECT = """industry: food
nature: new
applied: 2015-12-20
emissions: {SO2: 12, NOx: 0, PM: 0, VOC: 0}
documents: [eia_report, energy_review, total_quota]
in_plan: false
major: false
started: 9999-12-31
"""


@pytest.fixture
def real(sample, tmp_path):
    made = site_over(sample, tmp_path)
    yield made
    made.house.desk.ledger.close()


def project(text=PROJECT, place="110000"):
    return parse_project(text, "食品厂", place, "91110000000000000X", date(2015, 12, 20))


def test_last_years_air_of_beijing_doubles_the_offset(real):
    facts = facts_of(real.house)
    assert facts.attained("110000", "PM2.5", 2014) is False  # 86 µg/m³ by the city's own bulletin, the limit is 35
    assert facts.attained("110000", "PM2.5", 1990) is None
    answer = decide(real.house.law, facts, project()).answer("offset")
    assert answer.result == "fail"
    assert [each.values["amount"] for each in answer.cure] == [24]


def test_a_county_of_a_municipality_lies_in_the_47_cities_and_a_province_cannot_be_told(real):
    facts = facts_of(real.house)
    day = date(2015, 12, 20)
    assert facts.key47("110105", day) is True
    assert facts.key47("130100", day) is True
    assert facts.key47("130400", day) is False
    assert facts.key47("130000", day) is None
    assert {"bth13", "130000"} <= facts.groups("130400")
    assert facts.groups("620100") == frozenset({"620000"}) | {each for each in facts.groups("620100") if not each.startswith(("bth", "yrd", "prd"))}


def test_lists_and_totals_are_read_from_registers(real, tmp_path):
    lists, totals = tmp_path / "list.csv", tmp_path / "totals.csv"
    lists.write_text(
        "industry,edition,enterprise,name,listed,removed,source,day\n"
        "steel,第一批,91130200000000001X,甲钢铁,2014-01-01,2015-06-30,公告,2014-01-01\n"
        "steel,第一批,91130200000000002X,乙钢铁,2014-01-01,,公告,2014-01-01\n",
        encoding="utf-8",
    )
    totals.write_text("place,pollutant,left,source,day\n北京,SO2,10,核算文件,2015-01-01\n北京,SO2,4,核算文件,2015-06-01\n", encoding="utf-8")
    real.house.__dict__["lake"] = Lake(tmp_path / "apart")
    for name, path in (("access_list", lists), ("total_control", totals)):
        (report,) = load(real.house.lake, name, "tidy", [path], datetime(2015, 12, 1))
        assert not report.faults, report.faults
    facts = facts_of(real.house)
    assert facts.access_listed("91130200000000001X", "steel", date(2015, 6, 29)) is True
    assert facts.access_listed("91130200000000001X", "steel", date(2015, 6, 30)) is False
    assert facts.access_listed("91130200000000003X", "steel", date(2015, 6, 30)) is False
    assert facts.access_listed("91130200000000002X", "cement", date(2015, 6, 30)) is None
    assert facts.quota_left("110105", "SO2", date(2015, 3, 1)) == 10
    assert facts.quota_left("110105", "SO2", date(2015, 7, 1)) == 4
    assert facts.quota_left("110105", "NOx", date(2015, 7, 1)) is None
    assert decide(real.house.law, facts, project()).answer("quota").result == "fail"


def test_the_ledger_holds_what_it_holds(real):
    facts = facts_of(real.house)
    assert facts.credit_held(Offset("110000", "SO2", "food", 5), project(), date(2015, 12, 20)) == 0
    credit(real, 2000)
    day, given = date(2015, 12, 20), project(PROJECT.replace("food", "cement"), "130100")
    fresh = facts_of(real.house)
    assert [fresh.credit_held(Offset("130100", "SO2", "cement", amount), given, day) for amount in (1, 5)] == [2, 2]
    assert fresh.credit_held(Offset("130100", "NOx", "cement", 1), given, day) == 0
    assert fresh.credit_held(Offset("130100", "SO2", "cement", 1), project(PROJECT.replace("food", "power"), "130100"), day) == 0  # power only from power


def test_a_refusal_is_decided_and_its_letter_names_the_clauses(real):
    text = PROJECT.replace("documents: [eia_report, energy_review, total_quota]", "units: |\n  boiler 18 t/h coal 1\nbuilt_up: true\ncoal: 100\ndocuments: []")
    name = real.make("plant", "application", "130100", title="石家庄食品厂", project=text)
    assert real.move("shijiazhuang", name, "accept").status_code == 303
    assert real.move("shijiazhuang", name, "review", ground="材料不全", opinion="按预览").status_code == 303
    answer = real.move("shijiazhuang2", name, "decide", ground="依预览")
    assert answer.status_code == 403  # values recalled wait for a sign-off, and the answer names them
    assert "law_energy_review" in answer.text
    frozen = real.house.desk.records.get(name).body["preview"]
    assert frozen["result"] == "fail"
    shut = {each["gate"] for each in frozen["answers"] if each["result"] == "fail"}
    assert {"eia", "boiler", "coal", "quota", "energy_review"} <= shut
    assert any(
        "禁止新建每小时20蒸吨及以下的燃煤锅炉" in quoted["quote"] for each in frozen["answers"] if each["gate"] == "boiler" for quoted in each["provisions"]
    )
    page = real.visitor("shijiazhuang").get(f"/record/{name}").text
    assert "25蒸吨/时" in page

    subjects = unsigned(real.house.law, frozen["rests_on"])
    for value in doubtful(real.house.law):
        if subject_of(value) in subjects:
            sign_as(real.house.desk.ledger, value, "ministry", "test", "读过公布的文本", now())
    real.house.__dict__.pop("law")
    again = real.move("shijiazhuang2", name, "decide", ground="依预览")
    assert again.status_code == 303, again.text
    body = real.house.desk.records.get(name).body
    assert body["result"] == "refused"
    assert len(real.house.applications.notices.of(name)) == 6
    letter = real.visitor("plant").get(f"/project/{name}.pdf")
    assert letter.status_code == 200
    assert letter.content.startswith(b"%PDF")
