"""The desk on both stores: whole lives of records as their people live them, and every route as every role."""

from __future__ import annotations

import re

import pytest

from lantian.app.acting import now
from lantian.kernel.decision import Role
from lantian.ledger.accounts import Accounts
from tests.site import CODES, PEOPLE

TASK = {"title": "拆除20蒸吨锅炉3台", "office": "市环保局", "due": "2015-06-30", "provision": "C013"}


def test_a_task_is_done_claimed_and_verified_by_another(site):
    task = site.make("hebei", "task", "石家庄", **TASK)
    assert site.move("shijiazhuang", task, "start").status_code == 303
    refused = site.move("shijiazhuang", task, "claim")
    assert refused.status_code == 403
    assert "须先附证明材料" in refused.text
    assert site.attach("shijiazhuang", task, "拆除照片".encode(), "../../照片.jpg").status_code == 303
    assert site.move("shijiazhuang", task, "claim", progress="已拆除").status_code == 303
    own = site.move("shijiazhuang", task, "verify")
    assert own.status_code == 403
    assert "不能再核实" in own.text
    assert site.move("shijiazhuang2", task, "reject", ground="").status_code == 403
    assert site.move("shijiazhuang2", task, "reject", ground="照片不清").status_code == 303
    for name, move in (("shijiazhuang", "start"), ("shijiazhuang", "claim"), ("hebei2", "verify")):
        assert site.move(name, task, move).status_code == 303
    assert site.state(task) == "verified"
    page = site.visitor("hebei").get(f"/record/{task}").text
    assert "照片.jpg" in page
    assert "../" not in page
    assert site.house.desk.ledger.verify() == []


def test_the_desk_says_what_waits_and_what_is_overdue(lite):
    lite.make("hebei", "task", "130100", **TASK)
    desk = lite.visitor("shijiazhuang").get("/desk").text
    assert "1件事等您办理，1件逾期。" in desk
    assert "没有等您办理的事" in lite.visitor("reader").get("/desk").text
    assert "1 record waits for you, 1 overdue." in lite.visitor("shijiazhuang").get("/desk?lang=en").text


def test_a_yearly_plan_is_public_once_published_and_not_before(site):
    plan = site.make("hebei", "yearly_plan", "河北", year="2016", text="一、锅炉 <b>二</b>")
    assert site.visitor().get(f"/record/{plan}").status_code == 400
    assert site.visitor("shanxi").get(f"/record/{plan}").status_code == 400
    assert site.move("hebei", plan, "submit").status_code == 303
    assert site.move("hebei", plan, "approve").status_code == 403
    assert site.move("hebei2", plan, "approve").status_code == 303
    assert site.move("hebei", plan, "publish").status_code == 303
    seen = site.visitor().get(f"/record/{plan}").text
    assert "&lt;b&gt;二&lt;/b&gt;" in seen
    assert "hebei2" not in seen  # the public sees the steps, not the names


def test_promises_are_handed_down_and_added_up(lite):
    """Two cities of 100 and 100 that fall by 20 % and 10 % give 15 %: short of 25 by 10 points; the rest have promised nothing."""
    given = {"pollutant": "PM2.5", "base_year": "2013", "due": "2017-12-31"}
    own = lite.make("ministry", "promise", "河北", base="108", cut="25", **given)
    assert lite.move("ministry", own, "sign").status_code == 403
    assert lite.move("ministry2", own, "sign").status_code == 303
    assert lite.move("ministry2", own, "accept").status_code == 403
    assert lite.move("hebei", own, "accept").status_code == 303
    city = lite.make("hebei", "promise", "石家庄", base="154", cut="33", **given)
    lite.move("hebei2", city, "sign")
    lite.move("shijiazhuang", city, "accept")
    told = lite.house.drafts.promises("130000", "PM2.5")
    assert told["key"] == "plan.promises_missing"
    assert (told["values"]["count"], told["values"]["of"]) == (10, 11)
    assert lite.house.drafts.promises("140000", "PM2.5") is None


def test_an_assessment_is_checked_reviewed_objected_decided_and_published(lite):
    record = lite.make("ministry", "assessment", "上海", year="2015")
    weights = lite.house.law.values("law_assessment_task_item", on=None)
    text = "\n".join(f"{v.key['task']}.{v.key['item']} {v.value} 台账" for v in weights if v.value)
    lite.visitor("ministry2")
    people = Accounts(lite.house.desk.ledger)
    people.add("shanghai", Role.PROVINCE, "310000", None, "t", "t", now())
    token = people.enter("shanghai", "t", now(), "t")
    from tests.site import Visitor

    shanghai = Visitor(lite.app, token)

    def move(who, name, **given):
        version = str(lite.house.desk.records.get(record).version)
        return who.post(f"/record/{record}/{name}", {"form": who.word(), "version": version, **given})

    bad = move(shanghai, "self_check", ground="自查", tasks="dust.sites 5 多报")
    assert bad.status_code == 400
    assert "dust.sites earns 0 to 4 points, not 5" in bad.text
    assert move(shanghai, "self_check", ground="自查报告", tasks=text).status_code == 303
    body = lite.house.desk.records.get(record).body
    assert body["sheet"]["tasks"]["points"] == 100
    assert body["sheet"]["result"] == {"points": 0.0, "grade": "fail", "because": []}  # the air rose in 2015
    first, second = lite.visitor("ministry"), lite.visitor("ministry2")
    assert move(first, "review", ground="复核").status_code == 303
    assert move(shanghai, "object", ground="气象不利").status_code == 303
    assert move(first, "review", ground="维持", answer="气象影响不作扣除").status_code == 303
    assert move(first, "decide", ground="决定").status_code == 403
    closed = move(second, "decide", ground="决定")
    assert closed.status_code == 403
    assert "尚未与正式文本核对签认" in closed.text
    for subject in lite.house.desk.unsigned(lite.house.desk.records.get(record)):
        assert sign(lite, first, subject).status_code == 303
    assert move(second, "decide", ground="决定").status_code == 303
    assert move(first, "publish").status_code == 303
    drafts = lite.house.desk.records.find(["consequence"], "310000")
    assert {each.body["kind"] for each in drafts} == {"interview", "rectify", "suspend_approvals", "honours", "fund_cut"}
    assert {each.state for each in drafts} == {"drafted"}
    assert all(each.body["clause"] for each in drafts)
    assert lite.visitor().get(f"/record/{record}").status_code == 200
    assert lite.visitor().get(f"/record/{drafts[0].id}").status_code == 400  # a draft is nobody's business yet


def sign(lite, who, subject):
    """Sign a law value off through the page; the sign-off is written where the house keeps its acts."""
    return who.post("/law/sign", {"form": who.word(), "subject": subject, "ground": "正式文本第2页"})


def test_falsified_data_need_evidence_and_fail_the_result(lite):
    record = lite.make("ministry", "assessment", "河北", year="2015")
    people = lite.visitor("hebei")
    assert lite.move("hebei", record, "self_check", ground="自查").status_code == 303
    assert lite.move("ministry2", record, "falsified", ground="篡改").status_code == 403
    assert lite.attach("ministry2", record, b"log").status_code == 303
    assert lite.move("ministry2", record, "falsified", ground="篡改采样口").status_code == 303
    assert lite.house.desk.records.get(record).body["sheet"]["result"]["grade"] == "fail"
    assert people.get(f"/record/{record}").status_code == 200


def test_a_bulletin_is_approved_by_another_published_and_corrected_in_the_open(lite):
    bulletin = lite.make("ministry", "bulletin", "全国", duty="ten_cities", period="2015-11")
    content = lite.house.desk.records.get(bulletin).body["content"]
    assert len(content["best"]) == len(content["worst"]) == 10
    assert lite.visitor().get(f"/record/{bulletin}").status_code == 400
    assert lite.move("ministry", bulletin, "approve").status_code == 403
    assert lite.move("approver", bulletin, "approve").status_code == 303
    assert lite.move("ministry", bulletin, "publish").status_code == 303
    page = lite.visitor().get(f"/record/{bulletin}").text
    assert content["worst"][0]["name"] in page
    corrected = lite.make("ministry", "bulletin", "全国", duty="ten_cities", period="2015-11", corrects=bulletin)
    assert lite.move("ministry", bulletin, "correct", ground=f"由 {corrected} 更正").status_code == 303
    assert lite.visitor().get(f"/record/{bulletin}").status_code == 200


def test_a_ministry_bulletin_is_not_a_citys_to_make(lite):
    who = lite.visitor("shijiazhuang")
    answer = who.post("/desk/new/bulletin", {"form": who.word(), "place": "全国", "duty": "ten_cities", "period": "2015-11"})
    assert answer.status_code == 403
    answer = who.post("/desk/new/bulletin", {"form": who.word(), "place": "石家庄", "duty": "ten_cities", "period": "2015-11"})
    assert answer.status_code == 400
    answer = who.post("/desk/new/bulletin", {"form": who.word(), "place": "石家庄", "duty": "city_day", "period": "2030-01-01"})
    assert answer.status_code == 400
    assert "was not over" in answer.text


def test_a_form_sent_twice_acts_once(lite):
    who = lite.visitor("hebei")
    word = who.word()
    first = who.post("/desk/new/task", {"form": word, "once": "x1", "place": "石家庄", **TASK})
    again = who.post("/desk/new/task", {"form": word, "once": "x1", "place": "石家庄", **TASK})
    assert first.headers["location"] == again.headers["location"]
    task = first.headers["location"].rsplit("/", 1)[-1]
    for _ in range(2):
        assert who.post(f"/record/{task}/start", {"form": word, "once": "x2", "version": "1"}).status_code == 303
    assert lite.house.desk.records.get(task).version == 2


def test_an_old_page_does_not_undo_what_happened_since(lite):
    task = lite.make("hebei", "task", "石家庄", **TASK)
    who = lite.visitor("shijiazhuang")
    assert who.post(f"/record/{task}/start", {"form": who.word(), "version": "1"}).status_code == 303
    late = lite.visitor("hebei")
    answer = late.post(f"/record/{task}/withdraw", {"form": late.word(), "version": "1", "ground": "取消"})
    assert answer.status_code == 400
    assert "has moved on since it was read" in answer.text


def test_every_fault_of_a_form_is_told_together(lite):
    who = lite.visitor("hebei")
    answer = who.post("/desk/new/task", {"form": who.word(), "place": "石家庄", "due": "soon", "funds": "many"})
    assert answer.status_code == 400
    for words in ("title", "who answers", "no day", "is no number"):
        assert words.replace("'", "&#39;") in answer.text.replace("任务 task: nothing given", "title"), words


PLACES = {"task": ["130100"], "yearly_plan": ["130000"]}


def test_every_route_as_every_role(site):
    """A task and a plan of Hebei: who lies outside, or is another enterprise, meets them nowhere; who may not act is refused."""
    task = site.make("hebei", "task", "石家庄", **TASK, owner=CODES["plant"])
    plan = site.make("hebei", "yearly_plan", "河北", year="2016", text="x")
    site.attach("hebei", task)
    exhibit = site.house.desk.records.exhibits(task)[0].hash
    inside = {"task": {n for n, (_, p) in PEOPLE.items() if p in ("000000", "130000", "130100") and n != "other_plant"}}
    inside["plan"] = {n for n, (r, p) in PEOPLE.items() if p in ("000000", "130000") and r != Role.ENTERPRISE}
    for name in (None, *PEOPLE):
        who = site.visitor(name)
        assert who.get(f"/record/{task}").status_code == (200 if name in inside["task"] else 400), name
        assert who.get(f"/record/{plan}").status_code == (200 if name in inside["plan"] else 400), name
        wanted = 401 if name is None else 200 if name in inside["task"] else 400
        assert who.get(f"/record/{task}/evidence/{exhibit}").status_code == wanted, name
        assert who.get("/desk").status_code == (401 if name is None else 200)
        seen = who.get("/desk?show=all").text
        assert (task in seen) == (name in inside["task"]), name
        assert who.get("/audit").status_code == (401 if name is None else 200 if PEOPLE[name][0] in ("ministry", "province", "city", "auditor") else 403), name
        assert who.get("/law/sign").status_code == (401 if name is None else 200 if PEOPLE[name][0] in ("ministry", "province", "auditor") else 403), name
        if name not in (None, "hebei", "hebei2", "ministry", "ministry2"):
            answer = who.post(f"/record/{plan}/submit", {"form": who.word(), "version": "1"})
            assert answer.status_code in (400, 403), name
        if name is None:
            for address in (f"/record/{task}/start", "/desk/new/task", "/law/sign", "/logout", f"/record/{task}/evidence"):
                assert who.ask("POST", address, data={"form": "x"}).status_code == 401, address
    assert site.state(plan) == "drafted"


def test_the_audit_view_shows_only_the_acts_of_ones_place(lite):
    lite.make("hebei", "task", "石家庄", **TASK)
    shanxi = lite.visitor("shanxi").get("/audit").text
    assert "task-" not in shanxi
    assert "task.made" in lite.visitor("hebei").get("/audit").text
    assert "审计链完整" in lite.visitor("auditor").get("/audit?check=1").text


def test_the_calendar_holds_the_due_days_and_its_address_is_secret(lite):
    lite.make("hebei", "task", "石家庄", **{**TASK, "title": "锅炉；煤改气, " + "很长" * 30})
    who = lite.visitor("shijiazhuang")
    address = re.search(r'href="(/calendar/[^"]+)"', who.get("/desk").text).group(1)
    feed = lite.visitor().get(address)
    assert feed.headers["content-type"].startswith("text/calendar")
    assert "DTSTART;VALUE=DATE:20150630\r\n" in feed.text
    assert feed.text.count("BEGIN:VEVENT") == 1
    assert all(len(line.encode()) <= 75 for line in feed.text.split("\r\n"))
    unfolded = feed.text.replace("\r\n ", "")
    assert "锅炉；煤改气\\, " in unfolded
    wrong = re.sub(r"/[0-9a-f]+\.ics", "/" + "0" * 40 + ".ics", address)
    assert lite.visitor().get(wrong).status_code == 400


@pytest.mark.parametrize("page", ["/login", "/desk", "/desk/new/task", "/audit", "/law/sign"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_private_pages_are_kept_by_nobody(lite, page, lang):
    who = lite.visitor("ministry") if page != "/login" else lite.visitor()
    answer = who.get(f"{page}?lang={lang}")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert "etag" not in answer.headers


def test_bulletins_are_drafted_on_schedule_once_and_by_no_person(lite):
    lite.visitor("shijiazhuang")
    made = lite.house.drafts.due_bulletins("test", now())
    duties = [(each.body["duty"], each.place, each.body["period"]) for each in made]
    assert ("ten_cities", "000000", "2015-12") in duties
    assert ("city_day", "130100", "2015-12-31") in duties
    assert sum(duty == "province_ranking" for duty, _, _ in duties) >= 25
    assert lite.house.drafts.due_bulletins("test", now()) == []
    first = next(each for each in made if each.body["duty"] == "city_day")
    assert lite.move("shijiazhuang", first.id, "approve").status_code == 303  # the rule drafted it, so any officer may


def test_a_provinces_ranking_ranks_its_cities_among_themselves(lite):
    record = lite.house.desk.records.get(lite.make("hebei", "bulletin", "河北", duty="province_ranking", period="2015-11"))
    rows = record.body["content"]["rows"]
    assert len(rows) == 11
    assert [row["rank"] for row in rows] == sorted(row["rank"] for row in rows)
    assert rows[0]["rank"] == 1
    assert [row["index"] for row in rows] == sorted(row["index"] for row in rows)


def test_a_yearly_plan_is_drafted_from_what_is_still_to_do(lite):
    lite.make("hebei", "task", "石家庄", **TASK)
    page = lite.visitor("hebei").get("/desk/new/yearly_plan?year=2016").text
    assert "拆除20蒸吨锅炉3台，市环保局，2015-06-30" in page
    assert "河北省2016年度大气污染防治实施计划（草案）" in page


def test_tasks_are_made_of_the_provisions_that_bind_a_place_once(lite):
    """Every provision with a day that is not met becomes one task; each is dated as the plan dates it."""
    from lantian.kernel.decision import Actor
    from lantian.ledger import By

    hebei = Actor("hebei", Role.PROVINCE, "130000")
    made = lite.house.drafts.plan_tasks(hebei, "河北", By("hebei", "test", "", now()))
    duties = lite.house.duties
    wanted = {f["provision"]: duties.by_id[f["provision"]] for f in duties.findings(lite.house.last_busy_day(), "130000") if f["status"] != "met"}
    assert {each.body["provision"]: each.body["due"] for each in made} == {key: duty.due.isoformat() for key, duty in wanted.items() if duty.due}
    assert made
    assert lite.house.drafts.plan_tasks(hebei, "河北", By("hebei", "test", "", now())) == []
