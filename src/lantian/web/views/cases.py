"""What the pages of enforcement show: published cases by class, one case with its papers, draws that anybody may repeat."""

from __future__ import annotations

from typing import Any

from lantian.app.case_evidence import intact
from lantian.app.case_papers import PAPERS, papers_of
from lantian.app.case_register import classes_of, statistics
from lantian.app.cases import FLOW
from lantian.app.flows import flow_of
from lantian.app.house import House
from lantian.app.inspections import ROUND, VISIT, repeated
from lantian.kernel.decision import Actor, Role, reaches
from lantian.kernel.errors import InputError
from lantian.ledger import Record

CLASS = {
    "daily": ("按日计罚", "Daily penalty"),
    "seizure": ("查封扣押", "Seizure"),
    "restrict_stop": ("限产停产", "Restriction or stop"),
    "detention": ("移送拘留", "Detention"),
    "crime": ("涉嫌犯罪移送", "Suspected crime"),
}
"""The five published classes."""
JOINT = {"joint": ("联合", "joint"), "regional": ("区域", "regional"), "cross": ("跨界", "cross-border")}


def cases_view(house: House, year: int | None) -> dict[str, Any]:
    """Give the public list, newest decision first, with the counts of served cases."""
    found = [each for each in house.desk.public([FLOW]) if year is None or each.body["decided_on"][:4] == str(year)]
    rows: list[dict[str, Any]] = [{"record": each, "place": house.atlas.place(each.place), "classes": classes_of(each)} for each in found]
    rows.sort(key=lambda each: (each["record"].body["decided_on"], each["record"].id), reverse=True)
    return {"rows": rows, "stats": statistics(house, None, year), "year": year, **words()}


def words() -> dict[str, Any]:
    """Give the words that pages of cases use."""
    return {"class_words": CLASS, "joint": JOINT}


def case_told(house: House, record: Record, actor: Actor | None) -> dict[str, Any]:
    """Give what a case shows besides its fields; evidence and contributions only to those inside."""
    inside = actor is not None and (reaches(actor, record.place, record.owner) or actor.role != Role.ENTERPRISE)
    officer = inside and actor is not None and actor.role not in (Role.ENTERPRISE, Role.READER)
    papers = [(name, PAPERS[name][0]) for name in papers_of(record) if officer or (PAPERS[name][3] and name != "notice") or (inside and PAPERS[name][3])]
    members = [house.atlas.place(each) for each in record.body.get("invited", ())]
    return words() | {"papers": papers, "officer": officer, "inside": inside, "members": members, "intact": intact(house, record), "held": classes_of(record)}


def case_of(house: House, name: str, actor: Actor | None) -> Record:
    """Give a case to somebody who may read it; any other record raises ``InputError``."""
    record = house.desk.read(name, actor)
    if record.flow != FLOW:
        raise InputError(f"{name} is no case")
    return record


def rounds_view(house: House) -> dict[str, Any]:
    """Give the published draws, each drawn again to see that it gives the same."""
    held = sorted(house.desk.public([ROUND]), key=lambda each: (each.body["drawn_on"], each.id), reverse=True)
    return {"rounds": [{"record": each, "place": house.atlas.place(each.place), "same": repeated(house, each)} for each in held], "flow": flow_of(ROUND)}


def visit_view(house: House, name: str, actor: Actor) -> dict[str, Any]:
    """Give the form of a visit to somebody who may read it."""
    record = house.desk.read(name, actor)
    if record.flow != VISIT:
        raise InputError(f"{name} is no visit of an inspection")
    return {"record": record, "place": house.atlas.place(record.place), "flow": flow_of(VISIT), "mine": actor.name in record.body["inspectors"], **words()}
