"""What a standard takes an outlet's unit for: which standard, which class of its tables, how large, new or existing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from lantian.kernel.finding import Message
from lantian.sources.model import Outlet
from lantian.sources.rules.emission_law import EmissionLaw

STEAM = "t/h"


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as a standard sees it; ``name``, its class, is empty where that cannot be told, and ``because`` says why. ``groups`` holds both where no date decides."""

    standard: str
    name: str
    because: tuple[Message, ...] = ()
    word: object = None
    size: str = "*"
    groups: tuple[str, ...] = ()
    new_from: date | None = None
    assumed: bool = False


def unit_of(book: EmissionLaw, outlet: Outlet) -> Unit:
    """Give what the law takes an outlet's unit for; cases in tests/sources/limits."""
    standard = outlet.standard or _chosen(book, outlet)
    if not standard:
        return Unit("", "", (Message("source.limit.no_standard", {"outlet": outlet.outlet}),))
    if standard not in book.standards:
        return Unit(standard, "", (Message("source.limit.other_standard", {"standard": standard}),))
    found = book.unit_class(standard, outlet.unit_type, outlet.fuel)
    if found is None:
        return Unit(standard, "", (Message("source.limit.no_class", {"standard": standard, "unit": outlet.unit_type or None, "fuel": outlet.fuel or None}),))
    word = {"key": f"source.class.{standard}.{found.value}", "values": {}}
    outside = outside_of(book, standard, outlet)
    if outside is not None:
        return Unit(standard, "", (outside,), word)
    groups, new_from, assumed = groups_of(book, standard, outlet)
    made = Unit(standard, str(found.value), (), word, size_of(book, standard, outlet), groups, new_from, assumed)
    return made if outlet.standard else replace(made, because=(Message("source.limit.chosen_standard", {"standard": found.source}),))


def _chosen(book: EmissionLaw, outlet: Outlet) -> str:
    """Choose the one standard that knows the type of unit and holds its size; none or several: nothing is chosen."""
    fits = [
        standard
        for standard in book.standards
        if book.unit_class(standard, outlet.unit_type, outlet.fuel) and outlet.capacity_unit == STEAM and outside_of(book, standard, outlet) is None
    ]
    by_type = [standard for standard in book.standards if outlet.unit_type in book.unit_types(standard)]
    found = by_type if len(by_type) == 1 else fits
    return found[0] if len(found) == 1 else ""


def outside_of(book: EmissionLaw, standard: str, outlet: Outlet) -> Message | None:
    """Say that a unit is too small or too large for a standard; None where it is not, or where its size is not given in t/h of steam; cases in tests/sources/limits."""
    if outlet.capacity is None or outlet.capacity_unit != STEAM:
        return None
    above, up_to = (book.find("law_emission_scope", standard, outlet.unit_type, bound) for bound in ("above", "up_to"))
    values = {"capacity": f"{outlet.capacity:g}"}
    if above is not None and outlet.capacity <= above.value:
        return Message("source.limit.too_small", values | {"standard": above.source, "bound": above.value})
    if up_to is not None and outlet.capacity > up_to.value:
        return Message("source.limit.too_large", values | {"standard": up_to.source, "bound": up_to.value})
    return None


def size_of(book: EmissionLaw, standard: str, outlet: Outlet) -> str:
    """Give 'small' or 'large' where a standard parts units by size, 'unknown' where it does and the size is not known, else '*'; cases in tests/sources/limits."""
    if book.find("law_emission_size", standard, STEAM) is None:
        return "*"
    bound = book.find("law_emission_size", standard, outlet.capacity_unit)
    if bound is None or outlet.capacity is None:
        return "unknown"
    return "small" if outlet.capacity <= bound.value else "large"


def groups_of(book: EmissionLaw, standard: str, outlet: Outlet) -> tuple[tuple[str, ...], date | None, bool]:
    """Give new or existing by the day of EIA approval; without it by commissioning, which is assumed once that lies after the border; cases in tests/sources/limits."""
    border = book.find("law_emission_day", standard, "new_from")
    new_from: date | None = None if border is None else border.value
    day = outlet.approved or outlet.commissioned
    if new_from is None or day is None:
        return ("new", "existing"), new_from, False
    return ("new" if day >= new_from else "existing",), new_from, outlet.approved is None and day >= new_from
