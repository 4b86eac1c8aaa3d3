"""What the simulator knows of a stack: its unit, what it aims to keep, its instruments and its habits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

GASES = {"SO2": "a21026", "NOx": "a21002"}
POLLUTANTS = {**GASES, "PM": "a34013"}
"""The code of HJ 212-2017 by which each pollutant is sent."""
OXYGEN, FLOW, VELOCITY, TEMPERATURE, PRESSURE, MOISTURE = "a19001", "a00000", "a01011", "a01012", "a01013", "a01014"
LOAD, POWER, TREATMENT = "i33400", "i33201", "i33202"
SENT = (*POLLUTANTS.values(), OXYGEN, FLOW, VELOCITY, TEMPERATURE, PRESSURE, MOISTURE, LOAD, POWER, TREATMENT)
"""Every factor a simulated logger sends, in its order."""
RATED = (*POLLUTANTS.values(), FLOW, POWER, TREATMENT)
"""Factors whose total over the period is sent too."""


@dataclass(frozen=True, slots=True)
class Curtailment:
    """A time in which the unit is told to run lower, or would if it obeyed."""

    start: datetime
    until: datetime
    cut: float


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with what is said: its kind (``faults.KINDS``), when, of which factors, and how strongly; empty factors take the kind's own."""

    kind: str
    start: datetime
    until: datetime
    factors: tuple[str, ...] = ()
    settings: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Habit:
    """How a stack is run: how near its limits, how often it trips, and what it hides."""

    ratio: Mapping[str, float] = field(default_factory=dict)
    """Part of the limit it runs at, by pollutant; what is not given is drawn."""
    trips: Mapping[str, float] = field(default_factory=dict)
    """Chance in a week that the control of a pollutant trips."""
    curtailments: tuple[Curtailment, ...] = ()
    faults: tuple[Fault, ...] = ()
    deviations: tuple[str, ...] = ()
    clock_error: float = 0.0
    """Seconds by which the logger's clock is ahead."""
    version: int = 2017
    """Edition of HJ 212 that the logger speaks: 2005, 2017 or 2025."""
    process: bool = False
    """Whether it sends hours of its control equipment too (ST 51)."""


@dataclass(frozen=True, slots=True)
class Stack:
    """One simulated stack with its unit, analysers and logger."""

    outlet: str
    device: str
    fuel: str
    unit_type: str
    capacity: float
    """Electric power of its unit [MW]."""
    area: float
    """Cross-section of the duct [m²]."""
    limits: Mapping[str, float]
    """Concentration that it aims to stay under [mg/m³ at reference oxygen], by pollutant."""
    reference_oxygen: float
    """Oxygen that its logger is set to correct to [%]."""
    ranges: Mapping[str, float]
    """Top of the range of each analyser, by factor."""
    controls: frozenset[str] = frozenset()
    """Control equipment, such as wet_fgd, scr, esp, bag, heat_exchanger."""
    label: str = "start"
    interval: int = 10
    st: str = "31"
    password: str = "123456"  # noqa: S105
    serials: Mapping[str, str] = field(default_factory=dict)
    place: str = ""
    habit: Habit = Habit()
