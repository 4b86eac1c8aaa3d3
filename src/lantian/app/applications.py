"""The life of a project application: handed in, accepted with its credits reserved, reviewed, decided on what the gates say, published, in force, expired."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from lantian.app.acting import NotAllowedError
from lantian.app.gates import Gates
from lantian.app.notices import RULE, Notices
from lantian.app.project_form import parse_project, plain_project, read_project
from lantian.app.signing import unsigned
from lantian.approvals.model import Application
from lantian.enforcement.rules.terms import term
from lantian.enforcement.service.terms import working_calendar
from lantian.kernel.errors import InputError
from lantian.kernel.finding import Message
from lantian.ledger import By, Follows, Record, Turn
from lantian.ledger.credit_model import COMMITTED, RESERVED, thousandths
from lantian.ledger.credits import commit_in, release_in, retire_in

if TYPE_CHECKING:
    from lantian.app.house import House

FLOW = "application"
OPEN = ("accepted", "under_review", "hearing")
"""States in which everybody may comment."""
APPROVED, REFUSED = "approved", "refused"
Stated = tuple[dict[str, Any], Follows | None]


@dataclass(frozen=True, slots=True)
class Step:
    """A move somebody makes: of which record, with which form, by whom."""

    record: Record
    given: Mapping[str, str]
    by: By


@dataclass
class Applications:
    """The project applications of an installation."""

    house: House
    gates: Gates = field(init=False)
    notices: Notices = field(init=False)

    def __post_init__(self) -> None:
        """Ask the gates of the house, write the notices of the house."""
        self.gates, self.notices = Gates(self.house), Notices(self.house)

    def made(self, title: str, place: str, text: str, applicant: str | None, on: date) -> dict[str, Any]:
        """Give what an application states besides its form: the project as it was read."""
        project = parse_project(text, title.strip(), place, applicant or "", on)
        return {"application": plain_project(project), "simulated": project.simulated}

    def project(self, record: Record) -> Application:
        """Give the project of a record."""
        return replace(read_project(record.body["application"], applicant=record.owner or record.body["application"].get("applicant", "")), id=record.id)

    def preview(self, record: Record) -> dict[str, Any]:
        """Say what would be decided now, without deciding: the same value that deciding freezes."""
        return self.gates.ask(self.project(record))

    def simulate(self, title: str, place: str, text: str, applicant: str | None, on: date) -> dict[str, Any]:
        """Say what would be decided of a project that nobody has applied for yet."""
        return self.gates.ask(parse_project(text, title.strip(), place, applicant or "", on))

    def moved(self, record: Record, move: str, given: Mapping[str, str], by: By) -> Stated:
        """Give what a move states and what follows from it in the same turn; a move that the project's state forbids raises ``InputError``."""
        found = getattr(self, f"_{move}", None)
        return found(Step(record, given, by)) if found is not None else ({}, None)

    def expire(self, at: datetime, origin: str) -> list[Record]:
        """Let approvals expire whose project was not begun in time, and give back their credits."""
        gone = []
        for each in self.house.desk.records.find([FLOW], states=["in_force"]):
            if each.body.get("begun_on") or each.body["expires_on"] >= at.date().isoformat():
                continue
            by = By(RULE, origin, f"{each.body['expires_law']} {each.body['expires_on']}", at, f"expire:{each.id}:{each.body['expires_on']}")
            gone.append(self.house.desk.records.move(each.id, each.version, "expire", "expired", each.body, by, self._release(by, (RESERVED, COMMITTED))))
        return gone

    def _edit(self, step: Step) -> Stated:
        text, title = step.given.get("project") or step.record.body["project"], step.given.get("title") or step.record.body["title"]
        return self.made(title, step.record.place, text, step.record.owner, step.record.made_at.date()), None

    def _accept(self, step: Step) -> Stated:
        days = self.house.law.value("law_public_notice", on=max(step.by.at.date(), date(2014, 1, 1)), item="accepted")
        until = term(working_calendar(self.house.law), step.by.at.date(), int(days.value), "working").day
        return {"accepted_on": step.by.at.date().isoformat(), "comment_until": until.isoformat()}, self._reserve(step.record, step.by)

    def _review(self, step: Step) -> Stated:
        frozen = self.preview(step.record)
        return {"preview": frozen, "seen": frozen["mark"], "rests_on": frozen["rests_on"]}, None

    def _decide(self, step: Step) -> Stated:
        frozen = self.preview(step.record)
        seen = str(step.given.get("seen") or "").strip()
        if seen and seen != frozen["mark"]:
            raise InputError(f"the gates say something else since the preview {seen} (now {frozen['mark']}); read the preview again and decide on that")
        if frozen["result"] == "unknown":
            lacking = [each["zh"] + " " + each["en"] for each in frozen["answers"] if each["result"] == "unknown"]
            raise InputError(f"what is not known cannot be decided: {'; '.join(lacking)}; the preview says what is missing")
        doubtful = unsigned(self.house.law, frozen["rests_on"])
        if doubtful:
            raise NotAllowedError(Message("acting.not_signed_off", {"values": list(doubtful)}))
        result = APPROVED if frozen["result"] == "pass" else REFUSED
        more = {
            "decision": frozen,
            "result": result,
            "decided_on": step.by.at.date().isoformat(),
            "decided_ground": step.by.ground,
            "rests_on": frozen["rests_on"],
        }
        return more, self._settle(step.record, result, step.by)

    def _publish(self, step: Step) -> Stated:
        return {"published_on": step.by.at.date().isoformat()}, None

    def _effect(self, step: Step) -> Stated:
        if step.record.body.get("result") != APPROVED:
            raise InputError(f"{step.record.id} was refused; a refusal does not come into force as an approval, it may be applied for again after changes")
        value = self.house.law.value("law_approval_life", on=step.by.at.date(), item="eia_approval")
        decided = date.fromisoformat(step.record.body["decided_on"])
        until = date(decided.year + int(value.value), decided.month, min(decided.day, 28) if decided.month == 2 else decided.day)  # noqa: PLR2004 - February
        law = {"expires_law": f"{value.source} {value.clause}", "expires_confidence": str(value.confidence)}
        return {"in_force_on": step.by.at.date().isoformat(), "expires_on": until.isoformat()} | law, None

    def _begin(self, step: Step) -> Stated:
        """Use up for ever what is committed to a project that is being built."""

        def follows(turn: Turn, after: Record) -> None:
            retire_in(turn, after.id, step.by.at.date(), _of(step.by, after.id))

        return {}, follows

    def _resubmit(self, step: Step) -> Stated:
        if step.record.body.get("result") != REFUSED:
            raise InputError(f"{step.record.id} was not refused; only a refused project is applied for again")
        more, _ = self._edit(step)
        return more | _past(step.record), None

    def _withdraw(self, step: Step) -> Stated:
        return {}, self._release(step.by, (RESERVED,))

    def _reopen(self, step: Step) -> Stated:
        reserve, release = self._reserve(step.record, step.by), self._release(step.by, (RESERVED, COMMITTED))

        def follows(turn: Turn, after: Record) -> None:
            release(turn, after)
            reserve(turn, after)

        return _past(step.record), follows

    def _settle(self, record: Record, result: str, by: By) -> Follows:
        """Bind the credits of an approved project and propose lifting its notices; free those of a refused one and draft its six notices."""
        needs: dict[str, int] = {}
        for each in self.project(record).offsets:
            needs[each.item] = needs.get(each.item, 0) + thousandths(each.amount)
        draft, cure = self.notices.draft(record, by), self.notices.cure(record, by)
        release = self._release(by, (RESERVED,))

        def follows(turn: Turn, after: Record) -> None:
            if result == APPROVED:
                commit_in(turn, after.id, by.at.date(), _of(by, after.id), needs)
                cure(turn, after)
            else:
                release(turn, after)
                draft(turn, after)

        return follows

    def _reserve(self, record: Record, by: By) -> Follows:
        """Reserve what is offered; what the ledger does not hold, or may not be used here, is left to the gate, which says how much is lacking."""
        project = self.project(record)

        def follows(turn: Turn, after: Record) -> None:
            for each in project.offsets:
                try:
                    self.house.credits.reserve(turn, project, each, _of(by, after.id))
                except InputError:
                    continue

        return follows

    def _release(self, by: By, states: tuple[str, ...]) -> Follows:
        def follows(turn: Turn, after: Record) -> None:
            release_in(turn, after.id, by.at.date(), _of(by, after.id), states)

        return follows


def _past(record: Record) -> dict[str, Any]:
    """Put a decision aside among the earlier ones, so that nothing of it stands."""
    names = ("decision", "result", "decided_on", "decided_ground")
    earlier = [*record.body.get("earlier", []), {name: record.body.get(name) for name in names}]
    return {"earlier": earlier, "rests_on": [], "preview": None, "seen": None} | dict.fromkeys(names)


def _of(by: By, ground: str) -> By:
    """Say that somebody's act followed from their move of a record."""
    return By(by.actor, by.origin, ground, by.at)
