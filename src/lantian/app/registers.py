"""The registers of sources for the command line: lists, one outlet or enterprise, its limits, and lists of others laid beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from lantian.air.readers.files import read_rows
from lantian.app.house import House
from lantian.kernel.decision import Actor
from lantian.kernel.errors import InputError, unknown
from lantian.kernel.period import NOW
from lantian.ledger import By, Record
from lantian.sources.model import Outlet, Registry
from lantian.sources.rules.matching import Named
from lantian.sources.service.limits import limits_of
from lantian.sources.service.matching import Laid, drafts, lay_beside
from lantian.sources.service.registry import open_registry

Answer = dict[str, Any]
CALLED = {"名称": "name", "企业名称": "name", "单位名称": "name", "统一社会信用代码": "code", "地区": "place", "城市": "place"}
"""How lists of others call the columns that are read."""


def registry_of(house: House) -> Registry:
    """Open the registers at the house's clock."""
    return open_registry(house.lake, house.moment, house.atlas)


def day_at(house: House) -> date:
    """Give the day of the house's clock, today where it has none."""
    return date.today() if house.moment.as_of is None else house.moment.as_of.date()


def outlet_lines(house: House, place: str | None = None) -> list[Answer]:
    """Give the outlets of a place, or all, as lines of a list."""
    registry = registry_of(house)
    code = None if place is None else house.atlas.find(place).code
    return [_line(house, registry, each) for each in registry.outlets(code)]


def _line(house: House, registry: Registry, outlet: Outlet) -> Answer:
    owner = registry.enterprise_reports.get(outlet.enterprise)
    names = ("outlet", "name", "enterprise", "standard", "unit_type", "fuel", "capacity", "capacity_unit", "simulated")
    return {name: getattr(outlet, name) for name in names} | {
        "enterprise_name": owner.name if owner else None,
        "place": outlet.place,
        "place_name": house.atlas.place(outlet.place).short if outlet.place else None,
        "device": registry.device_of(outlet.outlet, day_at(house)),
    }


def described(house: House, key: str) -> Answer:
    """Give everything registered of an outlet, or of an enterprise by its credit code or name; an unknown one raises ``InputError``."""
    registry = registry_of(house)
    if registry.outlet_reports.get(key) is not None:
        return _outlet(registry, registry.outlet(key))
    code = key if registry.enterprise_reports.get(key) is not None else _by_name(registry, key)
    return {
        "enterprise": _plain(registry.enterprise(code)),
        "plants": [_plain(each) for each in registry.plants(code)],
        "outlets": [_outlet(registry, each) for each in registry.outlets(enterprise=code)],
    }


def _by_name(registry: Registry, name: str) -> str:
    found = [each.enterprise for each in registry.enterprises() if name in (each.name, each.name_en)]
    if len(found) > 1:
        raise InputError(f"{len(found)} enterprises are called {name!r}: {', '.join(found)}; name one by its credit code")
    if not found:
        names = [*registry.outlet_reports.names(), *(each.name for each in registry.enterprises()), *registry.enterprise_reports.names()]
        raise unknown("outlet or enterprise", name, names)
    return found[0]


def _outlet(registry: Registry, outlet: Outlet) -> Answer:
    """Give an outlet with what stands at it, and how often it was reported."""
    return {
        "outlet": _plain(outlet),
        "reports": [each.day.isoformat() for each in registry.outlet_reports.history(outlet.outlet)],
        "loggers": [_plain(each) for each in registry.loggers(outlet.outlet)],
        "analysers": [_plain(each) for each in {each.analyser: each for each in registry.analysers_of(outlet.outlet)}.values()],
        "permits": [_plain(each) for each in registry.permits(outlet)],
    }


def _plain(noun: Any) -> Answer:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in asdict(noun).items()}


def outlet_limits(house: House, outlet: str, on: date) -> Answer:
    """Give the limits of an outlet on a day with every reason."""
    return limits_of(registry_of(house), house.law, outlet, on, house.atlas)


def read_list(path: Path) -> list[Named]:
    """Read a list of enterprises: a column ``name``, and ``code`` and ``place`` where it has them."""
    rows: list[tuple[int, dict[str, str | None]]] = list(read_rows(path, ("name",), CALLED))
    return [
        Named(f"{line}", (row["name"] or "").strip(), (row.get("code") or "").strip(), (row.get("place") or "").strip()) for line, row in rows if row["name"]
    ]


def lay(house: House, path: Path, listed_as: str) -> list[Laid]:
    """Lay a list beside the registers, with what people decided about it before."""
    return lay_beside(registry_of(house), house.law, read_list(path), day_at(house), _decided(house), listed_as, house.atlas)


def _decided(house: House) -> list[Mapping[str, Any]]:
    return [each.body | {"state": each.state} for each in house.desk.records.find(["match"])]


def propose(house: House, actor: Actor, laid: list[Laid], listed_as: str, by: By) -> list[Record]:
    """Make a record for each name that is proposed and not yet asked about; a person decides it."""
    registry = open_registry(house.lake, NOW, house.atlas)
    asked = {(each["enterprise"], each["name"], each["list"]) for each in _decided(house)}
    made = []
    for given in drafts(laid, listed_as):
        if (given["enterprise"], given["name"], given["list"]) not in asked:
            made.append(house.desk.make(actor, "match", registry.enterprise(given["enterprise"]).place, given, by))
    return made
