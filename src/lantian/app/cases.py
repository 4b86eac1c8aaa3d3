"""Cases: a clue of any room becomes a case, its evidence is frozen, each step states what the law makes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from lantian.app import case_steps as steps
from lantian.app.acting import NotAllowedError
from lantian.app.case_evidence import freeze
from lantian.app.case_letters import STEPS, case_letter
from lantian.app.case_steps import Step, look_back, plain_proposal, proposal_of, violation_day
from lantian.app.signing import subject_of
from lantian.kernel.decision import Actor
from lantian.kernel.errors import InputError
from lantian.kernel.finding import Message
from lantian.kernel.place_id import within
from lantian.ledger import By, Follows, Record, Turn, make_in, put

if TYPE_CHECKING:
    from lantian.app.house import House

FLOW = "case"
RULE = "lantian 规则"
SERVED = ("served", "rechecked", "daily", "closure", "published", "closed")
"""States in which a decision was served."""
USUAL = {"exceedance": "over_limit", "lead": "tamper", "complaint": "over_limit", "order": "emergency_measures", "visit": "over_limit"}
"""What a record of another room is a clue of, unless somebody says otherwise."""
FROM = {"exceedance": "exceedance", "lead": "lead", "complaint": "complaint", "order": "episode", "visit": "inspection"}
COPIED = ("outlet", "pollutant", "start", "finish", "multiple", "hours", "peak", "limit", "simulated")
LEAD_SPAN = {"first_hour": "start", "last_hour": "finish", "end": "finish"}
"""How other records name the span of a case."""
Stated = tuple[dict[str, Any], Follows | None]


@dataclass
class Cases:
    """The cases of an installation; ``contact`` tells where an enterprise is reached, of the register unless somebody says otherwise."""

    house: House
    contact: Callable[[str], str] | None = None

    def case_of(self, source: str) -> Record | None:
        """Give the case that a record became, if it became one."""
        return next((each for each in self.house.desk.records.find([FLOW]) if each.body.get("source_record") == source), None)

    def open(self, record: Record, by: By, violation: str = "") -> Record:
        """Make a record of another room a case in state clue; a second time gives the case already made."""
        known = self.case_of(record.id)
        if known is not None:
            return known
        with self.house.desk.ledger.turn() as turn:
            return make_in(turn, FLOW, record.place, self._owner(record), "clue", self._clue(record, violation), self._rule(record, by))

    def open_in(self, record: Record, by: By, violation: str = "") -> Follows:
        """Give what makes the case in the turn in which the record itself moves."""
        body, owner, rule, known = self._clue(record, violation), self._owner(record), self._rule(record, by), self.case_of(record.id)

        def follows(turn: Turn, after: Record) -> None:
            if known is None:
                make_in(turn, FLOW, after.place, owner, "clue", body, rule)

        return follows

    def made(self, given: Mapping[str, str], place: str, actor: Actor) -> dict[str, Any]:
        """Give what a case made by hand takes over from the record it comes from; one that nobody may read here raises ``InputError``."""
        name = str(given.get("source_record") or "").strip()
        if not name:
            return {"simulated": False}
        record = self.house.desk.read(name, actor)
        if not within(record.place, place):
            raise InputError(f"{name} lies in {record.place}, not in {place}; make the case where it was found")
        if self.case_of(name) is not None:
            raise InputError(f"{name} is a case already: {self.case_of(name).id}")  # type: ignore[union-attr]
        return {key: value for key, value in self._clue(record, str(given.get("violation") or "")).items() if key in (*COPIED, "clue_rests_on")}

    def earlier(self, record: Record) -> list[date]:
        """Give the days on which other decisions were served on the same enterprise before the violation of a case."""
        if record.owner is None:
            return []
        held = self.house.desk.records.find([FLOW], owner=record.owner, states=SERVED)
        until = violation_day(record.body)
        days = [date.fromisoformat(each.body["served_on"]) for each in held if each.id != record.id and each.body.get("served_on")]
        return sorted(day for day in days if day <= until)

    def moved(self, actor: Actor, record: Record, move: str, given: Mapping[str, str], by: By) -> Stated:
        """Give what a move states and what follows from it in the same turn; a move that the law or the state of things forbids is refused."""
        step = Step(self.house, record, given, by)
        if move == "investigate":
            return self._investigate(actor, step), None
        if move == "close_down":
            return steps.close_down(step, self.earlier(record)), self._letter(move)
        if move == "invite":
            return self._invite(step), None
        if move in ("contribute", "correct", "answer_correction"):
            return _spoken(step, move, actor), None
        if move in ("dismiss", "drop", "revoke"):
            return {f"{move}_ground": by.ground, "due": None}, None
        found = getattr(steps, move, None)
        return (found(step) if found is not None else {}), self._letter(move)

    def _investigate(self, actor: Actor, step: Step) -> dict[str, Any]:
        """Freeze the rows, propose the fine, note the law values it rests on."""
        record, law = step.record, self.house.law
        frozen = freeze(self.house, actor, record, step.by)
        since = look_back(law, violation_day(record.body))
        earlier = sum(day >= since for day in self.earlier(record)) if record.owner else None
        found = proposal_of(law, record.body, earlier)
        window = law.values("law_penalty_look_back", on=violation_day(record.body), item="earlier") if found.law else []
        rests = sorted({*record.body.get("clue_rests_on", ()), *map(subject_of, (*found.law, *window))})
        return {"proposal": plain_proposal(found), "rests_on": rests, "frozen": frozen.told() if frozen else record.body.get("frozen")}

    def _invite(self, step: Step) -> dict[str, Any]:
        """Join other places: they read the shared file and contribute; which kind of joint case it is follows from where they lie."""
        atlas, record = self.house.atlas, step.record
        words = [each.strip() for each in str(step.given.get("members") or "").replace("，", ",").split(",") if each.strip()]
        codes = [(atlas.place(each) if each.isdigit() else atlas.find(each)).code for each in words]
        joined = sorted({*record.body.get("invited", ()), *codes} - {record.place})
        if not joined:
            raise InputError("no other place was named; name those that join, by commas")
        kind = (
            "joint" if all(each[:4] == record.place[:4] for each in joined) else "regional" if all(each[:2] == record.place[:2] for each in joined) else "cross"
        )
        return {"invited": joined, "joint": kind, "lead": record.place}

    def _letter(self, move: str) -> Follows | None:
        """Tell the enterprise by letter in the same turn, where a contact is known and the case is no simulation."""
        if move not in STEPS:
            return None

        def follows(turn: Turn, after: Record) -> None:
            contact = "" if after.body.get("simulated") else self._contact(after.owner)
            if contact:
                put(turn, [case_letter(after, contact, move)], after.moved_at)

        return follows

    def _contact(self, owner: str | None) -> str:
        if owner is not None and self.contact is not None:
            return self.contact(owner)
        told = self.house.sources.known.registry.enterprise_reports.get(owner) if owner else None
        contact = told.contact if told is not None and not told.simulated else ""
        return contact if "@" in contact or contact.startswith(("http://", "https://")) else ""

    def _clue(self, record: Record, violation: str) -> dict[str, Any]:
        """Say what a record of another room is a clue of."""
        if record.flow not in FROM:
            raise InputError(f"{record.id} is no clue of a case; one comes from {', '.join(sorted(FROM))}")
        body = record.body
        told = {name: body[name] for name in COPIED if body.get(name) is not None}
        told |= {to: str(body[name]) for name, to in LEAD_SPAN.items() if body.get(name) and to not in told}
        what = violation or (str(body.get("violation") or "") if record.flow == "visit" else "") or USUAL[record.flow]
        found_on = str(told.get("finish") or body.get("visited_on") or record.made_at.isoformat())[:10]
        title = str(body.get("title") or body.get("to") or record.id)
        heads = {"title": title, "violation": what, "found_on": found_on, "source": FROM[record.flow], "source_record": record.id}
        return told | heads | {"clue_rests_on": list(body.get("rests_on", ())), "text": str(body.get("notes") or body.get("finding") or "")}

    def _owner(self, record: Record) -> str | None:
        """Give the enterprise a record concerns: its own, or that of the outlet it names."""
        outlet = record.body.get("outlet")
        if record.owner is None and outlet:
            told = self.house.sources.known.registry.outlet_reports.get(outlet)
            return told.enterprise if told is not None else None
        return record.owner

    def _rule(self, record: Record, by: By) -> By:
        return By(RULE, by.origin, record.id, by.at, f"case:{record.id}")


def _spoken(step: Step, move: str, actor: Actor) -> dict[str, Any]:
    """Keep what was said in a case besides its steps: contributions of places that join, corrections asked for and their answers."""
    on = step.by.at.date().isoformat()
    if move == "contribute":
        held = step.record.body.get("contributions", [])
        return {"contributions": [*held, {"place": actor.place, "text": str(step.given.get("contribution") or ""), "on": on}]}
    held = list(step.record.body.get("corrections", ()))
    if move == "correct":
        return {"corrections": [*held, {"text": str(step.given.get("correction") or ""), "on": on, "answer": None}]}
    if not held or held[-1]["answer"] is not None:
        raise NotAllowedError(Message("enforcement.no_correction", {}))
    return {"corrections": [*held[:-1], held[-1] | {"answer": str(step.given.get("answer") or ""), "answered_on": on}]}
