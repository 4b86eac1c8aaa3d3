"""The nouns of credits: where an amount comes from, its serial numbers, the accounts it lies in, the postings that move it.

Amounts are whole thousandths of the item's unit, never fractions: kilograms of SO2, NOx, PM, VOC and coal, thousandths of a capacity's yearly unit.
Serial number n of a credit is its n-th thousandth; a range of serials is at one moment in exactly one account.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from lantian.kernel.errors import InputError

OUTSIDE = "source"
"""The account outside the books out of which every credit comes; it alone is negative."""
PLEDGED, AVAILABLE, RESERVED, COMMITTED = "pledged", "available", "reserved", "committed"
RETIRED, EXPIRED, VOID = "retired", "expired", "void"
STATES = (PLEDGED, AVAILABLE, RESERVED, COMMITTED, RETIRED, EXPIRED, VOID)
MOVES = {
    "realise": ((PLEDGED,), AVAILABLE),
    "reserve": ((AVAILABLE,), RESERVED),
    "commit": ((RESERVED,), COMMITTED),
    "release": ((RESERVED, COMMITTED), AVAILABLE),
    "retire": ((COMMITTED,), RETIRED),
    "transfer": ((AVAILABLE,), AVAILABLE),
    "expire": ((PLEDGED, AVAILABLE), EXPIRED),
    "void": ((PLEDGED, AVAILABLE), VOID),
}
"""Each movement: out of which states, into which."""
EMISSIONS = ("SO2", "NOx", "PM", "VOC")
COAL = "coal"
CAPACITY = "capacity:"
THOUSAND = 1000
_RANGE = re.compile(r"(credit-\d+):(\d+)-(\d+)")


@dataclass(frozen=True, slots=True)
class Key:
    """An account: the place it lies at, the item (SO2, NOx, PM, VOC, coal, ``capacity:<industry>``) and the industry it came from."""

    place: str
    item: str
    industry: str

    def __str__(self) -> str:
        """Write it as it stands in acts."""
        return f"{self.place}/{self.item}/{self.industry}"


@dataclass(frozen=True, slots=True)
class Source:
    """A verified fact that makes a credit: what was closed or changed (``source``, credited once an item), the record that proves it, the last day of use.

    ``nature`` says how it came about where that may exclude a use: ``backward``, ``subsidised``, ``foundry`` …; ``amount`` in thousandths.
    """

    key: Key
    amount: int
    source: str
    evidence: str
    expires: date | None = None
    nature: str = ""


@dataclass(frozen=True, slots=True)
class Credit:
    """A lot of serial numbers 1 … ``amount``, made by the act ``number``."""

    id: str
    number: int
    key: Key
    amount: int
    source: str
    evidence: str
    expires: date | None
    nature: str


@dataclass(frozen=True, slots=True)
class Range:
    """Serial numbers ``first`` to ``last`` of a credit, both within."""

    credit: str
    first: int
    last: int

    @property
    def amount(self) -> int:
        """Count the serials."""
        return self.last - self.first + 1

    def __str__(self) -> str:
        """Write it as it stands in papers."""
        return f"{self.credit}:{self.first}-{self.last}"


@dataclass(frozen=True, slots=True)
class Part:
    """A range as it is held now: state, place, for whom, since which day, by which posting."""

    range: Range
    state: str
    place: str
    holder: str
    day: date
    posting: int


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a posting: a range put into an account (positive) or taken out of it (negative)."""

    range: Range
    state: str
    place: str
    holder: str
    amount: int


@dataclass(frozen=True, slots=True)
class Posting:
    """A movement: the act that it is, the day from which it counts, its lines, which sum to zero for every credit."""

    number: int
    at: datetime
    move: str
    day: date
    lines: tuple[Line, ...]

    @property
    def ranges(self) -> tuple[Range, ...]:
        """Give the serials that were moved."""
        return tuple(each.range for each in self.lines if each.amount > 0)

    @property
    def amount(self) -> int:
        """Count what was moved."""
        return sum(each.amount for each in self.ranges)


@dataclass(frozen=True, slots=True)
class Balance:
    """How much lies in an account in one state, in thousandths."""

    key: Key
    state: str
    amount: int


@dataclass(frozen=True, slots=True)
class Broken:
    """A fault of the books: which rule, where, what is found and what was wanted."""

    rule: str
    where: str
    found: str
    wanted: str

    def __str__(self) -> str:
        """Say it."""
        return f"{self.rule}: {self.where}: found {self.found}, wanted {self.wanted}"


def thousandths(amount: Decimal | float | str) -> int:
    """Turn an amount in its unit into whole thousandths; one that is not positive, or finer than that, raises ``InputError``.

    >>> thousandths("1.2"), thousandths(0.1), thousandths(3)
    (1200, 100, 3000)
    """
    try:
        exact = Decimal(str(amount)) * THOUSAND
    except InvalidOperation:
        raise InputError(f"{amount!r} is no number; write it as 12.5") from None
    if not exact.is_finite() or exact <= 0 or exact != exact.to_integral_value():
        raise InputError(f"an amount of {amount} cannot be numbered; give a positive one in whole thousandths, as 12.345")
    return int(exact)


def unit_of(amount: int) -> Decimal:
    """Turn thousandths back into the item's unit.

    >>> unit_of(1200), unit_of(3000)
    (Decimal('1.2'), Decimal('3'))
    """
    whole, rest = divmod(amount, THOUSAND)
    return Decimal(whole) if not rest else (Decimal(amount) / THOUSAND).normalize()


def parse_range(text: str) -> Range:
    """Read serials as papers write them; anything else raises ``InputError``.

    >>> parse_range("credit-12:1-800").amount
    800
    """
    found = _RANGE.fullmatch(text.strip())
    if found is None or not 0 < int(found[2]) <= int(found[3]):
        raise InputError(f"no serials {text!r}; write them as credit-12:1-800")
    return Range(found[1], int(found[2]), int(found[3]))


def posting_of(number: int, at: datetime, move: str, after: dict[str, Any]) -> Posting:
    """Read a posting back from the act that it is."""
    lines = tuple(Line(Range(credit, first, last), state, place, holder, amount) for credit, first, last, state, place, holder, amount in after["lines"])
    return Posting(number, at, move, date.fromisoformat(after["day"]), lines)
