"""What a rule says: a result, the reasons for it as data, the ground it stands on (DESIGN §5, §15)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Confidence(StrEnum):
    """How sure a law value is, surest first (DESIGN §2)."""

    CONFIRMED = "confirmed"
    SECONDARY = "secondary"
    RECALLED = "recalled"
    UNSURE = "unsure"


def weakest(*levels: Confidence) -> Confidence:
    """Give the weakest of some confidences: a derived value is as sure as its weakest input (DESIGN §2).

    >>> weakest(Confidence.CONFIRMED, Confidence.RECALLED)
    <Confidence.RECALLED: 'recalled'>
    """
    order = list(Confidence)
    return max(levels, key=order.index, default=Confidence.CONFIRMED)


@dataclass(frozen=True, slots=True)
class Message:
    """One reason: a key of the message catalogue and the values that fill it (DESIGN §15)."""

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def __hash__(self) -> int:
        """Hash by key and values, so that reasons can be collected in sets."""
        return hash((self.key, tuple(sorted((name, str(value)) for name, value in self.values.items()))))


@dataclass(frozen=True, slots=True)
class LawUsed:
    """A law value that a result rests on, as it is shown beside the result."""

    standard: str
    item: str
    value: Any
    unit: str
    clause: str
    source: str
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class Evidence:
    """Data that a result rests on: dataset, place, period, how many rows, of how many expected."""

    dataset: str
    place: str
    period: str
    rows: int
    expected: int | None = None
    note: Message | None = None


class Status(StrEnum):
    """Where a provision stands at a date."""

    MET = "met"
    ON_TRACK = "on_track"
    BEHIND = "behind"
    BREACHED = "breached"
    NOT_DUE = "not_due"
    NO_DATA = "no_data"


@dataclass(frozen=True, slots=True)
class Finding:
    """The answer of one provision at one place and date: is it kept, what was measured, what was required, and why."""

    provision: str
    place: str
    as_of: str
    status: Status
    met: bool | None
    value: float | None
    required: float | None
    gap: float | None
    unit: str
    because: tuple[Message, ...]
    evidence: tuple[Evidence, ...] = ()
    law: tuple[LawUsed, ...] = ()
    provisional: tuple[Message, ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)
