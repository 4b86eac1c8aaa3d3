"""The nouns of emergency response: a city's plan with its lines and measures, cuts, orders, what was observed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from lantian.kernel.errors import InputError

POLLUTANTS = ("SO2", "NOx", "PM", "VOC")
LEVELS = ("blue", "yellow", "orange", "red")
GRADES = ("A", "B", "B-", "C", "D", "leading")

Amounts = Mapping[str, float]
"""Emissions or cuts by pollutant [kg/day]; a pollutant that is lacking is unknown, not zero."""


@dataclass(frozen=True, slots=True)
class Measure:
    """What a line may be told to do: from which level on, in words, which share of its activity stops, what that costs [yuan/day]."""

    line: str
    level: str
    zh: str
    en: str
    cut: float
    cost: float

    def __post_init__(self) -> None:
        if not 0 < self.cut <= 1:
            raise InputError(f"the measure {self.zh!r} of {self.line} cuts {self.cut:g}; give a share above 0 and up to 1")
        if self.cost < 0:
            raise InputError(f"the measure {self.zh!r} of {self.line} costs {self.cost:g} a day; a loss is not negative")


@dataclass(frozen=True, slots=True)
class Line:
    """A process line: its enterprise, grade, what it emits on a usual day and how uncertain that is (relative standard deviation).

    ``exempt`` says why nothing may be cut; ``safe_load`` is the share of its activity below which it may not go.
    """

    id: str
    code: str
    enterprise: str
    name: str
    sector: str
    grade: str
    emissions: Amounts
    uncertainty: float = 0.0
    safe_load: float = 0.0
    exempt: str | None = None
    contact: str | None = None
    measures: tuple[Measure, ...] = ()

    def __post_init__(self) -> None:
        if self.grade not in GRADES:
            raise InputError(f"{self.id} has the grade {self.grade!r}; choose {', '.join(GRADES)}")
        if not 0 <= self.safe_load <= 1 or not 0 <= self.uncertainty <= 1:
            raise InputError(f"{self.id}: safe load {self.safe_load:g} and uncertainty {self.uncertainty:g} lie between 0 and 1")
        wrong = [name for name, amount in self.emissions.items() if name not in POLLUTANTS or amount < 0]
        if wrong:
            raise InputError(f"{self.id}: emissions of {', '.join(wrong)} are unknown or negative; give {', '.join(POLLUTANTS)} in kg a day")

    def allowed(self, measure: Measure) -> bool:
        """Tell whether a measure keeps the line above its safe load."""
        return self.exempt is None and measure.cut <= 1 - self.safe_load + 1e-9


@dataclass(frozen=True, slots=True)
class AreaMeasure:
    """A measure that is no enterprise's: vehicles, dust, schools, weather, advice; who sees to it, and what it cuts where that is known."""

    level: str
    kind: str
    zh: str
    en: str
    department: str
    cut: Amounts
    cost: float = 0.0


@dataclass(frozen=True, slots=True)
class Body:
    """A body of the emergency organisation and its duty."""

    name: str
    duty: str


@dataclass(frozen=True, slots=True)
class EmergencyPlan:
    """A city's emergency plan; ``totals`` is what the whole city emits on a usual day, listed or not. ``illustrative`` plans say so wherever they appear."""

    place: str
    title: str
    version: str
    totals: Amounts
    bodies: tuple[Body, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    area: tuple[AreaMeasure, ...] = ()
    lines: tuple[Line, ...] = ()
    drill_held: date | None = None
    filed: date | None = None
    published: date | None = None
    illustrative: bool = False


@dataclass(frozen=True, slots=True)
class Cut:
    """A cut of one pollutant: kg a day and share of the city's total, with the interval from uncertain baselines, and what is asked for [share]."""

    pollutant: str
    amount: float
    share: float
    low: float
    high: float
    required: float | None

    @property
    def short(self) -> float | None:
        """Give by how many points the share falls short, 0 where it does not, None where nothing is asked."""
        return None if self.required is None else max(0.0, self.required - self.share)


@dataclass(frozen=True, slots=True)
class Order:
    """What one enterprise or department must do from one moment to another, what it is expected to cut, and what it loses."""

    to: str
    code: str | None
    tasks: tuple[tuple[str, str], ...]
    lines: tuple[str, ...]
    start: datetime
    end: datetime
    cut: Amounts
    cost: float
    contact: str | None = None


@dataclass(frozen=True, slots=True)
class Observed:
    """Activity seen on a line: its usual and its observed amount in the window, the share of hours seen, the meter's relative error, and by what means."""

    line: str
    kind: str
    usual: float
    seen: float
    coverage: float
    error: float = 0.0
