"""What the articles of a plan ask of governments and enterprises, each with the indicator that shows whether it was done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from lantian.plan.model.provision import Stated, Text


@dataclass(frozen=True, slots=True)
class Need:
    """What an indicator must show: at least or at most a value in its unit (``strictly`` leaves the value itself out), or that something was done."""

    kind: str
    value: float
    strictly: bool = False


@dataclass(frozen=True, slots=True)
class Indicator:
    """How a duty is judged; ``how`` names the computation and the other fields are what it needs.

    coverage: share [%] of units with all ``controls``; remaining: capacity or number of units still in service; added: units approved or
    commissioned since the duty began (``event`` says which); statistic and change: a yearly statistic of the place, or its change [%] against ``base``; act and
    record: something done on a day; air: the ambient goals, judged by the air room.
    """

    key: str
    title: Text
    unit: str
    how: str
    need: Need
    units: tuple[str, ...] = ()
    controls: tuple[str, ...] = ()
    where: Mapping[str, Any] | None = None
    unless: Mapping[str, Any] | None = None
    share_by: str = "count"
    statistic: str = ""
    base: int | None = None
    sum_from: int | None = None
    act: str = ""
    by: str = ""
    event: str = "approval_or_commissioning"

    @property
    def dataset(self) -> str:
        """Name the dataset that answers."""
        return {"coverage": "units", "remaining": "units", "added": "units", "statistic": "statistics", "change": "statistics"}.get(
            self.how, "air_city_daily" if self.how == "air" else "acts"
        )


@dataclass(frozen=True, slots=True)
class DutyScope:
    """Whom a duty binds: places, sectors, where it applies, the exception as written; an open list says how it was closed."""

    kind: str
    keys: tuple[str, ...]
    written: str
    open: bool
    closed: Text | None
    sectors: tuple[str, ...]
    within: str
    unless: str


@dataclass(frozen=True, slots=True)
class Duty:
    """One provision of an article: its exact words, who answers for it, by when, and the indicator that judges it.

    ``also`` are further ids of the working list that the same words hold. ``due`` is None for a duty without an end, ``every`` its period.
    """

    id: str
    also: tuple[str, ...]
    article: int
    kind: str
    title: Text
    quote: str
    lead: str
    english: str
    meaning: str
    words: tuple[str, ...]
    tolerance: Stated | None
    scope: DutyScope
    starts: date
    due: date | None
    every: str
    accountable: Text
    role: str
    numbers: tuple[str, ...]
    indicator: Indicator
    note: Text | None

    @property
    def ids(self) -> tuple[str, ...]:
        """Give every id of the working list that this provision holds."""
        return (self.id, *self.also)


@dataclass(frozen=True, slots=True)
class Article:
    """One article of the plan; article 0 holds what stands before the first and after the last."""

    number: int
    section: int
    title: Text
    duties: tuple[Duty, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One of the plan's ten sections."""

    number: int
    title: Text
