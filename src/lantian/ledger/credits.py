"""Credits in double-entry books: each movement is one act of the audit chain, balanced, of serials that lie in one account at a time (plan arts 5, 12, 17)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete, insert, select

from lantian.kernel.errors import InputError
from lantian.ledger.credit_choice import choose_in, credit_in, first_of, held_in, part_of, parts_in
from lantian.ledger.credit_model import (
    AVAILABLE,
    MOVES,
    OUTSIDE,
    PLEDGED,
    RESERVED,
    Credit,
    Key,
    Line,
    Part,
    Posting,
    Range,
    Source,
    posting_of,
    unit_of,
)
from lantian.ledger.credit_tables import credit, entry, part
from lantian.ledger.model import Act
from lantian.ledger.records import By, get_in
from lantian.ledger.store import Turn

DAY = timedelta(days=1)


def create_in(turn: Turn, source: Source, realised: date | None, by: By) -> Credit:
    """Number the serials of a verified fact: at once available where it is realised, else pledged.

    The record that proves it must exist; a source that was credited for the item before raises ``InputError``, the same intent again gives the credit made.
    """
    known = _done(turn, "create", by)
    if known is not None:
        return credit_in(turn, known.lines[0].range.credit)
    get_in(turn, source.evidence)
    if type(source.amount) is not int or source.amount <= 0:
        raise InputError(f"a credit of {source.amount!r} thousandths cannot be numbered; give a whole positive number")
    before = turn.connection.execute(select(credit.c.id, credit.c.evidence).where(credit.c.source == source.source, credit.c.item == source.key.item)).first()
    if before is not None:
        raise InputError(f"{source.source} was credited with {source.key.item} already as {before.id} (evidence {before.evidence}); nothing is credited twice")
    day = _dated(realised or by.at.date(), by)
    number = turn.next_number()
    made = Credit(f"credit-{number}", number, source.key, source.amount, source.source, source.evidence, source.expires, source.nature)
    place, whole = source.key.place, Range(made.id, 1, source.amount)
    state = PLEDGED if realised is None else AVAILABLE
    lines = (Line(whole, OUTSIDE, place, "", -source.amount), Line(whole, state, place, "", source.amount))
    row = _row(made)
    _tell(turn, "create", made.id, place, day, lines, by, {"credit": row})
    turn.connection.execute(insert(credit).values(**row))
    _enter(turn, number, day, lines)
    turn.connection.execute(insert(part).values(**_part_row(Part(whole, state, place, "", day, number))))
    return made


def realise_in(turn: Turn, id: str, amount: int | None, evidence: str, day: date, by: By) -> Posting:  # noqa: A002 - the credit's id
    """Make pledged serials of a credit available from the day on which its measure was realised, proved by a record; without an amount all of them."""
    get_in(turn, evidence)
    made = credit_in(turn, id)
    held = [each for each in parts_in(turn, part.c.credit == id, part.c.state == PLEDGED) if each.day <= day]
    return (
        _move(turn, "realise", id, first_of(held, amount, f"pledged of {id}"), day, by, more={"evidence": evidence})
        if held
        else _none(turn, "realise", made, by)
    )


def reserve_in(turn: Turn, key: Key, amount: int, holder: str, day: date, by: By, among: Iterable[Range] = ()) -> Posting:
    """Reserve serials of an account for an application: those named, or those that expire first; what is not realised or has expired is not taken.

    Too little raises ``InputError`` with what lies there.
    """
    known = _done(turn, "reserve", by)
    if known is not None:
        return known
    if not holder:
        raise InputError("a reservation is for an application; name it")
    taken = choose_in(turn, key, amount, day, among)
    return _move(turn, "reserve", str(key), taken, day, by, holder=holder)


def commit_in(turn: Turn, holder: str, day: date, by: By, needs: Mapping[str, int] | None = None) -> Posting | None:
    """Bind what is reserved for an application for good, on its approval; None where it reserved nothing and needs nothing.

    Less reserved than it ``needs`` by item, or serials that have expired since, raises ``InputError``.
    """
    known = _done(turn, "commit", by)
    if known is not None:
        return known
    held = held_in(turn, holder, RESERVED)
    sums: dict[str, int] = {}
    for each in held:
        lot = credit_in(turn, each.range.credit)
        if lot.expires is not None and lot.expires < day:
            raise InputError(f"{each.range} expired on {lot.expires}; release the reservation of {holder} and reserve others")
        sums[lot.key.item] = sums.get(lot.key.item, 0) + each.range.amount
    for item, asked in (needs or {}).items():
        if sums.get(item, 0) < asked:
            raise InputError(f"{holder} reserved {unit_of(sums.get(item, 0))} of {item}, it needs {unit_of(asked)}; reserve the rest first")
    return _move(turn, "commit", holder, held, day, by, holder=holder) if held else None


def release_in(turn: Turn, holder: str, day: date, by: By, states: Iterable[str] = (RESERVED,)) -> Posting | None:
    """Give back what an application holds, on its refusal or withdrawal; of an approval that was revoked also what is committed. None where it holds nothing."""
    return _of_holder(turn, "release", holder, tuple(states), day, by, "")


def retire_in(turn: Turn, holder: str, day: date, by: By) -> Posting | None:
    """Use up for ever what is committed to an application, when its project goes into production; None where nothing is."""
    return _of_holder(turn, "retire", holder, MOVES["retire"][0], day, by, holder)


def transfer_in(turn: Turn, key: Key, amount: int, place: str, day: date, by: By, among: Iterable[Range] = ()) -> Posting:
    """Move available serials of an account to another place; item and industry stay."""
    known = _done(turn, "transfer", by)
    if known is not None:
        return known
    if place == key.place:
        raise InputError(f"{key} lies at {place} already; name another place")
    return _move(turn, "transfer", str(key), choose_in(turn, key, amount, day, among), day, by, place=place)


def expire_in(turn: Turn, day: date, by: By) -> list[Posting]:
    """Take out what nobody reserved and whose last day of use is over; each counts from the day after that."""
    found = []
    rows = turn.connection.execute(select(credit.c.id, credit.c.expires).where(credit.c.expires < day.isoformat()).order_by(credit.c.number)).all()
    for row in rows:
        held = parts_in(turn, part.c.credit == row.id, part.c.state.in_(MOVES["expire"][0]))
        if held:
            since = max([date.fromisoformat(row.expires) + DAY, *(each.day for each in held)])
            found.append(_move(turn, "expire", row.id, held, since, By(by.actor, by.origin, by.ground, by.at)))
    return found


def void_in(turn: Turn, id: str, day: date, by: By) -> Posting:  # noqa: A002 - the credit's id
    """Take out what nobody holds of a credit whose ground fell away."""
    made = credit_in(turn, id)
    held = parts_in(turn, part.c.credit == id, part.c.state.in_(MOVES["void"][0]))
    return _move(turn, "void", id, held, day, by) if held else _none(turn, "void", made, by)


def _row(made: Credit) -> dict[str, Any]:
    names = ("id", "number", "amount", "source", "evidence", "nature")
    own = {name: getattr(made.key, name) for name in ("place", "item", "industry")}
    return {name: getattr(made, name) for name in names} | own | {"expires": None if made.expires is None else made.expires.isoformat()}


def _part_row(held: Part) -> dict[str, Any]:
    own = {"credit": held.range.credit, "first": held.range.first, "last": held.range.last}
    return own | {"state": held.state, "place": held.place, "holder": held.holder, "day": held.day.isoformat(), "posting": held.posting}


def _of_holder(turn: Turn, move: str, holder: str, states: tuple[str, ...], day: date, by: By, after: str) -> Posting | None:
    known = _done(turn, move, by)
    if known is not None:
        return known
    if not set(states) <= set(MOVES[move][0]):
        raise InputError(f"{move} does not start from {', '.join(states)}; it starts from {', '.join(MOVES[move][0])}")
    held = held_in(turn, holder, *states) if holder else []
    return _move(turn, move, holder, held, day, by, holder=after) if held else None


def _none(turn: Turn, move: str, made: Credit, by: By) -> Posting:
    known = _done(turn, move, by)
    if known is not None:
        return known
    raise InputError(f"nothing of {made.id} is {' or '.join(MOVES[move][0])}, so there is nothing to {move}")


def _move(
    turn: Turn, move: str, subject: str, held: list[Part], day: date, by: By, *, holder: str = "", place: str = "", more: Mapping[str, Any] | None = None
) -> Posting:
    """Move ranges into another account by one balanced posting, which is one act."""
    known = _done(turn, move, by)
    if known is not None:
        return known
    _dated(day, by)
    for each in held:
        if each.day > day:
            raise InputError(f"{each.range} is {each.state} since {each.day}; it cannot be moved as of {day}, give that day or a later one")
    number, end = turn.next_number(), MOVES[move][1]
    lines: list[Line] = []
    for each in held:
        lines.append(Line(each.range, each.state, each.place, each.holder, -each.range.amount))
        lines.append(Line(each.range, end, place or each.place, holder, each.range.amount))
    posting = _tell(turn, move, subject, held[0].place, day, tuple(lines), by, more or {})
    _enter(turn, number, day, lines)
    for each in held:
        _put(turn, Part(each.range, end, place or each.place, holder, day, number))
    return posting


def _put(turn: Turn, new: Part) -> None:
    """Put a range into its new account, splitting the one that held it."""
    own = new.range
    around = turn.connection.execute(select(part).where(part.c.credit == own.credit, part.c.first <= own.first, part.c.last >= own.last)).mappings().one()
    old = part_of(around)
    rows = [new]
    if old.range.first < own.first:
        rows.append(Part(Range(own.credit, old.range.first, own.first - 1), old.state, old.place, old.holder, old.day, old.posting))
    if old.range.last > own.last:
        rows.append(Part(Range(own.credit, own.last + 1, old.range.last), old.state, old.place, old.holder, old.day, old.posting))
    turn.connection.execute(delete(part).where(part.c.credit == own.credit, part.c.first == old.range.first))
    turn.connection.execute(insert(part), [_part_row(each) for each in rows])


def _enter(turn: Turn, number: int, day: date, lines: Iterable[Line]) -> None:
    rows = [
        {"posting": number, "line": at, "credit": each.range.credit, "first": each.range.first, "last": each.range.last, "state": each.state}
        | {"place": each.place, "holder": each.holder, "amount": each.amount, "day": day.isoformat()}
        for at, each in enumerate(lines, 1)
    ]
    turn.connection.execute(insert(entry), rows)


def _tell(turn: Turn, move: str, subject: str, place: str, day: date, lines: tuple[Line, ...], by: By, more: Mapping[str, Any]) -> Posting:
    told = [[each.range.credit, each.range.first, each.range.last, each.state, each.place, each.holder, each.amount] for each in lines]
    after = {"day": day.isoformat(), "lines": told} | dict(more)
    act = turn.append(Act(by.actor, by.origin, place, f"credit.{move}", subject, None, after, by.ground, by.once), by.at)
    return Posting(act.number, act.at, move, day, lines)


def _done(turn: Turn, move: str, by: By) -> Posting | None:
    """Give the posting that an intent already made; one that did something else raises ``InputError``."""
    known = turn.done(by.once)
    if known is None:
        return None
    if known.act.kind != f"credit.{move}":
        raise InputError(f"the intent {by.once!r} already did {known.act.kind} (act {known.number}); give {move} a name of its own")
    return posting_of(known.number, known.at, move, known.act.after)


def _dated(day: date, by: By) -> date:
    if day > by.at.date():
        raise InputError(f"{day} lies after the day of the act, {by.at.date()}; nothing is booked ahead")
    return day
