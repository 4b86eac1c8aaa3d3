"""A plan and its provisions as they are written, each number with its ground (DESIGN §1, §2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from lantian.kernel.errors import unknown
from lantian.kernel.finding import Confidence
from lantian.kernel.quantity import round_half_even

if TYPE_CHECKING:
    from lantian.plan.model.duty import Article, Duty, Section


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in Chinese and in English."""

    zh: str
    en: str

    def __getitem__(self, language: str) -> str:
        """Give the words in a language, zh or en."""
        return {"zh": self.zh, "en": self.en}[language]


@dataclass(frozen=True, slots=True)
class Stated:
    """A value somebody stated or we chose: the number with its unit, where it is written, how sure it is, and a note.

    ``count`` is the number of days behind a share; ``rounded`` is the figure that published changes were computed from, where it is known.
    """

    value: Fraction | None
    unit: str
    source: str
    clause: str
    confidence: Confidence
    note: Text
    count: int | None = None
    rounded: Fraction | None = None

    def figure(self, digits: int) -> Fraction | None:
        """Give the figure as published changes use it: the one known, else rounded half-even to the digits published."""
        if self.rounded is not None or self.value is None:
            return self.rounded
        return Fraction(round_half_even(self.value, digits))


@dataclass(frozen=True, slots=True)
class Scope:
    """Whom a provision binds: the places written, whether the list is open (等), and how we closed it.

    ``kind`` is nation, cities (every city at prefecture level and above), groups, or place; ``keys`` are group keys or GB/T 2260 codes.
    """

    kind: str
    keys: tuple[str, ...]
    written: str
    open: bool
    closed: Stated


@dataclass(frozen=True, slots=True)
class Strictness:
    """How hard the words bind (左右, 以上, 较大幅度 …), and what an undefined word is taken to allow."""

    words: tuple[str, ...]
    meaning: str
    tolerance: Stated | None


@dataclass(frozen=True, slots=True)
class Base:
    """The year a change is counted from: the one written in the text, the one used in the assessment, or the start of a path.

    ``values`` are by scope key; what is not there is asked from the statistic named, or measured in that year.
    """

    year: int
    role: str
    judged: bool
    values: Mapping[str, Stated]
    statistic: str | None
    measured: bool
    missing: Text
    note: Text | None


@dataclass(frozen=True, slots=True)
class Path:
    """How much of a goal is due at the end of each year [%]; between year-ends a straight line (``between`` is its ground)."""

    key: str
    title: Text
    shares: Mapping[int, Fraction]
    stated: Stated
    between: Stated


@dataclass(frozen=True, slots=True)
class Target:
    """What must be reached: a cut against the base [%], or a level in the measure's unit; and the path to it."""

    key: str
    title: Text
    cut: Fraction | None
    level: Fraction | None
    stated: Stated
    path: Path
    judged: bool


@dataclass(frozen=True, slots=True)
class Measure:
    """What is measured: an indicator of a scope, its unit, its digits in official figures, which direction is better, the base years."""

    key: str
    title: Text
    indicator: str
    pollutant: str | None
    unit: str
    digits: int
    better: str
    scope: str
    bases: tuple[Base, ...]


@dataclass(frozen=True, slots=True)
class Provision:
    """One provision of a plan: the exact quotation and everything needed to judge it at a date."""

    id: str
    plan: str
    kind: str
    clause: str
    title: Text
    quote: str
    english: str
    marked: tuple[str, ...]
    says: Text
    source: str
    confidence: Confidence
    strictness: Strictness
    scope: Scope
    starts: date
    starts_note: Text
    due: date
    open_end: bool
    rule: str
    measures: tuple[Measure, ...]
    targets: tuple[Target, ...]
    readings: tuple[str, ...]
    coverage: Stated
    rounding: Stated
    risen: Stated | None
    unjudged: Text | None


@dataclass(frozen=True)
class Plan:
    """A plan: its head and its provisions in their order; ``hash`` changes when any of its files does."""

    id: str
    title: Text
    number: str
    issued: date
    issuer: Text
    hash: str
    provisions: tuple[Provision, ...]
    sections: tuple[Section, ...] = ()
    articles: tuple[Article, ...] = ()

    @property
    def duties(self) -> tuple[Duty, ...]:
        """Give the provisions of all articles in their order."""
        return tuple(duty for article in self.articles for duty in article.duties)

    def provision(self, key: str) -> Provision:
        """Give a provision by its id; an unknown id raises ``InputError``."""
        found = {each.id: each for each in self.provisions}
        if key not in found:
            raise unknown("provision", key, found, where=f" in {self.id}")
        return found[key]
