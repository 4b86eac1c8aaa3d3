"""A site whose gates are a small fake: a project passes with an EIA report and an energy review, and with every offset held by the ledger."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from lantian.app.acting import now
from lantian.app.gates import Gates
from lantian.approvals.model import Change, Decision, GateAnswer, Part
from lantian.kernel.finding import Confidence, LawUsed, Message
from lantian.ledger import By
from lantian.ledger.credit_model import RESERVED, Key, Source
from lantian.ledger.credits import create_in, held_in
from tests.site import CODES, site_over

LAW = LawUsed("action_plan", "offset_ratio", 2, "-", "第十七条", "国发〔2013〕37号", Confidence.RECALLED)
NEEDED = ("eia_report", "energy_review")
PROJECT = """industry: cement
nature: new
applied: 2015-12-20
emissions: {SO2: 12}
units: |
  boiler 25 t/h gas 1
documents: [eia_report, energy_review]
"""
REFUSABLE = PROJECT.replace(", energy_review", "")
OFFSET = "offsets: [{place: '130100', item: SO2, industry: cement, amount: 1.5}]\n"
KEY = Key("130100", "SO2", "cement")


def judge(ledger, rests_on=()):
    """Judge as the fake does."""

    def ask(project):
        answers, changes = [], []
        for name in NEEDED:
            held = name in project.documents
            because = (Message("acting.word", {"zh": f"{name} {'已交' if held else '未交'}", "en": f"{name} {'handed in' if held else 'missing'}"}),)
            answers.append(GateAnswer(name, "pass" if held else "fail", because, (LAW,)))
            if not held:
                said = Message("acting.word", {"zh": f"补交 {name}", "en": f"hand in {name}"})
                changes.append(Change(name, (Part("document", name, name, said),), replace(project, documents=project.documents | {name})))
        if project.offsets and project.id:
            with ledger.turn() as turn:
                held = sum(each.range.amount for each in held_in(turn, project.id, RESERVED))
            enough = held >= sum(each.amount * 1000 for each in project.offsets)
            answers.append(GateAnswer("offset", "pass" if enough else "fail", (Message("acting.word", {"zh": f"持有 {held}", "en": f"holds {held}"}),), (LAW,)))
        result = "fail" if any(each.result == "fail" for each in answers) else "pass"
        if project.industry == "nobody_knows":
            result, answers = "unknown", [GateAnswer("place", "unknown", missing=("zones",))]
        return Decision(project.id, project.applied, tuple(answers), result, rests_on), changes

    return ask


def project_site(sample, home, rests_on=()):
    made = site_over(sample, home)
    made.house.applications.gates = Gates(made.house, judge(made.house.desk.ledger, rests_on))
    return made


@pytest.fixture
def projects(sample, tmp_path, url, monkeypatch):
    monkeypatch.setenv("LANTIAN_LEDGER_URL", url)
    made = project_site(sample, tmp_path)
    yield made
    made.house.desk.ledger.close()


@pytest.fixture
def few(sample, tmp_path):
    made = project_site(sample, tmp_path)
    yield made
    made.house.desk.ledger.close()


def apply(site, text=PROJECT, who="plant", title="石家庄水泥粉磨站"):
    return site.make(who, "application", "130100", title=title, project=text)


def reviewed(site, text=PROJECT, who="plant"):
    """Apply, accept and review."""
    name = apply(site, text, who)
    assert site.move("shijiazhuang", name, "accept").status_code == 303
    assert site.move("shijiazhuang", name, "review", ground="材料齐全", opinion="按预览").status_code == 303
    return name


def decided(site, text=PROJECT, who="plant"):
    name = reviewed(site, text, who)
    answer = site.move("shijiazhuang2", name, "decide", ground="依预览")
    assert answer.status_code == 303, answer.text
    return name


def credit(site, amount=2000):
    """Give the city credits of SO2 from a closed kiln."""
    proof = site.make("hebei", "task", "石家庄", title="关停水泥窑", office="市工信局", due="2015-06-30", provision="C013")
    with site.house.desk.ledger.turn() as turn:
        create_in(turn, Source(KEY, amount, f"kiln of {proof}", proof), date(2015, 6, 30), By("hebei", "test", "核实", now()))


def body(site, name):
    return site.house.desk.records.get(name).body


def notices(site, name):
    return site.house.applications.notices.of(name)


__all__ = ["CODES", "few", "projects"]
