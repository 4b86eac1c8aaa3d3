"""Gates of what is built: small coal boilers, coal power, designed limits, capacity, backward equipment (plan arts 1, 4, 6, 12, 16, 17)."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from lantian.approvals.model import Part, Result, Unit
from lantian.approvals.rules.question import Question, enough, plain
from lantian.kernel.finding import Message

SEVERAL = 2
"""多台: at least two."""
STACK = ("SO2", "NOx", "PM")


def boiler(q: Question) -> Result:
    """New coal boilers up to 20 t/h are banned in built-up areas of cities, elsewhere in principle up to 10 t/h (C015, C016); cases in tests/approvals."""
    found = [(at, each) for at, each in enumerate(q.app.units) if each.kind == "boiler" and each.fuel == "coal"]
    if not found:
        return "not_applicable"
    results = [_boiler(q, at, each) for at, each in found]
    return "fail" if "fail" in results else "unknown" if "unknown" in results else "pass"


def _boiler(q: Question, at: int, unit: Unit) -> Result:
    inside, outside = q.must("law_small_boiler", "built_up"), q.must("law_small_boiler", "elsewhere")
    if unit.size is None:
        return q.lacks(f"units[{at + 1}].size")
    built_up = q.app.built_up
    bound = outside.value if built_up is False else inside.value
    if unit.size > bound:
        return q.say("pass", "boiler.large", at=at + 1, size=unit.size, bound=bound)
    if built_up is None and unit.size > outside.value:
        return q.lacks("built_up")
    q.change(lambda: _larger(q, at, unit, bound))
    return q.say("fail", "boiler.built_up" if built_up else "boiler.elsewhere", at=at + 1, size=unit.size, bound=bound if built_up else outside.value)


def _larger(q: Question, at: int, unit: Unit, bound: float) -> Part:
    """Give the next size of the series above the bound, or gas where the series ends; the size before it would not do."""
    series = q.rules.find("law_boiler_series", q.on, "sizes")
    sizes = [] if series is None else series.value
    larger = next((each for each in sizes if each > bound), None)
    if larger is None:
        return Part("unit", str(at), replace(unit, fuel="gas"), Message("gate.cure.gas", {"at": at + 1}))
    before = max((each for each in sizes if each <= bound), default=bound)
    return Part(
        "unit",
        str(at),
        replace(unit, size=float(larger)),
        Message("gate.cure.boiler", {"size": larger, "told": plain(unit.size)}),
        replace(unit, size=float(before)),
    )


def coal_power(q: Question) -> Result:
    """In the three regions no project has a coal power station of its own, and new coal power is approved only as heat and power together (C127, C129).

    Large units in place of several old ones of 300 MW together may be (C130).
    """
    found = [(at, each) for at, each in enumerate(q.app.units) if each.kind == "power_unit" and each.fuel == "coal"]
    if not found or not q.in_regions():
        return "not_applicable"
    results = [_coal_power(q, at, each) for at, each in found]
    return "fail" if "fail" in results else "unknown" if "unknown" in results else "pass"


def _coal_power(q: Question, at: int, unit: Unit) -> Result:
    if unit.purpose == "chp":
        q.law("law_coal_project", "coal_power")
        return q.say("pass", "power.chp", at=at + 1)
    if not unit.purpose:
        return q.lacks(f"units[{at + 1}].purpose")
    if unit.purpose == "self_owned":
        q.law("law_coal_project", "self_owned_plant")
        q.change(lambda: Part("unit", str(at), replace(unit, fuel="gas"), Message("gate.cure.gas", {"at": at + 1})))
        return q.say("fail", "power.self_owned", at=at + 1)
    q.law("law_coal_project", "coal_power")
    if large_unit(q):
        return q.say("pass", "power.large", at=at + 1)
    if any(each.size is None for each in q.app.replaced_units):
        return q.lacks("replaced_units.size")
    q.change(lambda: Part("unit", str(at), replace(unit, purpose="chp"), Message("gate.cure.chp", {"at": at + 1})))
    return q.say("fail", "power.new", at=at + 1, together=replaced(q))


def replaced(q: Question) -> float:
    """Give the capacity [MW] of the coal units that the project closes."""
    return sum((each.size or 0.0) * each.number for each in q.app.replaced_units if each.kind == "power_unit" and each.fuel == "coal")


def large_unit(q: Question) -> bool:
    """Tell whether the project builds large coal units in place of several old ones of 300 MW or more together (C130); cases in tests/approvals."""
    old = sum(each.number for each in q.app.replaced_units)
    if old < SEVERAL or not any(each.kind == "power_unit" and each.fuel == "coal" for each in q.app.units):
        return False
    bound = q.law("law_large_unit", "units_together")
    return bound is not None and replaced(q) >= bound.value


def special_limits(q: Question) -> Result:
    """In the 47 cities new plants of six industries and coal boilers are built for the special limits (C176); the designed concentrations say whether."""
    units = [(at, each) for at, each in enumerate(q.app.units) if each.kind == "boiler" and each.fuel == "coal"]
    if q.of_class("special"):
        units = list(enumerate(q.app.units))
        if not units:
            return q.lacks("units")
    if not units:
        return "not_applicable"
    lies = q.facts.key47(q.app.place, q.on)
    if lies is None:
        return q.lacks("key47")
    if not lies:
        return "not_applicable"
    if q.rules.find("law_special_core_only", q.on, q.facts.city(q.app.place)) is not None and not q.app.urban_core:
        return q.lacks("urban_core") if q.app.urban_core is None else "not_applicable"
    results = [_special(q, at, each) for at, each in units]
    return next((each for each in ("fail", "unknown", "pass") if each in results), "not_applicable")


def _special(q: Question, at: int, unit: Unit) -> Result:
    if not unit.standard or not unit.unit_type:
        return q.lacks(f"units[{at + 1}].standard")
    since = q.rules.find("law_special_new", q.on, unit.standard)
    if since is None or q.on < since.value:
        return "not_applicable"
    results: list[Result] = []
    for pollutant in STACK:
        limit = q.rules.of_standard(unit.standard, q.on, unit.unit_type, "special", "plain", pollutant)
        if limit is None:
            continue
        q.used.append(limit)
        designed = unit.limits.get(pollutant)
        if designed is None:
            results.append(q.lacks(f"units[{at + 1}].limits.{pollutant}"))
        elif designed > limit.value:
            bound = float(limit.value)
            better = replace(unit, limits={**unit.limits, pollutant: bound})
            q.change(
                partial(Part, "unit", f"{at}:{pollutant}", better, Message("gate.cure.limit", {"at": at + 1, "pollutant": pollutant, "limit": plain(bound)}))
            )
            results.append(q.say("fail", "special.over", at=at + 1, pollutant=pollutant, designed=designed, limit=bound))
        else:
            results.append(q.say("pass", "special.kept", at=at + 1, pollutant=pollutant, designed=designed, limit=float(limit.value)))
    return next((each for each in ("fail", "unknown", "pass") if each in results), "unknown")


def capacity(q: Question) -> Result:
    """Capacity that the industries of 两高 add is replaced by as much or more that is retired, at the ratio of the day and place (C081, C095)."""
    if not q.of_class("replaced") and not q.of_class("overcapacity"):
        return "not_applicable"
    if q.app.capacity is None:
        return q.lacks("capacity")
    if not q.app.capacity:
        return q.say("not_applicable", "capacity.none_added")
    amount = measured(q)
    if amount is None:
        return q.lacks("capacity_unit")
    ratio = capacity_ratio(q)
    held = q.offered(f"capacity:{q.app.industry}")
    if held is None:
        return q.lacks("credits.capacity")
    needed = amount * ratio
    values = {"capacity": q.app.capacity, "unit": q.app.capacity_unit, "ratio": ratio, "held": round(held, 3)}
    if enough(held, needed):
        return q.say("pass", "capacity.enough", **values)
    q.more(f"capacity:{q.app.industry}", needed, held)
    return q.say("fail", "capacity.lacking", needed=round(needed, 3), **values)


def measured(q: Question) -> float | None:
    """Give the added capacity in the unit in which the accounts of the industry are kept; None where its own unit cannot be turned into that. Cases in tests/approvals."""
    kept = q.rules.find("law_capacity_measure", q.on, q.app.industry)
    if kept is None or q.app.capacity is None:
        return q.app.capacity
    own, of_accounts = (q.rules.find("law_capacity_unit", q.on, each) for each in (q.app.capacity_unit, kept.value))
    if own is None or of_accounts is None:
        return None
    return q.app.capacity * float(own.value) / float(of_accounts.value)


def capacity_ratio(q: Question) -> float:
    """Give how much is retired for each unit added, of the nearest rule: the province's, the region's, the plan's; cases in tests/approvals."""
    groups = q.facts.groups(q.app.place)
    areas = [*(each for each in groups if each.isdigit()), "regions" if q.in_regions() else "elsewhere"]
    for area in areas:
        found = q.law("law_capacity_ratio", q.app.industry, area)
        if found is not None:
            return float(found.value)
    plain = q.must("law_capacity_ratio", "*", "*")
    return float(plain.value)


def backward(q: Question) -> Result:
    """Backward equipment is not moved from one place to another (C171)."""
    moved = [(at, each) for at, each in enumerate(q.app.units) if each.moved_from or each.backward]
    if not moved:
        return "not_applicable"
    q.law("law_project_bar", "backward_moved")
    results: list[Result] = []
    for at, unit in moved:
        if unit.backward is None:
            results.append(q.lacks(f"units[{at + 1}].backward"))
        elif unit.backward:
            better = replace(unit, backward=False, moved_from="")
            q.change(partial(Part, "unit", str(at), better, Message("gate.cure.backward", {"at": at + 1})))
            results.append(q.say("fail", "backward.moved", at=at + 1, place=unit.moved_from or "—"))
    return "fail" if "fail" in results else "unknown" if results else q.say("pass", "backward.sound")
