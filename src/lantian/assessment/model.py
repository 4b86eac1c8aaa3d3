"""The nouns of the assessment: what a province promised and did in a year, and the score that follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from lantian.kernel.finding import Message


@dataclass(frozen=True, slots=True)
class Rules:
    """The dated rules of a year: shares of the target due this year and next [%], points of the anchors, lower bounds of the grades."""

    year: int
    share: Fraction
    next_share: Fraction
    points_required: Fraction
    points_full: Fraction
    points_risen: Fraction
    grades: Mapping[str, Fraction]
    lower_of_two: bool


@dataclass(frozen=True, slots=True)
class AirCase:
    """A province's air in a year: fall promised by 2017 [%], base, this year's and last year's mean [µg/m³]; None where unknown.

    ``letter`` is a fall [%] that the letter of responsibility itself asks of this year, which goes before the path.
    """

    cut: Fraction | None
    base: Fraction | None
    now: Fraction | None
    before: Fraction | None
    letter: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """Points of 100, or None with the reason; ``fall`` is the fall achieved [%], ``required`` the fall due [%]."""

    points: Fraction | None
    fall: Fraction | None
    required: Fraction | None
    because: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a year: points and grade, or None with the reason; ``failed`` when data were falsified."""

    points: Fraction | None
    grade: str | None
    because: tuple[Message, ...]
