"""The answers of the room of emission sources at one clock, as plain dictionaries: lists, hours, runs of exceedance, rates, tonnes, leads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from math import asin, cos, radians, sin, sqrt
from typing import TYPE_CHECKING, Any

from lantian.app import source_facts as facts
from lantian.app.exceedances import episode_key
from lantian.app.source_leads import leads_of
from lantian.app.source_tables import Known, quarters
from lantian.kernel.period import HOUR, monitoring_day, parse_period
from lantian.kernel.place_id import within
from lantian.ledger import Record, Records
from lantian.sources.model import Outlet

if TYPE_CHECKING:
    from lantian.app.house import House

Answer = dict[str, Any]
Answers = list[Answer]
SILENT_AFTER = timedelta(hours=3)
"""How long after its last hour an outlet counts as silent (our choice)."""
RECENT = timedelta(days=7)
EARTH_KM = 6371.0


@dataclass
class SourceRoom:
    """The emission sources of an installation at its clock."""

    house: House

    @cached_property
    def known(self) -> Known:
        """Give the registers and what is known at the clock."""
        return self.house.source_tables.known(self.house.law, self.house.atlas, self.house.moment.as_of)

    @property
    def loaded(self) -> bool:
        """Tell whether any outlet is registered."""
        return bool(self.known.registry.outlet_rows)

    @property
    def day(self) -> date:
        """Give the day whose hours the clock shows last."""
        return monitoring_day(self.known.until)

    @property
    def records(self) -> Records:
        """Give the records of the ledger."""
        return self.house.desk.records

    def rows(self, question: str, start: datetime, end: datetime, **values: Any) -> Answers:
        """Ask the tables of every quarter that a span of time touches, up to the clock."""
        end = min(end, self.known.until)
        if end < start:
            return []
        return self.quarter_rows(question, (start - HOUR).date(), (end - HOUR).date(), start=start, end=end, **values)

    def quarter_rows(self, question: str, first: date, last: date, /, **values: Any) -> Answers:
        """Ask the tables of every quarter that a span of days touches."""
        found: Answers = []
        for period in quarters(first, last):
            shelf = self.house.source_tables.shelf(self.known, self.house.law, period)
            if shelf is not None:
                found += shelf.ask("lantian.sources", question, **values)
        return found

    def outlet_title(self, outlet: Outlet) -> str:
        """Name an outlet with its enterprise, as records and letters do."""
        enterprise = self.known.registry.enterprise_reports.get(outlet.enterprise)
        return f"{enterprise.name if enterprise else outlet.enterprise} {outlet.name}"

    @cached_property
    def latest(self) -> dict[str, dict[str, Answer]]:
        """Give the newest hour of each outlet and pollutant within the last days."""
        found: dict[str, dict[str, Answer]] = {}
        for row in self.rows("latest_hours", self.known.until - RECENT, self.known.until):
            held = found.setdefault(row["outlet"], {})
            if row["pollutant"] not in held or held[row["pollutant"]]["time"] < row["time"]:
                held[row["pollutant"]] = row
        return found

    @cached_property
    def every(self) -> Answers:
        """Give every outlet as a line of the list, in the order of its id."""
        return [self.line(each) for each in sorted(self.known.registry.outlets(), key=lambda each: each.outlet)]

    def line(self, outlet: Outlet) -> dict[str, Any]:
        """Give an outlet as a line of a list: who, where, how it stands now."""
        registry, atlas = self.known.registry, self.house.atlas
        enterprise = registry.enterprise_reports.get(outlet.enterprise)
        place = atlas.place(outlet.place)
        latest = self.latest.get(outlet.outlet, {})
        newest = max((row["time"] for row in latest.values()), default=None)
        return {
            "outlet": outlet.outlet,
            "name": outlet.name,
            "name_en": outlet.name_en or outlet.name,
            "enterprise": outlet.enterprise,
            "enterprise_name": enterprise.name if enterprise else outlet.enterprise,
            "enterprise_name_en": (enterprise.name_en or enterprise.name) if enterprise else outlet.enterprise,
            "sector": enterprise.sector if enterprise else "",
            "place": outlet.place,
            "place_name": place.short,
            "place_name_en": place.name_en,
            "longitude": outlet.longitude,
            "latitude": outlet.latitude,
            "simulated": outlet.simulated,
            "time": newest.isoformat() if newest else None,
            "lag_minutes": None if newest is None else round((self.known.until - newest).total_seconds() / 60),
            "pollutants": {
                name: {"value": row["corrected"], "limit": row["limit_value"], "exceeds": _flag(row["exceeds"]), "provisional": bool(row["provisional"])}
                for name, row in sorted(latest.items())
            },
            "state": self._state(outlet, latest.values(), newest),
        }

    def _state(self, outlet: Outlet, latest: Iterable[Mapping[str, Any]], newest: datetime | None) -> str:
        """Say in one word how an outlet stands."""
        now = [row for row in latest if row["time"] == newest]
        if outlet.retired is not None and outlet.retired <= self.known.until.date():
            return "stopped"
        if newest is None:
            return "silent" if self.known.registry.device_of(outlet.outlet, self.known.until.date()) else "unknown"
        if self.known.until - newest > SILENT_AFTER:
            return "silent"
        if any(row["exceeds"] for row in now):
            return "exceeding"
        return "stopped" if all(row["method"] == "stopped" for row in now) else "normal"

    def list(
        self,
        place: str | None = None,
        q: str | None = None,
        sector: str | None = None,
        state: str | None = None,
        after: str | None = None,
        limit: int = 50,
    ) -> dict[str, Any]:
        """Give outlets that are asked for, a page of them after a cursor; the counts are of all that fit but for their state."""
        word = (q or "").strip().casefold()
        fitting = [
            row
            for row in self.every
            if (place is None or within(row["place"], place)) and sector in (None, row["sector"]) and (not word or word in _searched(row))
        ]
        shown = [row for row in fitting if state in (None, row["state"]) and (after is None or row["outlet"] > after)]
        page = shown[:limit]
        return {"rows": page, "next": page[-1]["outlet"] if len(shown) > limit else None, "counts": dict(Counter(row["state"] for row in fitting))}

    def near(self, place: str, limit: int = 8) -> Answers:
        """Give the outlets of a city, those exceeding first, then the nearest to its centre."""
        inside = [row for row in self.every if within(row["place"], place)]
        centre = self.house.atlas.place(place)
        rank = {"exceeding": 0, "normal": 1, "silent": 2, "stopped": 3, "unknown": 4}
        return sorted(
            inside, key=lambda row: (rank[row["state"]], _distance(centre.longitude, centre.latitude, row["longitude"], row["latitude"]), row["outlet"])
        )[:limit]

    def hours(self, outlet: str, pollutant: str, start: datetime, end: datetime) -> Answers:
        """Give the hours of an outlet and pollutant whose end lies in a span, the oldest first."""
        self.known.registry.outlet(outlet)
        return [_hour(row) for row in self.rows("outlet_hours", start, end, outlet=outlet, pollutant=pollutant)]

    def episode_records(self) -> dict[str, Record]:
        """Give the records of exceedances by the key of their episode."""
        return {each.body["key"]: each for each in self.records.find(["exceedance"])}

    def episodes(
        self,
        outlet: str | None = None,
        place: str | None = None,
        enterprise: str | None = None,
        start: datetime | None = None,
        end: datetime | None = None,
    ) -> Answers:
        """Give runs of exceeding hours, the newest first, with what the enterprise explained and what the review found."""
        end = min(end or self.known.until, self.known.until)
        held = self.episode_records()
        found = []
        for row in _joined(self.rows("episodes", start or end - RECENT, end)):
            told = self.known.registry.outlet_reports.get(row["outlet"])
            if (
                told is None
                or outlet not in (None, told.outlet)
                or enterprise not in (None, told.enterprise)
                or not (place is None or within(told.place, place))
            ):
                continue
            found.append(_episode(row, held.get(episode_key(row["outlet"], row["pollutant"], row["start"]))))
        return sorted(found, key=lambda row: (row["start"], row["outlet"], row["pollutant"]), reverse=True)

    def outlet(self, outlet: str) -> dict[str, Any]:
        """Give what is registered of an outlet, with its limits; an unknown one raises ``InputError``."""
        return facts.outlet_facts(self, outlet)

    def limit(self, outlet: str, pollutant: str, on: date) -> dict[str, Any]:
        """Give the limit that binds a pollutant of an outlet on a day."""
        return facts.limit_answer(self, outlet, pollutant, on)

    def enterprise(self, code: str) -> dict[str, Any]:
        """Give an enterprise with its outlets, permits and tonnes; an unknown one raises ``InputError``."""
        return facts.enterprise_facts(self, code)

    def rates(self, outlet: str, month: str) -> dict[str, Any]:
        """Give the rates of transmission, validity and capture."""
        return facts.rates_of(self, outlet, month)

    def totals(self, by: str, key: str, period: str) -> Answers:
        """Give the tonnes of an outlet, enterprise, sector, city, province or all, by pollutant."""
        return facts.total_rows(self, by, key, period)

    def months(self, outlet: str | None = None, enterprise: str | None = None, period: str | None = None) -> Answers:
        """Give the months of outlets as rows of ``outlet_month``."""
        asked = parse_period(period or str(self.day.year))
        outlets = {each.outlet for each in self.known.registry.outlets(enterprise=enterprise) if outlet in (None, each.outlet)}
        return [row for row in facts.month_rows(self, asked.start, min(asked.end, self.day)) if row["outlet"] in outlets]

    def levy(self, enterprise: str, quarter: str) -> dict[str, Any]:
        """Give what an enterprise owes for a quarter, line by line."""
        return facts.levy_of(self, enterprise, quarter)

    def tariff(self, outlet: str, start: datetime, end: datetime) -> dict[str, Any] | None:
        """Give what a unit's premiums of clean power come to."""
        return facts.tariff_of(self, outlet, start, end)

    def lag(self, place: str | None = None) -> dict[str, Any]:
        """Give how late hours come and how complete they are."""
        return facts.lag_of(self, place)

    def leads(self, outlet: str | None = None, place: str | None = None) -> Answers:
        """Give what the checks of plausibility found in the last days, for officers; leads, never verdicts."""
        return leads_of(self, outlet, place)


def _hour(row: Mapping[str, Any]) -> dict[str, Any]:
    names = ("corrected", "concentration", "oxygen", "state", "method", "basis", "mass", "flow", "minutes", "valid_minutes", "multiple", "mark")
    told = {name: row[name] for name in names} | {"time": row["time"].isoformat(), "limit": row["limit_value"], "reported": row["corrected_reported"]}
    return told | {"exceeds": _flag(row["exceeds"]), "differs": _flag(row["differs"]), "provisional": bool(row["provisional"])}


def _episode(row: Mapping[str, Any], record: Record | None) -> dict[str, Any]:
    names = ("outlet", "pollutant", "hours", "peak", "multiple", "unknown_hours", "mass")
    told = {name: row[name] for name in names} | {name: row[name].isoformat() for name in ("start", "finish", "peak_time")}
    told |= {"limit": row["limit_value"], "provisional": bool(row["provisional"])}
    body = record.body if record else {}
    return told | {
        "record": record.id if record else None,
        "state": record.state if record else None,
        "explanation": body.get("explanation"),
        "finding": body.get("finding"),
    }


def _joined(rows: Answers) -> Answers:
    """Give each episode once and whole: a run over the turn of a quarter stands in both, and the later one knows its end."""
    found: dict[tuple[str, str, datetime], dict[str, Any]] = {}
    for row in rows:
        key = (row["outlet"], row["pollutant"], row["start"])
        if key not in found or found[key]["finish"] < row["finish"]:
            found[key] = row
    return list(found.values())


def _flag(value: int | None) -> bool | None:
    return None if value is None else bool(value)


def _searched(row: Mapping[str, Any]) -> str:
    return " ".join(str(row[name]) for name in ("outlet", "name", "name_en", "enterprise", "enterprise_name", "enterprise_name_en", "place_name")).casefold()


def _distance(x: float | None, y: float | None, other_x: float | None, other_y: float | None) -> float:
    """Give the distance of two points on the globe [km]; unknown places are farthest."""
    if x is None or y is None or other_x is None or other_y is None:
        return float("inf")
    half_y, half_x = radians(other_y - y) / 2, radians(other_x - x) / 2
    return 2 * EARTH_KM * asin(sqrt(sin(half_y) ** 2 + cos(radians(y)) * cos(radians(other_y)) * sin(half_x) ** 2))
