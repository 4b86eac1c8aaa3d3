"""The nouns of the ambient network: breakpoint tables, an index with its reasons, a day at a station."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from lantian.kernel.finding import LawUsed, Message

Indicator = tuple[str, str]
"""A pollutant and the averaging it is judged by: ('PM2.5', 'day'), ('O3', 'mda8'), ('SO2', 'hour'), …"""


@dataclass(frozen=True, slots=True)
class Breakpoints:
    """One column of HJ 633's table: concentrations against IAQI values, input decimals, and what holds above the top."""

    points: tuple[tuple[Fraction, int], ...]
    decimals: int
    above: int | None

    @property
    def top(self) -> Fraction:
        """Give the highest concentration for which the table has a value."""
        return self.points[-1][0]


@dataclass(frozen=True, slots=True)
class Level:
    """An AQI class (HJ 633 appendix A): number, the highest AQI in it (None for the last), names."""

    number: int
    top: int | None
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class IndexTable:
    """One edition of HJ 633 as the index rules need it."""

    edition: str
    breakpoints: Mapping[Indicator, Breakpoints]
    levels: tuple[Level, ...]
    daily: tuple[Indicator, ...]
    hourly: tuple[Indicator, ...]
    primary_above: int
    exceedance_above: int | None
    required: frozenset[str]
    published_above: int
    law: tuple[LawUsed, ...] = ()


@dataclass(frozen=True, slots=True)
class AirIndex:
    """An AQI and how it came about; ``aqi`` is None when unknown, and ``because`` then says why (DESIGN §4)."""

    aqi: int | None
    level: int | None
    iaqi: Mapping[str, int | None]
    primary: tuple[str, ...]
    exceeding: tuple[str, ...]
    because: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class DayRules:
    """What makes a station-day valid (GB 3095 table 4, HJ 663 6.1.2): hour counts, and the O3 limit that lifts the window rule."""

    hours: int
    window_hours: int
    windows: int
    first_window: int
    last_window: int
    o3_limit: Fraction


@dataclass(frozen=True, slots=True)
class DayValue:
    """One pollutant on one day: the exact value or None, and how many hours or windows stood behind it."""

    value: Fraction | None
    valid: int
    needed: int
    because: tuple[Message, ...] = field(default=())
