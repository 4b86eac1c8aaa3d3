"""A site whose law of enforcement is signed off, and the steps of a case made by the people who may."""

from __future__ import annotations

import io

import pytest

from lantian.app.acting import now
from lantian.app.signing import doubtful, sign_as
from lantian.kernel.decision import Actor
from lantian.ledger import By
from tests.site import CODES, PEOPLE, site_over

TITLE = "石家庄水泥厂 1号窑 NOx 超标"
CLUE = {"title": TITLE, "violation": "over_limit", "found_on": "2015-12-08", "source": "neighbour", "text": "烟囱冒黑烟"}
PROCEDURE = ("law_penalty", "law_penalty_factor", "law_penalty_look_back", "law_case_term", "law_case_rule", "law_recheck", "law_measure", "law_closure")


def sign_off(site, tables=PROCEDURE):
    """Sign off the values of some tables, as an officer who compared them would."""
    for value in doubtful(site.house.law):
        if value.table in tables:
            sign_as(site.house.desk.ledger, value, "hebei", "test", "正式文本", now())
    site.house.relearn_law()


def signed_site(sample, home, url, monkeypatch):
    monkeypatch.setenv("LANTIAN_LEDGER_URL", url)
    made = site_over(sample, home)
    sign_off(made)
    return made


@pytest.fixture
def cases(sample, tmp_path, url, monkeypatch):
    made = signed_site(sample, tmp_path, url, monkeypatch)
    yield made
    made.house.desk.ledger.close()


@pytest.fixture
def few(sample, tmp_path):
    made = site_over(sample, tmp_path)
    sign_off(made)
    yield made
    made.house.desk.ledger.close()


@pytest.fixture
def unsigned_site(sample, tmp_path):
    made = site_over(sample, tmp_path)
    yield made
    made.house.desk.ledger.close()


def person(who):
    role, place = PEOPLE[who]
    return Actor(who, role, place, CODES.get(who))


def by(who, ground=""):
    return By(who, "test", ground, now())


def clue(site, who="county", owner=CODES["plant"], place="130102", **more):
    return site.house.drafts.make(person(who), "case", place, {**CLUE, **more}, by(who), owner=owner).id


def do(site, who, name, move, ground="", **given):
    """Move a case as the site does, without its pages; a refusal is raised."""
    version = site.house.desk.records.get(name).version
    return site.house.drafts.move(person(who), name, version, move, given, by(who, ground)).body


def attach(site, who, name, content=b"photo", file="photo.jpg"):
    site.house.desk.attach(person(who), name, file, io.BytesIO(content), by(who))


def body(site, name):
    return site.house.desk.records.get(name).body


def noticed(site, **more):
    """A case whose notice was given on 2015-12-10; the plant waived."""
    name = clue(site, **more)
    do(site, "shijiazhuang", name, "file", ground="属实")
    attach(site, "shijiazhuang", name)
    do(site, "shijiazhuang", name, "investigate", ground="现场检查", facts="NOx 超标")
    do(site, "shijiazhuang", name, "notify", noticed_on="2015-12-10")
    return name


def decided(site, amount="", **more):
    name = noticed(site, **more)
    do(site, "other_plant" if more.get("owner") == CODES["other_plant"] else "plant", name, "waive")
    do(site, "shijiazhuang2", name, "decide", ground="事实清楚", decided_on="2015-12-14", amount=amount)
    return name


def served(site, **more):
    name = decided(site, **more)
    do(site, "shijiazhuang", name, "serve", served_on="2015-12-15")
    return name


def daily(site, **more):
    name = served(site, **more)
    do(site, "county", name, "recheck", ground="复查", rechecked_on="2015-12-25", recheck="continuing")
    do(site, "chief", name, "daily", ground="拒不改正")
    return name
