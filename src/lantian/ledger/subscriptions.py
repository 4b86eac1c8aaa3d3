"""Who asked for warnings: asked, confirmed by the address itself, ended with one click."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from lantian.kernel.errors import InputError
from lantian.kernel.place_id import within
from lantian.ledger.model import Act, Letter, Subscription
from lantian.ledger.outbox import put
from lantian.ledger.store import Ledger
from lantian.ledger.tables import subscription

ASKED, CONFIRMED, ENDED = "asked", "confirmed", "ended"
MOST_UNCONFIRMED = 3
"""How many unanswered questions one address may get in a day (our choice), so that the form cannot be used to pester somebody."""


class Subscriptions:
    """The subscriptions of a ledger."""

    def __init__(self, ledger: Ledger) -> None:
        """Read and write through a ledger."""
        self.ledger = ledger

    def ask(
        self, channel: str, address: str, place: str, least: str, language: str, at: datetime, question: Callable[[Subscription], Letter]
    ) -> Subscription | None:
        """Note that somebody asked, and put the question to the address that ``question(subscription)`` makes, in one transaction.

        An address that already gets these warnings, or was asked too often in a day, is not asked again; the caller says the same in any case,
        so that nobody learns who is subscribed.
        """
        with self.ledger.turn() as turn:
            same = (subscription.c.channel == channel, subscription.c.address == address)
            own = turn.connection.execute(select(subscription).where(*same)).mappings().all()
            recent = [row for row in own if row["state"] == ASKED and row["made_at"] > (at - timedelta(days=1)).isoformat()]
            have = any(row["state"] == CONFIRMED and (row["place"], row["least"]) == (place, least) for row in own)
            if have or len(recent) >= MOST_UNCONFIRMED:
                return None
            made = Subscription(secrets.token_hex(8), channel, address, place, least, language, ASKED, at)
            turn.connection.execute(subscription.insert().values(**_row(made)))
            put(turn, [question(made)], at)
            return made

    def add(self, channel: str, address: str, place: str, least: str, by: str, at: datetime) -> Subscription:
        """Add a subscription that somebody with an account answers for; the same again gives the one that is there."""
        with self.ledger.turn() as turn:
            same = (subscription.c.channel == channel, subscription.c.address == address, subscription.c.place == place, subscription.c.state == CONFIRMED)
            known = turn.connection.execute(select(subscription).where(*same)).mappings().first()
            if known is not None:
                return _subscription(known)
            made = Subscription(secrets.token_hex(8), channel, address, place, least, "zh", CONFIRMED, at)
            turn.connection.execute(subscription.insert().values(**_row(made)))
            turn.append(Act(by, "desk", place, "subscription.added", made.id, None, {"channel": channel, "address": address, "least": least}, ""), at)
            return made

    def confirm(self, id: str, at: datetime) -> Subscription:  # noqa: A002 - the subscription's id
        """Confirm a subscription; a second time changes nothing, one that is unknown or was ended raises ``InputError``."""
        return self._turn_to(CONFIRMED, id, at)

    def end(self, id: str, at: datetime) -> Subscription:  # noqa: A002 - the subscription's id
        """End a subscription; a second time changes nothing."""
        return self._turn_to(ENDED, id, at)

    def matching(self, place: str) -> list[Subscription]:
        """Give the confirmed subscriptions of a place or of what it lies in."""
        with self.ledger.reading() as connection:
            rows = connection.execute(select(subscription).where(subscription.c.state == CONFIRMED).order_by(subscription.c.id)).mappings()
            return [_subscription(row) for row in rows if within(place, row["place"])]

    def counts(self) -> dict[str, int]:
        """Count the subscriptions by state."""
        asked = select(subscription.c.state, func.count().label("held")).group_by(subscription.c.state)
        with self.ledger.reading() as connection:
            return {row.state: row.held for row in connection.execute(asked)}

    def _turn_to(self, state: str, id: str, at: datetime) -> Subscription:  # noqa: A002 - the subscription's id
        with self.ledger.turn() as turn:
            row = turn.connection.execute(select(subscription).where(subscription.c.id == id)).mappings().first()
            if row is None:
                raise InputError(f"no subscription {id!r}; ask for a new one on the page of warnings")
            if row["state"] == ENDED and state == CONFIRMED:
                raise InputError("this subscription was ended; ask for a new one on the page of warnings")
            if row["state"] != state:
                turn.connection.execute(subscription.update().where(subscription.c.id == id).values(state=state))
                turn.append(Act("subscriber", "link", row["place"], f"subscription.{state}", id, {"state": row["state"]}, {"state": state}, ""), at)
            return _subscription({**row, "state": state})


def _row(made: Subscription) -> dict[str, Any]:
    names = ("id", "channel", "address", "place", "least", "language", "state")
    return {name: getattr(made, name) for name in names} | {"made_at": made.made_at.isoformat()}


def _subscription(row: Any) -> Subscription:
    return Subscription(**{**row, "made_at": datetime.fromisoformat(row["made_at"])})
