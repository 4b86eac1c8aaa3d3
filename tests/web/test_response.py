"""From a warning to orders: drafted with the warning, approved by another, one order each, received, objected, lifted with it, checked, reported; drills."""

from __future__ import annotations

import csv
import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from lantian.app.acting import now
from lantian.app.house import House
from lantian.app.loading import load
from lantian.app.post import Sender
from lantian.app.responding import ResponseRoom
from lantian.app.settings import PostSettings
from lantian.kernel.decision import Actor, Role
from lantian.kernel.errors import InputError
from lantian.kernel.period import Moment
from lantian.lake.store import Lake
from lantian.ledger import By, Outbox
from lantian.ledger.accounts import Accounts
from lantian.response.readers import read_plan
from tests.app.test_post import catcher, receiver  # noqa: F401 - fixtures
from tests.site import Site, Visitor

DATA = Path(__file__).parents[2] / "data"
RED = {"level": "red", "start": "2015-12-08T07:00", "end": "2015-12-10T12:00"}
EVE = datetime(2015, 12, 7, 18)
PEOPLE = {
    "drafter": (Role.FORECASTER, None),
    "approver_bj": (Role.APPROVER, None),
    "office": (Role.CITY, None),
    "office2": (Role.CITY, None),
    "keeper": (Role.MINISTRY, None),
    "firm": (Role.ENTERPRISE, "ILLUSTRATIVE-110000-001"),
    "rival": (Role.ENTERPRISE, "ILLUSTRATIVE-110000-002"),
}


@pytest.fixture
def beijing(sample, tmp_path, monkeypatch):
    """A site at the eve of the red alert, with people of Beijing."""
    monkeypatch.setenv("LANTIAN_DATA", str(DATA))
    house = House(tmp_path, moment=Moment(EVE))
    house.__dict__.update(lake=sample.lake, atlas=sample.atlas, derived=sample.derived)
    made = Site(house)
    accounts = Accounts(house.desk.ledger)
    for name, (role, code) in PEOPLE.items():
        accounts.add(name, role, "000000" if role == Role.MINISTRY else "110000", code, "test", "test", now())
        made._tokens[name] = accounts.enter(name, "test", now(), "test")
    made.visitor = lambda name=None: Visitor(made.app) if name is None else Visitor(made.app, made._tokens[name])
    yield made
    house.desk.ledger.close()


def issued(site, **more):
    warning = site.make("drafter", "warning", "北京", **(RED | more))
    assert site.move("drafter", warning, "submit").status_code == 303
    done = site.move("approver_bj", warning, "issue")
    assert done.status_code == 303, done.text
    return warning


def of(site, flow):
    return site.house.desk.records.find([flow])


def test_from_a_warning_to_orders_and_back(beijing):
    site = beijing
    warning = issued(site)
    kept = site.house.desk.records.get(warning).body
    assert kept["proposal"]["rule"]["name"] == "beijing:2015"
    assert {day["date"] for day in kept["proposal"]["aqi"] if day["low"] is not None} == {f"2015-12-{day:02}" for day in range(8, 15)}
    (response,) = of(site, "response_plan")
    assert (response.state, response.made_by) == ("drafted", "lantian 规则")
    assert len(response.body["orders"]) == 92
    page = site.visitor("office").get(f"/record/{response.id}").text
    assert "示意" in page
    assert "当日没有减排比例要求，30%为2018年起的要求，仅作比较" in page
    assert site.visitor().get(f"/record/{response.id}").status_code == 400
    assert site.move("drafter", response.id, "apply").status_code == 403
    assert site.move("office", response.id, "apply").status_code == 303
    orders = site.house.response.orders_of(response)
    assert len(orders) == 92
    assert {each.state for each in orders} == {"issued"}
    (own,) = [each for each in orders if each.owner == "ILLUSTRATIVE-110000-001"]
    assert own.id in site.visitor("firm").get("/desk").text
    assert own.id not in site.visitor("rival").get("/desk?show=all").text
    assert site.visitor("rival").get(f"/record/{own.id}").status_code == 400
    assert site.move("rival", own.id, "receive").status_code == 400
    assert site.move("firm", own.id, "object", ground="").status_code == 403
    assert site.move("firm", own.id, "object", ground="承担居民供热").status_code == 303
    assert site.move("firm", own.id, "answer", ground="x").status_code == 403
    assert site.move("office", own.id, "answer", ground="复核", answer="维持，按半负荷运行").status_code == 303
    assert site.move("firm", own.id, "receive").status_code == 303
    assert site.move("office", own.id, "remind", ground="每日报告").status_code == 303
    assert site.move("firm", own.id, "report", progress="一号机停机").status_code == 303
    assert site.move("firm", own.id, "complete", progress="已降至五成").status_code == 303
    site.move("drafter", warning, "propose_lift", ground="冷空气到达")
    assert site.move("approver_bj", warning, "lift").status_code == 303
    assert site.state(response.id) == "lifted"
    assert {each.state for each in site.house.response.orders_of(response)} == {"lifted"}
    report = site.visitor("office").get(f"/record/{response.id}").text
    assert "过程总结" in report
    assert "收悉 1 / 92" in report
    assert "不能判定" in report
    pdf = site.visitor("office").get(f"/report/{response.id}.pdf")
    assert pdf.content.startswith(b"%PDF")
    assert site.visitor().get(f"/report/{response.id}.pdf").status_code in (400, 401)
    assert site.move("office2", response.id, "stand_down", ground="总结完成", conclusion="启动及时").status_code == 303
    assert site.house.desk.ledger.verify() == []


def test_a_drill_of_orders_writes_no_letter_and_a_true_one_writes_one(beijing, catcher, receiver, tmp_path, monkeypatch):  # noqa: F811
    """The plan is adopted with contacts; the drill's orders reach the desks but neither socket."""
    site = beijing
    plan = read_plan(DATA / "response" / "110000")
    from dataclasses import replace

    lines = tuple(replace(each, contact={0: "firm@example.cn", 1: f"http://127.0.0.1:{receiver.server_port}/well"}.get(n)) for n, each in enumerate(plan.lines))
    office = Actor("office", Role.CITY, "110000")
    drafted = site.house.response.adopt(office, replace(plan, lines=lines), By("office", "test", "", now()))
    assert site.move("office", drafted.id, "approve").status_code == 403
    assert site.move("office2", drafted.id, "approve").status_code == 303
    assert site.house.response.plan_of("110000")[1] == drafted.id
    assert site.move("office", drafted.id, "file", filed_with="x").status_code == 403  # only the level above takes it on file
    assert site.move("keeper", drafted.id, "file", filed_with="部").status_code == 303
    assert site.visitor().get(f"/record/{drafted.id}").status_code == 400
    assert site.move("office", drafted.id, "publish").status_code == 303
    assert "第三十条要求的内容" in site.visitor().get(f"/record/{drafted.id}").text
    newer = site.house.response.adopt(office, replace(plan, lines=lines, version="2"), By("office", "test", "", now()))
    assert site.move("office2", newer.id, "approve").status_code == 303
    assert site.state(drafted.id) == "superseded"
    sender = Sender(site.house.desk.ledger, site.house.home, PostSettings(catcher.smtp, private=True))
    drill = issued(site, drill="yes")
    (response,) = of(site, "response_plan")
    assert site.move("office", response.id, "apply").status_code == 303
    assert len(of(site, "order")) == 92
    assert "演练" in site.visitor("firm").get(f"/record/{next(e.id for e in of(site, 'order') if e.owner and e.owner.endswith('001'))}").text
    assert sender.run(now()) == (0, 0)
    assert (catcher.mails, receiver.taken) == ([], [])
    assert Outbox(site.house.desk.ledger).counts() == {}
    site.move("drafter", drill, "propose_lift", ground="演练结束")
    site.move("approver_bj", drill, "lift")
    issued(site)
    true = next(each for each in of(site, "response_plan") if each.state == "drafted")
    site.move("office", true.id, "apply")
    assert sender.run(now()) == (2, 0)
    assert [each.rcpt_tos for each in catcher.mails] == [["firm@example.cn"]]
    assert len(receiver.taken) == 1
    assert sender.run(now()) == (0, 0)


def test_a_newer_warning_lifts_the_orders_of_the_older_and_drafts_its_own(beijing):
    site = beijing
    first = issued(site, level="orange")
    (old,) = of(site, "response_plan")
    site.move("office", old.id, "apply")
    issued(site, updates=first)
    assert site.state(old.id) == "lifted"
    assert {each.state for each in site.house.response.orders_of(old)} == {"lifted"}
    states = sorted(each.state for each in of(site, "response_plan"))
    assert states == ["drafted", "lifted"]


def test_what_was_seen_decides_whether_an_order_was_carried_out(beijing, tmp_path):
    """Hours of electricity: one line stops as told, one runs on, one is hardly seen, the rest not at all."""
    site = beijing
    start, end = datetime(2015, 12, 8, 7), datetime(2015, 12, 10, 12)
    rows = []
    for line, during, hours in (("110000-030", 0.2, 53), ("110000-031", 1.0, 53), ("110000-032", 0.2, 10)):
        rows += [[line, "electricity", start - timedelta(hours=n), 100.0, 0.02] for n in range(7 * 24)]
        rows += [[line, "electricity", start + timedelta(hours=n + 1), 100.0 * during, 0.02] for n in range(hours)]
    file = tmp_path / "activity.csv"
    with file.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows([["process", "kind", "time", "value", "error"], *rows])
    lake = Lake(tmp_path / "own")
    (loaded,) = load(lake, "activity", "tidy", [file], datetime(2015, 12, 20))
    assert (loaded.added, loaded.faults) == (len(rows), [])
    warning = issued(site)
    (response,) = of(site, "response_plan")
    site.move("office", response.id, "apply")
    other = House(tmp_path, moment=Moment(datetime(2015, 12, 21)))
    other.__dict__.update(lake=lake, atlas=site.house.atlas, derived=site.house.derived, desk=site.house.desk)
    found = {verdict.line: verdict for _, verdict in ResponseRoom(other).verdicts(site.house.desk.records.get(response.id))}
    assert [found[f"110000-03{n}"].word for n in range(4)] == ["complied", "not_complied", "cannot_tell", "cannot_tell"]
    assert found["110000-030"].share == pytest.approx(0.2)
    assert (end - start).total_seconds() / 3600 == 53
    assert site.state(warning) == "issued"


def test_nothing_is_made_by_hand_that_follows_from_something_else(beijing):
    site = beijing
    for flow in ("response_plan", "order", "prompt", "emergency_plan"):
        who = site.visitor("office")
        answer = who.post(f"/desk/new/{flow}", {"form": who.word(), "place": "北京", "warning": "x", "title": "x", "version": "1"})
        assert answer.status_code in (400, 403), flow
    with pytest.raises(InputError):
        site.house.drafts.make(Actor("office", Role.CITY, "110000"), "response_plan", "北京", {"warning": "x"}, By("office", "t", "", now()))


def test_a_real_installation_never_uses_the_illustrative_plan(beijing):
    real = House(beijing.house.home)
    real.__dict__.update(lake=beijing.house.lake, atlas=beijing.house.atlas, derived=beijing.house.derived, desk=beijing.house.desk)
    assert real.response.plan_of("110000") is None
    assert real.response.response_to("110000", "red", EVE, EVE + timedelta(days=1)) is None
    assert beijing.house.response.plan_of("110000")[0].illustrative


def test_the_public_sees_an_applied_response_but_no_firms_order(beijing):
    site = beijing
    issued(site)
    (response,) = of(site, "response_plan")
    site.move("office", response.id, "apply")
    page = site.visitor().get(f"/record/{response.id}")
    assert page.status_code == 200
    assert "office" not in re.sub(r'"[^"]*"', "", page.text)
    order = site.house.response.orders_of(response)[0]
    assert site.visitor().get(f"/record/{order.id}").status_code == 400
