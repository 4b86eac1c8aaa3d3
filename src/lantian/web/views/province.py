"""The province page: its score and path, its cities, its findings, what it promised and what was published about it."""

from __future__ import annotations

from collections import Counter
from typing import Any

from lantian.app.flows import flow_of
from lantian.kernel.errors import InputError
from lantian.kernel.period import year as year_of
from lantian.web.views.assessment import FIRST
from lantian.web.views.clock import Clock
from lantian.web.views.plan import ORDER

BASE_YEAR = 2013
PUBLIC = ("assessment", "consequence", "yearly_plan", "promise", "bulletin")


def province(clock: Clock, text: str) -> dict[str, Any]:
    """Give a province at the clock; a place that is none raises ``InputError``."""
    house = clock.house
    code = house.city_or_province(text)
    place = house.atlas.place(code)
    if place.level != "province":
        raise InputError(f"{place.name} is no province; its city page is /city/{code}")
    over = [number for number in range(FIRST, clock.last.year + 1) if house.air.desk.knows(year_of(number).end)]
    number = over[-1] if over else None
    row = None if number is None else next((each for each in house.assessment(number) if each["place"] == code), None)
    found = house.goal_findings(clock.day, code) + house.duties.findings(clock.day, code)
    counts = Counter(each["status"] for each in found)
    records = [each for name in PUBLIC for each in house.desk.records.find([name], code, states=flow_of(name).public) if each.place == code]
    pollutant = row["pollutant"] if row else "PM2.5"
    return {
        "place": place,
        "year": number,
        "row": row,
        "pollutant": pollutant,
        "course": None if row is None else _course(clock, row, over),
        "cities": [] if number is None else _cities(clock, code, pollutant, number),
        "counts": {status: counts[status] for status in ORDER if counts[status]},
        "total": len(found),
        "behind": [each for each in found if each["status"] in ("behind", "breached")],
        "promises": house.drafts.promises(code, pollutant),
        "records": records,
    }


def _course(clock: Clock, row: dict[str, Any], over: list[int]) -> dict[str, Any]:
    """Give the mean of each year beside what the path asks of it, where a base and a target in numbers are known."""
    facts = clock.house.plan.facts
    base, target = row["base"], row["target"]
    shares = {int(v.key["year"]): float(v.value) for v in clock.house.law.values("law_assessment_share", on=year_of(over[-1]).end, pollutant=row["pollutant"])}
    rows = []
    for number in range(BASE_YEAR, max(shares) + 1):
        past = number in over or number == BASE_YEAR
        mean = facts.annual_mean(row["place"], row["pollutant"], year_of(number)).value if number in over else base if number == BASE_YEAR else None
        share = 0.0 if number == BASE_YEAR else shares.get(number)
        required = None if base is None or not target or share is None else base * (1 - target * share / 10000)
        rows.append({"year": number, "value": mean, "required": required, "past": past})
    known = [each for each in rows if each["value"] is not None]
    return {"rows": rows, "unit": "µg/m³", "now": {"as_of": clock.day.isoformat(), "value": known[-1]["value"] if known else None}, "drawn": len(known) > 1}


def _cities(clock: Clock, code: str, pollutant: str, number: int) -> list[dict[str, Any]]:
    """Give the cities with their mean of the year and the year before, the highest first, the unknown last."""
    facts = clock.house.plan.facts
    rows = []
    for city in clock.house.atlas.cities(code):
        now, before = (facts.annual_mean(city.code, pollutant, year_of(each)).value for each in (number, number - 1))
        change = None if now is None or not before else (now - before) / before * 100
        rows.append({"place": city, "now": now, "before": before, "change": change})
    return sorted(rows, key=lambda each: (each["now"] is None, -(each["now"] or 0)))
