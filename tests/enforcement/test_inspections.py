"""Double-random inspection: frozen lists, a seed of somebody else, a draw that repeats, findings by those who were drawn, a case from them."""

from __future__ import annotations

import pytest

from lantian.app.acting import NotAllowedError
from lantian.app.inspections import parse_firms, parse_inspectors, repeated
from lantian.kernel.errors import FaultsError, InputError
from tests.enforcement.case_site import by, do, few, person
from tests.site import CODES

__all__ = ["few"]
FIRMS = f"{CODES['plant']} key\n{CODES['other_plant']} ordinary\n91130100000000003Z special"
PEOPLE = f"shijiazhuang {CODES['other_plant']}\nshijiazhuang2\nhebei"


def announced(site, **more):
    for who in ("shijiazhuang", "shijiazhuang2", "hebei", "county", "plant"):
        site.visitor(who)
    given = {"title": "2016年1月抽查", "firms": FIRMS, "inspectors": PEOPLE, "count": "2"} | more
    return site.house.drafts.make(person("shijiazhuang"), "inspection", "130100", given, by("shijiazhuang")).id


def visits(site, name):
    return [each for each in site.house.desk.records.find(["visit"]) if each.body["inspection"] == name]


def test_a_round_is_announced_drawn_by_another_and_drawn_again(few):
    name = announced(few)
    with pytest.raises(NotAllowedError):
        do(few, "shijiazhuang", name, "draw", ground="自己抽", seed="x")
    kept = do(few, "shijiazhuang2", name, "draw", ground="上证收盘", seed=" 3539.18 ")
    record = few.house.desk.records.get(name)
    assert kept["seed"] == "3539.18"
    assert len(kept["drawn"]) == 2
    assert repeated(few.house, record)
    found = visits(few, name)
    assert {each.owner for each in found} == {each["firm"] for each in kept["drawn"]}
    for each in found:
        assert len(set(each.body["inspectors"])) == 2
        assert not (each.owner == CODES["other_plant"] and "shijiazhuang" in each.body["inspectors"])
    for part, other in (("seed", "3539.19"), ("list_hash", "0" * 64), ("drawn", kept["drawn"][::-1])):
        forged = few.house.desk.records.get(name)
        forged.body[part] = other
        assert not repeated(few.house, forged), part


def test_findings_are_recorded_by_those_who_were_drawn_and_become_a_case(few):
    name = announced(few, inspectors="shijiazhuang2\nhebei", count="3")
    do(few, "chief", name, "draw", ground="种子", seed="7")
    visit = next(each for each in visits(few, name) if each.owner == CODES["plant"])
    given = {"visited_on": "2016-01-12", "result": "suspected", "violation": "tamper", "notes": "探头被移位"}
    with pytest.raises(NotAllowedError, match="only the inspectors who were drawn"):
        do(few, "shijiazhuang", visit.id, "record", **given)
    with pytest.raises(InputError, match="needs its kind"):
        do(few, "hebei", visit.id, "record", **{**given, "violation": ""})
    with pytest.raises(InputError):
        few.house.desk.read(visit.id, person("plant"))  # a firm does not learn of a visit before it
    do(few, "hebei", visit.id, "record", **given)
    do(few, "hebei", visit.id, "refer", ground="涉嫌改动监测设备")
    case = few.house.cases.case_of(visit.id)
    assert (case.state, case.owner, case.body["violation"], case.body["source"], case.body["found_on"]) == (
        "clue",
        CODES["plant"],
        "tamper",
        "inspection",
        "2016-01-12",
    )
    clean = next(each for each in visits(few, name) if each.owner == CODES["other_plant"])
    do(few, "hebei", clean.id, "record", visited_on="2016-01-13", result="clean", notes="正常")
    with pytest.raises(InputError, match="found no suspected violation"):
        do(few, "hebei", clean.id, "refer", ground="x")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"firms": "a key\na key"}, "stands twice"),
        ({"firms": "a golden"}, "write a credit code and one of"),
        ({"firms": " \n "}, "no firm was given"),
        ({"inspectors": " "}, "no inspector was given"),
        ({"inspectors": "li\nli"}, "stands twice"),
        ({"inspectors": "shijiazhuang\nnobody"}, "nobody has no account of an officer"),
        ({"inspectors": "shijiazhuang\ncounty"}, "county has no account of an officer who may act in 130100"),
        ({"inspectors": "shijiazhuang\nplant"}, "plant has no account of an officer"),
        ({"count": "0"}, "cannot be drawn"),
        ({"count": "4"}, "cannot be drawn"),
        ({"count": "many"}, "cannot be drawn"),
    ],
)
def test_crooked_lists_are_refused(few, more, said):
    with pytest.raises((InputError, FaultsError), match=said):
        announced(few, **more)


def test_lists_are_read_with_commas_of_both_kinds():
    assert parse_firms("a，key\nb", ["key", "ordinary"]) == [("a", "key"), ("b", "ordinary")]
    assert parse_inspectors("li,x,y") == {"li": ["x", "y"]}
