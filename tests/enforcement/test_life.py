"""The life of a case on both stores: every step by its people, four eyes, terms, fines, days, closure, publication, correction."""

from __future__ import annotations

import pytest

from lantian.app.acting import NotAllowedError
from lantian.kernel.errors import InputError
from lantian.ledger import Outbox
from tests.enforcement.case_site import CLUE, TITLE, attach, body, cases, clue, daily, decided, do, few, noticed, served, unsigned_site
from tests.site import CODES

__all__ = ["cases", "few", "unsigned_site"]


def test_from_clue_to_closed_with_four_eyes(cases):
    """Over the limit in December 2015: 10,000 of the law of 2000; 10 days from 16 to 25 December and 6 more to 31 December: 160,000."""
    site = cases
    name = daily(site)
    kept = body(site, name)
    assert kept["amount"] == 10000
    assert kept["daily"] == {"days": 10, "total": 100000}
    do(site, "county", name, "recheck", ground="再次复查", rechecked_on="2015-12-31", recheck="refused")
    do(site, "chief", name, "daily", ground="拒绝复查")
    kept = body(site, name)
    assert [(each["first"], each["last"], each["days"]) for each in kept["rounds"]] == [("2015-12-16", "2015-12-25", 10), ("2015-12-26", "2015-12-31", 6)]
    assert kept["daily"] == {"days": 16, "total": 160000}
    do(site, "county", name, "recheck", ground="第三次复查", rechecked_on="2016-01-12", recheck="corrected")
    assert site.visitor().get(f"/record/{name}").status_code == 400
    assert site.move("shijiazhuang2", name, "publish").status_code == 403  # who decides does not publish
    do(site, "hebei", name, "publish")
    assert site.visitor().get(f"/record/{name}").status_code == 200
    assert site.move("county", name, "close", ground="已改正").status_code == 400  # nobody paid
    do(site, "county", name, "close", ground="已改正已缴款", paid_on="2016-01-04")
    kept = body(site, name)
    assert (kept["pay_by"], kept["late_days"], kept["surcharge"]) == ("2015-12-30", 5, 1500)
    assert site.state(name) == "closed"
    assert site.house.desk.ledger.verify() == []


def test_nobody_decides_their_own_case(few):
    name = clue(few, who="shijiazhuang", place="130100")
    do(few, "shijiazhuang2", name, "file", ground="属实")
    attach(few, "shijiazhuang2", name)
    do(few, "shijiazhuang2", name, "investigate", ground="检查", facts="x")
    do(few, "shijiazhuang2", name, "notify", noticed_on="2015-12-10")
    do(few, "plant", name, "defend", statement="不是我们")
    for who in ("shijiazhuang", "shijiazhuang2"):  # who made it, who investigated
        answer = few.move(who, name, "decide", ground="自己的", decided_on="2015-12-14")
        assert answer.status_code == 403, who
    for who in ("plant", "county", "datong", "auditor", "reader", "forecaster"):
        assert few.move(who, name, "decide", ground="x").status_code in (400, 403), who
    do(few, "chief", name, "decide", ground="y", decided_on="2015-12-14")


def test_the_enterprise_learns_of_a_case_with_the_notice_and_not_before(few):
    name = clue(few)
    plant = few.visitor("plant")
    assert plant.get(f"/record/{name}").status_code == 400
    assert name not in plant.get("/desk?show=all").text
    do(few, "shijiazhuang", name, "file", ground="属实")
    assert plant.get(f"/record/{name}").status_code == 400
    attach(few, "shijiazhuang", name)
    do(few, "shijiazhuang", name, "investigate", ground="检查", facts="x")
    assert plant.get(f"/record/{name}").status_code == 400
    do(few, "shijiazhuang", name, "notify", noticed_on="2015-12-10")
    assert plant.get(f"/record/{name}").status_code == 200
    assert name in plant.get("/desk?show=all").text
    assert few.visitor("other_plant").get(f"/record/{name}").status_code == 400


def test_an_unsigned_amount_is_neither_noticed_nor_served(unsigned_site):
    site = unsigned_site
    name = clue(site)
    do(site, "shijiazhuang", name, "file", ground="属实")
    attach(site, "shijiazhuang", name)
    do(site, "shijiazhuang", name, "investigate", ground="检查", facts="x")
    answer = site.move("shijiazhuang", name, "notify", noticed_on="2015-12-10")
    assert answer.status_code == 403
    assert "尚未与正式文本核对签认" in answer.text
    assert "law_penalty(violation=over_limit)" in answer.text
    assert site.state(name) == "evidence"


def test_no_notice_without_evidence(few):
    name = clue(few)
    do(few, "shijiazhuang", name, "file", ground="属实")
    do(few, "shijiazhuang", name, "investigate", ground="检查", facts="x")
    answer = few.move("shijiazhuang", name, "notify", noticed_on="2015-12-10")
    assert answer.status_code == 403
    assert "须先附证明材料" in answer.text


def test_a_decision_waits_for_the_defence(few):
    """Notice on Thursday 10 December: three days end on Sunday 13, so on Monday 14; then nobody spoke and it may be decided on Tuesday."""
    name = noticed(few)
    assert body(few, name)["defend_by"] == "2015-12-14"
    early = few.move("shijiazhuang2", name, "decide", ground="x", decided_on="2015-12-14")
    assert early.status_code == 400
    assert "the enterprise may state a defence until 2015-12-14" in early.text
    do(few, "shijiazhuang2", name, "decide", ground="x", decided_on="2015-12-15")


@pytest.mark.parametrize(("amount", "ok"), [("9999", False), ("10000", True), ("100000", True), ("100001", False), ("55000.5", False), ("many", False)])
def test_a_fine_lies_in_its_range(few, amount, ok):
    name = noticed(few)
    do(few, "plant", name, "waive")
    answer = few.move("shijiazhuang2", name, "decide", ground="x", decided_on="2015-12-14", amount=amount)
    assert (answer.status_code == 303) == ok
    if ok:
        assert body(few, name)["deviates"] == (amount != "10000")


def test_days_are_in_order(few):
    name = decided(few)
    assert few.move("shijiazhuang", name, "serve", served_on="2015-12-13").status_code == 400
    do(few, "shijiazhuang", name, "serve", served_on="2015-12-15")
    assert body(few, name)["recheck_by"] == "2016-01-14"
    assert few.move("county", name, "recheck", ground="x", rechecked_on="2015-12-14", recheck="corrected").status_code == 400
    assert few.move("county", name, "recheck", ground="x", rechecked_on="soon", recheck="corrected").status_code == 400


def test_what_is_corrected_is_not_fined_by_the_day(few):
    name = served(few)
    do(few, "county", name, "recheck", ground="x", rechecked_on="2015-12-20", recheck="corrected")
    answer = few.move("chief", name, "daily", ground="x")
    assert answer.status_code == 403
    assert "复查时已经改正" in answer.text


def test_a_hearing_is_asked_for_in_time_and_from_a_sum_on(few):
    name = noticed(few)  # 10,000 is below the sum from which a hearing is held
    assert few.move("plant", name, "request_hearing").status_code == 400


def test_a_recheck_of_the_day_of_service_counts_no_day(few):
    name = served(few)
    do(few, "county", name, "recheck", ground="x", rechecked_on="2015-12-15", recheck="continuing")
    answer = few.move("chief", name, "daily", ground="x")
    assert answer.status_code == 400
    assert "no day lies between" in answer.text


def test_secret_discharge_leads_to_closure_and_a_first_exceedance_does_not(few):
    secret = served(few, violation="evasion")
    do(few, "shijiazhuang2", secret, "measure", ground="依法移送", measure="detention")
    do(few, "shijiazhuang2", secret, "measure", ground="查封", measure="seizure", days="20")
    assert few.move("shijiazhuang2", secret, "measure", ground="太久", measure="seizure", days="31").status_code == 400
    do(few, "county", secret, "recheck", ground="x", rechecked_on="2015-12-25", recheck="continuing")
    assert few.move("county", secret, "close_down", ground="自己查的").status_code == 403
    do(few, "hebei", secret, "close_down", ground="偷排偷放")
    assert few.state(secret) == "closure"
    first = served(few, owner=CODES["other_plant"])
    do(few, "county", first, "recheck", ground="x", rechecked_on="2015-12-25", recheck="continuing")
    answer = few.move("hebei", first, "close_down", ground="x")
    assert answer.status_code == 403
    assert "不构成屡查屡犯" in answer.text
    assert few.move("shijiazhuang2", first, "measure", ground="x", measure="detention").status_code == 403


def test_caught_again_and_again_costs_more_and_closes(few):
    """Two decisions served on 15 December 2015; a third violation on 20 December: 40 % of the range more, 46,000, and closure."""
    for _ in range(2):
        served(few)
    third = clue(few, found_on="2015-12-20")
    do(few, "shijiazhuang", third, "file", ground="属实")
    attach(few, "shijiazhuang", third)
    kept = do(few, "shijiazhuang", third, "investigate", ground="x", facts="y")
    assert kept["proposal"]["amount"] == 46000
    do(few, "shijiazhuang", third, "notify", noticed_on="2015-12-21")
    do(few, "plant", third, "waive")
    do(few, "shijiazhuang2", third, "decide", ground="x", decided_on="2015-12-25")
    do(few, "shijiazhuang", third, "serve", served_on="2015-12-28")
    do(few, "county", third, "recheck", ground="x", rechecked_on="2016-01-05", recheck="continuing")
    do(few, "hebei", third, "close_down", ground="屡查屡犯")
    assert few.state(third) == "closure"


def test_a_joint_case_is_read_and_contributed_to_by_those_who_joined_only(few):
    name = clue(few)
    assert few.visitor("datong").get(f"/record/{name}").status_code == 400
    assert few.move("county", name, "invite", ground="x", members="大同").status_code == 403
    kept = do(few, "shijiazhuang", name, "invite", ground="跨界", members="大同，保定")
    assert kept["joint"] == "cross"
    assert few.visitor("datong").get(f"/record/{name}").status_code == 200
    assert name in few.visitor("datong").get("/desk?show=all").text
    do(few, "datong", name, "contribute", contribution="我市同日监测")
    assert body(few, name)["contributions"][0]["place"] == "140200"
    assert few.move("shanxi", name, "file", ground="x").status_code == 403
    assert few.visitor("shanxi").get(f"/record/{name}").status_code == 200  # the province of a city that joined


def test_a_correction_is_asked_for_by_the_enterprise_and_answered_once(few):
    name = served(few)
    do(few, "county", name, "recheck", ground="x", rechecked_on="2015-12-20", recheck="corrected")
    do(few, "hebei", name, "publish")
    assert few.move("shijiazhuang", name, "answer_correction", ground="x", answer="y").status_code == 403
    assert few.move("other_plant", name, "correct", correction="x").status_code == 403
    do(few, "plant", name, "correct", correction="<script>名称有误</script>")
    page = few.visitor().get(f"/record/{name}").text
    assert "<script>名称" not in page
    kept = do(few, "shijiazhuang", name, "answer_correction", ground="核对", answer="已更正")
    assert kept["corrections"][-1]["answer"] == "已更正"


def test_an_exceedance_that_is_referred_becomes_a_case_once(few):
    site = few
    records = site.house.desk.records
    from lantian.app.acting import now
    from lantian.ledger import By

    given = {"key": "k", "outlet": "s", "pollutant": "NOx", "start": "2015-12-08T01:00:00", "finish": "2015-12-09T06:00:00", "hours": 30}
    given |= {"peak": 880.0, "multiple": 1.2, "limit": 400, "rests_on": [], "title": TITLE, "simulated": True}
    raised = records.make("exceedance", "130100", CODES["plant"], "open", given, By("lantian 规则", "t", "k", now()))
    do(site, "shijiazhuang", raised.id, "confirm", ground="属实")
    do(site, "shijiazhuang", raised.id, "refer", ground="移送")
    made = site.house.cases.case_of(raised.id)
    assert (made.state, made.owner, made.body["violation"], made.body["found_on"]) == ("clue", CODES["plant"], "over_limit", "2015-12-09")
    assert site.house.cases.open(raised, By("x", "t", "", now())).id == made.id
    who = site.visitor("shijiazhuang")
    twice = who.post("/desk/new/case", {"form": who.word(), "place": "130100", **CLUE, "source_record": raised.id})
    assert twice.status_code == 400
    do(site, "shijiazhuang", made.id, "file", ground="属实")
    kept = do(site, "shijiazhuang", made.id, "investigate", ground="x", facts="y")
    assert kept["proposal"]["amount"] == 64000  # 10,000 and 60 % of 90,000: more than once above, more than a day long


def test_a_hearing_is_held_by_somebody_else_before_the_decision(few):
    """100,000 of the law of 2016 is enough for a hearing; who investigated does not hold it, and nothing is decided without its minutes."""
    name = clue(few, found_on="2016-03-01")
    do(few, "shijiazhuang", name, "file", ground="属实")
    attach(few, "shijiazhuang", name)
    do(few, "shijiazhuang", name, "investigate", ground="x", facts="y")
    assert do(few, "shijiazhuang", name, "notify")["hearing_offered"] is True
    do(few, "plant", name, "request_hearing")
    assert few.state(name) == "hearing"
    with pytest.raises(InputError, match="a hearing was asked for and not held"):
        do(few, "chief", name, "decide", ground="x")
    held = {"hearing_on": "2026-12-08", "minutes": "企业承认超标"}
    with pytest.raises(NotAllowedError):
        do(few, "shijiazhuang", name, "hold_hearing", ground="自己查的", **held)
    do(few, "shijiazhuang2", name, "hold_hearing", ground="依申请", **held)
    do(few, "chief", name, "decide", ground="听证后")
    assert body(few, name)["amount"] == 100000


def test_a_decision_above_sets_aside_and_the_public_page_goes(few):
    name = served(few)
    do(few, "county", name, "recheck", ground="x", rechecked_on="2015-12-20", recheck="corrected")
    do(few, "hebei", name, "publish")
    with pytest.raises(NotAllowedError):
        do(few, "shijiazhuang2", name, "revoke", ground="自己决定的")
    do(few, "hebei", name, "revoke", ground="事实不清")
    assert few.visitor().get(f"/case/{name}").status_code == 400


def test_the_enterprise_is_told_of_each_step_once_and_not_what_the_office_keeps(few):
    """A contact by webhook: the letters of notice and decision hold sums and days, and neither the clue nor the contributions."""
    few.house.cases.contact = lambda _: "https://plant.example/hook"
    name = served(few)
    sent = sorted((each.letter for each in Outbox(few.house.desk.ledger).find(record=name)), key=lambda each: each.content["step"])
    assert [each.content["step"] for each in sent] == ["notify", "serve"]
    assert len({each.key for each in sent}) == 2
    assert sent[1].content["case"]["amount"] == 10000
    assert all("烟囱冒黑烟" not in str(each.content) for each in sent)
