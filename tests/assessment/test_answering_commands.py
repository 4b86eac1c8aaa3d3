"""The commands of accountability: tasks not done are listed and raised once; the hand-over file holds what was confirmed, as far as the account may read it."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from lantian.app.accountability import Accountability, Ground
from lantian.app.acting import now
from lantian.app.flows import flow_of
from lantian.app.house import SHOWN_FLOWS
from lantian.cli import common
from lantian.cli.main import app
from lantian.kernel.decision import Role
from lantian.kernel.errors import InputError
from lantian.ledger.accounts import Accounts
from lantian.web.speak import helpers
from tests.enforcement.case_site import do
from tests.site import site_over

PLACE = "130100"


@pytest.fixture
def told(sample, tmp_path, monkeypatch):
    site = site_over(sample, tmp_path)
    monkeypatch.setattr(common, "open_house", lambda *_, **__: site.house)
    monkeypatch.setenv("LANTIAN_PASSWORD", "a long enough password")
    accounts = Accounts(site.house.desk.ledger)
    for name, role, place in (("bao", Role.PROVINCE, "130000"), ("jin", Role.PROVINCE, "140000")):
        secret = accounts.add(name, role, place, None, "test", "test", now())
        accounts.accept(secret, "a long enough password", "test", now())

    def ask(*words):
        answer = CliRunner().invoke(app, ["assess", *words])
        assert answer.exception is None, answer.exception
        return answer.output

    yield site, ask
    site.house.desk.ledger.close()


def test_tasks_not_done_are_raised_once(told, monkeypatch):
    site, ask = told
    found = [
        {"provision": "C001", "title": {"zh": "甲", "en": "one"}, "status": "breached"},
        {"provision": "C002", "title": {"zh": "乙", "en": "two"}, "status": "met"},
    ]
    monkeypatch.setattr(type(site.house.duties), "findings", lambda *_: found)
    assert "C001 甲" in ask("tasks", "--place", "石家庄", "--on", "2015-12-31", "--lang", "zh")
    assert site.house.desk.records.find(["trigger"]) == []
    asked = ("tasks", "--place", "石家庄", "--on", "2015-12-31", "--raise", "--json")
    (row,) = json.loads(ask(*asked))
    assert json.loads(ask(*asked)) == [row]
    (record,) = site.house.desk.records.find(["trigger"])
    assert (record.id, record.state, record.body["kind"], record.place) == (row["record"], "raised", "task", PLACE)


def test_the_hand_over_file(told):
    site, ask = told
    first = Accountability(site.house).raised(Ground("response", "response_plan-7", PLACE, "应对不力", "x"), now(), "test").id
    Accountability(site.house).raised(Ground("response", "response_plan-8", PLACE, "待核实", "x"), now(), "test")
    do(site, "hebei", first, "confirm", ground="核实")
    words = ("handover", "--place", "石家庄", "--year", str(now().year), "--as")
    (row,) = json.loads(ask(*words, "bao", "--json"))["records"]
    assert (row["id"], row["kind"], row["state"]) == (first, "trigger", "confirmed")
    assert first in ask(*words, "bao", "--lang", "zh")
    assert json.loads(ask(*words, "jin", "--json"))["records"] == []


def test_a_year_is_asked_for():
    with pytest.raises(InputError, match="no year"):
        CliRunner().invoke(app, ["assess"], catch_exceptions=False)


def test_every_choice_of_accountability_has_words_and_pages_notice_it():
    for lang in ("zh", "en"):
        choice = helpers(lang)["choice"]
        for flow in ("trigger", "referral", "consequence"):
            words = [word for each in flow_of(flow).fields for word in each.choices or ()]
            assert [word for word in words if (lang == "zh" and choice(word) == word) or "_" in choice(word)] == []
    assert {"trigger", "freeze"} <= set(SHOWN_FLOWS)
