"""Backward capacity: whether a place did the task it was handed for a year, and since when (plan art. 5)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lantian.kernel.place_id import within


@dataclass(frozen=True, slots=True)
class RetirementTask:
    """What a place has to retire of an industry in a year [the industry's unit], by which day."""

    id: str
    place: str
    industry: str
    year: int
    amount: Decimal
    due: date


@dataclass(frozen=True, slots=True)
class Retired:
    """Capacity whose demolition was verified on a day, of a year's list."""

    id: str
    place: str
    industry: str
    year: int
    amount: Decimal
    verified: date


@dataclass(frozen=True, slots=True)
class TaskStanding:
    """How a task stands on a day: what is verified, what is lacking, missed once the day is over and something is lacking."""

    task: RetirementTask
    done: Decimal
    lacking: Decimal
    missed: bool


def task_standing(task: RetirementTask, retired: Iterable[Retired], on: date) -> TaskStanding:
    """Compare what was verified up to a day with the task; a task that is finished late is missed until then and cured from then on.

    >>> task = RetirementTask("t", "130000", "cement", 2015, Decimal(100), date(2015, 12, 31))
    >>> kiln = Retired("r", "130100", "cement", 2015, Decimal(100), date(2016, 2, 1))
    >>> [task_standing(task, [kiln], day).missed for day in (date(2015, 12, 31), date(2016, 1, 1), date(2016, 2, 1))]
    [False, True, False]
    """
    done = sum((each.amount for each in retired if _counts(task, each, on)), Decimal(0))
    lacking = max(task.amount - done, Decimal(0))
    return TaskStanding(task, done, lacking, on > task.due and lacking > 0)


def _counts(task: RetirementTask, retired: Retired, on: date) -> bool:
    return retired.industry == task.industry and retired.year == task.year and retired.verified <= on and within(retired.place, task.place)
