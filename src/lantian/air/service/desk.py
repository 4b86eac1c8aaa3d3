"""What an answer needs in hand: computed tables, law, places, the clock."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from lantian.air.service.edition import cited
from lantian.air.service.tables import Choice
from lantian.kernel.errors import InputError
from lantian.kernel.finding import Confidence, LawUsed, Message
from lantian.kernel.period import DAY, Period, close_of, span
from lantian.kernel.pollutant import POLLUTANTS
from lantian.lake.shelf import Rows, Shelf
from lantian.law import LawBook, LawValue
from lantian.places import Atlas, Group, Place

PACKAGE = "lantian.air"
HourRows = Callable[[Sequence[str], datetime, datetime], tuple[Rows, Rows]]
"""Give (city hours, station hours) of some stations' cities from one hour's end to another."""


@dataclass(frozen=True)
class Desk:
    """One view of the air: the shelf as computed, the law chosen, and how much of it may be known at the clock."""

    shelf: Shelf
    book: LawBook
    atlas: Atlas
    choice: Choice
    as_of: datetime | None
    hours: HourRows
    periods: Callable[[Period, str | None], str]

    def ask(self, question: str, **values: Any) -> Rows:
        """Ask the shelf a named question."""
        return self.shelf.ask(PACKAGE, question, **values)

    def knows(self, day: date) -> bool:
        """Tell whether a day was over and published at the clock."""
        return self.as_of is None or close_of(day) <= self.as_of

    def last_known_day(self, until: date) -> date:
        """Give the last day, not after ``until``, that was over and published at the clock."""
        if self.as_of is None:
            return until
        last = min(until, self.as_of.date())
        while not self.knows(last):
            last -= DAY
        return last

    def known_part(self, period: Period) -> Period:
        """Cut a period at the last day known at the clock; nothing known raises ``InputError``."""
        if self.as_of is None or self.knows(period.end):
            return period
        last = self.last_known_day(period.end)
        if last < period.start:
            raise InputError(f"at {self.as_of:%Y-%m-%d %H:%M} nothing was known of {period.label} yet; choose a later --as-of")
        return span(period.start, last)

    def reading(self, place: Place, period: Period, stations: str) -> str | None:
        """Choose how a city's days are read: its stations where they report, else the city's daily reports; None when neither exists."""
        found = {row["reading"] for row in self.ask("readings_of", place=place.code, start=period.start, end=period.end)}
        wanted = {"evaluation": ("evaluation", "published"), "all": ("all", "published"), "published": ("published",)}
        if stations not in wanted:
            raise InputError(f"no reading {stations!r} of the stations; choose evaluation, all or published")
        return next((reading for reading in wanted[stations] if reading in found), None)

    def members(self, place: Place | Group, on: date) -> tuple[str, ...]:
        """Give the city codes that a province, group or the nation stands for; a city stands for itself."""
        if isinstance(place, Group):
            return tuple(place.members)
        if place.level == "nation":
            return tuple(row["place"] for row in self.ask("cities_on", day=on))
        return tuple(city.code for city in self.atlas.cities(place.code)) or (place.code,)


def law_of(values: Sequence[LawValue]) -> list[dict[str, Any]]:
    """List law values as JSON cites them, each once."""
    used: dict[tuple[str, str], LawUsed] = {}
    for value in values:
        shown = cited(value)
        used[shown.standard, shown.item] = shown
    return [
        {
            "standard": each.standard,
            "item": each.item,
            "value": each.value,
            "unit": each.unit,
            "clause": each.clause,
            "source": each.source,
            "confidence": str(each.confidence),
        }
        for each in used.values()
    ]


def provisional_of(values: Sequence[LawValue]) -> list[dict[str, Any]]:
    """Name the unsure values that make a product provisional (DESIGN §3)."""
    told: dict[tuple[str, str], dict[str, Any]] = {}
    for value in values:
        if value.confidence is Confidence.UNSURE:
            what = _named(value)
            words = {"standard": f"{value.source}", "what": {"key": what, "values": {}}, "clause": value.clause}
            told[value.standard, what] = as_json(Message("provisional.unsure", words))
    return list(told.values())


def _named(value: LawValue) -> str:
    """Give the message key that names a law value on pages."""
    if value.table == "law_input_rounding":
        return "law.input_rounding"
    name = f"law.{value.key.get('rule') or value.key.get('statistic')}"
    return name if name in NAMED else "law.other"


NAMED = ("law.required_pollutants", "law.published_above", "law.running_day_hours")


def as_json(message: Message) -> dict[str, Any]:
    """Give a reason as JSON; the renderer of the faces turns it into words (DESIGN §15)."""
    return {"key": message.key, "values": dict(message.values)}


def values_of(row: dict[str, Any]) -> dict[str, float | None]:
    """Give the six concentrations of a row of city_index by pollutant key."""
    return {p.key: row[p.column] for p in POLLUTANTS}


def primary_of(row: dict[str, Any]) -> list[str]:
    """Give the primary pollutants of a row of city_index."""
    return (row["primary_pollutants"] or "").split()
