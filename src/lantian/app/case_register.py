"""The register of cases: counts by the five published classes, the lists handed to credit and tax."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from lantian.app.cases import FLOW, SERVED
from lantian.enforcement.model import CLASSES
from lantian.enforcement.rules.measures import case_classes
from lantian.kernel.place_id import within
from lantian.ledger import Record

if TYPE_CHECKING:
    from lantian.app.house import House

PUBLIC = ("published", "closed")
CREDIT = ("credit_code", "title", "case", "violation", "decided_on", "fine", "daily_days", "daily_total", "classes", "published_on", "state", "simulated")
TAX = ("credit_code", "outlet", "pollutant", "violation", "start", "finish", "decided_on", "served_on", "fine", "case", "simulated")
RISKY = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would take for a formula."""


def classes_of(record: Record) -> tuple[str, ...]:
    """Give the published classes a case counts in."""
    body = record.body
    return case_classes([each["measure"] for each in body.get("measures", ())], int(body.get("daily", {}).get("days", 0)))


def statistics(house: House, place: str | None = None, year: int | None = None) -> dict[str, Any]:
    """Count served cases of a place and year of decision: by class, with fines; beside the national counts where those of the year are known.

    Simulated cases are counted apart, never among the others.
    """
    held = [each for each in house.desk.records.find([FLOW], place, states=SERVED) if year is None or each.body["decided_on"][:4] == str(year)]
    real = [each for each in held if not each.body.get("simulated")]
    counted = {name: _sum([each for each in real if name in classes_of(each)]) for name in CLASSES}
    nation = {str(v.key["class"]): v.value for v in house.law.values("law_case_class") if year is not None and v.valid_from.year == year}
    return {
        "all": _sum(real),
        "classes": counted,
        "simulated": len(held) - len(real),
        "nation": nation,
        "years": sorted({each.body["decided_on"][:4] for each in held}),
    }


def credit_rows(house: House, place: str | None = None) -> list[dict[str, Any]]:
    """Give the published decisions for the credit register."""
    return [_credit(each) for each in _published(house, place)]


def tax_rows(house: House, place: str | None = None) -> list[dict[str, Any]]:
    """Give the published decisions for the tax office: in the months of an exceedance no reduction is granted (environmental tax law)."""
    return [_tax(each) for each in _published(house, place)]


def as_csv(names: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """Write rows as CSV; a cell that a spreadsheet would take for a formula begins with an apostrophe.

    >>> as_csv(["a"], [{"a": "=1+1"}, {"a": "x"}]).split()
    ['a', "'=1+1", 'x']
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(names)
    writer.writerows([[_cell(row.get(name)) for name in names] for row in rows])
    return text.getvalue()


def _published(house: House, place: str | None) -> list[Record]:
    held = house.desk.records.find([FLOW], states=PUBLIC)
    return sorted((each for each in held if place is None or within(each.place, place)), key=lambda each: (each.body["decided_on"], each.id))


def _credit(record: Record) -> dict[str, Any]:
    body = record.body
    daily = body.get("daily", {})
    told = {"credit_code": record.owner, "case": record.id, "state": record.state, "classes": " ".join(classes_of(record))}
    told |= {name: body.get(name) for name in ("title", "violation", "decided_on", "published_on")}
    return told | {"fine": body["amount"], "daily_days": daily.get("days", 0), "daily_total": daily.get("total", 0), "simulated": bool(body.get("simulated"))}


def _tax(record: Record) -> dict[str, Any]:
    body = record.body
    told = {name: body.get(name) for name in ("outlet", "pollutant", "violation", "start", "finish", "decided_on", "served_on")}
    return told | {"credit_code": record.owner, "fine": body["amount"], "case": record.id, "simulated": bool(body.get("simulated"))}


def _sum(records: Sequence[Record]) -> dict[str, int]:
    fines = sum(int(each.body["amount"]) for each in records)
    daily = sum(int(each.body.get("daily", {}).get("total", 0)) for each in records)
    return {"cases": len(records), "fines": fines, "daily": daily}


def _cell(value: Any) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(RISKY) and not isinstance(value, int | float) else text
