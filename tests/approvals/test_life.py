"""The life of an application on both stores: four eyes, preview and deed, credits, notices and their receipts, expiry."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, datetime, timedelta

import pytest

from lantian.app.acting import now
from lantian.app.project_form import EXAMPLE, READERS, parse_project, plain_project, read_project
from lantian.approvals.model import Application, Offset, Unit
from lantian.enforcement.rules.terms import term
from lantian.enforcement.service.terms import working_calendar
from lantian.kernel.errors import FaultsError, InputError
from lantian.ledger import Outbox
from lantian.ledger.credit_model import AVAILABLE, COMMITTED, RESERVED
from lantian.ledger.credits import held_in
from tests.approvals.project_site import (
    CODES,
    OFFSET,
    PROJECT,
    REFUSABLE,
    apply,
    body,
    credit,
    decided,
    few,
    notices,
    project_site,
    projects,
    reviewed,
)

__all__ = ["few", "projects"]
DAY = date(2015, 12, 20)


def held(site, name):
    with site.house.desk.ledger.turn() as turn:
        return {state: sum(each.range.amount for each in held_in(turn, name, state)) for state in (RESERVED, COMMITTED)}


def free(site):
    with site.house.desk.ledger.turn() as turn:
        return sum(each.range.amount for each in held_in(turn, "", AVAILABLE))


def test_from_draft_to_force_with_four_eyes(projects):
    site = projects
    name = apply(site, who="shijiazhuang")
    assert site.visitor().get(f"/record/{name}").status_code == 400  # a draft is the applicant's
    own = site.move("shijiazhuang", name, "accept")
    assert own.status_code == 403
    assert site.move("shijiazhuang2", name, "accept").status_code == 303
    assert site.move("shijiazhuang2", name, "review", ground="齐全").status_code == 303
    assert site.move("shijiazhuang", name, "decide", ground="自己的").status_code == 403  # nobody decides their own
    assert site.move("shijiazhuang2", name, "decide", ground="自己审的").status_code == 403  # who reviews does not decide
    assert site.move("chief", name, "decide", ground="通过全部关口").status_code == 303
    assert site.move("chief", name, "publish").status_code == 403  # who decides does not publish
    assert site.move("hebei", name, "publish").status_code == 303
    assert site.move("hebei", name, "effect").status_code == 303
    kept = body(site, name)
    assert kept["result"] == "approved"
    assert kept["expires_on"][:4] == str(int(kept["decided_on"][:4]) + 5)
    assert kept["expires_confidence"] == "recalled"
    assert site.state(name) == "in_force"
    assert site.house.desk.ledger.verify() == []


def test_the_preview_is_the_deed(projects):
    name = reviewed(projects)
    room = projects.house.applications
    before = room.preview(projects.house.desk.records.get(name))
    assert body(projects, name)["preview"] == before
    assert projects.move("shijiazhuang2", name, "decide", ground="依预览", seen="000000000000").status_code == 400
    assert projects.state(name) == "under_review"
    assert projects.move("shijiazhuang2", name, "decide", ground="依预览", seen=before["mark"]).status_code == 303
    assert body(projects, name)["decision"] == before


def test_what_is_unknown_is_not_decided(few):
    name = reviewed(few, PROJECT.replace("cement", "nobody_knows"))
    answer = few.move("shijiazhuang2", name, "decide", ground="x")
    assert answer.status_code == 400
    assert "what is not known cannot be decided: place place" in answer.text
    assert few.state(name) == "under_review"


def test_an_unsigned_law_value_closes_the_decision(sample, tmp_path):
    from lantian.app.signing import doubtful, subject_of

    first = project_site(sample, tmp_path)
    subject = subject_of(doubtful(first.house.law)[0])
    first.house.desk.ledger.close()
    site = project_site(sample, tmp_path, (subject,))
    name = reviewed(site)
    answer = site.move("shijiazhuang2", name, "decide", ground="x")
    assert answer.status_code == 403
    assert "尚未与正式文本核对签认" in answer.text
    assert site.state(name) == "under_review"
    site.house.desk.ledger.close()


def test_credits_are_reserved_bound_and_given_back_with_the_moves(projects):
    credit(projects)
    name = reviewed(projects, PROJECT + OFFSET)
    assert held(projects, name) == {RESERVED: 1500, COMMITTED: 0}
    assert free(projects) == 500
    assert projects.move("shijiazhuang2", name, "decide", ground="抵消已足").status_code == 303
    assert held(projects, name) == {RESERVED: 0, COMMITTED: 1500}
    refused = decided(projects, REFUSABLE + OFFSET.replace("1.5", "0.4"))
    assert body(projects, refused)["result"] == "refused"
    assert held(projects, refused) == {RESERVED: 0, COMMITTED: 0}
    assert free(projects) == 500
    gone = reviewed(projects, PROJECT + OFFSET.replace("1.5", "0.3"))
    assert held(projects, gone)[RESERVED] == 300
    assert projects.move("plant", gone, "withdraw", ground="不建了").status_code == 303
    assert free(projects) == 500


def test_a_credit_serves_one_application_only(projects):
    credit(projects)
    first, second = reviewed(projects, PROJECT + OFFSET), reviewed(projects, PROJECT + OFFSET)
    assert held(projects, second)[RESERVED] == 0
    for name, result in ((first, "approved"), (second, "refused")):
        assert projects.move("shijiazhuang2", name, "decide", ground="x").status_code == 303
        assert body(projects, name)["result"] == result


def test_a_fault_on_the_way_leaves_nothing_of_a_decision(few, monkeypatch):
    """Refusing, freeing the credits and drafting six notices are one turn: where the sixth fails, none of it happened."""
    credit(few)
    name = reviewed(few, REFUSABLE + OFFSET)
    count = 0
    from lantian.app import notices as module

    real = module.make_in

    def failing(*given):
        nonlocal count
        count += 1
        if count == 6:
            raise InputError("the machine stops")
        return real(*given)

    monkeypatch.setattr(module, "make_in", failing)
    assert few.move("shijiazhuang2", name, "decide", ground="x").status_code == 400
    assert (few.state(name), notices(few, name), held(few, name)[RESERVED]) == ("under_review", [], 1500)
    monkeypatch.undo()
    assert few.move("shijiazhuang2", name, "decide", ground="x").status_code == 303
    assert (few.state(name), len(notices(few, name)), held(few, name)[RESERVED]) == ("decided", 6, 0)
    assert few.house.desk.ledger.verify() == []


def test_six_notices_are_drafted_sent_receipted_and_lifted(projects):
    site = projects
    name = decided(site, REFUSABLE)
    found = notices(site, name)
    assert [each.body["kind"] for each in found] == ["land", "construction", "licences", "credit", "power", "water"]
    assert {each.state for each in found} == {"drafted"}
    assert {each.body["clause"] for each in found} == {"C179", "C180", "C181", "C182", "C183"}
    assert all(each.body["quote"].startswith("对未通过能评、环评审查的项目") for each in found)
    assert found[0].body["lacking"] == ["energy_review"]
    assert supply(site)["may_be_supplied"] is True  # a draft stops nobody
    power = next(each for each in found if each.body["kind"] == "power")
    assert site.visitor().get(f"/record/{power.id}").status_code == 400
    assert site.move("chief", power.id, "approve", ground="依法").status_code == 303
    bad = site.move("shijiazhuang", power.id, "send", contact="javascript:alert(1)")
    assert bad.status_code == 400
    assert site.move("shijiazhuang", power.id, "send", receiver="石家庄供电公司", contact="grid@example.org").status_code == 303
    (letter,) = [each.letter for each in Outbox(site.house.desk.ledger).find() if each.letter.record == power.id]
    assert letter.key == f"notice:{power.id}"
    assert f"/notice/{power.id}/{site.house.applications.notices.word(power.id)}" in letter.content["text"]
    told = supply(site)
    assert told["may_be_supplied"] is False
    assert told["services"]["power"] == {"may": False, "since": now().date().isoformat()}
    assert told["services"]["water"]["may"] is True
    room = site.house.applications.notices
    with pytest.raises(InputError, match="not valid"):
        room.acknowledge(power.id, "0" * 40, "", now())
    assert room.acknowledge(power.id, room.word(power.id), "已停止供电", now()).state == "receipted"
    assert room.acknowledge(power.id, room.word(power.id), "again", now()).body["receipt"] == "已停止供电"
    assert site.move("plant", name, "resubmit", title="石家庄水泥粉磨站", project=PROJECT).status_code == 303
    assert body(site, name)["earlier"][0]["result"] == "refused"
    assert site.move("shijiazhuang", name, "accept").status_code == 303
    assert site.move("shijiazhuang", name, "review", ground="补齐").status_code == 303
    assert site.move("shijiazhuang2", name, "decide", ground="通过").status_code == 303
    after = {each.body["kind"]: each for each in notices(site, name)}
    assert after["power"].state == "receipted"
    assert after["power"].body["cured_by"] == name
    assert {each.state for kind, each in after.items() if kind != "power"} == {"withdrawn"}
    assert supply(site)["may_be_supplied"] is False  # lifting is for people
    assert site.move("shijiazhuang", power.id, "lift", ground="已通过审查").status_code == 303
    assert supply(site) == {**supply(site), "may_be_supplied": True, "notices": []}
    assert site.house.desk.ledger.verify() == []


def supply(site):
    return site.house.applications.notices.supply(CODES["plant"])


def test_a_receipt_is_recorded_on_the_desk_too(few):
    name = decided(few, REFUSABLE)
    water = notices(few, name)[-1].id
    few.move("chief", water, "approve", ground="依法")
    assert few.move("shijiazhuang", water, "send").status_code == 303  # handed over on paper
    assert Outbox(few.house.desk.ledger).counts(water) == {}
    assert few.move("shijiazhuang", water, "acknowledge", ground="回执第3号", receipt="自来水公司签收").status_code == 303
    assert few.state(water) == "receipted"


def test_an_appeal_sets_the_decision_aside_for_others_to_decide(projects):
    credit(projects)
    name = reviewed(projects, PROJECT + OFFSET)
    projects.move("shijiazhuang2", name, "decide", ground="x")
    assert projects.move("plant", name, "appeal", ground="条件过严").status_code == 303
    assert projects.move("hebei", name, "reopen", ground="重新审查").status_code == 303
    assert held(projects, name) == {RESERVED: 1500, COMMITTED: 0}
    assert body(projects, name)["result"] is None
    assert projects.move("shijiazhuang", name, "decide", ground="x").status_code == 403  # reviewed it before
    assert projects.move("chief", name, "decide", ground="维持").status_code == 303
    assert held(projects, name) == {RESERVED: 0, COMMITTED: 1500}


def test_an_approval_not_begun_expires_and_gives_its_credits_back(few):
    credit(few)
    name = reviewed(few, PROJECT + OFFSET)
    for who, move in (("shijiazhuang2", "decide"), ("hebei", "publish"), ("hebei", "effect")):
        assert few.move(who, name, move, ground="x").status_code == 303
    room = few.house.applications
    last = datetime.fromisoformat(body(few, name)["expires_on"])
    assert room.expire(last, "test") == []
    assert [each.id for each in room.expire(last + timedelta(days=1), "test")] == [name]
    assert held(few, name) == {RESERVED: 0, COMMITTED: 0}
    assert room.expire(last + timedelta(days=1), "test") == []


def test_a_project_begun_in_time_does_not_expire(few):
    name = decided(few)
    for move in ("publish", "effect"):
        few.move("hebei", name, move)
    assert few.move("plant", name, "begin", ground="开工", begun_on="2016-03-01").status_code == 303
    last = datetime.fromisoformat(body(few, name)["expires_on"])
    assert few.house.applications.expire(last + timedelta(days=9), "test") == []
    assert few.state(name) == "in_force"


def test_a_refusal_does_not_come_into_force_and_an_approval_is_not_applied_for_again(few):
    refused, approved = decided(few, REFUSABLE), decided(few)
    few.move("hebei", refused, "publish")
    assert few.move("hebei", refused, "effect").status_code == 400
    assert few.move("plant", approved, "resubmit", title="x", project=PROJECT).status_code == 400


def test_an_enterprise_applies_for_itself_alone(few):
    name = apply(few)
    assert few.house.desk.records.get(name).owner == CODES["plant"]
    assert few.visitor("other_plant").get(f"/record/{name}").status_code == 400
    assert few.move("other_plant", name, "withdraw", ground="x").status_code == 400


def test_a_form_sent_twice_decides_once(few):
    credit(few)
    name = reviewed(few, PROJECT + OFFSET)
    who = few.visitor("shijiazhuang2")
    given = {"form": who.word(), "version": str(few.house.desk.records.get(name).version), "once": "d1", "ground": "x"}
    for _ in range(2):
        assert who.post(f"/record/{name}/decide", given).status_code == 303
    assert held(few, name)[COMMITTED] == 1500


def test_every_fact_of_the_model_can_be_handed_in():
    for kind in (Application, Unit, Offset):
        assert {str(each.type) for each in fields(kind)} <= set(READERS)


def test_a_project_is_written_back_as_it_was_read():
    text = PROJECT + OFFSET + "started: 9999-12-31\nzones: [key]\nbuilt_up: false\nenergy_level: national\n"
    project = parse_project(text, "甲", "130100", "91", DAY)
    assert project.units == (Unit("boiler", 25.0, "t/h", "gas", 1),)
    assert project.started == date.max
    assert read_project(plain_project(project)) == project
    assert parse_project(EXAMPLE, "甲", "130100", "", DAY).emissions["NOx"] == 30


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("industry: [", "neither YAML nor JSON"),
        ("- a", "states no facts"),
        ("a: &x [1]\nb: *x", "by anchors"),
        ("industry: cement\nnature: newer", "is not one of new, rebuilt, extended"),
        ("industry: cement\nnature: new\ncoal: -1", "coal: '-1' is no amount"),
        ("industry: cement\nnature: new\ncoal: .nan", "is no amount"),
        ("industry: cement\nnature: new\ncoal: true", "is no amount"),
        ("industry: cement\nnature: new\nunits: boiler ten", "1: size: 'ten' is no number"),
        ("industry: cement\nnature: new\nunits: [{size: 3}]", "1: kind: nothing given"),
        ("industry: cement\nnature: new\noffsets: [{item: SO2}]", "1: amount: nothing given"),
        ("industry: cement\nnature: new\nemissions: {CO2: 3}", "no pollutant 'CO2'"),
        ("industry: cement\nnature: new\nmagic: 3", "magic: no such fact"),
        ("industry: cement\nnature: new\napplied: '2015-02-30'", "no day"),
        ("nature: new", "industry: nothing given"),
        ("x" * 20_001, "give 20000 at most"),
    ],
)
def test_what_cannot_be_read_is_told(text, said):
    with pytest.raises(InputError) as told:
        parse_project(text, "甲", "130100", "", DAY)
    assert said in str(told.value)


def test_all_faults_are_told_together():
    with pytest.raises(FaultsError) as told:
        parse_project("nature: old\ncoal: x\nmagic: 1", "甲", "130100", "", DAY)
    assert len(told.value.faults) == 4


def test_the_time_for_comment_leaves_out_weekends_and_public_holidays(few):
    """Ten working days, whatever day it is: the same number of worked days by the yearly notice lies in the term, and its end is worked."""
    name = apply(few)
    few.move("shijiazhuang", name, "accept")
    told = few.house.desk.records.get(name).body
    start, until = (date.fromisoformat(told[each]) for each in ("accepted_on", "comment_until"))
    calendar = working_calendar(few.house.law)
    days = [start + timedelta(days=number + 1) for number in range((until - start).days)]
    assert [calendar.works(each) for each in days].count(True) == 10
    assert calendar.works(until)
    assert term(calendar, date(2015, 12, 18), 10, "working").day == date(2016, 1, 4)  # 1 January was a holiday


def test_the_rule_that_expires_leaves_its_ground(few):
    name = decided(few)
    for move in ("publish", "effect"):
        few.move("hebei", name, move)
    few.house.applications.expire(datetime(2099, 1, 1), "test")
    last = few.house.desk.records.history(name)[-1].act
    assert "环境影响评价法 第二十四条" in last.ground
    assert isinstance(last.once, str)
