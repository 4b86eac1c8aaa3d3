"""The house opened: stores, law, places and the answers of every room at one clock."""

from __future__ import annotations

import hashlib
import json
import secrets
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lantian.air.service.desk import Desk
from lantian.air.service.tables import Choice
from lantian.app.acting import Desk as RecordDesk
from lantian.app.answers import Air, PlanRoom, parse_choice
from lantian.app.derived import SOURCES as AIR_TABLES
from lantian.app.derived import Derived
from lantian.app.duties import DutyRoom
from lantian.app.facts import AirFacts
from lantian.app.network import station_atlas
from lantian.app.signing import signed_book, unsigned
from lantian.assessment.service import Reported, assess
from lantian.kernel.errors import InputError
from lantian.kernel.period import NOW, Moment, Period, parse_period
from lantian.lake.declaration.sources import SOURCE_DATASETS
from lantian.lake.store import Lake
from lantian.law import LawBook, book
from lantian.ledger import open_ledger
from lantian.places import Atlas
from lantian.places.atlas import MUNICIPALITIES
from lantian.plan.model import TableFacts
from lantian.plan.readers import plan as open_plan
from lantian.plan.service import as_json, findings

if TYPE_CHECKING:
    from lantian.app.alarm import AlarmRoom
    from lantian.app.applications import Applications
    from lantian.app.cases import Cases
    from lantian.app.credits import CreditRoom
    from lantian.app.drafting import Drafts
    from lantian.app.forecasts import Forecasts
    from lantian.app.responding import ResponseRoom
    from lantian.app.source_tables import SourceTables
    from lantian.app.stacks import SourceRoom
    from lantian.app.warnings import ForecastDays


ALL_CITIES = 4 / 3
"""A province's mean speaks for it when three quarters of its cities have one (our choice, as for every mean of cities)."""
OF_SOURCES = frozenset(each.name for each in SOURCE_DATASETS)
"""Tables that grow all the time and on which no answer about the air rests."""
SHOWN_FLOWS = (
    "warning",
    "exceedance",
    "mark",
    "complaint",
    "application",
    "opinion",
    "notice",
    "credit",
    "capacity_task",
    "capacity_retirement",
    "relocation",
    "illegal_project",
    "case",
    "inspection",
    "trigger",
    "freeze",
)
"""Records that public pages show."""
LOOK_EVERY = 1.0
"""How many seconds a running site may take to notice newly loaded data."""


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
        before = self.__dict__.setdefault("_stamp", stamp)
        changed = {name for name in stamp.keys() | before.keys() if stamp.get(name) != before.get(name)}
        if changed:
            self.__dict__["_stamp"] = stamp
        if changed - OF_SOURCES:
            for name in ("atlas", "law", "derived", "version", "air", "plan", "duties"):
                self.__dict__.pop(name, None)
        self.__dict__.pop("sources", None)
        self.__dict__["_acts"] = "-".join(str(self.desk.ledger.newest(f"{flow}.")) for flow in SHOWN_FLOWS)
        return self

    def look_again(self) -> None:
        """Notice at once what was done here, without waiting for the next look."""
        self.source_tables.look_again()
        self.__dict__.pop("_looked", None)

    @property
    def shown(self) -> str:
        """Name all that public pages show: what answers rest on, the records that show on them, the state of the sources."""
        return f"{self.version}-{self.__dict__.get('_acts', 0)}-{self.source_tables.snapshot().state}"

    def at(self, as_of: datetime | None) -> House:
        """Give the same installation at another clock, sharing what is already computed."""
        house = replace(self, moment=Moment(as_of, self.moment.as_loaded))
        shared = self.derived
        if as_of is None or not shared.late_after(as_of):
            house.__dict__["derived"] = shared
        house.__dict__.update(desk=self.desk, lake=self.lake, atlas=self.atlas, source_tables=self.source_tables)  # one ledger and one lake, whatever the clock
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
        draft = kept.with_suffix(f".{secrets.token_hex(4)}.draft")
        draft.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
        draft.replace(kept)
        return found

    def assessment(self, number: int, reported: Mapping[str, Reported] | None = None) -> list[dict[str, Any]]:
        """Assess the provinces in a year, with what people found where it is given; a year that was not over at the clock raises ``InputError``."""
        end = parse_period(str(number)).end
        if not self.air.desk.knows(end):
            raise InputError(f"{number} was not over and published at {self.air.desk.as_of:%Y-%m-%d %H:%M}; choose an earlier year")
        facts = self.plan.facts

        def means(place: str, pollutant: str, period: Period) -> float | None:
            found = facts.annual_mean(place, pollutant, period)
            return found.value if (found.cities or 0) * ALL_CITIES >= (found.cities_of or 1) else None

        return assess(self.law, self.atlas, means, number, reported)

    @cached_property
    def desk(self) -> RecordDesk:
        """Give the records and those who act on them; the ledger stays open with the house."""
        return RecordDesk(self.home, open_ledger(self.home), self.atlas, lambda record: unsigned(self.law, record.body.get("rests_on", ())))

    @cached_property
    def drafts(self) -> Drafts:
        """Give what the house itself states in a record that is made or moved."""
        from lantian.app.drafting import Drafts

        return Drafts(self)

    @cached_property
    def alarm(self) -> AlarmRoom:
        """Give the warnings."""
        from lantian.app.alarm import AlarmRoom

        return AlarmRoom(self)

    @cached_property
    def response(self) -> ResponseRoom:
        """Give the emergency response."""
        from lantian.app.responding import ResponseRoom

        return ResponseRoom(self)

    @cached_property
    def applications(self) -> Applications:
        """Give the project applications and their notices."""
        from lantian.app.applications import Applications

        return Applications(self)

    @cached_property
    def cases(self) -> Cases:
        """Give the cases of enforcement."""
        from lantian.app.cases import Cases

        return Cases(self)

    @cached_property
    def credits(self) -> CreditRoom:
        """Give the credits: emission quota, coal, capacity."""
        from lantian.app.credits import CreditRoom

        return CreditRoom(self)

    @cached_property
    def source_tables(self) -> SourceTables:
        """Give the computed tables of sources, shared by all clocks."""
        from lantian.app.source_tables import SourceTables

        return SourceTables(self.home, self.lake, self.desk.ledger, self.engine)

    @cached_property
    def sources(self) -> SourceRoom:
        """Give the emission sources."""
        from lantian.app.stacks import SourceRoom

        return SourceRoom(self)

    @property
    def forecast_days(self) -> ForecastDays:
        """Give where the days of a warning come from: measured, then forecast."""
        return self.forecasts.days_of_air

    @cached_property
    def forecasts(self) -> Forecasts:
        """Give the forecasts."""
        from lantian.app.forecasts import Forecasts

        return Forecasts(self)

    @property
    def law_day(self) -> date:
        """Give the day whose law counts: that of the clock, or of the last loaded day."""
        return self.moment.as_of.date() if self.moment.as_of else self.span()[1]

    def relearn_law(self) -> None:
        """Forget the law as it was signed off before, so that a new sign-off counts at once."""
        for name in ("law", "derived", "version", "air", "plan", "duties"):
            self.__dict__.pop(name, None)

    @cached_property
    def duties(self) -> DutyRoom:
        """Give the articles of the plan."""
        from lantian.app.source_duties import SourceWatch

        return DutyRoom(open_plan(), self.lake, self.atlas, self.moment, SourceWatch(self))

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
