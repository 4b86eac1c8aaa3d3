"""Warnings on the site: drafted, consulted upon, issued by another, shown, fed, replaced, lifted; drills; regions; subscriptions."""

from __future__ import annotations

import re
from datetime import datetime

import capvalidator
import feedparser
import pytest

from lantian.app.acting import now
from lantian.app.post import Sender, link_key
from lantian.app.settings import PostSettings
from lantian.ledger import Outbox, Subscriptions
from tests.app.test_post import catcher, receiver  # noqa: F401 - fixtures
from tests.site import PEOPLE

RED = {
    "level": "red",
    "start": "2016-01-01T12:00",
    "end": "2016-01-03T12:00",
    "measures": "机动车单双号行驶\n中小学停课",
    "measures_en": "Odd-even driving\nSchools closed",
}


def draft(site, **more):
    return site.make("forecaster", "warning", "石家庄", **RED, **more)


def issue(site, warning, forecaster="forecaster", chief="chief"):
    assert site.move(forecaster, warning, "submit").status_code == 303
    done = site.move(chief, warning, "issue")
    assert done.status_code == 303, done.text
    return warning


def test_a_warning_from_draft_to_lift(site):
    warning = draft(site, consulted="保定 北京")
    assert site.visitor().get(f"/record/{warning}").status_code == 400
    neighbour = site.visitor("baoding")
    assert warning in neighbour.get("/desk").text
    assert site.move("baoding", warning, "comment", speaker="保定市气象台", comment="10日午后冷空气到达").status_code == 303
    assert site.move("baoding", warning, "edit", level="orange", ground="x").status_code == 403
    assert site.visitor("datong").get(f"/record/{warning}").status_code == 400  # not asked
    assert site.move("forecaster", warning, "edit", end="2016-01-03T18:00", ground="").status_code == 403
    assert site.move("forecaster", warning, "edit", end="2016-01-03T18:00", ground="会商").status_code == 303
    preview = site.visitor("forecaster").get(f"/record/{warning}").text
    assert "保定市气象台" in preview
    assert "石家庄市发布重污染天气红色预警" in preview
    assert site.move("forecaster", warning, "issue").status_code == 403
    assert site.move("forecaster", warning, "submit").status_code == 303
    assert site.move("forecaster", warning, "issue").status_code == 403
    assert "等您办理" in site.visitor("chief").get("/desk").text
    assert site.move("chief", warning, "send_back", ground="改").status_code == 303
    issue(site, warning)
    everybody = site.visitor()
    page = everybody.get("/warnings").text
    assert "1份预警生效中。" in page
    shown = everybody.get("/city/130100?on=2015-12-31").text
    assert "红色预警" in shown
    assert "机动车单双号行驶" in shown
    assert "Odd-even driving" in everybody.get("/city/130100?on=2015-12-31&lang=en").text
    assert "红色预警" not in everybody.get("/city/110000?on=2015-12-31").text
    assert "红色预警" not in everybody.get("/city/130100?on=2015-12-30").text  # it was not issued then
    said = everybody.get(f"/record/{warning}")
    assert said.status_code == 200
    assert "forecaster" not in said.text
    assert site.move("forecaster", warning, "propose_lift", ground="冷空气到达").status_code == 303
    assert site.move("forecaster", warning, "lift").status_code == 403
    assert site.move("chief", warning, "lift").status_code == 303
    assert "当前无预警。" in everybody.get("/warnings").text
    assert "红色预警" not in everybody.get("/city/130100?on=2015-12-31").text
    assert site.house.desk.ledger.verify() == []


def test_what_goes_out_is_cap_and_atom_that_others_read(lite):
    """Checked by the schema of OASIS and by a feed reader; an update names what it replaces, a cancellation what it lifts."""
    first = issue(lite, draft(lite))
    refused = lite.visitor("forecaster").post("/desk/new/warning", {"form": lite.visitor("forecaster").word(), "place": "石家庄", **RED})
    assert refused.status_code == 400
    assert "is in force there" in refused.text
    second = issue(lite, draft(lite, updates=first))
    assert lite.state(first) == "replaced"
    lite.move("forecaster", second, "propose_lift", ground="转好")
    lite.move("chief", second, "lift")
    everybody = lite.visitor()
    feed = feedparser.parse(everybody.get("/warnings.atom").content)
    assert not feed.bozo
    assert len(feed.entries) == 3
    assert {entry.title for entry in feed.entries} == {"石家庄市发布重污染天气红色预警", "石家庄市解除重污染天气红色预警"}
    assert len({entry.id for entry in feed.entries}) == 3
    kinds = []
    for entry in feed.entries:
        path = next(link.href for link in entry.links if link.type == "application/cap+xml").split("8600", 1)[1]
        answer = everybody.get(path)
        assert answer.headers["content-type"] == "application/cap+xml"
        assert capvalidator.check_schema(answer.content).passed, capvalidator.check_schema(answer.content).message
        kinds.append(re.search(r"<msgType>(\w+)<", answer.text).group(1))
        assert "+08:00" in answer.text
        assert "<value>130100</value>" in answer.text
        assert "<status>Exercise</status>" in answer.text  # the clock is a replayed one
    assert sorted(kinds) == ["Alert", "Cancel", "Update"]
    assert not feedparser.parse(everybody.get("/warnings.atom?lang=en").content).bozo
    assert everybody.get("/warnings/cap/none.xml").status_code == 400


def test_a_warning_that_was_replaced_meanwhile_is_not_replaced_twice(lite):
    first = issue(lite, draft(lite))
    rivals = [draft(lite, updates=first) for _ in range(2)]
    for each in rivals:
        lite.move("forecaster", each, "submit")
    assert lite.move("chief", rivals[0], "issue").status_code == 303
    told = lite.move("chief", rivals[1], "issue")
    assert told.status_code == 400
    assert "is replaced meanwhile" in told.text
    assert lite.state(rivals[1]) == "submitted"
    assert len(lite.house.alarm.in_force()) == 1


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"level": "purple"}, "is not one of"),
        ({"start": "soon"}, "is no moment"),
        ({"end": "2015-01-01T00:00"}, "would end 2015-01-01"),
        ({"start": "2016-01-01T12:00+00:00"}, "names a time zone"),
        ({"consulted": "亚特兰蒂斯"}, "亚特兰蒂斯"),
        ({"updates": "warning-999"}, "no warning in force"),
        ({"level": ""}, "nothing given"),
    ],
)
def test_a_draft_that_makes_no_sense_is_refused_with_the_reason(lite, change, told):
    who = lite.visitor("forecaster")
    answer = who.post("/desk/new/warning", {"form": who.word(), "place": "石家庄", **(RED | change)})
    assert answer.status_code == 400
    assert told in answer.text
    assert lite.house.desk.records.find(["warning"]) == []


def test_markup_in_a_warning_is_text_everywhere(lite):
    evil = '<script>alert(1)</script>"&]]>'
    warning = issue(lite, lite.make("forecaster", "warning", "石家庄", **(RED | {"measures": evil})))
    for address in ("/warnings", f"/record/{warning}", "/city/130100?on=2015-12-31"):
        assert "<script>alert" not in lite.visitor().get(address).text
    feed = feedparser.parse(lite.visitor().get("/warnings.atom").content)
    path = next(link.href for link in feed.entries[0].links if link.type == "application/cap+xml").split("8600", 1)[1]
    assert "&lt;script&gt;" in lite.visitor().get(path).text


def test_only_those_of_the_place_make_and_issue(lite):
    """As every role: who may begin a warning of Shijiazhuang, read the draft, submit it, issue it."""
    makers = {"ministry", "ministry2", "hebei", "hebei2", "shijiazhuang", "shijiazhuang2", "forecaster"}
    for name in PEOPLE:
        who = lite.visitor(name)
        answer = who.post("/desk/new/warning", {"form": who.word(), "place": "石家庄", **RED, "drill": "yes"})
        assert (answer.status_code == 303) == (name in makers), name
    warning = draft(lite)
    readers = {n for n, (r, p) in PEOPLE.items() if p in ("000000", "130000", "130100") and r != "enterprise"}
    for name in (None, *PEOPLE):
        assert (lite.visitor(name).get(f"/record/{warning}").status_code == 200) == (name in readers), name
        if name not in makers:
            assert lite.move(name, warning, "submit").status_code in (400, 403) if name else True, name
    lite.move("shijiazhuang", warning, "submit")
    issuers = makers - {"forecaster", "shijiazhuang"} | {"approver", "chief"}
    for name in set(PEOPLE) - issuers:
        assert lite.move(name, warning, "issue").status_code in (400, 403), name
    assert lite.state(warning) == "submitted"
    assert lite.move("approver", warning, "issue").status_code == 303


def test_a_drill_takes_the_same_path_and_sends_nothing_outside(lite, tmp_path, catcher, receiver):  # noqa: F811
    """Both doors are open and subscribed; after a drill neither socket saw anything, after a true warning both did, once."""
    book = Subscriptions(lite.house.desk.ledger)
    book.add("webhook", f"http://127.0.0.1:{receiver.server_port}/well", "130000", "blue", "test", now())
    book.add("mail", "a@example.cn", "130100", "red", "test", now())
    book.add("mail", "b@example.cn", "110000", "blue", "test", now())
    sender = Sender(lite.house.desk.ledger, lite.house.home, PostSettings(catcher.smtp, private=True))
    drill = issue(lite, draft(lite, drill="yes"))
    lite.move("forecaster", drill, "propose_lift", ground="演练结束")
    lite.move("chief", drill, "lift")
    assert sender.run(now()) == (0, 0)
    assert (catcher.mails, receiver.taken) == ([], [])
    assert lite.visitor().get("/warnings").text.count("演练") == 0
    assert feedparser.parse(lite.visitor().get("/warnings.atom").content).entries == []
    issue(lite, draft(lite))
    assert sender.run(now()) == (2, 0)
    assert [each.rcpt_tos for each in catcher.mails] == [["a@example.cn"]]
    assert len(receiver.taken) == 1
    assert sender.run(now()) == (0, 0)


def test_subscribing_confirming_and_leaving(lite, catcher):  # noqa: F811
    everybody = lite.visitor()
    sender = Sender(lite.house.desk.ledger, lite.house.home, PostSettings(catcher.smtp))
    answer = everybody.ask("POST", "/warnings/subscribe", data={"address": "a@example.cn", "place": "石家庄", "least": "orange"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/warnings?asked=1")
    robot = everybody.ask("POST", "/warnings/subscribe", data={"address": "b@example.cn", "place": "石家庄", "least": "orange", "website": "http://spam"})
    assert robot.headers["location"] == answer.headers["location"]
    assert sender.run(now()) == (1, 0)
    asked = lite.house.desk.ledger
    subscription = Outbox(asked).find()[0].letter.key.split(":")[1]
    link = f"/warnings/confirm/{subscription}/{link_key(lite.house.home, subscription, 'confirm')}"
    assert everybody.get(link).status_code == 200
    assert Subscriptions(asked).matching("130100") == []  # looking is not confirming: mail scanners follow links
    assert everybody.ask("POST", link.replace("confirm/", "leave/", 1)).status_code == 400  # the keys differ
    assert everybody.ask("POST", link).status_code == 200
    issue(lite, draft(lite))
    assert sender.run(now()) == (1, 0)
    leave = f"/warnings/leave/{subscription}/{link_key(lite.house.home, subscription, 'leave')}"
    one_click = everybody.ask("POST", leave, data={"List-Unsubscribe": "One-Click"}, headers={"sec-fetch-site": "cross-site"})
    assert one_click.status_code == 200
    assert Subscriptions(asked).matching("130100") == []
    assert everybody.ask("POST", "/warnings/confirm/x/y").status_code == 400
    for bad in ({"address": "no"}, {"place": "亚特兰蒂斯"}, {"least": "purple"}, {"address": "a@b.cn\r\nBcc: x@y.cn"}):
        given = {"address": "a@example.cn", "place": "石家庄", "least": "red"} | bad
        assert everybody.ask("POST", "/warnings/subscribe", data=given).status_code == 400


def test_a_regional_prompt_reaches_every_city_and_shows_who_did_not_start(lite):
    region = lite.make("ministry", "region", "全国", group="京津冀", level="orange", start="2016-01-01T12:00", end="2016-01-03T12:00", text="区域会商")
    assert lite.move("ministry", region, "issue").status_code == 403
    assert lite.move("ministry2", region, "issue").status_code == 303
    prompts = {each.place: each for each in lite.house.desk.records.find(["prompt"])}
    assert set(prompts) == set(
        lite.house.atlas.group("jingjinji").members if "jingjinji" in {g.key for g in lite.house.atlas.groups()} else lite.house.air.place("京津冀").members
    )
    own = prompts["130100"].id
    assert own in lite.visitor("shijiazhuang").get("/desk").text
    assert lite.move("forecaster", own, "acknowledge").status_code == 303
    mild = lite.make("forecaster", "warning", "石家庄", **(RED | {"level": "yellow"}))
    issue(lite, mild)
    assert lite.state(own) == "acknowledged"  # a milder level is no start
    issue(lite, draft(lite, updates=mild))
    assert lite.state(own) == "started"
    page = lite.visitor("ministry").get(f"/record/{region}").text
    assert f"1 / {len(prompts)}" in page
    assert "石家庄" not in re.search(r"未启动：</b>([^<]+)", page).group(1)
    assert lite.move("ministry", region, "end", ground="过程结束").status_code == 303
    assert {each.state for each in lite.house.desk.records.find(["prompt"])} == {"ended"}
    assert lite.visitor("datong").get(f"/record/{own}").status_code == 400


def test_a_form_sent_twice_issues_once(lite):
    book = Subscriptions(lite.house.desk.ledger)
    book.add("webhook", "https://example.cn/", "130100", "blue", "test", now())
    warning = draft(lite)
    lite.move("forecaster", warning, "submit")
    who = lite.visitor("chief")
    word = who.word()
    for _ in range(2):
        assert who.post(f"/record/{warning}/issue", {"form": word, "once": "y", "version": "2"}).status_code == 303
    assert Outbox(lite.house.desk.ledger).counts() == {"waiting": 1}


def test_the_clock_of_the_sample_is_where_warnings_speak(lite):
    assert lite.house.alarm.clock == datetime(2016, 1, 1, 1)
