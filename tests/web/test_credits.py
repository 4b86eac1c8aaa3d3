"""Credits as people live them: a source stated, verified and numbered, offered, bound and used up; transfers; tasks of capacity; the page for everybody."""

from __future__ import annotations

from datetime import date

import pytest

from lantian.app.acting import now
from lantian.app.capacity import missed_tasks, totals
from lantian.approvals.model import Application, Offset
from lantian.kernel.errors import InputError
from lantian.ledger import By
from lantian.ledger.credit_model import Key
from tests.approvals.project_site import PROJECT, few, projects  # noqa: F401 - fixtures
from tests.web.test_desk import PEOPLE

SOURCE = {"title": "关停1号立窑", "source": "91130100000000001x/kiln 1", "item": "SO2", "industry": "cement", "amount": "2.5", "nature": "closed"}
KILN = {"title": "某水泥厂", "source": "91130100000000001X/line 2", "industry": "cement", "equipment": "立窑", "capacity": "60", "nature": "excess"}
KILN |= {"year": "2015", "due": "2015-12-31"}
OFFERED = PROJECT + "offsets: [{place: '130100', item: SO2, industry: cement, amount: 1.5}]\n"
TODAY = now().date()


def verified(site, who="plant", **given):
    """State a source, and let the city verify it with evidence."""
    name = site.make(who, "credit_source", "130100", **(SOURCE | given))
    assert site.attach("shijiazhuang", name).status_code == 303
    answer = site.move("shijiazhuang", name, "verify", ground="现场核实", realised_on=TODAY.isoformat())
    assert answer.status_code == 303, answer.text
    return name


def stand(site, **asked):
    return {each.state: each.amount for each in site.house.credits.books.balances(**asked)}


def sound(site):
    assert site.house.credits.books.check() == []
    assert site.house.desk.ledger.verify() == []


def test_a_source_is_numbered_only_when_another_verified_it_with_evidence(site):
    name = site.make("shijiazhuang", "credit_source", "130100", **SOURCE)
    assert stand(site) == {}
    assert site.move("shijiazhuang", name, "verify", ground="核实").status_code == 403
    assert site.move("shijiazhuang2", name, "verify", ground="核实").status_code == 403  # no evidence yet
    assert site.attach("shijiazhuang", name).status_code == 303
    assert site.move("county", name, "verify", ground="核实").status_code in (400, 403)
    assert site.move("shijiazhuang", name, "verify", ground="核实").status_code == 403  # its own
    assert site.move("shijiazhuang2", name, "verify", ground="").status_code == 403
    assert stand(site) == {}
    assert site.move("shijiazhuang2", name, "verify", ground="核实", realised_on=TODAY.isoformat(), verified_amount="2.4").status_code == 303
    assert stand(site) == {"available": 2400}
    (lot,) = site.house.credits.books.find(evidence=name)
    assert lot.key == Key("130100", "SO2", "cement")
    assert lot.source == "91130100000000001X/KILN 1"
    assert lot.expires == date(2030, 12, 31)  # the fifteenth plan
    sound(site)


def test_the_same_unit_is_credited_once_however_it_is_typed(lite):
    verified(lite)
    again = lite.make("plant", "credit_source", "130100", **(SOURCE | {"source": " 91130100000000001X/KILN   1"}))
    lite.attach("shijiazhuang", again)
    answer = lite.move("shijiazhuang", again, "verify", ground="核实")
    assert answer.status_code == 400
    assert "nothing is credited twice" in answer.text
    assert lite.state(again) == "stated"
    assert stand(lite) == {"available": 2500}


def test_a_pledge_is_shown_and_cannot_be_used_until_it_is_realised(lite):
    name = lite.make("plant", "credit_source", "130100", **SOURCE)
    assert lite.move("shijiazhuang", name, "pledge", ground="列入计划").status_code == 303
    assert stand(lite) == {"pledged": 2500}
    offset = Offset("130100", "SO2", "cement", 1.5)
    project = Application("", "x", "130100", "cement", "new", TODAY)
    assert lite.house.credits.held(offset, project, TODAY) == 0
    lite.attach("plant", name)
    assert lite.move("shijiazhuang", name, "verify", ground="核实").status_code == 403  # who pledged does not verify
    assert lite.move("shijiazhuang2", name, "verify", ground="核实", verified_amount="9").status_code == 400  # more than was pledged
    assert lite.move("shijiazhuang2", name, "verify", ground="核实", verified_amount="2").status_code == 303
    assert stand(lite) == {"pledged": 500, "available": 2000}
    assert lite.house.credits.held(offset, project, TODAY) == 2
    assert lite.move("hebei", name, "revoke", ground="未拆除").status_code == 303
    assert stand(lite) == {"void": 2500}
    sound(lite)


@pytest.mark.parametrize("amount", ["0", "-1", "0.0001", "1e400", "many"])
def test_amounts_that_cannot_be_numbered_are_refused_at_the_form(lite, amount):
    who = lite.visitor("plant")
    answer = who.post("/desk/new/credit_source", {"form": who.word(), "place": "130100", **(SOURCE | {"amount": amount})})
    assert answer.status_code == 400


def test_an_industry_that_no_gate_knows_is_refused_at_the_form(lite):
    who = lite.visitor("plant")
    answer = who.post("/desk/new/credit_source", {"form": who.word(), "place": "130100", **(SOURCE | {"industry": "cemnt"})})
    assert answer.status_code == 400
    assert "did you mean" in answer.text
    assert "cement" in answer.text


def test_a_day_to_come_is_not_verified(lite):
    name = lite.make("plant", "credit_source", "130100", **SOURCE)
    lite.attach("shijiazhuang", name)
    answer = lite.move("shijiazhuang", name, "verify", ground="核实", realised_on="2099-01-01")
    assert answer.status_code == 400
    assert "has not come yet" in answer.text


def test_a_project_is_offset_bound_and_uses_up_its_credits(projects):  # noqa: F811
    """From the closed kiln to the building site, on both stores: 2.5 t closed, 1.5 t asked, 1.0 t left."""
    verified(projects)
    name = projects.make("plant", "application", "130100", title="粉磨站", project=OFFERED)
    assert projects.move("shijiazhuang", name, "accept").status_code == 303
    assert stand(projects) == {"available": 1000, "reserved": 1500}
    record = projects.house.desk.records.get(name)
    project = projects.house.applications.project(record)
    assert projects.house.credits.held(project.offsets[0], project, TODAY) == 2.5
    assert projects.house.credits.held(project.offsets[0], "", TODAY) == 1.0
    assert projects.house.credits.held(project.offsets[0], project, project.applied) == 2.5  # the law of 2015, the credits of today
    assert projects.move("shijiazhuang", name, "review", ground="齐全").status_code == 303
    assert projects.move("shijiazhuang2", name, "decide", ground="依预览").status_code == 303
    assert stand(projects) == {"available": 1000, "committed": 1500}
    assert projects.move("hebei", name, "publish").status_code == 303
    assert projects.move("hebei", name, "effect").status_code == 303
    assert projects.move("plant", name, "begin", ground="开工", begun_on=TODAY.isoformat()).status_code == 303
    assert stand(projects) == {"available": 1000, "retired": 1500}
    page = projects.visitor().get("/credits").text
    assert "2,500个编号每个只在一处" in page.replace("</span>", "").replace('<span class="nb">', "")
    assert f"/project/{name}" in page
    sound(projects)


def test_of_two_projects_for_the_last_credits_one_has_them(projects):  # noqa: F811
    """2.5 t and two that ask 1.5 t each: the second reserves nothing, is told that it holds nothing, and is refused."""
    verified(projects)
    first, second = (projects.make(who, "application", "130100", title=who, project=OFFERED) for who in ("plant", "other_plant"))
    for name in (first, second):
        assert projects.move("shijiazhuang", name, "accept").status_code == 303
    assert [sum(each.range.amount for each in projects.house.credits.books.parts(holder=name)) for name in (first, second)] == [1500, 0]
    assert projects.move("shijiazhuang", second, "review", ground="齐全").status_code == 303
    assert projects.move("shijiazhuang2", second, "decide", ground="依预览").status_code == 303
    assert projects.house.desk.records.get(second).body["result"] == "refused"
    assert projects.move("plant", first, "withdraw", ground="不建了").status_code == 303
    assert stand(projects) == {"available": 2500}
    sound(projects)


def test_power_is_offset_by_power_only_and_a_city_by_its_own(few):  # noqa: F811
    verified(few)
    room = few.house.credits
    offset = Offset("130100", "SO2", "cement", 1.5)
    power = Application("", "x", "130100", "power", "new", date(2015, 12, 20))
    assert room.held(offset, power, TODAY) == 0
    assert [each.key for each in room.unfit(power, offset, TODAY)] == ["credit.own_industry"]
    before = Application("", "x", "130100", "power", "new", date(2014, 12, 29))
    assert room.held(offset, before, TODAY) == 2.5  # the rule begins on 2014-12-30
    baoding = Application("", "x", "130600", "cement", "new", date(2015, 12, 20))
    assert [each.key for each in room.unfit(baoding, offset, TODAY)] == ["credit.too_far.city"]
    assert room.held(offset, Application("", "x", "130102", "cement", "new", date(2015, 12, 20)), TODAY) == 2.5
    with few.house.desk.ledger.turn() as turn, pytest.raises(InputError, match="SO₂ of a power project is offset only by credits of power"):
        room.reserve(turn, power, offset, By("x", "test", "", now()))


def test_a_transfer_needs_an_office_above_both_cities(site):
    verified(site)
    given = {"title": "支援保定", "item": "SO2", "industry": "cement", "amount": "1", "receiver": "保定"}
    name = site.make("shijiazhuang", "credit_transfer", "130100", **given)
    answer = site.move("chief", name, "approve", ground="同意")
    assert answer.status_code == 400
    assert "lies outside" in answer.text
    assert site.move("hebei", name, "approve", ground="同意").status_code == 303
    assert {each.key.place: each.amount for each in site.house.credits.books.balances()} == {"130100": 1500, "130600": 1000}
    far = site.make("shijiazhuang", "credit_transfer", "130100", **(given | {"receiver": "大同"}))
    assert site.move("hebei", far, "approve", ground="同意").status_code == 400
    assert site.move("ministry", far, "approve", ground="同意").status_code == 303
    much = site.make("shijiazhuang", "credit_transfer", "130100", **(given | {"amount": "2"}))
    answer = site.move("hebei", much, "approve", ground="同意")
    assert answer.status_code == 400
    assert "0.5 can be used" in answer.text
    sound(site)


@pytest.mark.parametrize("wrong", [{"receiver": "130100"}, {"receiver": "nowhere"}, {"amount": "0"}, {"item": "gold"}, {"serials": "credit-1:5-1"}])
def test_a_transfer_that_cannot_be_is_refused_at_the_form(lite, wrong):
    given = {"title": "x", "item": "SO2", "industry": "cement", "amount": "1", "receiver": "保定"} | wrong
    who = lite.visitor("shijiazhuang")
    assert who.post("/desk/new/credit_transfer", {"form": who.word(), "place": "130100", **given}).status_code == 400


def task(site, amount="100", place="130100", industry="cement"):
    name = site.make("hebei", "capacity_task", place, industry=industry, year="2015", amount=amount, due="2015-12-31")
    assert site.move("hebei", name, "hand_down").status_code == 403
    assert site.move("hebei2", name, "hand_down").status_code == 303
    return name


def demolished(site, day="2015-11-30", accepted="2015-12-20", **given):
    name = site.make("county", "capacity_retirement", "130102", **(KILN | given))
    assert site.move("county", name, "list").status_code in (400, 403)
    assert site.move("shijiazhuang", name, "list").status_code == 303
    assert site.move("county", name, "claim", demolished_on=day).status_code == 403
    site.attach("county", name)
    assert site.move("county", name, "claim", demolished_on=day).status_code == 303
    answer = site.move("shijiazhuang2", name, "verify", ground="现场验收", verified_on=accepted)
    assert answer.status_code == 303, answer.text
    return name


def test_a_missed_task_suspends_approvals_until_it_is_cured(site):
    """100 asked by the end of 2015; 60 verified in December, 50 more in February: missed in January, cured from 20 February on."""
    name = task(site)
    demolished(site)
    assert missed_tasks(site.house, "130100", date(2015, 12, 31)) == ()
    (missed,) = missed_tasks(site.house, "130102", date(2016, 1, 1))
    assert (missed.place, missed.industry, missed.year, missed.ground) == ("130100", "cement", 2015, name)
    assert missed_tasks(site.house, "130600", date(2016, 1, 1)) == ()
    assert missed_tasks(site.house, "130000", date(2016, 1, 1)) == ()  # the city's task binds the city
    answer = site.move("hebei", name, "confirm", ground="核查")
    assert answer.status_code == 400
    assert "60 of 100 verified, 40 lacking" in answer.text
    demolished(site, "2016-02-10", "2016-02-20", source="line 3", capacity="50")
    assert len(missed_tasks(site.house, "130100", date(2016, 2, 19))) == 1
    assert missed_tasks(site.house, "130100", date(2016, 2, 20)) == ()
    assert site.move("hebei", name, "confirm", ground="核查").status_code == 303
    assert len(missed_tasks(site.house, "130100", date(2016, 2, 19))) == 1  # what was missed then stays told
    sound(site)


def test_a_task_of_the_province_binds_its_cities(lite):
    name = lite.make("ministry", "capacity_task", "130000", industry="iron", year="2015", amount="500", due="2015-12-31")
    assert missed_tasks(lite.house, "130100", date(2016, 1, 1)) == ()  # a draft binds nobody
    lite.move("ministry2", name, "hand_down")
    assert [each.place for each in missed_tasks(lite.house, "130100", date(2016, 1, 1))] == ["130000"]
    assert missed_tasks(lite.house, "140200", date(2016, 1, 1)) == ()


def test_demolition_makes_capacity_that_backward_or_subsidised_lines_do_not_lend(lite):
    demolished(lite)
    demolished(lite, source="line 4", nature="backward", capacity="40")
    assert stand(lite, item="capacity:cement") == {"available": 100_000}
    offset = Offset("130102", "capacity:cement", "cement", 60)
    new = Application("", "x", "430100", "cement", "new", date(2018, 3, 1))
    assert lite.house.credits.held(offset, new, TODAY) == 60
    assert [each.key for each in lite.house.credits.unfit(new, offset, TODAY)] == ["credit.excluded"]
    early = Application("", "x", "430100", "cement", "new", date(2015, 3, 1))
    assert lite.house.credits.held(offset, early, TODAY) == 100


def test_a_verification_before_the_demolition_is_refused(lite):
    name = lite.make("county", "capacity_retirement", "130102", **KILN)
    lite.move("shijiazhuang", name, "list")
    lite.attach("county", name)
    lite.move("county", name, "claim", demolished_on="2015-12-01")
    assert lite.move("shijiazhuang2", name, "verify", ground="验收", verified_on="2015-11-01").status_code == 400
    assert lite.state(name) == "claimed"


def test_the_totals_of_article_five_stand_in_the_plan(lite):
    """1500 and 1500 万吨, 1 亿吨 = 10000 万吨, 2000 万重量箱."""
    demolished(lite)
    found = {each.industry: each for each in totals(lite.house, date(2015, 12, 31))}
    assert {name: int(each.asked) for name, each in found.items()} == {"iron": 1500, "steel": 1500, "cement": 10000, "flat_glass": 2000}
    assert (found["cement"].listed, found["cement"].verified) == (60, 60)
    assert [each.verified for each in totals(lite.house, date(2015, 12, 19)) if each.industry == "cement"] == [0]
    law = lite.house.law
    weigh = [float(law.value("law_capacity_unit", unit=unit).value) for unit in ("万吨", "亿吨", "万重量箱")]
    assert weigh == [1e4, 1e8, 500]
    assert 2000 * weigh[2] == 1e6  # 20 million weight cases are 1 Mt


def test_a_heavy_polluter_leaves_the_urban_core(site):
    given = {"title": "某钢厂", "industry": "steel", "measure": "relocate", "address": "和平路1号", "due": "2017-12-31"}
    name = site.make("shijiazhuang", "relocation", "130102", **given)
    assert site.visitor().get(f"/record/{name}").status_code == 400
    assert site.move("shijiazhuang", name, "list").status_code == 403
    assert site.move("shijiazhuang2", name, "list").status_code == 303
    assert site.move("county", name, "start").status_code == 303
    assert site.move("county", name, "stop", ground="已断电", stopped_on="2016-05-01").status_code == 303
    site.attach("county", name)
    assert site.move("county", name, "claim").status_code == 303
    assert site.move("shijiazhuang", name, "verify", ground="验收").status_code == 403
    assert site.move("hebei", name, "verify", ground="验收").status_code == 303
    page = site.visitor().get("/credits?on=2018-01-01").text
    assert "某钢厂" in page
    assert "某钢厂" not in site.visitor().get("/credits?place=山西").text


def test_an_illegal_project_is_stopped_and_settled(lite):
    given = {"title": "<b>某铝厂</b>", "industry": "aluminium", "fault": "unapproved", "stage": "under_construction", "found_on": "2015-06-01"}
    name = lite.make("county", "illegal_project", "130102", **given)
    assert "某铝厂" not in lite.visitor().get("/credits").text
    assert lite.move("shijiazhuang", name, "order", ground="第七条", due="2015-09-01").status_code == 303
    page = lite.visitor().get("/credits?on=2015-09-02").text
    assert "&lt;b&gt;某铝厂&lt;/b&gt;" in page
    assert "逾期" in page
    lite.attach("county", name)
    assert lite.move("county", name, "stop", ground="已停").status_code == 303
    assert lite.move("shijiazhuang", name, "resume", ground="夜间施工").status_code == 303
    assert lite.move("county", name, "stop", ground="已停").status_code == 303
    assert lite.move("county", name, "settle", ground="已拆", disposition="demolished").status_code in (400, 403)
    assert lite.move("shijiazhuang2", name, "settle", ground="已拆", disposition="demolished").status_code == 303


def test_the_page_tells_any_past_day_in_both_languages_and_as_data(lite):
    verified(lite)
    assert "还没有编号的替代量" not in lite.visitor().get("/credits").text
    earlier = lite.visitor().get("/credits?on=2015-12-31").text
    assert "这一天账上没有余额" in earlier
    english = lite.visitor().get("/credits?lang=en&place=130100&item=SO2").text
    assert "The books are sound" in english
    assert '<td>available</td><td class="n">2.5</td>' in english
    data = lite.visitor().get("/api/v1/credits?place=河北").json()["data"]
    assert data == [{"place": "130100", "item": "SO2", "industry": "cement", "states": {"available": 2.5}}]
    assert lite.visitor().get("/credits/check.sql").text.startswith("-- One row is")
    lite.house.credits.books.reserve(Key("130100", "SO2", "cement"), 500, "application-1", TODAY, By("x", "t", "", now()))
    lite.house.look_again()
    told = lite.visitor().get("/api/v1/credits?place=河北").json()["data"]
    assert told[0]["states"] == {"available": 2.0, "reserved": 0.5}
    for wrong in ("on=soon", "place=nowhere", "item=gold", "item=capacity:%00"):
        assert lite.visitor().get(f"/credits?{wrong}").status_code == 400


def test_the_page_tells_books_that_are_not_sound(lite):
    from sqlalchemy import text

    verified(lite)
    with lite.house.desk.ledger.turn() as turn:
        turn.connection.execute(text("UPDATE credit_part SET last = last + 1"))
    page = lite.visitor().get("/credits").text
    assert "账目不守恒" in page
    assert "whole" in page


def test_who_lies_outside_moves_nothing(lite):
    name = lite.make("plant", "credit_source", "130100", **SOURCE)
    lite.attach("shijiazhuang", name)
    for who in PEOPLE:
        if who not in ("shijiazhuang", "shijiazhuang2", "hebei", "hebei2", "ministry", "ministry2"):
            assert lite.move(who, name, "verify", ground="x").status_code in (400, 403), who
    assert lite.visitor().post(f"/record/{name}/verify", {"form": "x"}).status_code == 401
    assert stand(lite) == {}


def test_what_is_over_is_taken_out_by_the_watch(lite):
    name = verified(lite)
    lite.house.credits.books.reserve(Key("130100", "SO2", "cement"), 500, "application-1", TODAY, By("x", "t", "", now()))
    with lite.house.desk.ledger.turn() as turn:
        from sqlalchemy import text

        turn.connection.execute(text("UPDATE credit SET expires = '2026-01-01'"))
    assert lite.house.credits.expire(now(), "watch") == 1
    assert lite.house.credits.expire(now(), "watch") == 0
    assert stand(lite) == {"expired": 2000, "reserved": 500}
    assert name
