"""Nouns of enforcement: facts of a violation, a proposed fine with its factors, rounds of daily penalty, answers of rules, a draw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from lantian.kernel.finding import Confidence, Message, weakest
from lantian.law import LawValue

VIOLATIONS = (
    "over_limit", "no_permit", "evasion", "tamper", "not_networked", "not_published",
    "refuse_inspection", "site_dust", "muck_truck", "stockpile", "catering", "emergency_measures",
)  # fmt: skip
"""What an enterprise may have done, as the tables of the law key it."""
SOURCES = ("exceedance", "lead", "satellite", "neighbour", "complaint", "inspection", "episode")
"""Where a clue comes from."""
CLASSES = ("daily", "seizure", "restrict_stop", "detention", "crime")
"""The five classes by which cases are published."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a violation; None is not known (DESIGN §4). ``multiple`` is peak / limit − 1, ``earlier`` counts served decisions before."""

    multiple: float | None = None
    hours: int | None = None
    earlier: int | None = None


@dataclass(frozen=True, slots=True)
class Factor:
    """One reason that raises a fine within its range: its name, what was found, the share of the range it adds."""

    name: str
    found: float | None
    share: float
    law: LawValue | None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A fine proposed by rule [CNY]: its range, its factors and the sum; without a range there is nothing to fine."""

    violation: str
    low: int
    high: int
    amount: int
    factors: tuple[Factor, ...]
    because: tuple[Message, ...]
    law: tuple[LawValue, ...]

    @property
    def confidence(self) -> Confidence:
        """Give the weakest confidence of what the sum rests on."""
        return weakest(*(each.confidence for each in self.law))


@dataclass(frozen=True, slots=True)
class Round:
    """One count of daily penalty: first and last day counted, both included, and what it comes to [CNY]."""

    first: date
    last: date
    days: int
    total: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What a rule says of a question of yes or no, why, and by which law values; ``value`` is what the law grants."""

    met: bool | None
    because: tuple[Message, ...]
    law: tuple[LawValue, ...] = ()
    value: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """The last day of a term; ``sure`` is false where it touches a year whose public holidays are not known here."""

    day: date
    sure: bool


@dataclass(frozen=True, slots=True)
class Firm:
    """A firm that may be drawn: its key, its class, its weight."""

    key: str
    kind: str
    weight: float


@dataclass(frozen=True, slots=True)
class Drawn:
    """One firm drawn with the inspectors drawn for it, in the order of the draw."""

    firm: str
    inspectors: tuple[str, ...]


def violation_words(violation: str) -> dict[str, Any]:
    """Name a violation within a message, in the language of whoever reads."""
    return {"key": f"enforcement.violation.{violation}", "values": {}}


def measure_words(measure: str) -> dict[str, Any]:
    """Name a measure within a message."""
    return {"key": f"enforcement.measure_name.{measure}", "values": {}}
