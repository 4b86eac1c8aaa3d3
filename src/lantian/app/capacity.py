"""Backward capacity: the tasks of places, what was verified of them, which places missed theirs, and how the totals of article 5 stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from lantian.approvals.model import MissedTask
from lantian.approvals.rules.retirement import Retired, RetirementTask, TaskStanding, task_standing
from lantian.kernel.place_id import within
from lantian.ledger import Record
from lantian.plan.readers import plan as open_plan

if TYPE_CHECKING:
    from lantian.app.house import House

TASK, RETIREMENT = "capacity_task", "capacity_retirement"
BINDING = ("handed_down", "met")


@dataclass(frozen=True, slots=True)
class Total:
    """How a total of the plan stands: industry, provision, what it asks, what is listed and what is verified [the unit of the registers]."""

    industry: str
    provision: str
    unit: str
    asked: Decimal
    listed: Decimal
    verified: Decimal


def missed_tasks(house: House, place: str, on: date) -> tuple[MissedTask, ...]:
    """Give the tasks that a place, or a place above it, has missed and not cured on a day; they suspend approvals of its key industries (art. 5)."""
    late = [each for each in standings(house, on) if each.missed and within(place, each.task.place)]
    return tuple(MissedTask(each.task.place, each.task.industry, each.task.year, each.task.id) for each in late)


def standings(house: House, on: date) -> list[TaskStanding]:
    """Give how every binding task stands on a day."""
    retired = retirements(house)
    return [task_standing(task_of(each), retired, on) for each in house.desk.records.find([TASK], states=BINDING)]


def standing_of(house: House, record: Record, on: date) -> TaskStanding:
    """Give how one task stands on a day."""
    return task_standing(task_of(record), retirements(house), on)


def retirements(house: House) -> list[Retired]:
    """Give all capacity whose demolition was verified."""
    found = house.desk.records.find([RETIREMENT], states=["verified"])
    return [
        Retired(each.id, each.place, each.body["industry"], int(each.body["year"]), _exact(each.body["capacity"]), date.fromisoformat(each.body["verified_on"]))
        for each in found
    ]


def task_of(record: Record) -> RetirementTask:
    """Read a task from its record."""
    body = record.body
    return RetirementTask(record.id, record.place, body["industry"], int(body["year"]), _exact(body["amount"]), date.fromisoformat(body["due"]))


def totals(house: House, on: date) -> list[Total]:
    """Give how the totals of article 5 stand: what the plan promises, what the lists hold, what was verified up to a day."""
    law = house.law
    duties = {each.id: each for each in open_plan().duties}
    lists = [each for each in house.desk.records.find([RETIREMENT]) if each.state not in ("planned", "withdrawn")]
    done = retirements(house)
    found = []
    for value in law.values("law_capacity_promise", on=on):
        industry, duty = str(value.key["industry"]), duties[str(value.value)]
        unit = str(law.value("law_capacity_measure", on=on, industry=industry).value)
        year = duty.due.year if duty.due else on.year
        factor = Decimal(str(law.value("law_capacity_unit", on=on, unit=duty.indicator.unit).value)) / Decimal(
            str(law.value("law_capacity_unit", on=on, unit=unit).value)
        )
        asked = Decimal(str(duty.indicator.need.value)) * factor
        listed = sum((_exact(each.body["capacity"]) for each in lists if (each.body["industry"], int(each.body["year"])) == (industry, year)), Decimal(0))
        verified = sum((each.amount for each in done if (each.industry, each.year) == (industry, year) and each.verified <= on), Decimal(0))
        found.append(Total(industry, duty.id, unit, asked, listed, verified))
    return found


def _exact(number: float) -> Decimal:
    return Decimal(str(number))
