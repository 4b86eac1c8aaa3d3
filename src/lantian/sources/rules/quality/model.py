"""Nouns of the plausibility checks: readings, their hours, what is usual, the hours worth a look, and leads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

HOUR = timedelta(hours=1)
HOUR_MINUTES = 60
Parameters = Mapping[str, float]
"""Parameters by check and name, as ``flat_a_minutes`` (law_source_quality)."""

POLLUTANT_OF = {"a21026": "SO2", "a21002": "NOx", "a34013": "PM"}
"""The pollutant that a factor of HJ 212-2017 is judged as."""
SO2, NOX, PARTICLES = POLLUTANT_OF
OXYGEN, FLOW, VELOCITY, TEMPERATURE, MOISTURE, LOAD = "a19001", "a00000", "a01011", "a01012", "a01014", "i33400"
BYPASS, ACIDITY, PUMP = "g116", "g111", "g103"
"""How the codes of the bypass damper's opening, of the slurry's pH and of the state of its pumps begin (HJ 212-2017 B.6)."""
MOVES = (SO2, NOX, PARTICLES, OXYGEN, FLOW, VELOCITY)
"""Factors whose readings move by nature from minute to minute."""
STEPS = (SO2, NOX, PARTICLES, OXYGEN, TEMPERATURE, MOISTURE)
"""Factors that are compared when several change level at once."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One minute value (or hour value) of a factor as a device sent it; ``time`` ends its period, ``minutes`` long."""

    factor: str
    time: datetime
    value: float | None
    minutes: int = 1
    total: float | None = None
    flag: str | None = "N"


@dataclass(frozen=True, slots=True)
class Hour:
    """One factor's hour: its readings summarised, whether it is normal (usable) or a reported stop (halted)."""

    factor: str
    time: datetime
    n: int
    minutes: int
    mean: float
    spread: float
    lowest: float
    highest: float
    kinds: int
    at_top: int
    total: float | None
    usable: bool
    halted: bool

    @property
    def pollutant(self) -> str | None:
        """Give the pollutant the factor is judged as."""
        return POLLUTANT_OF.get(self.factor)


@dataclass(frozen=True, slots=True)
class Usual:
    """What is usual of a factor at an outlet: medians of its normal hours' level, spread and change from hour to hour."""

    hours: int
    level: float
    spread: float
    change: float | None


@dataclass(frozen=True, slots=True)
class Gas:
    """One outlet's hour with the factors side by side."""

    time: datetime
    usable: bool
    halted: bool
    n: int
    so2: float | None = None
    nox: float | None = None
    oxygen: float | None = None
    temperature: float | None = None
    moisture: float | None = None
    flow: float | None = None
    load: float | None = None
    bypass: float | None = None
    acidity: float | None = None
    pump: float | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """One pollutant's hour of the hour-chain: corrected concentration, as recomputed and as sent, and the limit that binds it."""

    factor: str
    time: datetime
    state: str
    corrected: float | None
    reported: float | None
    limit: float | None
    minutes: int = 60


@dataclass(frozen=True, slots=True)
class Candidate:
    """A span of hours that one check finds worth a look, with the numbers that say why."""

    code: str
    factor: str
    first_hour: datetime
    last_hour: datetime
    hours: int
    value: float | None
    expected: float | None
    share: float | None
    readings: int
    device: str = ""


@dataclass(frozen=True, slots=True)
class Lead:
    """A finding of a check over consecutive hours: a lead with evidence, never a verdict."""

    code: str
    outlet: str
    device: str
    factor: str
    severity: str
    first_hour: datetime
    last_hour: datetime
    hours: int
    value: float | None
    expected: float | None
    share: float | None
    readings: int

    @property
    def once(self) -> str:
        """Name the lead so that a longer reading of the same span makes no second record: check, outlet or device, factor, first day."""
        return f"{self.code}:{self.outlet or self.device}:{self.factor}:{(self.first_hour - HOUR).date()}"


def at(code: str, hour: Hour, value: float | None, expected: float | None, share: float | None) -> Candidate:
    """Make a candidate of one factor's hour.

    >>> at("FLAT-A", Hour("a21026", datetime(2015, 3, 1, 1), 60, 60, 20.0, 0.0, 20.0, 20.0, 1, 60, None, True, False), 20.0, None, 1.0).hours
    1
    """
    return Candidate(code, hour.factor, hour.time, hour.time, 1, value, expected, share, hour.n)
