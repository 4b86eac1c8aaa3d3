"""Reading registers of sources: each row checked cell by cell and as a whole, every fault told with its line and cure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from functools import cache, partial
from typing import Any

from lantian.kernel.errors import InputError, unknown
from lantian.kernel.period import HOUR
from lantian.lake.declaration.base import LINE
from lantian.lake.load import Fault
from lantian.law import LawBook, book
from lantian.places import Atlas
from lantian.sources.readers.fields import day_of, read_cell
from lantian.sources.readers.forms import SHEETS
from lantian.sources.rules.emission_law import emission_law
from lantian.sources.service.door import setting

Numbered = Iterable[tuple[int, Mapping[str, str | None]]]
Parsed = Iterator[dict[str, Any] | Fault]
Row = dict[str, Any]
LONGEST = 500
ORDERED = (("installed", "removed"), ("commissioned", "retired"), ("valid_from", "valid_to"), ("time", "until"))
"""Pairs of which the second may not lie before the first."""


def parse_sheet(name: str, rows: Numbered, atlas: Atlas) -> Parsed:
    """Read one register: a good row, or the fault that names everything that is wrong with it."""
    law = book()
    for line, cells in rows:
        row: Row = {}
        wrong = []
        for field in SHEETS[name]:
            try:
                row[field.name] = read_cell(field, cells.get(field.name), atlas)
            except InputError as error:
                wrong.append(str(error))
        if not wrong:
            wrong = [*_order(row), *CHECKS.get(name, _nothing)(row, law)]
        if wrong:
            yield Fault(line, " | ".join(wrong), ",".join(value or "" for value in cells.values())[:LONGEST])
            continue
        if "day" not in row:
            row["day"] = day_of(row["time"])
        yield row | {LINE: line}


def _order(row: Row) -> Iterator[str]:
    for first, second in ORDERED:
        start, end = row.get(first), row.get(second)
        if isinstance(start, date | datetime) and end is not None and end < start:
            yield f"{second} {end} lies before {first} {start}; swap them or mend one"
    if (row.get("longitude") is None) != (row.get("latitude") is None):
        yield "longitude and latitude stand only together; fill in the other or neither"


def _nothing(_: Row, __: LawBook) -> Iterator[str]:
    yield from ()


def _outlet(row: Row, law: LawBook) -> Iterator[str]:
    """A stack's type of unit and fuel must be ones that its standard knows, where that standard is held here."""
    known, standard, unit_type = emission_law(law), row["standard"], row["unit_type"]
    if standard in known.standards and unit_type:
        if unit_type not in known.unit_types(standard):
            yield str(unknown("unit_type", unit_type, known.unit_types(standard), where=f" in {standard}"))
        elif known.unit_class(standard, unit_type, row["fuel"]) is None:
            fuels = [each for each in known.fuels(standard, unit_type) if each != "*"]
            yield f"fuel {row['fuel']!r} does not tell the class of a {unit_type} in {standard}; write {' or '.join(fuels)}"
    if row["capacity"] is not None and not row["capacity_unit"]:
        yield f"capacity {row['capacity']:g} has no unit; write t/h or MW into capacity_unit"


@cache
def _factors(law: LawBook) -> frozenset[str]:
    return frozenset(value.key["factor"] for value in law.values("law_factor"))


def _factor(row: Row, law: LawBook) -> Iterator[str]:
    if row["factor"] not in _factors(law):
        yield str(unknown("factor", row["factor"], _factors(law)))


def _value(row: Row, law: LawBook) -> Iterator[str]:
    """An instant has no length; a mean has one, and nothing that was sent is nothing to load."""
    yield from _factor(row, law)
    if (row["cn"] == "2011") != (row["minutes"] == 0):
        yield f"cn {row['cn']} with {row['minutes']} minutes; 2011 is an instant (0), the others are means of a period"
    if all(row[each] is None for each in ("value", "low", "high", "total", "corrected")) and not row["flag"]:
        yield "no value, total or flag stands there; leave the row out"


def _permit(row: Row, _: LawBook) -> Iterator[str]:
    if row["limit"] is None and row["quota"] is None:
        yield "neither limit nor quota is given; a permit says at least one"


def _logger(row: Row, law: LawBook) -> Iterator[str]:
    """The units in which a device differs from the standard are read as the door will read them."""
    named = [part.partition("=")[0].strip().partition("-")[0] for part in row["units"].replace("；", ";").split(";") if part.strip()]
    yield from (str(unknown("factor", each, _factors(law))) for each in named if each not in _factors(law))
    strange = setting(row["label"], row["interval"] or 1, row["units"]).unknown
    for each in sorted(strange):
        if each.partition("-")[0] in _factors(law):
            yield f"units of {each} cannot be turned into the lake's; write a34004=µg/m³; a21026=ppm; a00000=m³/h"


def _hour(row: Row, _: LawBook) -> Iterator[str]:
    if row["time"] != row["time"].replace(minute=0, second=0, microsecond=0):
        before = row["time"].replace(minute=0, second=0, microsecond=0)
        yield f"time {row['time']} is no full hour; write the hour's end, {before + HOUR:%Y-%m-%d %H:%M} or {before:%Y-%m-%d %H:%M}"


CHECKS: dict[str, Callable[[Row, LawBook], Iterator[str]]] = {
    "outlets": _outlet,
    "analysers": _factor,
    "loggers": _logger,
    "permits": _permit,
    "reference_values": _hour,
    "device_values": _value,
}
Layout = tuple[tuple[str, ...], Callable[[Numbered, Atlas], Parsed]]


def sheet_layouts() -> dict[tuple[str, str], Layout]:
    """Give the formats of this room: the columns that a register needs, and its parser."""
    return {(name, "tidy"): (tuple(field.name for field in fields if field.needed), partial(parse_sheet, name)) for name, fields in SHEETS.items()}
