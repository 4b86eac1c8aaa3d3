"""The outbox: letters written in the same transaction as the act they follow, handed out one sender at a time until they are delivered."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from lantian.kernel.errors import InputError
from lantian.ledger.model import Act, Letter, Posted, as_text
from lantian.ledger.store import Ledger, Turn
from lantian.ledger.tables import letter

WAITING, SENT, DEAD = "waiting", "sent", "dead"


def put(turn: Turn, letters: Iterable[Letter], at: datetime) -> None:
    """Put letters into the outbox within a turn; one whose key is there already stays as it is."""
    for each in letters:
        if turn.connection.execute(select(letter.c.key).where(letter.c.key == each.key)).first() is None:
            row = {"key": each.key, "channel": each.channel, "address": each.address, "content": as_text(each.content), "record": each.record}
            times = {"made_at": at.isoformat(), "next_at": at.isoformat()}
            turn.connection.execute(letter.insert().values(**row, **times, state=WAITING, tries=0))


class Outbox:
    """The letters of a ledger."""

    def __init__(self, ledger: Ledger) -> None:
        """Read and write through a ledger."""
        self.ledger = ledger

    def claim(self, at: datetime, lease: timedelta, limit: int, channels: Iterable[str]) -> list[Posted]:
        """Take letters that are due; until the lease ends no other sender gets them, and if this one dies they are due again."""
        with self.ledger.turn() as turn:
            due = (letter.c.state == WAITING, letter.c.next_at <= at.isoformat(), letter.c.channel.in_(list(channels)))
            rows = turn.connection.execute(select(letter).where(*due).order_by(letter.c.made_at, letter.c.key).limit(limit)).mappings().all()
            keys = [row["key"] for row in rows]
            changed = letter.update().where(letter.c.key.in_(keys))
            turn.connection.execute(changed.values(next_at=(at + lease).isoformat(), tries=letter.c.tries + 1))
            return [_posted({**row, "tries": row["tries"] + 1}) for row in rows]

    def sent(self, key: str, at: datetime) -> None:
        """Note that a receiver took a letter."""
        self._change(key, state=SENT, sent_at=at.isoformat(), error=None)

    def failed(self, key: str, error: str, again: datetime | None) -> None:
        """Note that a letter was not taken; it is tried again at a moment, or never unless somebody asks."""
        self._change(key, error=error, **({"state": DEAD} if again is None else {"next_at": again.isoformat()}))

    def again(self, key: str, act: Act, at: datetime) -> None:
        """Send a dead letter once more, because somebody asked; a letter that is not dead raises ``InputError``."""
        with self.ledger.turn() as turn:
            state = turn.connection.execute(select(letter.c.state).where(letter.c.key == key)).scalar()
            if state != DEAD:
                raise InputError(f"the letter {key!r} is {state or 'unknown'}; only a dead letter is sent again")
            turn.connection.execute(letter.update().where(letter.c.key == key).values(state=WAITING, tries=0, next_at=at.isoformat()))
            turn.append(act, at)

    def find(self, *, record: str | None = None, state: str | None = None, limit: int = 200) -> list[Posted]:
        """Give letters of a record or in a state, the newest first."""
        asked = select(letter).order_by(letter.c.made_at.desc(), letter.c.key).limit(limit)
        if record is not None:
            asked = asked.where(letter.c.record == record)
        if state is not None:
            asked = asked.where(letter.c.state == state)
        with self.ledger.reading() as connection:
            return [_posted(row) for row in connection.execute(asked).mappings()]

    def counts(self, record: str | None = None) -> dict[str, int]:
        """Count the letters by state."""
        asked = select(letter.c.state, func.count().label("held")).group_by(letter.c.state)
        if record is not None:
            asked = asked.where(letter.c.record == record)
        with self.ledger.reading() as connection:
            return {row.state: row.held for row in connection.execute(asked)}

    def _change(self, key: str, **values: Any) -> None:
        with self.ledger.turn() as turn:
            turn.connection.execute(letter.update().where(letter.c.key == key).values(**values))


def _posted(row: Any) -> Posted:
    sent = row["sent_at"]
    own = Letter(row["key"], row["channel"], row["address"], json.loads(row["content"]), row["record"])
    times = {name: datetime.fromisoformat(row[name]) for name in ("made_at", "next_at")}
    return Posted(own, state=row["state"], tries=row["tries"], error=row["error"], sent_at=None if sent is None else datetime.fromisoformat(sent), **times)
