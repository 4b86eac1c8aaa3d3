"""What each step of a case states: terms on the working calendar, the fine, the count of days, measures, closure; a step the law forbids is refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from lantian.app.acting import NotAllowedError
from lantian.app.signing import subject_of, unsigned
from lantian.enforcement.model import Facts, Proposal
from lantian.enforcement.rules.daily import CONTINUING, daily_allowed, daily_rounds
from lantian.enforcement.rules.measures import closure_due, measure_allowed, months_before
from lantian.enforcement.rules.penalties import proposed_fine
from lantian.enforcement.service.terms import case_term, recheck_term
from lantian.kernel.errors import InputError
from lantian.kernel.finding import Message
from lantian.law import LawBook, LawValue
from lantian.ledger import By, Record

if TYPE_CHECKING:
    from lantian.app.house import House

Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """A move somebody makes: of which record, with which form, by whom."""

    house: House
    record: Record
    given: Mapping[str, str]
    by: By

    @property
    def law(self) -> LawBook:
        """Give the law as signed off here."""
        return self.house.law

    def day(self, name: str, *, after: str | None = None) -> date:
        """Give the day that a form states, or that of the act; a day before an earlier step of the record raises ``InputError``."""
        text = str(self.given.get(name) or "").strip()
        try:
            day = date.fromisoformat(text) if text else self.by.at.date()
        except ValueError:
            raise InputError(f"{text!r} is no day; write it as 2015-12-08") from None
        before = self.record.body.get(after) if after else None
        if before and day < date.fromisoformat(str(before)[:10]):
            raise InputError(f"{name} {day} lies before {after} {before}; give the day on which it was done")
        return day

    def resting(self, values: Iterable[LawValue]) -> list[str]:
        """Give what the record rests on with some more law values; one that nobody signed off closes the step."""
        subjects = sorted({*self.record.body.get("rests_on", ()), *map(subject_of, values)})
        doubtful = unsigned(self.law, subjects)
        if doubtful:
            raise NotAllowedError(Message("acting.not_signed_off", {"values": list(doubtful)}))
        return subjects


def violation_day(body: Mapping[str, Any]) -> date:
    """Give the day whose law counts: the last day of the violation (§2)."""
    return date.fromisoformat(str(body.get("finish") or body["found_on"])[:10])


def proposal_of(law: LawBook, body: Mapping[str, Any], earlier: int | None) -> Proposal:
    """Propose the fine of a case from what its record states."""
    facts = Facts(body.get("multiple"), body.get("hours"), earlier)
    return proposed_fine(law, body["violation"], violation_day(body), facts)


def plain_proposal(found: Proposal) -> Body:
    """Give a proposal as a record keeps it."""
    return {
        "low": found.low,
        "high": found.high,
        "amount": found.amount,
        "article": f"{found.law[0].source}{found.law[0].clause}" if found.law else None,
        "confidence": str(found.confidence),
        "factors": [{"name": each.name, "found": each.found, "share": each.share} for each in found.factors],
        "because": [message(each) for each in found.because],
    }


def message(told: Message) -> Body:
    """Give a reason as a record keeps it."""
    return {"key": told.key, "values": dict(told.values)}


def terms(step: Step, names: Iterable[str], start: date) -> tuple[Body, list[LawValue]]:
    """Give the last days of some terms from a day, each as ``<name>_by``, and the law values they rest on; ``unsure_terms`` names those on years unknown."""
    body: Body = {}
    used: list[LawValue] = []
    unsure = set(step.record.body.get("unsure_terms", ()))
    for name in names:
        ends = case_term(step.law, name, start)
        body[f"{name}_by"] = ends.day.isoformat()
        unsure |= set() if ends.sure else {name}
        used += step.law.values("law_case_term", on=start, step=name)
    return body | {"unsure_terms": sorted(unsure)}, used


def file(step: Step) -> Body:
    """File: the decision's last day begins to run."""
    day = step.day("filed_on")
    found, _ = terms(step, ["decide"], day)
    return found | {"filed_on": day.isoformat(), "due": found["decide_by"]}


def notify(step: Step) -> Body:
    """Give notice of the proposed fine, with the last days of defence and of asking for a hearing."""
    day = step.day("noticed_on")
    found, used = terms(step, ["defend", "hearing"], day)
    bound = step.law.values("law_case_rule", on=day, item="hearing_from")
    offered = bool(bound) and step.record.body["proposal"]["amount"] >= bound[0].value
    rests = step.resting([*used, *bound])
    return found | {"noticed_on": day.isoformat(), "hearing_offered": offered, "rests_on": rests, "due": found["defend_by"]}


def defend(step: Step) -> Body:
    """Keep a defence; one that comes late is kept and said to be late."""
    day = step.by.at.date().isoformat()
    return {"defended_on": day, "defence_late": day > step.record.body["defend_by"]}


def waive(step: Step) -> Body:
    """Waive defence and hearing."""
    return {"waived_on": step.by.at.date().isoformat()}


def request_hearing(step: Step) -> Body:
    """Ask for a hearing: only in its term, and only where the fine is large enough."""
    body = step.record.body
    if not body.get("hearing_offered"):
        raise InputError(
            f"a hearing is for fines from the sum of law_case_rule(item=hearing_from) on; {body['proposal']['amount']} CNY is less; state a defence"
        )
    if step.by.at.date().isoformat() > body["hearing_by"]:
        raise InputError(f"a hearing could be asked for until {body['hearing_by']}; state a defence instead")
    return {"hearing_asked_on": step.by.at.date().isoformat()}


def decide(step: Step) -> Body:
    """Decide a fine within the range, after the defence was heard, waived or its term ended."""
    body = step.record.body
    day = step.day("decided_on", after="noticed_on")
    if step.record.state == "hearing" and not body.get("minutes"):
        raise InputError("a hearing was asked for and not held; hold it and keep its minutes first")
    heard = body.get("statement") or body.get("waived_on") or body.get("minutes")
    if not heard and day.isoformat() <= body["defend_by"]:
        raise InputError(f"the enterprise may state a defence until {body['defend_by']}; decide after that day, or when it has spoken or waived")
    proposal = body["proposal"]
    amount = _whole(step.given.get("amount"), proposal["amount"])
    if not proposal["low"] <= amount <= proposal["high"]:
        raise InputError(f"{amount} CNY lies outside the range {proposal['low']} to {proposal['high']} of {proposal['article'] or 'a law that names no fine'}")
    found, used = terms(step, ["serve"], day)
    pay, rate = step.law.value("law_case_term", on=day, step="pay"), step.law.value("law_case_rule", on=day, item="late_payment")
    used += [pay, rate]
    found |= {"pay_days": pay.value["days"], "late_rate": rate.value}
    late = day.isoformat() > body["decide_by"]
    told = {"amount": amount, "decided_on": day.isoformat(), "deviates": amount != proposal["amount"], "decided_late": late, "decided_ground": step.by.ground}
    return found | told | {"rests_on": step.resting(used), "due": found["serve_by"]}


def serve(step: Step) -> Body:
    """Serve the decision and the order to correct: payment and re-check begin to run."""
    day = step.day("served_on", after="decided_on")
    found, used = terms(step, ["pay"], day)
    until = recheck_term(step.law, day)
    used += step.law.values("law_recheck", on=day)
    told = {"served_on": day.isoformat(), "served_how": step.given.get("served_how") or "direct", "served_late": day.isoformat() > step.record.body["serve_by"]}
    last = {"recheck_by": until.isoformat() if until else None, "due": (until or date.fromisoformat(found["pay_by"])).isoformat()}
    return found | told | last | {"rests_on": step.resting(used)}


def recheck(step: Step) -> Body:
    """Re-check whether the order was obeyed; each re-check stays in the record."""
    body = step.record.body
    earlier = body.get("rechecks", [])
    day = step.day("rechecked_on", after="rechecked_on" if earlier else "served_on")
    late = bool(body.get("recheck_by")) and day.isoformat() > body["recheck_by"]
    held = {"on": day.isoformat(), "outcome": step.given.get("recheck") or "", "late": late}
    return {"rechecked_on": day.isoformat(), "rechecks": [*earlier, held], "due": None}


def daily(step: Step) -> Body:
    """Fine by the day: all days from the day after service to the last re-check that found it continuing, counted once."""
    body = step.record.body
    served = date.fromisoformat(body["served_on"])
    last = body["rechecks"][-1]
    answer = daily_allowed(step.law, body["violation"], served, last["outcome"], int(body["amount"]))
    if not answer.met:
        raise NotAllowedError(answer.because[0])
    first = step.law.value("law_recheck", on=served, item="first_day")
    days = [date.fromisoformat(each["on"]) for each in body["rechecks"] if each["outcome"] in CONTINUING]
    rounds = daily_rounds(int(body["amount"]), served, days, int(first.value))
    kept = [
        {"first": each.first.isoformat(), "last": each.last.isoformat(), "days": each.days, "fine": int(body["amount"]), "total": each.total} for each in rounds
    ]
    whole = {"days": sum(each.days for each in rounds), "total": sum(each.total for each in rounds)}
    if not rounds[-1].days:
        raise InputError(f"no day lies between {rounds[-1].first} and the re-check on {rounds[-1].last}; re-check on a later day")
    until = recheck_term(step.law, date.fromisoformat(last["on"]))
    told = {"rounds": kept, "daily": whole, "daily_because": [message(each) for each in answer.because], "recheck_by": until.isoformat() if until else None}
    return told | {"rests_on": step.resting([*answer.law, first]), "due": told["recheck_by"]}


def measure(step: Step) -> Body:
    """Take a measure beside the fine, for no longer than the law grants."""
    body, name = step.record.body, str(step.given.get("measure") or "")
    outcome = body["rechecks"][-1]["outcome"] if body.get("rechecks") else ""
    answer = measure_allowed(step.law, name, body["violation"], violation_day(body), outcome)
    if not answer.met:
        raise NotAllowedError(answer.because[0])
    most = int((answer.value or {})["days"])
    days = _whole(step.given.get("days"), most)
    if days > most or days < 0:
        raise InputError(f"{days} days of {name}; {most} at most by {answer.law[0].clause}")
    held = {
        "measure": name,
        "days": days,
        "on": step.by.at.date().isoformat(),
        "law": answer.law[0].clause,
        "ground": step.by.ground,
    }
    return {"measures": [*body.get("measures", []), held], "rests_on": step.resting(answer.law)}


def close_down(step: Step, earlier: list[date]) -> Body:
    """Order closure, where it discharged in secret or was caught again and again (C238)."""
    body = step.record.body
    answer = closure_due(step.law, body["violation"], violation_day(body), earlier)
    if not answer.met:
        raise NotAllowedError(answer.because[0])
    told = {
        "closed_down_on": step.day("closed_down_on", after="rechecked_on").isoformat(),
        "closure_because": [message(each) for each in answer.because],
        "closure_ground": step.by.ground,
    }
    return told | {"rests_on": step.resting(answer.law)}


def close(step: Step) -> Body:
    """Close a case once the fine was paid and the violation corrected, or the plant closed; a late payment costs more each day, at most the fine again."""
    body = step.record.body
    owed = int(body["amount"]) + int(body.get("daily", {}).get("total", 0))
    if owed and not step.given.get("paid_on"):
        raise InputError(f"{owed} CNY are owed; give the day on which they were paid")
    corrected = body["rechecks"][-1]["outcome"] == "corrected" if body.get("rechecks") else False
    if not (corrected or body.get("closed_down_on")):
        raise InputError("no re-check found it corrected and no closure was ordered, so the case stays open")
    closing = {"closing_on": step.by.at.date().isoformat(), "due": None}
    if not owed:
        return closing
    paid = step.day("paid_on", after="served_on")
    rate = step.law.value("law_case_rule", on=paid, item="late_payment")
    late = max(0, (paid - date.fromisoformat(body["pay_by"])).days)
    more = min(int(body["amount"]), round(int(body["amount"]) * rate.value * late))
    return closing | {"paid_on": paid.isoformat(), "late_days": late, "surcharge": more, "rests_on": step.resting([rate] if more else [])}


def publish(step: Step) -> Body:
    """Publish the decision."""
    return {"published_on": step.day("published_on", after="decided_on").isoformat(), "due": None}


def look_back(law: LawBook, on: date) -> date:
    """Give the day since which earlier decisions raise a fine."""
    return months_before(on, int(law.value("law_penalty_look_back", on=on, item="earlier").value))


def _whole(text: str | None, usual: int) -> int:
    if text is None or not str(text).strip():
        return usual
    try:
        number = float(text)
    except ValueError:
        raise InputError(f"{text!r} is no number") from None
    if not number.is_integer():
        raise InputError(f"{text} is no whole number")
    return int(number)
