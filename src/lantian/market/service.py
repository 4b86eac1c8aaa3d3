"""Use cases of the market room: the bill of a quarter from the months of outlets, the premiums of a unit from its hours, both as plain data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from lantian.kernel.errors import InputError
from lantian.kernel.finding import LawUsed, Message
from lantian.kernel.period import DAY, Period, parse_period
from lantian.kernel.quantity import exact, round_half_even
from lantian.law import LawBook
from lantian.market.model import FEN, Bill, Charged, Discharge, Generated, Line, Premium, Tariff
from lantian.market.rules.levy import levy_lines, tax_lines
from lantian.market.rules.tariff import premium

Rows = Iterable[Mapping[str, Any]]
LEVY, TAX = "levy", "tax"


def bill(law: LawBook, outlets: Iterable[Charged], months: Rows, quarter: str | Period, limits: Rows = (), until: date | None = None) -> Bill:
    """Reckon what is owed for a quarter: the levy to the end of 2017, the tax from 2018.

    Parameters
    ----------
    law
        The law book.
    outlets
        The outlets that are charged; one that has no row for a month is unknown in it, not free of charge.
    months
        Rows of ``outlet_month`` (outlet, pollutant, month, mean, exceeding_hours, mass, substituted_mass, complete), of any months; other sources of a mass are rows
        with ``method`` monitoring, coefficient, sampling or generated.
    quarter
        Such as 2015Q4; no quarter raises ``InputError``.
    until
        The last day that is known; months that begin later are left out, and a quarter that is not over says so.
    limits
        Rows of ``rule_limit`` (outlet, pollutant, limit_value, valid_from, valid_to, provisional); that of the month's first day counts.
    """
    period = parse_period(quarter) if isinstance(quarter, str) else quarter
    if period.kind != "quarter":
        raise InputError(f"no quarter {period.label!r}; levy and tax are filed by the quarter, write it as 2015Q4")
    kind = TAX if law.values("law_tax_rule", on=period.start, rule="items") else LEVY
    reckon = tax_lines if kind == TAX else levy_lines
    told, allowed = _by(months, "outlet"), _by(limits, "outlet", "pollutant")
    lines: list[Line] = []
    charged = list(outlets)
    for outlet in charged:
        own = told.get((outlet.outlet,), [])
        for first in _months(period):
            if until is not None and first > until:
                break
            if (outlet.commissioned and outlet.commissioned >= _after(first)) or (outlet.retired and outlet.retired <= first):
                continue
            lines += reckon(law, outlet, _emitted(law, outlet, own, allowed, first), first)
    due = period.end + timedelta(days=int(law.value("law_tax_rule", on=period.start, rule="filing_days").value)) if kind == TAX else None
    running = until if until is not None and until < period.end else None
    return Bill(kind, period.label, tuple(lines), due, any(outlet.simulated for outlet in charged), running)


def particles(law: LawBook, standard: str, on: date) -> str:
    """Say whether the particles of an outlet are smoke or dust in the eyes of levy and tax, by the standard that binds it (our own reading)."""
    found = law.values("law_particle_item", on=on, bound_by=standard) or law.values("law_particle_item", on=on, bound_by="*")
    return str(found[0].value)


Index = Mapping[tuple[Any, ...], list[Mapping[str, Any]]]


def _by(rows: Rows, *names: str) -> Index:
    """Lay rows out by some of their columns."""
    found: dict[tuple[Any, ...], list[Mapping[str, Any]]] = {}
    for row in rows:
        found.setdefault(tuple(row[name] for name in names), []).append(row)
    return found


def _months(period: Period) -> list[date]:
    return sorted({day.replace(day=1) for day in period})


def _after(first: date) -> date:
    return (first + 31 * DAY).replace(day=1)


def _emitted(law: LawBook, outlet: Charged, rows: Rows, limits: Index, first: date) -> list[Discharge]:
    """Read the rows of one month; an item of the outlet that has none is unknown."""
    month = f"{first:%Y-%m}"
    dust = next((item for item in outlet.items if item in ("smoke", "dust")), "smoke")
    found = [_discharge(row, dust, limits, first) for row in rows if row["month"] == month]
    known = {each.item for each in found if each.method != "generated"}
    for item in known - {str(value.key["item"]) for value in law.values("law_equivalent", on=first)} - {"VOC"}:
        raise InputError(f"outlet {outlet.outlet} has a row of {item!r} in {month}, which no levy or tax knows; name it as law_equivalent does")
    return found + [Discharge(outlet.outlet, item, month, None) for item in outlet.items if item not in known]


def _discharge(row: Mapping[str, Any], dust: str, limits: Index, first: date) -> Discharge:
    """Read one row of ``outlet_month``; the particles of a stack take the name that levy and tax have for them."""
    allowed = next((each for each in limits.get((row["outlet"], row["pollutant"]), ()) if _binds(each, first)), None)
    mass = _number(row.get("mass"))
    if mass is not None and mass < 0:
        raise InputError(f"outlet {row['outlet']} has {row['mass']} kg of {row['pollutant']} in {row['month']}; a mass is never below zero, mend the hours")
    return Discharge(
        str(row["outlet"]),
        dust if row["pollutant"] == "PM" else str(row["pollutant"]),
        str(row["month"]),
        mass,
        _number(row.get("mean")),
        None if allowed is None else _number(allowed["limit_value"]),
        None if row.get("exceeding_hours") is None else int(row["exceeding_hours"]),
        bool(row.get("complete", 1)),
        _number(row.get("substituted_mass")) or Fraction(0),
        str(row.get("method") or "online"),
        bool(allowed and allowed.get("provisional")),
    )


def _number(value: Any) -> Fraction | None:
    return None if value is None else exact(value)


def _binds(limit: Mapping[str, Any], on: date) -> bool:
    start, end = _day(limit.get("valid_from")), _day(limit.get("valid_to"))
    return limit["limit_value"] is not None and (start is None or start <= on) and (end is None or on <= end)


def _day(value: Any) -> date | None:
    return value.date() if isinstance(value, datetime) else value


def tariff(law: LawBook, power: Iterable[Generated]) -> Tariff:
    """Reckon the premiums of a coal-fired unit from the power sent out and how each pollutant stood meanwhile."""
    rows = list(power)
    return Tariff(tuple(premium(law, name, [row for row in rows if row.pollutant == name]) for name in dict.fromkeys(row.pollutant for row in rows)))


def bill_json(found: Bill) -> dict[str, Any]:
    """Give a bill as plain data; every line says why, sums are exact to the fen."""
    return {
        "kind": found.kind,
        "quarter": found.quarter,
        "total": str(found.total),
        "at_least": found.at_least,
        "due": None if found.due is None else found.due.isoformat(),
        "simulated": found.simulated,
        "over": found.until is None,
        "unit": "yuan",
        "lines": [line_json(line) for line in found.lines],
        "unknown": [_message(each) for each in found.unknown],
        "provisional": [_message(each) for each in found.provisional],
    }


def line_json(line: Line) -> dict[str, Any]:
    """Give one line as plain data."""
    return {
        "outlet": line.outlet,
        "month": line.month,
        "item": line.item,
        "called": dict(line.called),
        "counts": line.counts,
        "kg": _float(line.kg),
        "equivalents": _float(line.equivalents),
        "rate": _float(line.rate),
        "rate_unit": line.unit,
        "factor": _float(line.factor),
        "amount": None if line.amount is None else str(round_half_even(line.amount, FEN)),
        "at_least": line.least,
        "confidence": line.confidence.value,
        "because": [_message(each) for each in line.because],
        "law": [_used(each) for each in line.law],
        "provisional": [_message(each) for each in line.provisional],
    }


def tariff_json(found: Tariff) -> dict[str, Any]:
    """Give premiums as plain data."""
    sums = {name: str(getattr(found, name)) for name in ("earned", "taken_back", "fine_most")}
    return sums | {"at_least": found.at_least, "unit": "yuan", "premiums": [_premium(each) for each in found.premiums]}


def _premium(each: Premium) -> dict[str, Any]:
    yuan = {name: str(round_half_even(getattr(each, name), FEN)) for name in ("earned", "taken_back", "fine_most")}
    kwh = {name: _float(getattr(each, name)) for name in ("kwh", "over_kwh", "far_over_kwh", "excused_kwh", "unknown_kwh")}
    said = {"because": [_message(one) for one in each.because], "law": [_used(one) for one in each.law]}
    return {"control": each.control, "pollutant": each.pollutant, **kwh, **yuan, **said, "provisional": [_message(one) for one in each.provisional]}


def _float(value: Fraction | None) -> float | None:
    return None if value is None else float(value)


def _message(message: Message) -> dict[str, Any]:
    return {"key": message.key, "values": dict(message.values)}


def _used(each: LawUsed) -> dict[str, Any]:
    return {
        "standard": each.standard,
        "item": each.item,
        "value": each.value,
        "unit": each.unit,
        "clause": each.clause,
        "source": each.source,
        "confidence": each.confidence.value,
    }
