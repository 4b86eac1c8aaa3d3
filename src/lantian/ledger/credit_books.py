"""Reading the books of credits: lots, who holds which serials, balances at any past date, and whether the books are sound."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from importlib import resources
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select

from lantian.kernel.errors import unknown
from lantian.kernel.place_id import stem
from lantian.ledger import credits as moves
from lantian.ledger.credit_choice import FOREVER, credit_of, part_of
from lantian.ledger.credit_model import (
    AVAILABLE,
    EXPIRED,
    MOVES,
    OUTSIDE,
    PLEDGED,
    RESERVED,
    Balance,
    Broken,
    Credit,
    Key,
    Part,
    Posting,
    Range,
    Source,
    posting_of,
)
from lantian.ledger.credit_tables import credit, entry, part
from lantian.ledger.model import Recorded
from lantian.ledger.records import By
from lantian.ledger.store import Ledger
from lantian.ledger.tables import audit


class Credits:
    """The credits of a ledger."""

    def __init__(self, ledger: Ledger) -> None:
        """Read and write through a ledger."""
        self.ledger = ledger

    def create(self, source: Source, realised: date | None, by: By) -> Credit:
        """Number the serials of a verified fact."""
        with self.ledger.turn() as turn:
            return moves.create_in(turn, source, realised, by)

    def realise(self, id: str, amount: int | None, evidence: str, day: date, by: By) -> Posting:  # noqa: A002 - the credit's id
        """Make pledged serials available."""
        with self.ledger.turn() as turn:
            return moves.realise_in(turn, id, amount, evidence, day, by)

    def reserve(self, key: Key, amount: int, holder: str, day: date, by: By, among: Iterable[Range] = ()) -> Posting:
        """Reserve serials for an application."""
        with self.ledger.turn() as turn:
            return moves.reserve_in(turn, key, amount, holder, day, by, among)

    def commit(self, holder: str, day: date, by: By) -> Posting | None:
        """Bind what is reserved for an application."""
        with self.ledger.turn() as turn:
            return moves.commit_in(turn, holder, day, by)

    def release(self, holder: str, day: date, by: By, states: Iterable[str] = (RESERVED,)) -> Posting | None:
        """Give back what an application holds."""
        with self.ledger.turn() as turn:
            return moves.release_in(turn, holder, day, by, states)

    def retire(self, holder: str, day: date, by: By) -> Posting | None:
        """Use up what is committed to an application."""
        with self.ledger.turn() as turn:
            return moves.retire_in(turn, holder, day, by)

    def transfer(self, key: Key, amount: int, place: str, day: date, by: By, among: Iterable[Range] = ()) -> Posting:
        """Move available serials to another place."""
        with self.ledger.turn() as turn:
            return moves.transfer_in(turn, key, amount, place, day, by, among)

    def expire(self, day: date, by: By) -> list[Posting]:
        """Take out what is past its last day."""
        with self.ledger.turn() as turn:
            return moves.expire_in(turn, day, by)

    def void(self, id: str, day: date, by: By) -> Posting:  # noqa: A002 - the credit's id
        """Take out what nobody holds of a credit whose ground fell away."""
        with self.ledger.turn() as turn:
            return moves.void_in(turn, id, day, by)

    def get(self, id: str) -> Credit:  # noqa: A002 - the credit's id
        """Give a credit; an unknown id raises ``InputError``."""
        with self.ledger.reading() as connection:
            found = connection.execute(select(credit).where(credit.c.id == id)).mappings().first()
        if found is None:
            raise unknown("credit", id, ())
        return credit_of(found)

    def find(self, *, place: str | None = None, item: str | None = None, evidence: str | None = None, source: str | None = None) -> list[Credit]:
        """Give the credits that arose in a place and what lies in it, of an item, from a record or a source, in their order."""
        named = {credit.c.item: item, credit.c.evidence: evidence, credit.c.source: source}
        conditions: list[ColumnElement[bool]] = [column == word for column, word in named.items() if word is not None]
        if place is not None and stem(place):
            conditions.append(credit.c.place.startswith(stem(place), autoescape=True))
        with self.ledger.reading() as connection:
            return [credit_of(row) for row in connection.execute(select(credit).where(*conditions).order_by(credit.c.number)).mappings()]

    def parts(self, *, credit_id: str | None = None, holder: str | None = None, states: Iterable[str] | None = None) -> list[Part]:
        """Give serial ranges as they are held now, of a credit, for an application, in some states."""
        conditions: list[ColumnElement[bool]] = []
        if credit_id is not None:
            conditions.append(part.c.credit == credit_id)
        if holder is not None:
            conditions.append(part.c.holder == holder)
        if states is not None:
            conditions.append(part.c.state.in_(list(states)))
        asked = select(part).join(credit, credit.c.id == part.c.credit).where(*conditions).order_by(credit.c.number, part.c.first)
        with self.ledger.reading() as connection:
            return [part_of(row) for row in connection.execute(asked).mappings()]

    def usable(self, key: Key, day: date, holder: str = "") -> list[tuple[Credit, Part]]:
        """Give what of an account can be used on a day."""
        with self.ledger.reading() as connection:
            return usable_in(connection, key, day, holder)

    def over(self, day: date) -> bool:
        """Tell whether something free is past its last day and not taken out yet."""
        free = part.c.state.in_((PLEDGED, AVAILABLE))
        with self.ledger.reading() as connection:
            return (
                connection.execute(select(part.c.credit).join(credit, credit.c.id == part.c.credit).where(free, credit.c.expires < day.isoformat())).first()
                is not None
            )

    def recent(self, count: int) -> list[Posting]:
        """Give the last movements, the newest first."""
        with self.ledger.reading() as connection:
            numbers = connection.execute(select(entry.c.posting).distinct().order_by(entry.c.posting.desc()).limit(count)).scalars().all()
        return [_posting(next(self.ledger.acts(after=number - 1))) for number in numbers]

    def postings(self, id: str) -> list[Posting]:  # noqa: A002 - the credit's id
        """Give every movement of a credit's serials in its order."""
        asked = select(entry.c.posting).where(entry.c.credit == id).distinct()
        with self.ledger.reading() as connection:
            rows = connection.execute(select(audit.c.number).where(audit.c.number.in_(asked)).order_by(audit.c.number)).scalars().all()
        return [_posting(next(self.ledger.acts(after=number - 1))) for number in rows]

    def balances(
        self, *, place: str | None = None, item: str | None = None, industry: str | None = None, on: date | None = None, known: datetime | None = None
    ) -> list[Balance]:
        """Give what lies in the accounts of a place and what lies in it, as valid on a day and as known at a moment.

        What is free and past its last day on that day is told as expired.
        """
        state: Any = entry.c.state
        conditions: list[ColumnElement[bool]] = [entry.c.state != OUTSIDE]
        if on is not None:
            conditions.append(entry.c.day <= on.isoformat())
            state = case((and_(state.in_((PLEDGED, AVAILABLE)), func.coalesce(credit.c.expires, FOREVER) < on.isoformat()), EXPIRED), else_=state)
        if known is not None:
            conditions.append(audit.c.at <= known.isoformat())
        if place is not None and stem(place):
            conditions.append(entry.c.place.startswith(stem(place), autoescape=True))
        conditions += [column == word for column, word in ((credit.c.item, item), (credit.c.industry, industry)) if word is not None]
        columns = (entry.c.place, credit.c.item, credit.c.industry, state.label("stands"))
        within = (
            select(*columns, entry.c.amount)
            .join(credit, credit.c.id == entry.c.credit)
            .join(audit, audit.c.number == entry.c.posting)
            .where(*conditions)
            .subquery()
        )
        grouped = (within.c.place, within.c.item, within.c.industry, within.c.stands)
        held = func.sum(within.c.amount)
        asked = select(*grouped, held.label("held")).group_by(*grouped).having(held != 0).order_by(*grouped)
        with self.ledger.reading() as connection:
            return [Balance(Key(row.place, row.item, row.industry), row.stands, int(row.held)) for row in connection.execute(asked)]

    def check(self) -> list[Broken]:
        """Find every fault of the books: by the query that anybody can run, then each line and lot against the act that made it."""
        with self.ledger.reading() as connection:
            rows = connection.exec_driver_sql(check_sql()).mappings().all()
        found = [Broken(row["rule"], row["place_of_fault"], str(int(row["found"])), str(int(row["wanted"]))) for row in rows]
        return found + list(self._against_acts())

    def _against_acts(self) -> Iterator[Broken]:
        """Compare lines and lots with what the audit chain says of them."""
        with self.ledger.reading() as connection:
            lines: dict[int, list[list[Any]]] = {}
            for row in connection.execute(select(entry).order_by(entry.c.posting, entry.c.line)).mappings():
                own = [row[name] for name in ("credit", "first", "last", "state", "place", "holder", "amount")]
                lines.setdefault(row["posting"], [row["day"]]).append(own)
            lots = {row["number"]: dict(row) for row in connection.execute(select(credit)).mappings()}
        for kind in sorted({*MOVES, "create"}):
            for act in self.ledger.acts(f"credit.{kind}"):
                booked, said = lines.get(act.number, []), [act.act.after["day"], *act.act.after["lines"]]
                if booked and booked != said:
                    wrong = next((pair for pair in zip(booked, said, strict=False) if pair[0] != pair[1]), (len(booked), len(said)))
                    yield Broken("as written", f"posting {act.number}", str(wrong[0]), str(wrong[1]))
                lot = lots.pop(act.number, None) if kind == "create" else None
                if kind == "create" and lot != act.act.after["credit"]:
                    yield Broken("as written", f"lot of act {act.number}", str(lot), str(act.act.after["credit"]))
        yield from (Broken("as written", f"lot {lot['id']}", f"number {number}", "an act credit.create") for number, lot in sorted(lots.items()))


def usable_in(connection: Connection, key: Key, day: date, holder: str = "") -> list[tuple[Credit, Part]]:
    """Give what of an account can be used on a day, that which expires first before the others: free, or reserved for an application already."""
    mine = or_(part.c.state == AVAILABLE, and_(part.c.state == RESERVED, part.c.holder == (holder or None)))
    of_key = (credit.c.item == key.item, credit.c.industry == key.industry)
    last = func.coalesce(credit.c.expires, FOREVER)
    asked = select(part).join(credit, credit.c.id == part.c.credit)
    asked = asked.where(*of_key, part.c.place == key.place, mine, part.c.day <= day.isoformat(), last >= day.isoformat())
    known = {row["id"]: credit_of(row) for row in connection.execute(select(credit).where(*of_key)).mappings()}
    rows = connection.execute(asked.order_by(last, credit.c.number, part.c.first)).mappings()
    return [(known[row["credit"]], part_of(row)) for row in rows]


def check_sql() -> str:
    """Give the query that finds faults in the books; it runs as it stands on SQLite and PostgreSQL."""
    return resources.files("lantian.ledger").joinpath("sql/credit_check.sql").read_text(encoding="utf-8")


def _posting(act: Recorded) -> Posting:
    return posting_of(act.number, act.at, act.act.kind.partition(".")[2], act.act.after)
