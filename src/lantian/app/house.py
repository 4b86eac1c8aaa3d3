"""The house opened: stores, law, places and the answers of every room at one clock."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from lantian.air.service import days, evaluate, hours, rank, series
from lantian.air.service.desk import Desk, primary_of, values_of
from lantian.air.service.tables import Choice
from lantian.app.derived import SOURCES as AIR_TABLES
from lantian.app.derived import Derived
from lantian.app.duties import DutyRoom
from lantian.app.facts import AirFacts
from lantian.app.network import station_atlas
from lantian.app.signing import signed_book
from lantian.assessment.service import assess
from lantian.kernel.errors import InputError, unknown
from lantian.kernel.period import NOW, Moment, Period, parse_period, span
from lantian.lake.store import Lake
from lantian.law import LawBook, book
from lantian.places import Atlas, Group, Place
from lantian.places.atlas import MUNICIPALITIES
from lantian.plan.model import Plan, TableFacts
from lantian.plan.readers import plan as open_plan
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


ALL_CITIES = 4 / 3
"""A province's mean speaks for it when three quarters of its cities have one (our choice, as for every mean of cities)."""
LOOK_EVERY = 1.0
"""How many seconds a running site may take to notice newly loaded data."""


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


@dataclass(frozen=True)
class House:
    """An installation at one moment: what is loaded, the law in use, and the rooms that answer."""

    home: Path
    engine: str = "duckdb"
    moment: Moment = NOW
    choice: Choice = field(default_factory=lambda: Choice({}))

    @classmethod
    def open(cls, home: Path, engine: str = "duckdb", moment: Moment | None = None, standards: Iterable[str] = ()) -> House:
        """Open an installation; ``standards`` are editions asked for instead of those in force."""
        return cls(home, engine, moment or NOW, parse_choice(standards, book()))

    @cached_property
    def law(self) -> LawBook:
        """Give the law, with what this installation signed off."""
        return signed_book(self.home)

    @cached_property
    def atlas(self) -> Atlas:
        """Give the places and stations; stations are those known today, whatever the clock says."""
        return station_atlas(self.lake)

    @cached_property
    def lake(self) -> Lake:
        """Give the lake."""
        return Lake(self.home)

    @cached_property
    def derived(self) -> Derived:
        """Give the computed tables; corrections made after the clock are left out by computing as of it."""
        everything = Derived(self.home, self.lake, self.law, self.atlas, self.engine, self.choice, Moment())
        if self.moment.as_loaded is None and (self.moment.as_of is None or not everything.late_after(self.moment.as_of)):
            return everything
        return Derived(self.home, self.lake, self.law, self.atlas, self.engine, self.choice, self.moment)

    @cached_property
    def version(self) -> str:
        """Hash what every answer rests on: tables, law, editions, clock, program."""
        return hashlib.sha256(f"{self.derived.key} {open_plan().hash} {self.law.signature} {self.moment.as_of} {self.moment.as_loaded}".encode()).hexdigest()[
            :16
        ]

    def renew(self) -> House:
        """Forget what was computed when the lake has grown since; give itself, so that a running site shows what is loaded meanwhile."""
        now = time.monotonic()
        if now - self.__dict__.get("_looked", 0.0) < LOOK_EVERY:
            return self
        self.__dict__["_looked"] = now
        stamp = self.lake.stamp()
        if self.__dict__.setdefault("_stamp", stamp) != stamp:
            for name in ("_stamp", "atlas", "law", "derived", "version", "air", "plan", "duties"):
                self.__dict__.pop(name, None)
            self.__dict__["_stamp"] = stamp
        return self

    def at(self, as_of: datetime | None) -> House:
        """Give the same installation at another clock, sharing what is already computed."""
        house = replace(self, moment=Moment(as_of, self.moment.as_loaded))
        shared = self.derived
        if as_of is None or not shared.late_after(as_of):
            house.__dict__["derived"] = shared
        return house

    @cached_property
    def air(self) -> Air:
        """Give the air room."""
        derived = self.derived
        return Air(Desk(derived.shelf, self.law, self.atlas, self.choice, self.moment.as_of, derived.hours, derived.period))

    @cached_property
    def plan(self) -> PlanRoom:
        """Give the plan room."""
        return PlanRoom(open_plan(), AirFacts(self.air.desk, self.lake), self.air)

    def city_or_province(self, text: str) -> str:
        """Give the code of a city or province; a region group or the nation raises ``InputError``."""
        if text in {name for group in self.atlas.groups() for name in (group.key, group.zh, group.en)}:
            raise InputError(f"{text} is a group of cities; ask for one of its cities, or a province")
        found = self.atlas.find(text)
        if found.level == "nation":
            raise InputError(f"{text} is the nation; leave the place out")
        return found.code

    def goal_findings(self, on: date, place: str | None = None) -> list[dict[str, Any]]:
        """Give the findings of the nine goals at the close of a day, kept on disk under what they rest on; of a place those that bind it."""
        code = None if place is None else self.city_or_province(place)
        if code is not None and self.atlas.place(code).level == "province" and code not in MUNICIPALITIES:
            return []
        if not any(self.lake.exists(name) for name in AIR_TABLES):
            silent = findings(open_plan(), TableFacts(groups={group.key: group.members for group in self.atlas.groups()}), on, code)
            return [as_json(each, open_plan().provision(each.provision)) for each in silent]
        ground = f"{self.derived.key} {self.lake.versions().get('statistics')} {open_plan().hash} {self.moment.as_loaded} {on} {code}"
        kept = self.home / "derived" / "findings" / f"goals-{hashlib.sha256(ground.encode()).hexdigest()[:16]}.json"
        if kept.is_file():
            found: list[dict[str, Any]] = json.loads(kept.read_bytes())
            return found
        found = json.loads(json.dumps(self.plan.findings(on, code), ensure_ascii=False, default=float))
        kept.parent.mkdir(parents=True, exist_ok=True)
        draft = kept.with_suffix(".draft")
        draft.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
        draft.replace(kept)
        return found

    def assessment(self, number: int) -> list[dict[str, Any]]:
        """Assess the provinces in a year; a year that was not over at the clock raises ``InputError``."""
        end = parse_period(str(number)).end
        if not self.air.desk.knows(end):
            raise InputError(f"{number} was not over and published at {self.air.desk.as_of:%Y-%m-%d %H:%M}; choose an earlier year")
        facts = self.plan.facts

        def means(place: str, pollutant: str, period: Period) -> float | None:
            found = facts.annual_mean(place, pollutant, period)
            return found.value if (found.cities or 0) * ALL_CITIES >= (found.cities_of or 1) else None

        return assess(self.law, self.atlas, means, number)

    @cached_property
    def duties(self) -> DutyRoom:
        """Give the articles of the plan."""
        return DutyRoom(open_plan(), self.lake, self.atlas, self.moment)

    def span(self) -> tuple[date, date]:
        """Give the first and last day of the city days that are loaded."""
        rows = self.derived.shelf.ask("lantian.air", "spans")
        return min(row["first_day"] for row in rows), max(row["last_day"] for row in rows)

    def last_busy_day(self) -> date:
        """Give the last day on which at least half as many cities reported as on the busiest day."""
        first, last = self.span()
        counts = self.derived.shelf.ask("lantian.air", "heavy_counts", start=first, end=last)
        most: int = max(row["cities"] for row in counts)
        busy: list[date] = [row["day"] for row in counts if 2 * row["cities"] >= most]
        return max(busy)

    def periods(self) -> list[Period]:
        """Give the years of the loaded days."""
        first, last = self.span()
        return [parse_period(str(number)) for number in range(first.year, last.year + 1)]
