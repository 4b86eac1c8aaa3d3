"""Use cases of emergency plans: complete, sufficient, chosen, ordered, with the law values they rest on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from lantian.kernel.errors import InputError
from lantian.kernel.finding import Message
from lantian.law import LawBook
from lantian.places import Atlas
from lantian.response.model import GRADES, LEVELS, EmergencyPlan, Measure, Order
from lantian.response.rules.choose import Choice, choose
from lantian.response.rules.complete import lacking
from lantian.response.rules.orders import orders_of
from lantian.response.rules.suffice import PERCENT, area_at, cuts, loss, told_at


def choice_of(book: LawBook, name: str, on: date) -> float:
    """Give one of our own choices as a share of one."""
    return float(book.value("law_response_choice", on=on, choice=name).value) / PERCENT


def shares(book: LawBook, level: str, on: date) -> dict[str, float]:
    """Give the shares of emissions that must be cut at a level, by pollutant; empty before any was in force, and for levels without one."""
    return {v.key["pollutant"]: float(v.value) / PERCENT for v in book.values("law_response_share", on=on, level=level)}


def ranks(book: LawBook, on: date) -> dict[str, int]:
    """Give which grades are cut first; before grades were in force all lines stand alike."""
    found = {str(v.key["grade"]): int(v.value) for v in book.values("law_response_grade", on=on)}
    return found or dict.fromkeys(GRADES, 1)


def complete(book: LawBook, atlas: Atlas, plan: EmergencyPlan, on: date) -> list[Message]:
    """Say what a plan lacks of article 30."""
    elements = {str(v.key["element"]): v.value for v in book.values("law_response_element", on=on)}
    due = None
    for value in book.values("law_response_filing", on=on):
        if plan.place in atlas.group(str(value.key["group"])).members:
            due = date.fromisoformat(str(value.value))
    return lacking(plan, elements, due)


def suffice(book: LawBook, plan: EmergencyPlan, level: str, on: date, told: Mapping[str, Measure] | None = None) -> dict[str, Any]:
    """Say what the measures of a level cut by pollutant, against the shares in force; before 2018 the later shares stand beside for comparison only."""
    if level not in LEVELS:
        raise InputError(f"no level {level!r}; choose {', '.join(LEVELS)}")
    required = shares(book, level, on)
    later = {} if required else {v.key["pollutant"]: float(v.value) / PERCENT for v in book.values("law_response_share", level=level)}
    own = told_at(plan, level) if told is None else told
    found = cuts(plan, own, area_at(plan, level), required, choice_of(book, "confidence", on))
    because = [Message("response.no_share", {"day": f"{on}", "percent": round(PERCENT * max(later.values()))})] if later else []
    return {
        "level": level,
        "date": on.isoformat(),
        "cuts": [asdict(each) | {"short": each.short, "later": later.get(each.pollutant)} for each in found],
        "enough": None if not required else all(not each.short for each in found if each.required is not None),
        "loss": loss(own),
        "lines": len(own),
        "because": because,
        "illustrative": plan.illustrative,
    }


def chosen(book: LawBook, plan: EmergencyPlan, level: str, on: date, asked: Mapping[str, float] | None = None) -> Choice:
    """Choose measures of least loss that reach the shares in force at a level, or those asked for; without any nothing needs to be cut."""
    wanted = dict(asked) if asked is not None else shares(book, level, on)
    return choose(plan, wanted, area_at(plan, level), ranks(book, on), choice_of(book, "gap", on))


def drafted(plan: EmergencyPlan, level: str, start: datetime, end: datetime, told: Mapping[str, Measure] | None = None) -> list[Order]:
    """Draft the orders of a level."""
    return orders_of(plan, told_at(plan, level) if told is None else told, area_at(plan, level), start, end)
