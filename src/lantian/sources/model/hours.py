"""The nouns of a stack's hours: what rules they follow, what an hour and its mass came to, runs of exceeding hours, marks."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction

from lantian.kernel.finding import Message
from lantian.kernel.quantity import Exact


@dataclass(frozen=True, slots=True)
class HourRules:
    """The numbers of HJ 75 and of the formulas of HJ 212 that hold on a day; minutes, hours, shares, K, kPa, L/mol, g/mol, %."""

    edition: str
    valid_minutes: int
    state_minutes: int
    invalid_minutes: int
    day_share: Fraction
    day_hours: int | None
    month_share: Fraction
    short_gap: int
    oxygen_top: Fraction
    ambient_pressure: Fraction
    differs: Fraction
    no_alone: bool
    bridged_hours: int
    kelvin: Fraction
    pressure: Fraction
    molar_volume: Fraction
    mass_of_no2: Fraction
    mass_of_no: Fraction
    oxygen_of_air: Fraction
    kg_of_mg: Fraction
    bands: tuple[tuple[str, Fraction], ...]
    """Capture bands, the highest first, each with the capture rate from which it holds."""
    windows: dict[tuple[str, str, str], int] = field(hash=False)
    """Valid hours to look back, by kind of loss, capture band and length of the gap (short or long)."""
    flags: dict[str, tuple[str, bool]] = field(hash=False)
    """What a device's flag says: the state, and whether a value under it is a measured one."""


@dataclass(frozen=True, slots=True)
class Minutes:
    """A row of minute data: how many minutes it stands for, its mean, the flag under which the device sent it."""

    length: int
    value: Exact | None
    flag: str


@dataclass(frozen=True, slots=True)
class HourValue:
    """What the minutes of an hour come to: state, mean or None, minutes received and measured, why."""

    state: str
    value: Fraction | None
    minutes: int
    valid_minutes: int
    because: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class Quantity:
    """A computed number, or None with the reason."""

    value: Fraction | None
    because: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class Gap:
    """A run of operating hours without a measured mass: its length, and whether the analyser was out of control or merely without valid data."""

    hours: int
    kind: str


@dataclass(frozen=True, slots=True)
class Substitute:
    """The mass [kg] that stands in for each hour of a gap and the method code, or None with the reason."""

    mass: Exact | None
    method: str
    because: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """An hour as it is judged: the end of the hour, its corrected concentration or None where unknown, its limit, whether the source stood still."""

    time: datetime
    corrected: Exact | None
    limit: Exact | None
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class Episode:
    """A run of exceeding hours: ends of its first and last hour, how many exceed, unknown ones between them, the highest and when, its multiple."""

    start: datetime
    finish: datetime
    hours: int
    unknown_hours: int
    peak: Exact
    peak_time: datetime
    limit: Exact
    multiple: Fraction


@dataclass(frozen=True, slots=True)
class Mark:
    """An operator's statement about a span of time: whose, which pollutant ('all': each), which state, from when until when, how it stands, its record."""

    outlet: str
    pollutant: str
    code: str
    start: datetime
    finish: datetime
    state: str
    mark: str
    stated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """A zero or span check of an analyser: when, and its drift as a share of the range."""

    time: datetime
    drift: Fraction


@dataclass(frozen=True, slots=True)
class OutOfControl:
    """A span in which an analyser was out of control, and its last good check before, None where none is known."""

    start: datetime
    finish: datetime
    since: datetime | None
