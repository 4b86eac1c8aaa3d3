"""Accountability: each trigger raised once, confirmed by a person, its measures drafted by rule, signed by another, lifted when cured."""

from __future__ import annotations

import io
from datetime import datetime, timedelta

import pytest

from lantian.app.accountability import Accountability, Ground
from lantian.app.acting import NotAllowedError, now
from lantian.app.facts_of_approvals import facts_of
from lantian.kernel.errors import InputError
from lantian.ledger import By
from tests.enforcement.case_site import by, do, person

PLACE = "130100"
GROUND = Ground("response", "response_plan-7", PLACE, "石家庄应对不力", "order-9 未落实", simulated=True)


def raised(site, ground=GROUND):
    return Accountability(site.house).raised(ground, now(), "test").id


def frozen(site):
    """A drafted freeze of a ground that hebei confirmed."""
    name = raised(site)
    do(site, "hebei", name, "confirm", ground="核实")
    return name, next(each.id for each in site.house.desk.records.find(["freeze"]) if each.body["trigger"] == name)


def test_from_ground_to_freeze_to_cure(site):
    name, freeze = frozen(site)
    kinds = {each.body["kind"] for each in site.house.desk.records.find(["consequence"])}
    assert kinds == {"honours"}
    day = now().date()
    assert facts_of(site.house).freezes(PLACE, day) == ()  # a draft binds nobody
    assert site.visitor().get(f"/record/{freeze}").status_code == 400
    do(site, "hebei2", freeze, "sign", ground="依法", since="2015-12-20")
    assert site.visitor().get(f"/record/{freeze}").status_code == 200
    (lying,) = facts_of(site.house).freezes("130102", day)
    assert (lying.place, lying.ground, f"{lying.since}") == (PLACE, freeze, "2015-12-20")
    assert facts_of(site.house).freezes("130200", day) == ()
    assert facts_of(site.house).freezes(PLACE, datetime(2015, 12, 19).date()) == ()
    with pytest.raises(InputError, match="lies; lift or withdraw it first"):
        do(site, "hebei", name, "settle", ground="x")
    with pytest.raises(NotAllowedError):
        do(site, "shijiazhuang", freeze, "cure", ground="x", cured="已整改")  # no evidence
    site.house.desk.attach(person("shijiazhuang"), freeze, "proof.txt", io.BytesIO(b"done"), by("shijiazhuang"))
    with pytest.raises(InputError, match="the place reports the cure first"):
        do(site, "hebei", freeze, "lift", ground="x")
    do(site, "shijiazhuang", freeze, "cure", ground="整改", cured="已整改")
    with pytest.raises(NotAllowedError):
        do(site, "shijiazhuang", freeze, "lift", ground="自己的")
    do(site, "hebei", freeze, "lift", ground="整改到位")
    assert facts_of(site.house).freezes(PLACE, day) == ()
    do(site, "hebei", name, "settle", ground="了结")
    told = Accountability(site.house).handover("130000", now().year)
    assert [each["id"] for each in told["records"]] == sorted([name, freeze])
    assert site.house.desk.ledger.verify() == []


def test_nobody_signs_their_own_freeze(lite):
    _, freeze = frozen(lite)
    with pytest.raises(NotAllowedError):
        do(lite, "hebei", freeze, "sign", ground="我核实的")
    do(lite, "hebei2", freeze, "edit", ground="x", pollutants="SO2")
    with pytest.raises(NotAllowedError):
        do(lite, "hebei2", freeze, "sign", ground="我改的")
    with pytest.raises(NotAllowedError):
        do(lite, "chief", freeze, "sign", ground="本市")
    do(lite, "ministry", freeze, "sign", ground="依法")
    assert lite.house.desk.records.get(freeze).body["pollutants"] == "SO2"


def test_the_same_ground_is_raised_and_confirmed_once(lite):
    assert raised(lite) == raised(lite)
    name, _ = frozen(lite)
    with pytest.raises(NotAllowedError):
        do(lite, "hebei", name, "confirm", ground="again")
    assert len(lite.house.desk.records.find(["freeze"])) == 1


@pytest.mark.parametrize("kind", ["response", "data", "task"])
def test_measures_of_each_kind(lite, kind):
    name = raised(lite, Ground(kind, "x-1", PLACE, "t", "f"))
    do(lite, "hebei", name, "confirm", ground="核实")
    found = {each.body["kind"] for each in lite.house.desk.records.find(["consequence"])}
    assert found == {"response": {"honours"}, "data": {"honours"}, "task": {"interview", "rectify", "honours"}}[kind]
    assert len(lite.house.desk.records.find(["freeze"])) == 1


def response(site, applied=None, drill="no"):
    """A response from 8 December 2015, applied by the city at a moment, or never."""
    records = site.house.desk.records
    body = {"start": "2015-12-08T07:00:00", "end": "2015-12-10T12:00:00", "level": "red", "drill": drill, "warning": "warning-1", "illustrative": True}
    made = records.make("response_plan", PLACE, None, "drafted", body, By("lantian 规则", "test", "warning-1", datetime(2015, 12, 7, 18)))
    if applied is not None:
        made = records.move(made.id, 1, "apply", "applied", body, By("chief", "test", "", applied))
    return made


def test_a_response_begun_in_time_late_or_never(lite):
    room, start = Accountability(lite.house), datetime(2015, 12, 8, 7)
    in_time, late, never = (response(lite, each) for each in (start, start + timedelta(hours=2), None))
    response(lite, drill="yes")
    assert room.responses(start - timedelta(hours=1)) == []
    found = {each.source: each.text for each in room.responses(start + timedelta(hours=3))}
    assert set(found) == {late.id, never.id}
    assert found[late.id].endswith("begun late")
    assert found[never.id].endswith("not begun")
    records = lite.house.desk.records
    order = {"response": in_time.id, "to": "一号厂", "lines": []}
    records.make("order", PLACE, None, "issued", order, By("lantian 规则", "test", in_time.id, start))
    (silent,) = [each for each in room.responses(start + timedelta(hours=3)) if each.source == in_time.id]
    assert silent.text.endswith("一号厂 未收悉 not acknowledged")
    assert len(room.raise_all(start + timedelta(hours=3), "test")) == 3
    assert len(room.raise_all(start + timedelta(hours=3), "test")) == 3
    assert len(records.find(["trigger"])) == 3


def test_only_a_confirmed_lead_counts(lite):
    records = lite.house.desk.records
    one = records.make("lead", PLACE, None, "noted", {"title": "恒定值"}, By("lantian 规则", "test", "", now()))
    room = Accountability(lite.house)
    assert room.leads() == []
    records.move(one.id, 1, "confirm", "confirmed", one.body | {"finding": "伪造"}, By("county", "test", "现场", now()))
    assert [(each.kind, each.source, each.text) for each in room.leads()] == [("data", one.id, "伪造")]


def test_a_breached_provision_is_a_task_not_done(lite):
    rows = [
        {"provision": name, "title": {"zh": "任务", "en": "task"}, "status": status}
        for name, status in (("C013", "breached"), ("C014", "behind"), ("C015", "met"))
    ]
    assert [each.source for each in Accountability(lite.house).tasks(PLACE, rows)] == ["C013"]
