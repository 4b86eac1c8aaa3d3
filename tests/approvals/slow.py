"""A second reading of the law of gates, written from the texts alone: straight down the YAML rows, a day and a fact at a time, without the rules' own words."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path

import yaml

import lantian.law

ROOT = Path(lantian.law.__file__).parent / "cn"
FAR = date(9999, 12, 31)


@cache
def editions(file):
    return yaml.safe_load((ROOT / f"{file}.yaml").read_text(encoding="utf-8"))


def exact(*amounts):
    return sum((Fraction(str(each)) for each in amounts), Fraction(0))


def row(file, table, on, *key):
    """Give the value of the row that starts last among those that hold."""
    best = None
    for edition in editions(file):
        content = edition["tables"].get(table)
        if content is None:
            continue
        for each in content["rows"]:
            width = len(content["keys"])
            own = each[width + 1] if len(each) > width + 1 else {}
            since = own.get("valid_from") or content.get("valid_from") or edition["valid_from"]
            until = own.get("valid_to") or content.get("valid_to") or edition.get("valid_to") or FAR
            if tuple(each[:width]) == key and since <= on <= until and (best is None or since > best[0]):
                best = (since, each[width])
    return None if best is None else best[1]


def boiler(told, app):
    if not [u for u in app.units if u.kind == "boiler" and u.fuel == "coal"]:
        return "not_applicable"
    seen = []
    for u in app.units:
        if u.kind != "boiler" or u.fuel != "coal":
            continue
        on_any_ground = {place: u.size is None or u.size <= row("approvals", "law_small_boiler", app.applied, place) for place in ("built_up", "elsewhere")}
        grounds = {True: ["built_up"], False: ["elsewhere"], None: ["built_up", "elsewhere"]}[app.built_up]
        banned = {on_any_ground[g] for g in grounds}
        seen.append("unknown" if u.size is None or len(banned) > 1 else "fail" if banned == {True} else "pass")
    return worst(seen)


def offset(told, app):
    if app.applied < date(2014, 12, 30):
        return "not_applicable"
    seen = []
    for p, beside in (("SO2", "SO2"), ("NOx", "NO2"), ("PM", "PM10"), ("VOC", None)):
        e = app.emissions.get(p)
        if e == 0:
            continue
        if e is None:
            seen.append("unknown")
            continue
        coal = [u for u in app.units if u.fuel == "coal"]
        air = [told["attained"].get("PM2.5"), told["attained"].get(beside) if beside else True]
        if coal and all(u.near_gas_turbine is True for u in coal):
            may = {1}
        elif False in air:
            may = {2}
        else:
            may = {1, 2} if None in air else {1}
        held = exact(*(o.amount for o in app.offsets if o.item == p and (app.industry != "power" or p not in ("SO2", "NOx") or o.industry == "power")))
        enough = {held >= exact(e) * ratio for ratio in may}
        seen.append("unknown" if len(enough) > 1 else "pass" if enough == {True} else "fail")
    return worst(seen) if seen else "not_applicable"


def capacity(told, app):
    replaced = row("approvals", "law_industry_class", app.applied, "replaced")
    full = row("approvals", "law_industry_class", app.applied, "overcapacity") or []
    if app.industry not in replaced and app.industry not in full:
        return "not_applicable"
    if app.capacity is None:
        return "unknown"
    if app.capacity == 0:
        return "not_applicable"
    added = in_accounts(app)
    if added is None:
        return "unknown"
    region = "regions" if {"bth13", "yrd25", "prd9"} & set(told["groups"]) else "elsewhere"
    province = next(g for g in told["groups"] if g.isdigit())
    found = [row("approvals", "law_capacity_ratio", app.applied, app.industry, where) for where in (province, region)]
    ratio = next((each for each in found if each is not None), 1)
    held = exact(*(o.amount for o in app.offsets if o.item == "capacity:" + app.industry))
    return "pass" if held >= added * exact(ratio) else "fail"


def in_accounts(app):
    kept = row("capacity", "law_capacity_measure", app.applied, app.industry)
    tonnes = [row("capacity", "law_capacity_unit", app.applied, each) for each in (app.capacity_unit, kept)]
    if kept is None:
        return exact(app.capacity)
    return None if None in tonnes else exact(app.capacity) * tonnes[0] / tonnes[1]


def coal(told, app):
    burns = any(u.fuel == "coal" for u in app.units)
    regions = bool({"bth13", "yrd25", "prd9"} & set(told["groups"]))
    shandong = "370000" in told["groups"] and app.applied >= date(2014, 12, 29)
    if (not app.coal and not burns) or not (regions or shandong):
        return "not_applicable"
    if app.coal is None:
        return "unknown"
    held = exact(*(o.amount for o in app.offsets if o.item == "coal"))
    old = [u for u in app.replaced_units for _ in range(u.number)]
    together = sum(u.size or 0 for u in old if u.kind == "power_unit" and u.fuel == "coal")
    large = any(u.kind == "power_unit" and u.fuel == "coal" for u in app.units) and len(old) > 1 and together >= 300
    return "pass" if held >= exact(app.coal) and (large or held > exact(app.coal)) else "fail"


def energy_review(told, app):
    if "energy_review" in app.documents:
        return "pass"
    if app.applied < date(2017, 1, 1):
        return "fail"
    if app.energy is None:
        return "unknown"
    return "fail" if app.energy >= 1000 else "not_applicable"


def illegal(told, app):
    full = row("approvals", "law_industry_class", app.applied, "overcapacity") or []
    if app.approved and app.capacity and app.industry in full:
        held, added = exact(*(o.amount for o in app.offsets if o.item == "capacity:" + app.industry)), in_accounts(app)
        if added is not None and held < added:
            return "fail"
    if app.started is None:
        return "unknown"
    if app.started > app.applied:
        return "pass"
    return "fail" if app.eia_approved is None or app.started < app.eia_approved else "pass"


def worst(seen):
    return "fail" if "fail" in seen else "unknown" if "unknown" in seen else "pass"


SLOW = {"boiler": boiler, "offset": offset, "capacity": capacity, "coal": coal, "energy_review": energy_review, "illegal": illegal}
