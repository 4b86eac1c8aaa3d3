"""The nouns of approvals: an application with its units and offsets, the facts of a place that gates ask for, what a gate answers, what is decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, Protocol

from lantian.kernel.finding import Confidence, LawUsed, Message, weakest

POLLUTANTS = ("SO2", "NOx", "PM", "VOC")
"""The four whose total is a precondition of the EIA approval (plan art. 17)."""

Result = Literal["pass", "fail", "unknown", "not_applicable"]


@dataclass(frozen=True, slots=True)
class Unit:
    """A boiler, power unit, kiln or line: what it is, how big, what it burns; None: not told.

    ``kind`` is boiler, power_unit, kiln, sinter, furnace, converter, line …; ``purpose`` is public, chp, self_owned, process or heating;
    ``technology`` is ultra_supercritical, back_pressure …; ``efficiency_grade`` is 0 where no grade exists for such equipment; ``moved_from`` names the place an old
    unit came from; ``standard`` and ``unit_type`` are the emission standard and its class (``gb_13223``, ``coal``); ``limits`` the designed concentrations [mg/m³].
    """

    kind: str
    size: float | None = None
    size_unit: str = ""
    fuel: str = ""
    number: int = 1
    purpose: str = ""
    technology: str = ""
    efficiency_grade: int | None = None
    near_gas_turbine: bool | None = None
    backward: bool | None = None
    moved_from: str = ""
    standard: str = ""
    unit_type: str = ""
    limits: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Offset:
    """An amount that the applicant offers against what the project adds: from which account (place, item, industry), under which serial numbers.

    ``item`` is SO2, NOx, PM, VOC [t/a], coal [t/a] or ``capacity:<industry>`` [the industry's unit]; ``source`` says what made it: closed, retrofit, retired …
    """

    place: str
    item: str
    industry: str
    amount: float
    serials: tuple[str, ...] = ()
    source: str = ""
    realised: date | None = None


@dataclass(frozen=True, slots=True)
class Application:
    """A project as applied for; a figure that was not told is None, a document that was not handed in is not in ``documents``.

    ``place`` is the division code of the city or county; ``nature`` is new, rebuilt or extended; ``emissions`` [t/a] by pollutant, ``coal`` [t/a], ``energy``
    [tce/a], ``capacity`` [``capacity_unit``/a]; ``zones`` the zone kinds of the site (optimised, key, limited, prohibited; fragile, sensitive); ``energy_level`` is
    international, national or below; ``replaced_units`` are the existing units that the project closes; ``approved`` the day and ``approved_level`` the level of an
    approval that the owner already claims; ``serves`` is livelihood or abatement where the project serves these; ``started`` the day on which building began (date.max: not begun, None: not told).
    """

    id: str
    title: str
    place: str
    industry: str
    nature: str
    applied: date
    applicant: str = ""
    longitude: float | None = None
    latitude: float | None = None
    units: tuple[Unit, ...] = ()
    emissions: Mapping[str, float | None] = field(default_factory=dict)
    coal: float | None = None
    energy: float | None = None
    capacity: float | None = None
    capacity_unit: str = ""
    documents: frozenset[str] = frozenset()
    offsets: tuple[Offset, ...] = ()
    replaced_units: tuple[Unit, ...] = ()
    urban_core: bool | None = None
    built_up: bool | None = None
    zones: frozenset[str] | None = None
    in_plan: bool | None = None
    major: bool | None = None
    serves: str = ""
    energy_level: str = ""
    eia_approved: date | None = None
    approved: date | None = None
    approved_level: str = ""
    started: date | None = None
    simulated: bool = False


@dataclass(frozen=True, slots=True)
class Freeze:
    """A place under 限批: for which pollutants (empty: every new project) or industries, since when, on which ground (a record's id)."""

    place: str
    ground: str
    pollutants: frozenset[str] = frozenset()
    industries: frozenset[str] = frozenset()
    since: date | None = None


@dataclass(frozen=True, slots=True)
class MissedTask:
    """A yearly task of retiring backward capacity that a place did not finish: industry, year, ground (a record's id)."""

    place: str
    industry: str
    year: int
    ground: str


class Facts(Protocol):
    """What gates ask of the world; None always means that it cannot be told."""

    def groups(self, place: str) -> frozenset[str]:
        """Give the groups of cities that hold the place: bth13, yrd25, prd9, and its province's code."""
        ...

    def city(self, place: str) -> str:
        """Give the short Chinese name of the city that the place lies in."""
        ...

    def key47(self, place: str, on: date) -> bool | None:
        """Tell whether the place lies in one of the 47 cities of the special limits."""
        ...

    def attained(self, place: str, pollutant: str, year: int) -> bool | None:
        """Tell whether the place's yearly mean of an ambient pollutant (SO2, NO2, PM10, PM2.5) was within the standard."""
        ...

    def quota_left(self, place: str, pollutant: str, on: date) -> float | None:
        """Give what the total control of the place still allows [t/a]."""
        ...

    def credit_held(self, offset: Offset, project: Application, on: date) -> float | None:
        """Give how much of an offered amount the ledger holds realised, unexpired and free (or reserved) for this project."""
        ...

    def missed_tasks(self, place: str, on: date) -> tuple[MissedTask, ...] | None:
        """Give the capacity tasks that the place has missed and not yet cured."""
        ...

    def freezes(self, place: str, on: date) -> tuple[Freeze, ...] | None:
        """Give the freezes that lie on the place or a place above it."""
        ...

    def access_listed(self, applicant: str, industry: str, on: date) -> bool | None:
        """Tell whether an enterprise stands on the published list of compliant firms of its industry."""
        ...


@dataclass(frozen=True, slots=True)
class GateAnswer:
    """What one gate says: the result, why, the law used, what is missing, what would cure it."""

    gate: str
    result: Result
    because: tuple[Message, ...] = ()
    law: tuple[LawUsed, ...] = ()
    rests_on: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    cure: tuple[Message, ...] = ()

    @property
    def confidence(self) -> Confidence:
        """Give the weakest confidence of the law it rests on."""
        return weakest(*(each.confidence for each in self.law))

    @property
    def provisional(self) -> bool:
        """Tell whether it rests on an unsure law value (DESIGN §3)."""
        return self.confidence is Confidence.UNSURE


@dataclass(frozen=True, slots=True)
class Decision:
    """The answers of all gates in force, the result drawn from them, and the law values it rests on by their ledger names."""

    application: str
    on: date
    answers: tuple[GateAnswer, ...]
    result: Literal["pass", "fail", "unknown"]
    rests_on: tuple[str, ...] = ()

    def of(self, *results: Result) -> tuple[GateAnswer, ...]:
        """Give the answers with certain results."""
        return tuple(answer for answer in self.answers if answer.result in results)

    def answer(self, gate: str) -> GateAnswer:
        """Give the answer of one gate."""
        return next(answer for answer in self.answers if answer.gate == gate)


@dataclass(frozen=True, slots=True)
class Part:
    """One thing to change: a document, an offset, a figure of a unit, a fact of the project or of the world; ``smaller`` is the next lesser change, None where it has no degrees."""

    kind: Literal["document", "offset", "unit", "project", "world"]
    name: str
    value: Any
    said: Message
    smaller: Any = None


@dataclass(frozen=True, slots=True)
class Change:
    """A smallest change that makes one gate pass: its parts, all of them needed, and the project so changed."""

    gate: str
    parts: tuple[Part, ...]
    applied: Application

    @property
    def said(self) -> tuple[Message, ...]:
        """Give the change in words."""
        return tuple(part.said for part in self.parts)
