"""Accountability (articles 24, 27, 28): what failed is raised by rule, confirmed by a person, and drafts interview, list, freeze and honours for others to sign."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from lantian.app.acting import NotAllowedError
from lantian.app.flows import flow_of
from lantian.app.signing import subject_of
from lantian.kernel.errors import InputError
from lantian.kernel.finding import Message
from lantian.kernel.place_id import within
from lantian.ledger import By, Follows, Record, Turn, make_in
from lantian.response.rules.check import NOT_COMPLIED

if TYPE_CHECKING:
    from lantian.app.house import House

FLOWS = ("trigger", "freeze", "referral")
RULE = "lantian 规则"
CLAUSE = "行动计划第二十八条"
FREEZE = "suspend_approvals"
OVER = ("lifted", "stood_down")
Stated = tuple[dict[str, Any], Follows | None]


@dataclass(frozen=True, slots=True)
class Ground:
    """Something that a place must answer for: which kind, the record it comes from, its name and facts."""

    kind: str
    source: str
    place: str
    title: str
    text: str
    pollutants: str = ""
    simulated: bool = False


@dataclass(frozen=True)
class Accountability:
    """The accountability of an installation."""

    house: House

    def raise_all(self, at: datetime, origin: str) -> list[Record]:
        """Raise what the records of the house show: responses that failed, leads that a person confirmed; each only once."""
        return [self.raised(each, at, origin) for each in (*self.responses(at), *self.leads())]

    def raised(self, ground: Ground, at: datetime, origin: str) -> Record:
        """Raise a ground as a record; the same again gives the record already made."""
        body: dict[str, Any] = {"title": ground.title, "kind": ground.kind, "text": ground.text, "pollutants": ground.pollutants}
        body |= {"source_record": ground.source, "clause": CLAUSE, "simulated": ground.simulated}
        by = By(RULE, origin, f"{ground.source} {CLAUSE}", at, f"trigger:{ground.kind}:{ground.place}:{ground.source}")
        return self.house.desk.records.make("trigger", ground.place, None, flow_of("trigger").first, body, by)

    def responses(self, at: datetime) -> list[Ground]:
        """Find the responses that failed: begun late or not at all, or with orders that nobody acknowledged or that were not carried out; no drills, no replays."""
        found = []
        for each in self.house.desk.records.find(["response_plan"]):
            replayed = each.made_at > datetime.fromisoformat(each.body["end"])  # acts bear the real time, so a replay cannot tell what was late
            if each.body.get("drill") == "yes" or each.state == "withdrawn" or replayed:
                continue
            facts = self.failures(each, at)
            if facts:
                name = self.house.atlas.place(each.place).name
                simulated = bool(each.body.get("simulated") or each.body.get("illustrative"))
                found.append(Ground("response", each.id, each.place, f"{name}重污染天气应对不力", "\n".join(facts), simulated=simulated))
        return found

    def failures(self, response: Record, at: datetime) -> list[str]:
        """Say in words how a response failed, a line each; nothing where it has not begun by the clock or did not fail."""
        start = datetime.fromisoformat(response.body["start"])
        if start > at:
            return []
        applied = next((act.at for act in self.house.desk.records.history(response.id) if act.act.kind == "response_plan.apply"), None)
        if applied is None:
            return [f"应于 {start:%Y-%m-%d %H:%M} 启动，至今未启动 not begun"]
        lines = [f"应于 {start:%Y-%m-%d %H:%M} 启动，{applied:%Y-%m-%d %H:%M} 才下达 begun late"] if applied > start else []
        history = self.house.desk.records.history
        silent = [
            order
            for order in self.house.response.orders_of(response)
            if (order.state == "issued" or response.state in OVER) and all(act.act.kind != "order.receive" for act in history(order.id))
        ]
        lines += [f"{order.id} {order.body['to']} 未收悉 not acknowledged" for order in silent]
        missed = [(order, found) for order, found in self.house.response.verdicts(response) if found.word == NOT_COMPLIED]
        return lines + [f"{order.id} {order.body['to']} {found.line} 未落实 not carried out" for order, found in missed]

    def leads(self) -> list[Ground]:
        """Find the leads of data interfered with or forged that a person confirmed."""
        found = self.house.desk.records.find(["lead"], states=["confirmed"])
        return [
            Ground(
                "data", each.id, each.place, str(each.body.get("title") or each.id), str(each.body.get("finding") or ""), "", bool(each.body.get("simulated"))
            )
            for each in found
        ]

    def tasks(self, place: str, findings: Iterable[Mapping[str, Any]]) -> list[Ground]:
        """Read the yearly tasks that were not done out of the plan's findings of a place: those that are breached."""
        return [
            Ground("task", str(each["provision"]), place, f"{each['provision']} {each['title']['zh']}", f"{each['provision']} {each['title']['en']}: breached")
            for each in findings
            if each["status"] == "breached"
        ]

    def moved(self, record: Record, move: str, given: Mapping[str, str], by: By) -> Stated:
        """Give what a move states, and what it drafts in the same turn; one that four eyes or the state of things forbid is refused."""
        if (record.flow, move) == ("trigger", "confirm"):
            return {"confirmed_by": by.actor, "confirmed_on": by.at.date().isoformat()}, self._drafts(record, by)
        if (record.flow, move) == ("trigger", "settle"):
            self._all_lifted(record)
        if (record.flow, move) == ("freeze", "sign"):
            if record.body.get("confirmed_by") == by.actor:
                words = {name: {"key": "acting.word", "values": value} for name, value in _WORDS.items()}
                raise NotAllowedError(Message("acting.not_your_own", words))
            return {"since": str(given.get("since") or "").strip() or by.at.date().isoformat(), "signed_ground": by.ground}, None
        if (record.flow, move) == ("freeze", "lift"):
            if not record.body.get("cured"):
                raise InputError(f"nobody reported that {record.id} was put right; the place reports the cure first")
            return {"lifted_on": by.at.date().isoformat(), "lifted_ground": by.ground}, None
        return {}, None

    def handover(self, place: str, year: int) -> dict[str, Any]:
        """Give the file for the assessment of cadres: what was confirmed and what followed in a place and what lies in it, in a year."""
        records = self.house.desk.records.find(["trigger", "freeze", "consequence", "referral", "assessment"], place)
        shown = [each for each in records if each.state not in ("raised", "drafted", "dismissed", "withdrawn") and _year(each) == year]
        rows = [
            {"id": each.id, "kind": each.flow, "state": each.state, "place": each.place, "title": str(each.body.get("title") or each.body.get("kind") or "")}
            for each in shown
        ]
        return {"place": place, "year": year, "clause": "行动计划第二十七条", "records": sorted(rows, key=lambda row: row["id"])}

    def _drafts(self, record: Record, by: By) -> Follows:
        """Draft each measure of the law as a record of its own; those of an older ground that still stand are not drafted again."""
        day = by.at.date()
        asked = [each for each in self.house.law.values("law_accountability", on=day) if each.key["kind"] == record.body["kind"]]

        def follows(turn: Turn, after: Record) -> None:
            for each in asked:
                measure = str(each.key["measure"])
                body: dict[str, Any] = {
                    "title": after.body["title"],
                    "trigger": after.id,
                    "clause": f"{each.source} {each.clause}",
                    "rests_on": [subject_of(each)],
                }
                body |= {"pollutants": after.body.get("pollutants", ""), "confirmed_by": by.actor, "simulated": bool(after.body.get("simulated"))}
                ground = By(RULE, by.origin, f"{after.id} {CLAUSE}", by.at, f"{after.id}:{measure}")
                if measure == FREEZE:
                    make_in(turn, "freeze", after.place, None, "drafted", body | {"industries": "", "basis": after.body["text"], "ground": after.id}, ground)
                else:
                    make_in(turn, "consequence", after.place, None, "drafted", body | {"kind": measure, "text": str(each.value)}, ground)

        return follows

    def _all_lifted(self, record: Record) -> None:
        """Refuse to settle a ground whose freeze still lies."""
        found = self.house.desk.records.find(["freeze"], states=["drafted", "signed"])
        lying = [each.id for each in found if each.body.get("trigger") == record.id and within(each.place, record.place)]
        if lying:
            raise InputError(f"{record.id} is not settled while {', '.join(lying)} lies; lift or withdraw it first")


_WORDS = {"move": {"zh": "签发", "en": "sign"}, "earlier": {"zh": "核实问责情形", "en": "confirming its ground"}}


def _year(record: Record) -> int:
    return int(record.body.get("year") or record.made_at.year)
