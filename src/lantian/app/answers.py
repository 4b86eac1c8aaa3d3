"""The answers of the air room and of the nine goals at one clock, as plain dictionaries in the documented shape."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from lantian.air.service import days, evaluate, hours, rank, series
from lantian.air.service.desk import Desk, primary_of, values_of
from lantian.air.service.tables import Choice
from lantian.app.facts import AirFacts
from lantian.kernel.errors import InputError, unknown
from lantian.kernel.period import parse_period, span
from lantian.law import LawBook
from lantian.places import Group, Place
from lantian.plan.model import Plan
from lantian.plan.service import as_json, findings, provision_json


def parse_choice(texts: Iterable[str], law: LawBook) -> Choice:
    """Read editions asked for, such as 'hj_633:2026'; an unknown standard or edition raises ``InputError``."""
    editions = {}
    known: dict[str, list[str]] = {}
    for row in law.rows("law_edition"):
        known.setdefault(row["standard"], []).append(row["edition"])
    for text in texts:
        standard, colon, edition = text.partition(":")
        if not colon:
            raise InputError(f"standard {text!r} names no edition; write it as hj_633:2012")
        if standard not in known:
            raise unknown("standard", standard, known)
        if edition not in known[standard]:
            raise unknown("edition", edition, known[standard], where=f" of {standard}")
        editions[standard] = edition
    return Choice(editions)


@dataclass(frozen=True)
class Air:
    """The answers of the air room; every answer is a plain dictionary in the documented shape."""

    desk: Desk

    def place(self, text: str, on: date | None = None) -> Place | Group:
        """Find a place or a region group by code, name or key."""
        groups = {name: group for group in self.desk.atlas.groups() for name in (group.key, group.zh, group.en)}
        return groups[text] if text in groups else self.desk.atlas.find(text, on=on)

    def city(self, text: str) -> Place:
        """Find a city; a group or a province of many cities raises ``InputError``."""
        found = self.place(text)
        if isinstance(found, Group):
            raise InputError(f"{found.zh} is a group of {len(found.members)} cities; ask for one of them")
        members = self.desk.atlas.cities(found.code)
        if found.level in ("nation", "province") and tuple(city.code for city in members) != (found.code,):
            raise InputError(f"{found.name} is not a city; ask for one of its cities")
        return found

    def day(self, place: str, on: date, stations: str = "evaluation") -> dict[str, Any]:
        """Answer for one day."""
        return days.day(self.desk, self.place(place, on), on, stations)

    def hour(self, place: str, at: datetime, stations: str = "evaluation", mode: str = "standard") -> dict[str, Any]:
        """Answer for one hour."""
        return hours.hour(self.desk, self.city(place), at, stations, mode)

    def evaluate(self, place: str, period: str, stations: str = "evaluation") -> dict[str, Any]:
        """Evaluate a period."""
        asked = parse_period(period)
        return evaluate.evaluate(self.desk, self.place(place, asked.end), asked, stations)

    def rank(self, period: str, cities: str = "key74") -> dict[str, Any]:
        """Rank a set of cities."""
        return rank.rank(self.desk, parse_period(period), cities)

    def change(self, period: str, cities: str = "key74") -> dict[str, Any]:
        """Rank a set of cities by change."""
        return rank.change(self.desk, parse_period(period), cities)

    def trend(self, place: str, pollutant: str, years: list[int]) -> dict[str, Any]:
        """Give the trend of a pollutant over years."""
        return evaluate.trend(self.desk, self.city(place), pollutant, years)

    def series(self, place: str, start: date, end: date, *, hourly: bool = False, mode: str = "standard", stations: str = "evaluation") -> dict[str, Any]:
        """Give a run of days or hours."""
        period = span(start, end)
        if hourly:
            return series.hourly(self.desk, self.city(place), period, stations, mode)
        return series.daily(self.desk, self.city(place), period, stations)

    def cities_on(self, on: date) -> list[dict[str, Any]]:
        """Give every city's day for the map, worst first, the unknown last."""
        if not self.desk.knows(on):
            return []
        rows = []
        for row in self.desk.ask("cities_on", day=on):
            place = self.desk.atlas.place(row["place"])
            rows.append(
                {
                    "place": place.code,
                    "name": place.short,
                    "name_en": place.name_en,
                    "longitude": place.longitude,
                    "latitude": place.latitude,
                    "aqi": row["aqi"],
                    "level": row["level"],
                    "primary": primary_of(row),
                    "values": values_of(row),
                    "basis": "city_daily" if row["reading"] == "published" else "stations",
                    "edition": row["edition"],
                }
            )
        return sorted(rows, key=lambda row: (row["aqi"] is None, -(row["aqi"] or 0), row["place"]))

    def heavy_counts(self, start: date, end: date) -> list[dict[str, Any]]:
        """Count the cities at each level on each day, for the clock bar."""
        rows = self.desk.ask("heavy_counts", start=start, end=end)
        return [
            {"date": row["day"].isoformat(), "cities": row["cities"], "levels": [row[f"level{n}"] for n in range(1, 7)], "unknown": row["unknown"]}
            for row in rows
            if self.desk.knows(row["day"])
        ]


@dataclass(frozen=True)
class PlanRoom:
    """The answers of the plan room at one clock; a date's findings are computed once."""

    plan: Plan
    facts: AirFacts
    air: Air
    _known: dict[tuple[date, str | None], list[dict[str, Any]]] = field(default_factory=dict)

    def findings(self, on: date, place: str | None = None) -> list[dict[str, Any]]:
        """Give the findings at the close of a day, for the nation or one city; a day not yet known raises ``InputError``."""
        if not self.air.desk.knows(on):
            raise InputError(f"{on} was not over and published at {self.air.desk.as_of:%Y-%m-%d %H:%M}; choose an earlier day")
        code = None if place is None else self.air.city(place).code
        if (on, code) not in self._known:
            titles = {each.id: each for each in self.plan.provisions}
            self._known[on, code] = [as_json(each, titles[each.provision]) for each in findings(self.plan, self.facts, on, code)]
        return self._known[on, code]

    def provision(self, name: str) -> dict[str, Any]:
        """Give one provision; an unknown id raises ``InputError``."""
        for each in self.plan.provisions:
            if each.id == name:
                return provision_json(each)
        raise unknown("provision", name, (each.id for each in self.plan.provisions))
