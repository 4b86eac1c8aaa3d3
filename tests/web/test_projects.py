"""Projects on the site: pages in both languages, comments guarded, receipts by link, the standing query, papers; every route as every role."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from lantian.app.acting import now
from lantian.app.project_papers import MATTERS, decision_letter, notice_letter
from tests.approvals.project_site import CODES, OFFSET, PROJECT, REFUSABLE, apply, body, credit, decided, few, notices, projects, reviewed
from tests.site import PEOPLE
from tests.web.test_safety import EVIL

__all__ = ["few", "projects"]
COMMENT = "这条生产线离学校太近，请公开环评文件全文。"
HERE = {name for name, (_, place) in PEOPLE.items() if place in ("000000", "130000", "130100")} - {"plant", "other_plant"}


@pytest.fixture
def later(monkeypatch):
    def move(**by):
        moved = now() + timedelta(**by)
        monkeypatch.setattr("lantian.web.projects.now", lambda: moved)

    return move


def comment(site, later, name, text=COMMENT, seconds=60, **given):
    later(seconds=0)
    page = site.visitor().get(f"/project/{name}").text
    stamp = given.pop("stamp", None) or re.search(r'name="stamp" value="([^"]+)"', page).group(1)
    later(seconds=seconds)
    return site.visitor().ask("POST", f"/project/{name}/comment", data={"stamp": stamp, "text": text, "website": ""} | given)


def opinions(site):
    return site.house.desk.records.find(["opinion"])


def sent(site, name, kind="power", contact=""):
    """Approve and send one notice of a refused project."""
    found = next(each.id for each in notices(site, name) if each.body["kind"] == kind)
    assert site.move("chief", found, "approve", ground="依法").status_code == 303
    assert site.move("shijiazhuang", found, "send", contact=contact).status_code == 303
    return found


def test_the_list_holds_what_is_public_in_both_languages(projects):
    site = projects
    assert "还没有公开的建设项目申请" in site.visitor().get("/projects").text
    draft = apply(site, title="草稿项目")
    open_one, refused = reviewed(site), decided(site, REFUSABLE)
    zh, en = (site.visitor().get(f"/projects?lang={lang}").text for lang in ("zh", "en"))
    assert draft not in zh
    assert open_one in zh
    assert refused in zh
    assert '公开 <span class="nb">2个</span>建设项目' in zh
    assert "2 projects are public: 1 open for comment, 0 approved, 1 refused." in en
    assert "Fails: energy review" in en


def test_a_refusal_says_why_and_what_would_cure_it(few):
    name = decided(few, REFUSABLE)
    for lang, words in (
        ("zh", ("不予批准：", "energy_review 未交", "改这些即可通过：", "补交 energy_review", "凭记录")),
        ("en", ("Refused. Not passed:", "It would pass with:", "recalled")),
    ):
        text = few.visitor().get(f"/project/{name}?lang={lang}").text
        for each in words:
            assert each in text, each
        assert "shijiazhuang2" not in text  # the public sees the steps, not the names
        assert body(few, name)["decision"]["mark"] in text
    assert "shijiazhuang2" in few.visitor("hebei").get(f"/project/{name}").text


def test_a_preview_is_for_insiders_until_the_decision(few):
    name = reviewed(few)
    mark = body(few, name)["preview"]["mark"]
    for who in (None, "shanxi", "other_plant"):
        assert mark not in few.visitor(who).get(f"/project/{name}").text
        assert mark not in few.visitor(who).get(f"/record/{name}").text
    for who in ("plant", "shijiazhuang2"):
        assert mark in few.visitor(who).get(f"/project/{name}").text


def test_the_form_previews_without_keeping_anything(few):
    who = few.visitor("plant")
    page = who.get("/desk/new/application").text
    assert "/projects/preview" in page
    given = {"form": who.word(), "place": "石家庄", "title": EVIL, "project": REFUSABLE}
    answer = who.post("/projects/preview", given)
    assert answer.status_code == 200
    assert "会因1个关口不予批准" in answer.text
    assert "<script>alert" not in answer.text
    assert few.house.desk.records.find(["application"]) == []
    assert who.post("/projects/preview", given | {"project": "x: ["}).status_code == 400
    assert who.post("/projects/preview", given | {"form": "x"}).status_code == 403
    assert few.visitor("forecaster").post("/projects/preview", {"place": "石家庄", "project": PROJECT}).status_code == 403
    assert few.visitor().ask("POST", "/projects/preview", data={"form": "x"}).status_code == 401


def test_a_comment_is_taken_answered_and_published_with_its_answer(projects, later):
    site = projects
    name = reviewed(site)
    assert comment(site, later, name).status_code == 303
    (record,) = opinions(site)
    assert COMMENT not in site.visitor().get(f"/project/{name}").text
    assert "另有1条意见待答复" in site.visitor().get(f"/project/{name}").text
    assert record.id in site.visitor("shijiazhuang").get(f"/project/{name}").text
    assert site.visitor().get(f"/record/{record.id}").status_code == 400
    assert site.move("shanxi", record.id, "answer", answer="x").status_code == 400
    assert site.move("shijiazhuang", record.id, "answer", answer="").status_code == 400
    assert site.move("shijiazhuang", record.id, "answer", answer="已公开。").status_code == 303
    shown = site.visitor().get(f"/project/{name}").text
    assert COMMENT in shown
    assert "已公开。" in shown
    assert site.house.desk.ledger.verify() == []


def test_what_is_sent_never_runs(few, later):
    name = few.make("plant", "application", "130100", title=EVIL, project=PROJECT + f"capacity_unit: {EVIL!r}\n")
    for move, given in (("accept", {}), ("review", {"ground": EVIL, "opinion": EVIL})):
        assert few.move("shijiazhuang", name, move, **given).status_code == 303
    comment(few, later, name, text=EVIL * 2)
    (record,) = opinions(few)
    few.move("shijiazhuang", record.id, "answer", answer=EVIL)
    few.move("shijiazhuang2", name, "decide", ground=EVIL)
    for page in (f"/project/{name}", f"/project/{name}?lang=en", f"/record/{name}", "/projects", f"/record/{record.id}", "/supply?code=" + EVIL):
        text = few.visitor().get(page.replace(" ", "%20")).text
        assert not re.search(r"<script>alert|<img src=x", text), page
    assert "&lt;script&gt;" in few.visitor().get(f"/project/{name}").text


def test_spam_is_not_taken(few, later):
    name = reviewed(few)
    assert comment(few, later, name, website="http://spam.example").status_code == 303
    assert opinions(few) == []
    for given, said in (
        ({"seconds": 1}, "太快"),
        ({"text": "短"}, ""),
        ({"text": "长" * 3000}, ""),
        ({"stamp": "2015-12-08~x~forged"}, ""),
        ({"seconds": 90_000}, ""),
    ):
        answer = comment(few, later, name, **given)
        assert answer.status_code == 400, given
        assert said in answer.text or "没有收下" in answer.text
    assert opinions(few) == []
    assert comment(few, later, name).status_code == 303
    assert comment(few, later, name, text=COMMENT + "  ").status_code == 400  # the same words again
    assert [comment(few, later, name, text=f"第{each}条不同的意见，请答复。" * 2).status_code for each in range(6)].count(400) == 2  # five a day
    assert len(opinions(few)) == 5


def test_a_form_sent_twice_is_one_comment(few, later):
    name = reviewed(few)
    later(seconds=0)
    stamp = re.search(r'name="stamp" value="([^"]+)"', few.visitor().get(f"/project/{name}").text).group(1)
    for _ in range(2):
        assert comment(few, later, name, stamp=stamp).status_code == 303
    assert len(opinions(few)) == 1


def test_comments_are_closed_after_the_notice_and_before_it(few, later):
    draft, done = apply(few), decided(few)
    assert few.visitor().ask("POST", f"/project/{draft}/comment", data={"text": COMMENT}).status_code == 400
    assert few.visitor().ask("POST", f"/project/{done}/comment", data={"text": COMMENT}).status_code == 400
    name = reviewed(few)
    assert comment(few, later, name, seconds=40 * 86_400).status_code == 400
    assert opinions(few) == []


def test_a_receiver_acknowledges_by_link_once(projects):
    site = projects
    name = decided(site, REFUSABLE)
    notice = sent(site, name)
    word = site.house.applications.notices.word(notice)
    page = site.visitor().get(f"/notice/{notice}/{word}")
    assert "请停止：供电。" in page.text
    assert page.headers["referrer-policy"] == "no-referrer"
    assert "Please stop: power." in site.visitor().get(f"/notice/{notice}/{word}?lang=en").text
    assert site.visitor().get(f"/notice/{notice}/{'0' * 40}").status_code == 400
    assert site.visitor().get(f"/notice/notice-999/{word}").status_code == 400
    drafted = notices(site, name)[0].id
    assert site.visitor().get(f"/notice/{drafted}/{site.house.applications.notices.word(drafted)}").status_code == 400
    for said in (EVIL, "again"):
        assert site.visitor().ask("POST", f"/notice/{notice}/{word}", data={"receipt": said}).status_code == 303
    assert body(site, notice)["receipt"] == EVIL
    assert "<script>alert" not in site.visitor("hebei").get(f"/record/{notice}").text
    assert "确认收到" in site.visitor().get(f"/notice/{notice}/{word}").text


def test_the_standing_query_answers_with_its_ground(projects):
    site = projects
    notice = sent(site, decided(site, REFUSABLE))
    answer = site.visitor().get(f"/api/v1/supply/{CODES['plant'].lower()}")
    data = answer.json()["data"]
    assert data["may_be_supplied"] is False
    assert data["services"]["power"] == {"may": False, "since": now().date().isoformat()}
    assert data["notices"][0]["notice"] == notice
    assert data["notices"][0]["clause"] == "C183"
    assert answer.headers["etag"]
    other = site.visitor().get(f"/api/v1/supply/{CODES['other_plant']}").json()["data"]
    assert (other["may_be_supplied"], other["notices"]) == (True, [])
    for bad in ("x", "9113%20", "A" * 41, "九一一三零一零零零"):
        assert site.visitor().get(f"/api/v1/supply/{bad}").status_code in (400, 422)
    assert "summary" in site.visitor().get("/openapi.json").json()["paths"]["/api/v1/supply/{credit_code}"]["get"]
    assert site.move("shijiazhuang", notice, "lift", ground="更正").status_code == 303
    assert site.visitor().get(f"/api/v1/supply/{CODES['plant']}").json()["data"]["may_be_supplied"] is True  # seen at once


def test_the_page_of_the_query_speaks_both_languages(few):
    sent(few, decided(few, REFUSABLE), "water")
    zh, en = (few.visitor().get(f"/supply?code={CODES['plant']}&lang={lang}").text for lang in ("zh", "en"))
    assert "不得供：" in zh
    assert "It must not be supplied: 1 notice is in force" in en
    assert "可以供：" in few.visitor().get(f"/supply?code={CODES['other_plant']}").text
    assert few.visitor().get("/supply?code=x").status_code == 400
    assert few.visitor().get("/supply").status_code == 200


def test_every_route_as_every_role(projects):
    """A draft is the applicant's and the officers' of its place; a decision is everybody's; a notice is nobody's until it is sent."""
    site = projects
    draft, refused = apply(site), decided(site, REFUSABLE)
    notice = notices(site, refused)[0].id
    for name in (None, *PEOPLE):
        who = site.visitor(name)
        inside = name in HERE or name == "plant"
        for page in (f"/project/{draft}", f"/record/{draft}", f"/record/{notice}", f"/notice/{notice}.pdf"):
            assert who.get(page).status_code == (200 if inside else 400), (name, page)
        assert who.get(f"/project/{draft}.pdf").status_code == 400
        for page in ("/projects", "/supply", f"/project/{refused}", f"/record/{refused}", f"/project/{refused}.pdf"):
            assert who.get(page).status_code == 200, (name, page)
        for page in (f"/project/{notice}", "/project/nothing-1", f"/notice/{refused}.pdf"):
            assert who.get(page).status_code == 400, (name, page)
        assert who.get("/desk/new/application").status_code == (
            401 if name is None else 200 if PEOPLE[name][0] in ("enterprise", "county", "city", "province") else 403
        )
        if name not in ("shijiazhuang", "shijiazhuang2", "hebei", "hebei2", "ministry", "ministry2"):
            answer = who.post(f"/record/{draft}/accept", {"form": who.word(), "version": "1"})
            assert answer.status_code == (401 if name is None else 403 if inside else 400), name
    assert site.state(draft) == "draft"


def test_the_desk_walks_through_every_state_in_both_languages(few):
    credit(few)
    name = reviewed(few, PROJECT + OFFSET)
    for who, move, given in (
        ("shijiazhuang", "call_hearing", {"hearing_on": "2016-01-20"}),
        ("shijiazhuang", "close_hearing", {"minutes": "无异议"}),
        ("shijiazhuang2", "decide", {}),
        ("plant", "appeal", {}),
        ("hebei", "uphold", {}),
        ("hebei", "publish", {}),
        ("hebei", "effect", {}),
    ):
        assert few.move(who, name, move, ground="依法", **given).status_code == 303, move
        for lang in ("zh", "en"):
            for page in (f"/project/{name}", f"/record/{name}", "/projects", "/desk?show=all"):
                assert few.visitor("hebei2").get(f"{page}{'&' if '?' in page else '?'}lang={lang}").status_code == 200, (move, page)
    assert "credit-" in few.visitor().get(f"/project/{name}").text


def test_the_papers_say_what_was_decided(few):
    records = few.house.desk.records
    refused, approved = decided(few, REFUSABLE), decided(few)
    for name in (refused, approved):
        assert decision_letter(few.house, records.get(name)).startswith(b"%PDF")
    assert {each.body["kind"] for each in notices(few, refused)} == set(MATTERS)
    for each in notices(few, refused):
        assert notice_letter(few.house, each).startswith(b"%PDF")
