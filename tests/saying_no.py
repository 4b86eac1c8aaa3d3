"""An installation in which no was said: projects refused, approved and open for comment, credits, capacity, a case, a draw, all by the real gates."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from lantian.app.acting import now
from lantian.app.complaints import ComplaintRoom
from lantian.app.opinions import Opinions
from lantian.app.signing import doubtful, sign_as
from tests.enforcement.case_site import attach, clue, do
from tests.site import CODES, site_over

MINUTE = timedelta(minutes=1)
WORDS = {
    "project": "石家庄食品厂",
    "kiln": "关停1号锅炉",
    "case": "石家庄水泥厂 1号窑 NOₓ 超标",
    "round": "2016年1月抽查",
    "said": "这条生产线离学校太近，请公开环评文件全文。",
    "answer": "环评文件全文已在市局网站公开。",
    "finding": "脱硝喷枪停用，在线监测探头被移位。",
    "correction": "决定书中的企业名称有误。",
    "word": "现场核实，材料齐全。",
}
PROJECT = """industry: food
nature: new
applied: 2015-12-28
emissions: {SO2: 0, NOx: 1.2, PM: 0, VOC: 0}
units: |
  boiler 25 t/h gas 1
documents: [eia_report, energy_review, total_quota]
in_plan: false
major: false
started: 9999-12-31
offsets: [{place: '130100', item: NOx, industry: food, amount: 2.4}]
"""
REFUSABLE = PROJECT.replace(", energy_review", "").replace("boiler 25 t/h gas", "boiler 18 t/h coal").replace("in_plan", "built_up: true\ncoal: 100\nin_plan")
FIRMS = f"{CODES['plant']} key\n{CODES['other_plant']} ordinary\n91130100000000003Z special"


@dataclass
class Told:
    """The site and the records in it, by what they are."""

    site: object
    names: dict = field(default_factory=dict)

    def paths(self):
        """Give the public pages, by name."""
        n = self.names
        return {
            "projects": "/projects",
            "project-approved": f"/project/{n['approved']}",
            "project-refused": f"/project/{n['refused']}",
            "project-open": f"/project/{n['open']}",
            "supply": "/supply",
            "supply-told": f"/supply?code={CODES['plant']}",
            "credits": "/credits",
            "cases": "/cases",
            "case": f"/case/{n['case']}",
            "inspections": "/inspections",
            "inspection": f"/record/{n['round']}",
            "notice": f"/record/{n['notice']}",
            "credit-source": f"/record/{n['source']}",
            "trace-project": f"/trace/record:{n['refused']}",
            "trace-credits": "/trace/credits:all",
            "trace-day": "/trace/day:110000:2015-12-08",
            "trace-law": "/trace/law:law_offset_ratio",
        }

    def inner(self):
        """Give the pages of those who are signed in: who asks, by name."""
        n = self.names
        return {
            "visit": ("hebei", f"/visit/{n['visit']}"),
            "visit-record": ("hebei", f"/record/{n['visit_done']}"),
            "desk-apply": ("plant", "/desk/new/application"),
            "desk-credit": ("plant", "/desk/new/credit_source"),
            "desk-case": ("county", "/desk/new/case"),
            "desk-round": ("shijiazhuang", "/desk/new/inspection"),
            "desk-office": ("shijiazhuang", "/desk"),
            "record-project": ("shijiazhuang2", f"/record/{n['open']}"),
            "record-case": ("shijiazhuang", f"/record/{n['pending']}"),
            "record-opinion": ("shijiazhuang", f"/record/{n['opinion']}"),
        }


def said_no(sample, home, **words):
    """Build it over the sample data; ``words`` replace what people write."""
    site = site_over(sample, home)
    for value in doubtful(site.house.law):
        sign_as(site.house.desk.ledger, value, "hebei", "test", "正式文本", now())
    site.house.relearn_law()
    told, w = Told(site), WORDS | words
    _credits(told, w)
    _projects(told, w)
    _cases(told, w)
    _draw(told, w)
    _registers(told, w)
    return told


def done(answer):
    assert answer.status_code == 303, answer.text[-1500:]
    return answer


def _credits(told, w):
    site = told.site
    given = {"title": w["kiln"], "source": "91130100000000001X/boiler 1", "item": "NOx", "industry": "food", "amount": "3", "nature": "closed"}
    name = told.names["source"] = site.make("plant", "credit_source", "130100", **given)
    done(site.attach("shijiazhuang", name))
    done(site.move("shijiazhuang", name, "verify", ground=w["word"], realised_on=now().date().isoformat()))


def _projects(told, w):
    site, names = told.site, told.names
    for key, who, text in (("approved", "other_plant", PROJECT), ("refused", "plant", REFUSABLE), ("open", "plant", REFUSABLE)):
        name = names[key] = site.make(who, "application", "130100", title=w["project"], project=text)
        done(site.move("shijiazhuang", name, "accept"))
        done(site.move("shijiazhuang", name, "review", ground=w["word"], opinion=w["word"]))
        if key == "open":
            continue
        done(site.move("shijiazhuang2", name, "decide", ground=w["word"]))
        assert site.house.desk.records.get(name).body["result"] == key
        done(site.move("hebei", name, "publish"))
    done(site.move("hebei", names["approved"], "effect"))
    kept = site.house.applications.notices.of(names["refused"])
    names["notice"] = next(each.id for each in kept if each.body["kind"] == "power")
    done(site.move("chief", names["notice"], "approve", ground=w["word"]))
    done(site.move("shijiazhuang", names["notice"], "send", receiver="石家庄供电公司"))
    for key, text in (("comment", w["said"]), ("opinion", w["said"] + "2")):
        names[key] = comment(site, names["open"], text)
    done(site.move("shijiazhuang", names["comment"], "answer", answer=w["answer"]))


def comment(site, name, text):
    """Send a comment as somebody who took a minute to write it."""
    room = ComplaintRoom(site.house)
    at = now()
    made = Opinions(site.house, room).send(site.house.desk.records.get(name), text, room.stamp(at - MINUTE), "127.0.0.1", at)
    site.house.look_again()
    return made.id


def _cases(told, w):
    site = told.site
    name = told.names["case"] = clue(site, title=w["case"], text=w["finding"])
    do(site, "shijiazhuang", name, "file", ground=w["word"])
    attach(site, "shijiazhuang", name)
    do(site, "shijiazhuang", name, "investigate", ground=w["word"], facts=w["finding"])
    do(site, "shijiazhuang", name, "notify", noticed_on="2015-12-10")
    do(site, "plant", name, "waive")
    do(site, "shijiazhuang2", name, "decide", ground=w["word"], decided_on="2015-12-14")
    do(site, "shijiazhuang", name, "serve", served_on="2015-12-15")
    do(site, "county", name, "recheck", ground=w["word"], rechecked_on="2015-12-25", recheck="continuing")
    do(site, "chief", name, "daily", ground=w["word"])
    do(site, "hebei", name, "publish")
    done(site.move("plant", name, "correct", correction=w["correction"]))
    done(site.move("shijiazhuang", name, "answer_correction", ground=w["word"], answer=w["answer"]))
    pending = told.names["pending"] = clue(site, title=w["case"], text=w["finding"])
    do(site, "shijiazhuang", pending, "file", ground=w["word"])
    attach(site, "shijiazhuang", pending)
    do(site, "shijiazhuang", pending, "investigate", ground=w["word"], facts=w["finding"])
    do(site, "shijiazhuang", pending, "notify", noticed_on="2015-12-10")


def _draw(told, w):
    site, names = told.site, told.names
    for who in ("shijiazhuang2", "hebei", "county"):
        site.visitor(who)
    given = {"title": w["round"], "firms": FIRMS, "inspectors": "shijiazhuang2\nhebei", "count": "3"}
    names["round"] = site.make("shijiazhuang", "inspection", "130100", **given)
    do(site, "chief", names["round"], "draw", ground=w["word"], seed="3539.18")
    visits = [each for each in site.house.desk.records.find(["visit"]) if each.body["inspection"] == names["round"]]
    names["visit"], names["visit_done"] = visits[0].id, visits[1].id
    do(site, "hebei", visits[1].id, "record", visited_on="2016-01-12", result="suspected", violation="tamper", notes=w["finding"])
    attach(site, "hebei", visits[1].id)
    site.house.look_again()


def _registers(told, w):
    site = told.site
    task = site.make("hebei", "capacity_task", "130100", industry="cement", year="2015", amount="100", due="2015-12-31")
    done(site.move("hebei2", task, "hand_down"))
    moved = {"title": w["project"], "industry": "steel", "measure": "relocate", "address": "和平路1号", "due": "2017-12-31"}
    name = site.make("shijiazhuang", "relocation", "130102", **moved)
    done(site.move("shijiazhuang2", name, "list"))
    illegal = {"title": w["project"], "industry": "aluminium", "fault": "unapproved", "stage": "under_construction", "found_on": "2015-06-01"}
    name = site.make("county", "illegal_project", "130102", **illegal)
    done(site.move("shijiazhuang", name, "order", ground=w["word"], due="2015-09-01"))
