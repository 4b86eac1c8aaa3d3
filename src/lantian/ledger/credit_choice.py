"""Which serials are taken: those of an account that are realised and unexpired, the first to expire first; read within the turn that takes them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import pairwise
from typing import Any

from sqlalchemy import ColumnElement, func, select

from lantian.kernel.errors import InputError, unknown
from lantian.ledger.credit_model import AVAILABLE, PLEDGED, Credit, Key, Part, Range, unit_of
from lantian.ledger.credit_tables import credit, part
from lantian.ledger.store import Turn

FOREVER = "9999-12-31"


def credit_in(turn: Turn, id: str) -> Credit:  # noqa: A002 - the credit's id
    """Give a credit within a turn; an unknown id raises ``InputError``."""
    found = turn.connection.execute(select(credit).where(credit.c.id == id)).mappings().first()
    if found is None:
        raise unknown("credit", id, ())
    return credit_of(found)


def held_in(turn: Turn, holder: str, *states: str) -> list[Part]:
    """Give what an application holds in some states within a turn."""
    return parts_in(turn, part.c.holder == holder, part.c.state.in_(states))


def credit_of(row: Any) -> Credit:
    """Read a row of the lots."""
    expires = None if row["expires"] is None else date.fromisoformat(row["expires"])
    key = Key(row["place"], row["item"], row["industry"])
    return Credit(row["id"], row["number"], key, row["amount"], row["source"], row["evidence"], expires, row["nature"])


def part_of(row: Any) -> Part:
    """Read a row of the serial ranges."""
    return Part(Range(row["credit"], row["first"], row["last"]), row["state"], row["place"], row["holder"], date.fromisoformat(row["day"]), row["posting"])


def parts_in(turn: Turn, *conditions: ColumnElement[bool]) -> list[Part]:
    """Give ranges, those of the credit that expires first before the others."""
    order = (func.coalesce(credit.c.expires, FOREVER), credit.c.number, part.c.first)
    asked = select(part).join(credit, credit.c.id == part.c.credit).where(*conditions).order_by(*order)
    return [part_of(row) for row in turn.connection.execute(asked).mappings()]


def choose_in(turn: Turn, key: Key, amount: int, day: date, among: Iterable[Range]) -> list[Part]:
    """Choose available, realised, unexpired serials of an account."""
    if type(amount) is not int or amount <= 0:
        raise InputError(f"an amount of {amount!r} thousandths cannot be moved; give a whole positive number")
    of_key = (credit.c.item == key.item, credit.c.industry == key.industry, part.c.place == key.place)
    free = (part.c.state == AVAILABLE, part.c.day <= day.isoformat(), func.coalesce(credit.c.expires, FOREVER) >= day.isoformat())
    found = parts_in(turn, *of_key, *free)
    named = list(among)
    in_order = sorted(named, key=lambda each: (each.credit, each.first))
    for one, other in pairwise(in_order):
        if one.credit == other.credit and other.first <= one.last:
            raise InputError(f"{one} and {other} name the same serials; name each once")
    if named:
        found = [cut for each in named for cut in _cut(found, each)]
    if sum(each.range.amount for each in found) < amount:
        raise InputError(_lacking(turn, key, amount, day, found, of_key))
    return first_of(found, amount, str(key))


def _lacking(turn: Turn, key: Key, amount: int, day: date, found: list[Part], of_key: tuple[ColumnElement[bool], ...]) -> str:
    """Say how much can be used of an account, and what lies there that cannot."""
    usable = sum(each.range.amount for each in found)
    pledged = sum(each.range.amount for each in parts_in(turn, *of_key, part.c.state == PLEDGED))
    later = sum(each.range.amount for each in parts_in(turn, *of_key, part.c.state == AVAILABLE, part.c.day > day.isoformat()))
    more = f"; {unit_of(pledged)} is pledged and not realised" * bool(pledged) + f"; {unit_of(later)} counts only from a later day" * bool(later)
    return f"{key}: {unit_of(amount)} asked, {unit_of(usable)} can be used on {day}, {unit_of(amount - usable)} lacking{more}"


def _cut(found: Iterable[Part], named: Range) -> Iterator[Part]:
    for each in found:
        first, last = max(each.range.first, named.first), min(each.range.last, named.last)
        if each.range.credit == named.credit and first <= last:
            yield Part(Range(named.credit, first, last), each.state, each.place, each.holder, each.day, each.posting)


def first_of(held: list[Part], amount: int | None, what: str) -> list[Part]:
    """Take the first serials of some ranges up to an amount."""
    taken, left = [], amount
    for each in held:
        if left is None or each.range.amount <= left:
            taken.append(each)
        elif left > 0:
            taken.extend(_cut([each], Range(each.range.credit, each.range.first, each.range.first + left - 1)))
        left = None if left is None else max(0, left - each.range.amount)
        if left == 0:
            return taken
    if left:
        raise InputError(f"{unit_of(left)} more asked than is {what}")
    return taken
