"""All gates for a project: what each says, what is decided of it, the smallest changes that would open the gates that are shut."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any, Literal

from lantian.approvals.model import Application, Change, Decision, Facts, GateAnswer, Offset, Part, Result
from lantian.approvals.rules import papers, plant, standing, totals
from lantian.approvals.rules.question import Question, Rules
from lantian.kernel.finding import LawUsed
from lantian.law import LawBook, LawValue

Gate = Callable[[Question], Result]
GATES: Mapping[str, Gate] = {
    "eia": papers.eia,
    "plan_eia": papers.plan_eia,
    "energy_review": papers.energy_review,
    "energy_level": papers.energy_level,
    "quota": totals.quota,
    "offset": totals.offset,
    "special_limits": plant.special_limits,
    "boiler": plant.boiler,
    "coal_power": plant.coal_power,
    "coal": totals.coal,
    "capacity": plant.capacity,
    "location": standing.location,
    "backward": plant.backward,
    "access": standing.access,
    "missed_task": standing.missed_task,
    "freeze": standing.freeze,
    "illegal": standing.illegal,
}


def decide(law: LawBook, facts: Facts, application: Application) -> Decision:
    """Ask every gate on the day of the application: one that is shut refuses it, one that cannot tell leaves it open, else it passes.

    A refusal rests on the law of the gates that are shut, an approval on the law of all that it passed; ``rests_on`` names these values as sign-offs do.
    """
    rules, facts, answers = _rules(law), Once(facts), []
    for name, gate in GATES.items():
        question = Question(rules, facts, application, application.applied)
        answers.append(_answer(name, question, gate(question)))
    result = drawn(each.result for each in answers)
    counted = ("fail",) if result == "fail" else ("pass",)
    rests = sorted({subject for each in answers if each.result in counted for subject in each.rests_on})
    return Decision(application.id, application.applied, tuple(answers), result, tuple(rests))


def judge(law: LawBook, facts: Facts, applications: Iterable[Application]) -> list[dict[str, Result]]:
    """Ask every gate of many projects without reasons, for what-if studies; the results are those of ``decide``."""
    rules, facts, found, gates = _rules(law), Once(facts), [], tuple(GATES.items())
    for each in applications:
        question = Question(rules, facts, each, each.applied, full=False)
        found.append({name: gate(question) for name, gate in gates})
    return found


def drawn(results: Iterable[Result]) -> Literal["pass", "fail", "unknown"]:
    """Draw one result from those of the gates.

    >>> drawn(["pass", "unknown", "fail"]), drawn(["pass", "unknown"]), drawn(["pass", "not_applicable"])
    ('fail', 'unknown', 'pass')
    """
    seen = set(results)
    return "fail" if "fail" in seen else "unknown" if "unknown" in seen else "pass"


def cures(law: LawBook, facts: Facts, application: Application) -> Sequence[Change]:
    """Give for each gate that is shut the smallest change that opens it, where there is one: no part of it can be left out, no offset be a thousandth less.

    Where a fact is missing too, as the answer says, the gate still waits for that. An offset that the project does not offer yet is taken to be held; changes of the world (a freeze lifted, a task done) leave the project as it is.
    """
    rules, facts, changes = _rules(law), Once(facts), []
    lent = Lent(facts, application.offsets)
    for name, gate in GATES.items():
        question = Question(rules, facts, application, application.applied)
        if gate(question) != "fail" or not question.parts:
            continue
        parts = _fewest(question.parts, lambda some, gate=gate: _after(rules, lent, gate, application, some))  # type: ignore[misc]
        changes.append(Change(name, tuple(parts), applied(application, parts)))
    return changes


def applied(application: Application, parts: Iterable[Part]) -> Application:
    """Give the project with changes made; what must change in the world is left."""
    for part in parts:
        if part.kind == "document":
            application = replace(application, documents=application.documents | {str(part.value)})
        elif part.kind == "offset":
            application = replace(application, offsets=(*application.offsets, part.value))
        elif part.kind == "unit":
            at, _, pollutant = part.name.partition(":")
            units = list(application.units)
            old = units[int(at)]
            units[int(at)] = replace(old, limits={**old.limits, pollutant: part.value.limits[pollutant]}) if pollutant else part.value
            application = replace(application, units=tuple(units))
        elif part.kind == "project":
            named: dict[str, Any] = {part.name: part.value}
            application = replace(application, **named)
    return application


class Once:
    """Facts of a place, asked of the world once; what the ledger holds is asked every time."""

    def __init__(self, facts: Facts) -> None:
        """Take the facts; they are kept as long as one answer takes."""
        self.credit_held = facts.credit_held
        self.groups, self.city, self.key47 = cache(facts.groups), cache(facts.city), cache(facts.key47)
        self.attained, self.quota_left = cache(facts.attained), cache(facts.quota_left)
        self.missed_tasks, self.freezes, self.access_listed = cache(facts.missed_tasks), cache(facts.freezes), cache(facts.access_listed)


class Lent:
    """Facts under which an offset that the project did not offer itself is held in full."""

    def __init__(self, facts: Facts, own: Iterable[Offset]) -> None:
        """Keep the facts and the project's own offsets."""
        self._facts, self._own = facts, tuple(own)

    def __getattr__(self, name: str) -> Any:
        """Give everything else as it is."""
        return getattr(self._facts, name)

    def credit_held(self, offset: Offset, project: Application, on: Any) -> float | None:
        """Give what the account holds, and beside it what the project offers there only now."""
        held = self._facts.credit_held(offset, project, on)
        account = (offset.place, offset.item, offset.industry, offset.serials)
        lent = [each for each in project.offsets if not any(each is own for own in self._own)]
        return None if held is None else held + sum(each.amount for each in lent if (each.place, each.item, each.industry, each.serials) == account)


def _after(rules: Rules, facts: Any, gate: Gate, application: Application, parts: Sequence[Part]) -> Result:
    changed = applied(application, parts)
    return gate(Question(rules, facts, changed, changed.applied, full=False))


def _fewest(parts: Sequence[Part], after: Callable[[Sequence[Part]], Result]) -> list[Part]:
    """Leave out what is not needed; where the world must change too, what is needed is seen there and all is kept."""
    left = list(parts)
    if any(part.kind == "world" for part in left):
        return left
    best = after(left)
    for each in parts:
        without = [other for other in left if other is not each]
        if without and after(without) in (best, "pass", "not_applicable"):
            left = without
    return left


def _answer(name: str, question: Question, result: Result) -> GateAnswer:
    law = tuple(dict.fromkeys(question.used)) if result != "not_applicable" else ()
    cure = tuple(part.said for part in question.parts) if result == "fail" else ()
    missing = tuple(dict.fromkeys(question.missing)) if result in ("unknown", "fail") else ()
    return GateAnswer(name, result, tuple(dict.fromkeys(question.because)), tuple(map(_used, law)), tuple(map(subject, law)), missing, cure)


def subject(value: LawValue) -> str:
    """Name a law value as sign-offs do: standard, edition, table and key."""
    return f"{value.standard}:{value.edition} {value.name}"


def _used(value: LawValue) -> LawUsed:
    return LawUsed(value.standard, value.name, value.value, value.unit, value.clause, value.source, value.confidence)


@cache
def _rules(law: LawBook) -> Rules:
    return Rules(law)
