"""The nouns of the ledger, and the hash that binds a row to the one before it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

FIRST = "0" * 64
"""What the first row names as the hash before it."""


@dataclass(frozen=True, slots=True)
class Act:
    """Something done: by whom and from where, at which place, to what (``kind`` of act, ``subject``), what stood before and after, on what ground.

    ``once`` names the intent: the same intent recorded again is the act already there, so a repeated request doubles nothing.
    """

    actor: str
    origin: str
    place: str
    kind: str
    subject: str
    before: Any
    after: Any
    ground: str
    once: str | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """An act as it stands in the audit chain."""

    number: int
    at: datetime
    act: Act
    previous: str
    hash: str

    def expected(self) -> str:
        """Work out the hash that this row must have."""
        return hash_of(self.number, self.at, self.act, self.previous)


@dataclass(frozen=True, slots=True)
class Fault:
    """A row of the audit chain that is not as it was written: its number, and what is wrong."""

    number: int
    reason: str


@dataclass(frozen=True, slots=True)
class Record:
    """Something that moves by a table: its flow, place, the enterprise it concerns, state, version and what it states."""

    id: str
    flow: str
    place: str
    owner: str | None
    state: str
    version: int
    body: dict[str, Any]
    made_by: str
    made_at: datetime
    moved_at: datetime


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A file attached to a record, kept under the SHA-256 of its content; size in bytes."""

    record: str
    hash: str
    name: str
    size: int
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Account:
    """Who may act: role and place; ``password`` is an Argon2 hash, ``counter`` the last one-time code used, times are Beijing time."""

    name: str
    role: str
    place: str
    enterprise: str | None
    password: str | None
    totp: str | None
    counter: int
    active: bool
    failures: int
    closed_until: datetime | None


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody signed in: the hash of the token their browser holds, and the word its forms must carry."""

    hash: str
    account: str
    form: str
    made_at: datetime
    seen_at: datetime


def hash_of(number: int, at: datetime, act: Act, previous: str) -> str:
    """Hash a row with the hash of the row before: SHA-256 over its parts as one JSON list."""
    parts = [number, at.isoformat(), act.actor, act.origin, act.place, act.kind, act.subject, as_text(act.before), as_text(act.after), act.ground, act.once]
    return hashlib.sha256(json.dumps([*parts, previous], ensure_ascii=False).encode()).hexdigest()


def as_text(value: Any) -> str:
    """Write a value as JSON in one way, so that equal values are equal text."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
