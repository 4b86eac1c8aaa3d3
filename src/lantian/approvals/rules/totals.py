"""Gates of totals: the quota of four pollutants, what is offset by it, the coal that replaces coal (plan arts 12, 17)."""

from __future__ import annotations

from lantian.approvals.model import POLLUTANTS, Result
from lantian.approvals.rules.plant import large_unit
from lantian.approvals.rules.question import STEP, Question, enough

AMBIENT = {"SO2": ("SO2", "PM2.5"), "NOx": ("NO2", "PM2.5"), "PM": ("PM10", "PM2.5"), "VOC": ("PM2.5",)}
"""The ambient pollutants that each is judged by."""


def quota(q: Question) -> Result:
    """That the four pollutants keep within the total control is confirmed before the EIA is approved (C174); what the ledger knows to be left bounds it."""
    added = {}
    for each in POLLUTANTS:
        if q.law("law_quota_precondition", each) is not None:
            added[each] = q.app.emissions.get(each)
    lacking = [f"emissions.{each}" for each, amount in added.items() if amount is None]
    if not lacking and not any(added.values()):
        return q.say("not_applicable", "quota.no_emission")
    shut = "total_quota" not in q.app.documents
    if shut:
        q.document("total_quota")
        q.say("fail", "quota.none")
    for each, amount in added.items():
        left = q.facts.quota_left(q.app.place, each, q.on) if amount else None
        if left is not None and amount is not None and amount > left:
            q.say("fail", "quota.over", pollutant=each, amount=amount, left=left)
            q.world("quota", pollutant=each, amount=round(amount - left, 3))
            shut = True
    q.lacks(*lacking)
    if shut:
        return "fail"
    return "unknown" if lacking else q.say("pass", "quota.held")


def offset(q: Question) -> Result:
    """What a project adds is offset by reductions: one for one, two for one where last year's mean of the place failed (环发〔2014〕197号)."""
    if q.rules.find("law_offset_ratio", q.on, "attained") is None:
        return "not_applicable"
    results = {_offset_of(q, each, amount) for each, amount in ((each, q.app.emissions.get(each)) for each in POLLUTANTS) if amount is None or amount > 0}
    if not results:
        return q.say("not_applicable", "quota.no_emission")
    return "fail" if "fail" in results else "unknown" if "unknown" in results else "pass"


def _offset_of(q: Question, pollutant: str, amount: float | None) -> Result:
    if amount is None:
        return q.lacks(f"emissions.{pollutant}")
    low, high = ratios(q, pollutant)
    own = q.rules.find("law_credit_own_industry", q.on, pollutant, q.app.industry)
    if own is not None:
        q.used.append(own)
    held = q.offered(pollutant, "" if own is None else own.value)
    if held is None:
        return q.lacks(f"credits.{pollutant}")
    values = {"pollutant": pollutant, "amount": amount, "held": round(held, 3)}
    if enough(held, amount * high):
        return q.say("pass", "offset.enough", ratio=high, **values)
    if not enough(held, amount * low):
        q.more(pollutant, amount * high, held, "" if own is None else own.value)
        return q.say("fail", "offset.lacking", ratio=low, needed=round(amount * low, 3), **values)
    q.say("unknown", "offset.between", low=low, high=high, **values)
    return q.lacks(*(f"attained.{each}" for each in AMBIENT[pollutant]))


def ratios(q: Question, pollutant: str) -> tuple[float, float]:
    """Give the least and the greatest ratio that may hold; they differ only where last year's air is not known. Cases in tests/approvals."""
    coal = [each for each in q.app.units if each.fuel == "coal"]
    if coal and all(each.near_gas_turbine for each in coal):
        found = q.must("law_offset_ratio", "near_gas_turbine")
        return float(found.value), float(found.value)
    year, known = q.on.year - 1, True
    for name in AMBIENT[pollutant]:
        good = q.facts.attained(q.app.place, name, year)
        known = known and good is not None
        doubled = q.rules.find("law_offset_failing", q.on, name) if good is False else None
        if doubled is not None and pollutant in doubled.value:
            q.used.append(doubled)
            q.say("fail", "offset.failed", ambient=name, year=year)
            failed = q.must("law_offset_ratio", "failed")
            return float(failed.value), float(failed.value)
    one = q.must("law_offset_ratio", "attained")
    return float(one.value), float(one.value if known else q.must("law_offset_ratio", "failed").value)


def coal(q: Question) -> Result:
    """In the three regions a project that uses coal replaces more coal than it uses; large units built in place of several old ones, as much (C128, C130)."""
    burning = any(each.fuel == "coal" for each in q.app.units)
    if not q.app.coal and not burning:
        return "not_applicable"
    area = "regions" if q.in_regions() else next((each for each in q.facts.groups(q.app.place) if q.rules.find("law_coal_ratio", q.on, each, "plain")), None)
    if area is None or q.law("law_coal_ratio", area, "plain") is None:
        return "not_applicable"
    if q.app.coal is None:
        return q.lacks("coal")
    held = q.offered("coal")
    if held is None:
        return q.lacks("credits.coal")
    equal = large_unit(q)
    needed = q.app.coal if equal else q.app.coal + STEP
    values = {"coal": q.app.coal, "held": round(held, 3)}
    if enough(held, needed):
        return q.say("pass", "coal.equal" if equal else "coal.less", **values)
    q.more("coal", needed, held)
    return q.say("fail", "coal.lacking", **values)
