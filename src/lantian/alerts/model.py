"""The nouns of warnings: days of air, level rules, proposals, episodes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lantian.kernel.errors import InputError
from lantian.kernel.finding import Message

MEDIAN = 50
ANY = "any"
"""The name of the reading where a text leaves no room."""


class Level(IntEnum):
    """A warning level; a higher number is a graver warning."""

    BLUE = 1
    YELLOW = 2
    ORANGE = 3
    RED = 4

    @property
    def word(self) -> str:
        """Give the level as the law tables and JSON spell it."""
        return self.name.lower()

    @property
    def said(self) -> dict[str, Any]:
        """Give the level as a message to be put into words."""
        return {"key": f"alert.level.{self.word}", "values": {}}


@dataclass(frozen=True, slots=True)
class Quantiles:
    """Three quantiles of a day's forecast AQI; out of order or not positive raises ``InputError``."""

    p10: float
    p50: float
    p90: float

    def __post_init__(self) -> None:
        if not 0 < self.p10 <= self.p50 <= self.p90 < float("inf"):
            raise InputError(f"quantiles {self.p10}, {self.p50}, {self.p90} are not positive and rising; give p10 ≤ p50 ≤ p90 in this order")


@dataclass(frozen=True, slots=True)
class DayAir:
    """A day of air at a place: its AQI as measured or forecast (None: unknown), and the forecast's simulated values or quantiles.

    Draws of several days are joint: element i of each belongs to the same simulated future. A forecast without an AQI of its own speaks by its median.
    """

    day: date
    aqi: int | None
    draws: NDArray[np.float64] | Quantiles | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        if self.aqi is not None and (isinstance(self.aqi, bool) or not isinstance(self.aqi, (int, np.integer)) or self.aqi < 0):
            raise InputError(f"an AQI of {self.aqi} on {self.day}; an AQI is a whole number from 0, leave it empty where it is unknown")
        drawn = self.draws if isinstance(self.draws, np.ndarray) else None
        if drawn is not None and (drawn.ndim != 1 or drawn.size == 0 or not np.isfinite(drawn).all() or (drawn < 0).any()):
            raise InputError(f"the draws of {self.day} are not a row of finite numbers from 0; leave them out where there are none")
        if self.aqi is None and self.draws is not None:
            object.__setattr__(self, "aqi", math.ceil(self.at(MEDIAN)))

    def at(self, percent: float) -> float:
        """Give a percentile of the forecast; quantiles know 10, 50 and 90 only; without a forecast it is the AQI, NaN where unknown."""
        if isinstance(self.draws, Quantiles):
            return float(getattr(self.draws, f"p{percent:.0f}"))
        if self.draws is None:
            return float("nan") if self.aqi is None else float(self.aqi)
        return float(np.percentile(self.draws, percent))


@dataclass(frozen=True, slots=True)
class Condition:
    """Something that must hold on a number of days: the AQI above a bound (or reaching it), for that many days or for ``longer``."""

    bound: int
    reaches: bool
    days: int
    longer: bool

    def holds(self, aqi: int) -> bool:
        """Tell whether a day's AQI satisfies it."""
        return aqi >= self.bound if self.reaches else aqi > self.bound

    @property
    def needed(self) -> int:
        """Count the whole days it takes: longer than 3 days is told by whole days on the fourth."""
        return self.days + 1 if self.longer else self.days


@dataclass(frozen=True, slots=True)
class Way:
    """One way to a level under one reading: all conditions together, the first for how long, the others inside it."""

    level: Level
    number: int
    reading: str
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """An edition of the level rules as it holds on a day.

    ``readings`` are those of a doubtful text, the leading one first; ``lead`` [h] is how long before the start a warning is promised; an improvement
    is ``improved_hours`` of days at most ``improved_at_most``, and with ``merge`` shorter ones do not part two spells; ``upper``: the upper bound of the
    forecast counts; ``any_24_hours``: a day may begin at any hour; ``top`` is the highest AQI there is.
    """

    name: str
    title: Mapping[str, str]
    ways: tuple[Way, ...]
    readings: tuple[str, ...] = (ANY,)
    lead: int | None = None
    improved_hours: int | None = None
    improved_at_most: int | None = None
    merge: bool = False
    any_24_hours: bool = False
    upper: bool = False
    top: int = 0

    @property
    def base(self) -> Condition:
        """Give the mildest condition: a day that meets it may belong to a spell of pollution."""
        return Condition(min(way.conditions[0].bound for way in self.ways), reaches=False, days=1, longer=False)

    @property
    def worst(self) -> int:
        """Give an AQI that satisfies every condition; it stands for an unknown day at its worst."""
        return max(condition.bound for way in self.ways for condition in way.conditions) + 1


@dataclass(frozen=True, slots=True)
class Met:
    """How a level was reached: the way, the days that meet its first condition, and for each further one the longest run, as positions in the timeline."""

    way: Way
    days: tuple[int, ...]
    further: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Spell:
    """A spell of pollution in a timeline without unknown days, from its first to its last polluted position, and the highest way it meets."""

    first: int
    last: int
    met: Met | None

    @property
    def level(self) -> Level | None:
        """Give the level it reaches, or None."""
        return None if self.met is None else self.met.way.level


@dataclass(frozen=True, slots=True)
class Episode:
    """A spell among days some of which may be unknown.

    ``last`` is the last polluted or unknown day, ``until`` the last day before an improvement that allows lifting, None where none is seen yet;
    ``level`` is reached whatever the unknown days were, ``possible`` if they were at their worst; ``unknown`` lists them.
    """

    first: date
    last: date
    until: date | None
    level: Level | None
    possible: Level | None
    unknown: tuple[date, ...]
    because: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Chance:
    """The probability that a level is met, with what the unknown (days, dependence between days) makes of it at least and at most."""

    probability: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Prompt:
    """A regional centre asks its cities for at least a level from one moment to another; ``by`` names who asks, ``because`` says why."""

    level: Level
    start: datetime
    end: datetime
    by: str
    because: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """What became of a warning at the close of a day: the action, the level that then held (None: no warning), the rules of that day, and why."""

    day: date
    action: str
    level: Level | None
    rules: str
    because: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the rules propose at a moment: an action, the level that would then hold, from when to when, why, and how sure.

    ``open_end``: no improvement is seen within the days given. ``readings`` and ``by_value`` hold the level under each reading of the text and by the
    forecast as told and by its upper bound; ``chances`` the probability of each level; ``shift`` the hour at which the days of the timeline begin.
    """

    rules: str
    place: str
    now: datetime
    action: str
    level: Level | None
    possible: Level | None
    start: datetime | None
    end: datetime | None
    open_end: bool
    days: tuple[date, ...]
    because: tuple[Message, ...]
    readings: Mapping[str, Level | None]
    by_value: Mapping[str, Level | None]
    chances: Mapping[Level, Chance]
    worst_aqi: int | None = None
    shift: int = 0

    @property
    def chance(self) -> Chance | None:
        """Give the probability of the proposed level, or None where there is no forecast distribution."""
        return None if self.level is None else self.chances.get(self.level)
