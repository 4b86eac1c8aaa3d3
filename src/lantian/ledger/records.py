"""Records that move by a table: made, moved and read; each change and its act in the audit chain are one transaction."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select

from lantian.kernel.errors import InputError, unknown
from lantian.kernel.place_id import stem
from lantian.ledger.model import Act, Exhibit, Record, Recorded, as_text
from lantian.ledger.store import Ledger, Turn
from lantian.ledger.tables import evidence, record


@dataclass(frozen=True, slots=True)
class By:
    """Who acts, from where, on what ground; ``once`` names the intent, so that a form sent twice acts once."""

    actor: str
    origin: str
    ground: str
    at: datetime
    once: str | None = None


class Records:
    """The records of a ledger."""

    def __init__(self, ledger: Ledger) -> None:
        """Read and write through a ledger."""
        self.ledger = ledger

    def make(self, flow: str, place: str, owner: str | None, state: str, body: Mapping[str, Any], by: By) -> Record:
        """Make a record; the same intent again gives the record already made."""
        with self.ledger.turn() as turn:
            known = turn.done(by.once)
            if known is not None:
                return _get(turn, known.act.subject)
            made = Record(f"{flow}-{turn.next_number()}", flow, place, owner, state, 1, dict(body), by.actor, by.at, by.at)
            turn.connection.execute(record.insert().values(**_row(made)))
            _tell(turn, made, "made", None, by)
            return made

    def move(self, id: str, version: int, move: str, state: str, body: Mapping[str, Any], by: By) -> Record:  # noqa: A002 - the record's id
        """Move a record from the version that was looked at; a version since moved on raises ``InputError``, the same intent again changes nothing."""
        with self.ledger.turn() as turn:
            before = _get(turn, id)
            if turn.done(by.once) is not None:
                return before
            if before.version != version:
                raise InputError(f"{id} has moved on since it was read (version {version}, now {before.version}, {before.state}); read it again")
            after = Record(id, before.flow, before.place, before.owner, state, version + 1, dict(body), before.made_by, before.made_at, by.at)
            turn.connection.execute(record.update().where(record.c.id == id).values(**_row(after)))
            _tell(turn, after, move, {"state": before.state, "version": before.version}, by)
            return after

    def attach(self, id: str, hash: str, name: str, size: int, by: By) -> Exhibit:  # noqa: A002 - the record's id, the file's hash
        """Attach a file to a record; the same file again stays once."""
        with self.ledger.turn() as turn:
            held = _get(turn, id)
            asked = select(evidence).where(evidence.c.record == id, evidence.c.hash == hash)
            known = turn.connection.execute(asked).mappings().first()
            if known is not None:
                return _exhibit(known)
            made = Exhibit(id, hash, name, size, by.actor, by.at)
            turn.connection.execute(evidence.insert().values(record=id, hash=hash, name=name, size=size, by=by.actor, at=by.at.isoformat()))
            after = {"hash": hash, "name": name, "size": size}
            turn.append(Act(by.actor, by.origin, held.place, f"{held.flow}.evidence", id, None, after, by.ground, by.once), by.at)
            return made

    def get(self, id: str) -> Record:  # noqa: A002 - the record's id
        """Give a record; an unknown id raises ``InputError``."""
        with self.ledger.reading() as connection:
            found = connection.execute(select(record).where(record.c.id == id)).mappings().first()
        if found is None:
            raise unknown("record", id, ())
        return _record(found)

    def find(self, flows: Iterable[str] | None = None, place: str | None = None, owner: str | None = None, states: Iterable[str] | None = None) -> list[Record]:
        """Give the records of some flows, in a place and what lies in it, of one enterprise, in some states; the last moved first."""
        conditions: list[ColumnElement[bool]] = []
        if flows is not None:
            conditions.append(record.c.flow.in_(list(flows)))
        if place is not None and stem(place):
            conditions.append(record.c.place.startswith(stem(place), autoescape=True))
        if owner is not None:
            conditions.append(record.c.owner == owner)
        if states is not None:
            conditions.append(record.c.state.in_(list(states)))
        with self.ledger.reading() as connection:
            asked = select(record).where(*conditions).order_by(record.c.moved_at.desc(), record.c.id)
            return [_record(row) for row in connection.execute(asked).mappings()]

    def exhibits(self, id: str) -> list[Exhibit]:  # noqa: A002 - the record's id
        """Give the files attached to a record."""
        with self.ledger.reading() as connection:
            asked = select(evidence).where(evidence.c.record == id).order_by(evidence.c.at, evidence.c.hash)
            return [_exhibit(row) for row in connection.execute(asked).mappings()]

    def history(self, id: str) -> list[Recorded]:  # noqa: A002 - the record's id
        """Give every act on a record in its order."""
        return list(self.ledger.acts(subject=id))


def _tell(turn: Turn, after: Record, move: str, before: Any, by: By) -> None:
    """Append the act of a change to the chain: what stood before, and all that stands now."""
    now = {"state": after.state, "version": after.version, "body": after.body}
    turn.append(Act(by.actor, by.origin, after.place, f"{after.flow}.{move}", after.id, before, now, by.ground, by.once), by.at)


def _get(turn: Turn, id: str) -> Record:  # noqa: A002 - the record's id
    found = turn.connection.execute(select(record).where(record.c.id == id)).mappings().first()
    if found is None:
        raise unknown("record", id, ())
    return _record(found)


def _row(made: Record) -> dict[str, Any]:
    times = {"made_at": made.made_at.isoformat(), "moved_at": made.moved_at.isoformat()}
    names = ("id", "flow", "place", "owner", "state", "version", "made_by")
    return {name: getattr(made, name) for name in names} | {"body": as_text(made.body)} | times


def _record(row: Any) -> Record:
    times = {name: datetime.fromisoformat(row[name]) for name in ("made_at", "moved_at")}
    return Record(**{**row, **times, "body": json.loads(row["body"])})


def _exhibit(row: Any) -> Exhibit:
    return Exhibit(**{**row, "at": datetime.fromisoformat(row["at"])})
