"""What the page of credits shows: balances of any past day, movements, whether the books are sound, tasks of capacity, two registers."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from lantian.app.acting import now
from lantian.app.capacity import standings, totals
from lantian.app.credits import place_of
from lantian.app.flows import flow_of
from lantian.app.house import House
from lantian.kernel.errors import InputError, unknown
from lantian.kernel.place_id import NATION, within
from lantian.ledger import Record
from lantian.ledger.credit_model import STATES, Broken, Posting, unit_of
from lantian.web.credit_words import CREDIT_CHOICES, ITEMS, MOVES, item_words
from lantian.web.credit_words import STATES as STATE_WORDS
from lantian.web.project_words import industry

CAPACITY_ITEM = re.compile(r"capacity:[a-z_]{1,40}")
MOVEMENTS = 30
"""How many of the last movements are shown (our choice)."""
REGISTERS = ("relocation", "illegal_project")


@dataclass
class Auditor:
    """Checks the books anew only when something was booked since."""

    house: House
    _known: tuple[int, list[Broken]] = field(default=(-1, []))

    def broken(self) -> list[Broken]:
        """Give the faults of the books."""
        newest = self.house.desk.ledger.newest("credit.")
        if self._known[0] != newest:
            self._known = (newest, self.house.credits.books.check())
        return self._known[1]


def asked_day(text: str | None) -> date:
    """Read the day asked for, by default today."""
    if not text:
        return now().date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(f"no day {text!r}; write it as 2015-12-08") from None


def balance_rows(house: House, place: str, item: str | None, on: date) -> list[dict[str, Any]]:
    """Give a line an account: what of it is in which state [the item's unit]."""
    if item and item not in ITEMS and not CAPACITY_ITEM.fullmatch(item):
        raise unknown("item", item, (*ITEMS, "capacity:cement"))
    rows: dict[Any, dict[str, Any]] = {}
    for each in house.credits.books.balances(place=place, item=item or None, on=on):
        row = rows.setdefault(each.key, {"place": each.key.place, "item": each.key.item, "industry": each.key.industry, "states": {}})
        row["states"][each.state] = float(unit_of(each.amount))
    return list(rows.values())


def credits_view(house: House, auditor: Auditor, place: str | None, item: str | None, on: str | None) -> dict[str, Any]:
    """Give the page."""
    day, code = asked_day(on), place_of(house, place)
    rows = balance_rows(house, code, item, day)
    for row in rows:
        named = house.atlas.place(row["place"])
        row |= {"named": {"zh": named.short, "en": named.name_en}, "said": _pair(item_words(row["item"])), "of": _pair(_industry(row["industry"]))}
        row["lines"] = [(_pair(STATE_WORDS[state]), exactly(row["states"][state])) for state in STATES if state in row["states"]]
    tasks = [each for each in standings(house, day) if within(each.task.place, code) or within(code, each.task.place)]
    return {
        "rows": rows,
        "day": day,
        "asked": {"place": place or "", "item": item or "", "on": day.isoformat()},
        "items": [
            ("SO2", *item_words("SO2")),
            ("NOx", *item_words("NOx")),
            ("PM", *item_words("PM")),
            ("VOC", *item_words("VOC")),
            ("coal", *item_words("coal")),
        ]
        + [(f"capacity:{each}", *item_words(f"capacity:{each}")) for each in ("iron", "steel", "cement", "flat_glass")],
        "place": {"zh": "全国", "en": "the nation"} if code == NATION else {"zh": house.atlas.place(code).short, "en": house.atlas.place(code).name_en},
        "broken": auditor.broken(),
        "numbered": sum(each.amount for each in house.credits.books.find()),
        "movements": [movement(house, each) for each in house.credits.books.recent(MOVEMENTS)],
        "tasks": [_task(house, each) for each in sorted(tasks, key=lambda each: (not each.missed, each.task.due, each.task.id))],
        "missed": sum(each.missed for each in tasks),
        "totals": [{"total": each, "said": _pair(_industry(each.industry))} for each in totals(house, day)],
        "registers": [register(house, name, code, day) for name in REGISTERS],
    }


def exactly(amount: float | Decimal) -> str:
    """Print an amount of the books with all its decimals.

    >>> exactly(Decimal("12345.678")), exactly(2.5)
    ('12,345.678', '2.5')
    """
    return f"{Decimal(str(amount)):,}".removesuffix(".0")


def movement(house: House, posting: Posting) -> dict[str, Any]:
    """Give a line a movement: what it did to which serials, for which project."""
    lot = house.credits.books.get(posting.lines[0].range.credit)
    into = next(each for each in posting.lines if each.amount > 0)
    out = posting.lines[0]
    places = [house.atlas.place(each) for each in (out.place, into.place)]
    to = {lang: " → ".join(dict.fromkeys(names)) for lang, names in (("zh", [each.short for each in places]), ("en", [each.name_en for each in places]))}
    holder = into.holder or out.holder
    public = bool(holder) and _public(house, holder)
    return {
        "number": posting.number,
        "day": posting.day,
        "what": _pair(MOVES[posting.move]),
        "item": _pair(item_words(lot.key.item)),
        "amount": exactly(unit_of(posting.amount)),
        "serials": [str(each) for each in posting.ranges],
        "place": to,
        "holder": holder,
        "link": f"/project/{holder}" if public else None,
    }


def register(house: House, name: str, place: str, on: date) -> dict[str, Any]:
    """Give a register: its public entries with state and day, how many stand where, how many are overdue."""
    flow = flow_of(name)
    found = [each for each in house.desk.public([name]) if within(each.place, place)]
    rows = [_entry(house, each, on) for each in sorted(found, key=lambda each: (str(each.body.get("due") or "9999"), each.id))]
    counts = Counter(each.state for each in found)
    return {
        "flow": flow,
        "rows": rows,
        "counts": [(flow.states[state], counts[state]) for state in flow.states if counts[state]],
        "late": sum(each["late"] for each in rows),
    }


def _entry(house: House, record: Record, on: date) -> dict[str, Any]:
    body, flow, place = record.body, flow_of(record.flow), house.atlas.place(record.place)
    due, kind = str(body.get("due") or ""), str(body.get("measure") or body.get("fault"))
    return {
        "record": record,
        "state": flow.states[record.state],
        "place": {"zh": place.short, "en": place.name_en},
        "industry": _pair(_industry(body["industry"])),
        "kind": _pair(CREDIT_CHOICES[kind]),
        "due": due,
        "late": due != "" and record.state not in flow.closed and date.fromisoformat(due) < on,
    }


def _task(house: House, standing: Any) -> dict[str, Any]:
    place = house.atlas.place(standing.task.place)
    unit = str(house.law.value("law_capacity_measure", on=standing.task.due, industry=standing.task.industry).value)
    return {"standing": standing, "place": {"zh": place.short, "en": place.name_en}, "industry": _pair(_industry(standing.task.industry)), "unit": unit}


def _public(house: House, holder: str) -> bool:
    try:
        record = house.desk.records.get(holder)
    except InputError:
        return False
    return record.flow == "application" and record.state in flow_of(record.flow).public


def _industry(key: str) -> tuple[str, str]:
    return industry(key)


def _pair(words: tuple[str, str]) -> dict[str, str]:
    return {"zh": words[0], "en": words[1]}
