"""Gates of where a project stands and who applies: zones, lists of firms, suspended places, building before approval (plan arts 5, 7, 16, 17, 18, 28)."""

from __future__ import annotations

from datetime import date

from lantian.approvals.model import Part, Result
from lantian.approvals.rules.plant import measured
from lantian.approvals.rules.question import Question, enough
from lantian.kernel.finding import Message


def location(q: Question) -> Result:
    """Major projects go to the zones meant for them; 两高 not to fragile or sensitive ground; heavy polluters leave the urban core, none comes (C163, C167, C189)."""
    two_high, heavy = q.of_class("two_high"), q.of_class("heavy")
    if not two_high and not heavy and q.app.major is False:
        return "not_applicable"
    results: list[Result] = []
    if heavy:
        results.append(_core(q))
    zones = q.app.zones
    if zones is None:
        return "fail" if "fail" in results else q.lacks("zones")
    for zone in sorted(zones):
        use = q.law("law_zone", zone)
        if use is None:
            continue
        if use.value == "none" or (use.value == "no_two_high" and two_high):
            q.world("site", zone=Message(f"gate.zone.{zone}"))
            results.append(q.say("fail", "location.zone", zone=Message(f"gate.zone.{zone}")))
    if q.app.major is None:
        results.append(q.lacks("major"))
    elif q.app.major and not zones & {"optimised", "key"}:
        q.world("major_site")
        results.append(q.say("fail", "location.major"))
    return "fail" if "fail" in results else "unknown" if "unknown" in results else q.say("pass", "location.fits")


def _core(q: Question) -> Result:
    q.law("law_project_bar", "urban_core")
    if q.app.urban_core is None:
        return q.lacks("urban_core")
    if not q.app.urban_core:
        return "pass"
    q.change(lambda: Part("project", "urban_core", value=False, said=Message("gate.cure.core")))
    return q.say("fail", "location.core")


def access(q: Question) -> Result:
    """A firm of a listed industry that builds on stands on the published list of firms that meet the entry conditions (C172, C173)."""
    if q.app.nature == "new" or not q.of_class("listed"):
        return "not_applicable"
    q.law("law_project_bar", "access_list")
    listed = q.facts.access_listed(q.app.applicant, q.app.industry, q.on)
    if listed is None:
        return q.lacks("access_list")
    if listed:
        return q.say("pass", "access.listed")
    q.world("access")
    return q.say("fail", "access.not_listed")


def missed_task(q: Question) -> Result:
    """A place that missed its yearly task of retiring capacity has no project of key industries handled until it has done it (C089)."""
    if not q.of_class("two_high") and not q.of_class("overcapacity"):
        return "not_applicable"
    missed = q.facts.missed_tasks(q.app.place, q.on)
    if missed is None:
        return q.lacks("missed_tasks")
    if not missed:
        return q.say("pass", "missed.none")
    q.law("law_project_bar", "missed_task")
    for each in missed:
        q.world("missed", year=each.year, industry=Message(f"gate.industry.{each.industry}"), ground=each.ground)
        q.say("fail", "missed.task", year=each.year, industry=Message(f"gate.industry.{each.industry}"), ground=each.ground)
    return "fail"


def freeze(q: Question) -> Result:
    """Under a freeze of approvals no project that adds its pollutants is approved, but those of livelihood and abatement (C269)."""
    lying = q.facts.freezes(q.app.place, q.on)
    if lying is None:
        return q.lacks("freezes")
    binding = [each for each in lying if not each.industries or q.app.industry in each.industries]
    if not binding:
        return q.say("pass", "freeze.none")
    q.law("law_project_bar", "frozen")
    if q.app.serves and q.law("law_freeze_exempt", q.app.serves) is not None:
        return q.say("pass", "freeze.exempt")
    results: list[Result] = []
    for each in binding:
        amounts = [(name, q.app.emissions.get(name)) for name in sorted(each.pollutants)]
        if not each.pollutants or any(amount for _, amount in amounts):
            said = "、".join(sorted(each.pollutants)) or "*"
            q.world("freeze", ground=each.ground)
            results.append(q.say("fail", "freeze.lies", ground=each.ground, pollutants=said))
        elif any(amount is None for _, amount in amounts):
            results.append(q.lacks(*(f"emissions.{name}" for name, amount in amounts if amount is None)))
    return "fail" if "fail" in results else "unknown" if results else q.say("pass", "freeze.other")


def illegal(q: Question) -> Result:
    """Nothing is built before it is approved; what was begun unapproved, or approved beyond the power to, stops (C097, C098, C165)."""
    app = q.app
    if app.approved is not None and q.of_class("overcapacity") and app.capacity:
        held = q.offered(f"capacity:{app.industry}")
        added = measured(q)
        if held is not None and added is not None and not enough(held, added):
            q.law("law_project_bar", "beyond_power")
            q.world("beyond_power")
            return q.say("fail", "illegal.beyond_power", day=f"{app.approved}")
    if app.started is None:
        return q.lacks("started")
    if app.started == date.max or app.started > q.on:
        return q.say("pass", "illegal.not_begun")
    if app.eia_approved is None:
        q.law("law_project_bar", "unapproved")
        q.world("stop")
        return q.say("fail", "illegal.unapproved", day=f"{app.started}")
    if app.eia_approved > app.started:
        q.law("law_project_bar", "built_while_approved")
        q.world("stop")
        return q.say("fail", "illegal.before", day=f"{app.started}", approved=f"{app.eia_approved}")
    return q.say("pass", "illegal.after", day=f"{app.started}", approved=f"{app.eia_approved}")
