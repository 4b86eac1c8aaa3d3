"""Use case: the limits that bind an outlet on a day, each with its reason, and why the others do not apply."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from typing import Any

from lantian.kernel.finding import LawUsed, Message
from lantian.law import LawBook
from lantian.places import Atlas
from lantian.sources.model import POLLUTANTS, Outlet, Registry
from lantian.sources.rules.limits import Candidate, Limit, limit_for
from lantian.sources.service.registry_rows import site_of

Answer = dict[str, Any]


def limit_of(registry: Registry, law: LawBook, outlet: str, pollutant: str, on: date, places: Atlas | None = None) -> Limit:
    """Give the limit that binds a pollutant of an outlet on a day; an unknown outlet raises ``InputError``."""
    facts = registry.outlet(outlet, on)
    return limit_for(law, facts, site_of(facts, places), pollutant, on, registry.permits(facts, on=on))


def limits_of(registry: Registry, law: LawBook, outlet: str, on: date, places: Atlas | None = None, pollutants: Iterable[str] = POLLUTANTS) -> Answer:
    """Give every limit that was considered for an outlet on a day, which one binds, and why, as data to be put into words."""
    facts = registry.outlet(outlet, on)
    told = {name: limit_of(registry, law, outlet, name, on, places) for name in pollutants}
    return {
        "outlet": outlet,
        "name": facts.name,
        "name_en": facts.name_en or facts.name,
        "date": on.isoformat(),
        "simulated": facts.simulated,
        "facts": facts_of(facts),
        "limits": {name: as_answer(limit) for name, limit in told.items()},
    }


def facts_of(outlet: Outlet) -> Answer:
    """Give the facts of an outlet on which its limits rest."""
    names = ("standard", "unit_type", "fuel", "capacity", "capacity_unit", "approved", "commissioned", "retired", "urban_core", "ultra_low", "place")
    return {name: each.isoformat() if isinstance(each := getattr(outlet, name), date) else each for name in names} | {"reported": outlet.day.isoformat()}


def as_answer(limit: Limit) -> Answer:
    """Give a limit as data: value and reference oxygen, item with its title, reasons, the law it rests on, what else was considered."""
    return {
        "value": limit.value,
        "unit": "mg/m³",
        "reference_oxygen": limit.reference_oxygen,
        "standard": limit.standard,
        "item": limit.item,
        "title": None if not limit.item else as_data(item_title(limit.item)),
        "clause": limit.clause,
        "because": [as_data(each) for each in limit.because],
        "provisional": limit.provisional,
        "confidence": str(limit.confidence),
        "law": [_law(each) for each in limit.law],
        "considered": [_considered(each) for each in limit.considered],
    }


def item_title(item: str) -> Message:
    """Give the title of a limit's item, as it stands in ``rule_limit`` and in the hours.

    >>> item_title("gb_13223:existing").key, item_title("permit:P1").values
    ('source.item.existing', {'of': 'P1'})
    """
    of, _, kind = item.partition(":")
    if of in ("permit", "ultra_low"):
        return Message("source.item.permit", {"of": kind}) if of == "permit" else Message("source.item.ultra_low")
    word, _, variant = kind.partition(":")
    standard = of.replace("_", " ").upper()
    return {
        "new": Message("source.item.new", {"of": standard}),
        "existing": Message("source.item.existing", {"of": standard}),
        "special": Message("source.item.special", {"of": standard}),
        "four_provinces": Message("source.item.four_provinces", {"of": standard}),
        "nox_exempt": Message("source.item.nox_exempt", {"of": standard}),
    }.get(variant or word, Message("source.item.general", {"of": standard}))


def as_data(message: Message) -> Answer:
    """Give a reason as data."""
    return {"key": message.key, "values": dict(message.values)}


def _law(each: LawUsed) -> Answer:
    return asdict(each) | {"confidence": str(each.confidence)}


def _considered(each: Candidate) -> Answer:
    return {
        "item": each.item,
        "title": as_data(item_title(each.item)),
        "value": each.value,
        "applies": each.applies,
        "clause": each.clause,
        "because": [as_data(reason) for reason in each.because],
    }
