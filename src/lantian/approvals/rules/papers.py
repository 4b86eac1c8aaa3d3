"""Gates of what must be assessed before a project is approved: its environmental impact, that of its plan, its use of energy (plan arts 15, 16)."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from lantian.approvals.model import Part, Result
from lantian.approvals.rules.question import Question
from lantian.kernel.finding import Message

CLASSES = {"eia_registration": 1, "eia_form": 2, "eia_report": 3}
LEVELS = {"below": 0, "national": 1, "international": 2}


def eia(q: Question) -> Result:
    """Every project is assessed, in the class that the directory gives its industry; a report, the strictest, always serves (C164); cases in tests/approvals."""
    q.law("law_project_bar", "eia_before_start")
    known = q.rules.find("law_industry_class", q.on, "known")
    if known is None or q.app.industry not in known.value:
        return q.lacks("industry")
    held = max((CLASSES[each] for each in q.app.documents if each in CLASSES), default=0)
    needed = _class(q)
    if not held:
        q.document(needed or "eia_report")
        return q.say("fail", "eia.none")
    if needed is None:
        return q.say("pass", "eia.report") if held == CLASSES["eia_report"] else q.lacks("eia_class")
    if held < CLASSES[needed]:
        q.document(needed)
        return q.say("fail", "eia.class", needed=Message(f"gate.document.{needed}"))
    return q.say("pass", "eia.held", needed=Message(f"gate.document.{needed}"))


def _class(q: Question) -> str | None:
    found = q.law("law_eia_class", q.app.industry)
    if found is not None:
        return f"eia_{found.value}"
    boilers = [each for each in q.app.units if each.kind == "boiler"]
    if not boilers or len(boilers) < len(q.app.units) or any(each.size is None for each in boilers):
        return None
    bounds = {each.fuel: q.rules.find("law_eia_boiler", q.on, each.fuel) for each in boilers}
    if any(bound is None for bound in bounds.values()):
        return None
    total = sum((each.size or 0.0) * each.number for each in boilers)
    bound = q.must("law_eia_boiler", boilers[0].fuel)
    return "eia_report" if total > bound.value else "eia_form"


def plan_eia(q: Question) -> Result:
    """A project that belongs to a development plan waits for that plan's own assessment (C168); cases in tests/approvals."""
    if q.app.in_plan is None:
        return q.lacks("in_plan")
    if not q.app.in_plan:
        return "not_applicable"
    q.law("law_project_bar", "plan_eia_first")
    if "plan_eia" in q.app.documents:
        return q.say("pass", "plan_eia.held")
    q.document("plan_eia")
    return q.say("fail", "plan_eia.none")


def energy_review(q: Question) -> Result:
    """A project is reviewed for its use of energy before it is approved (C153), from the use that the rules in force name; cases in tests/approvals."""
    bound = q.law("law_energy_review", "reviewed_from")
    if bound is None:
        return "not_applicable"
    if "energy_review" in q.app.documents:
        return q.say("pass", "energy.reviewed")
    if bound.value > 0:
        if q.app.energy is None:
            return q.lacks("energy")
        if q.app.energy < bound.value:
            return q.say("not_applicable", "energy.small", energy=q.app.energy, bound=bound.value)
    q.document("energy_review")
    return q.say("fail", "energy.none")


def energy_level(q: Question) -> Result:
    """A new energy-intensive project is as efficient as the best of the nation, in the three regions as the best of the world, its equipment of grade 1 (C154–C156)."""
    if q.app.nature != "new" or not q.of_class("energy_intensive"):
        return "not_applicable"
    needed = q.must("law_energy_level", "regions" if q.in_regions() else "anywhere")
    grade = q.must("law_equipment_grade", "energy_using")
    results: list[Result] = []
    if not q.app.energy_level:
        results.append(q.lacks("energy_level"))
    elif LEVELS.get(q.app.energy_level, -1) < LEVELS[needed.value]:
        q.change(lambda: Part("project", "energy_level", needed.value, Message("gate.cure.level", {"level": Message(f"gate.level.{needed.value}")})))
        results.append(q.say("fail", "energy.level", needed=Message(f"gate.level.{needed.value}"), told=Message(f"gate.level.{q.app.energy_level}")))
    for at, unit in enumerate(q.app.units):
        if unit.efficiency_grade is None:
            results.append(q.lacks(f"units[{at + 1}].efficiency_grade"))
        elif unit.efficiency_grade > grade.value:
            better = replace(unit, efficiency_grade=grade.value)
            q.change(partial(Part, "unit", str(at), better, Message("gate.cure.grade", {"at": at + 1, "grade": grade.value})))
            results.append(q.say("fail", "energy.grade", at=at + 1, told=unit.efficiency_grade, needed=grade.value))
    if "fail" in results:
        return "fail"
    return "unknown" if results else q.say("pass", "energy.good", needed=Message(f"gate.level.{needed.value}"))
