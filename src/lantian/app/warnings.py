"""Warnings of an installation: the days measured or forecast, the rules in force, the answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from lantian.alerts.bulletin import Ground, Sender, draft
from lantian.alerts.cap import Alert, outline
from lantian.alerts.model import DayAir, Level, Prompt
from lantian.alerts.service import Edition, Question, advice, answer, propose, region, rules_in_force, rules_named
from lantian.app.house import House
from lantian.app.speech import say
from lantian.kernel.errors import InputError
from lantian.kernel.period import DAY
from lantian.places import Group, Place

ForecastDays = Callable[[str, datetime], Sequence[DayAir]]
"""Give the days of air at a city (code) as known at a moment: measured days so far, then the forecast."""


@dataclass(frozen=True)
class WarningRoom:
    """The answers of the warning room at one clock; ``forecast`` is where forecast days come from, None where there is none yet."""

    house: House
    forecast: ForecastDays | None = None

    def observed(self, place: str, start: date, end: date) -> tuple[DayAir, ...]:
        """Give the measured days of a city as far as they were known at the clock; the rest is unknown."""
        rows = {row["date"]: row["aqi"] for row in self.house.air.series(place, start, end)["rows"]}
        days = (start + DAY * at for at in range((end - start).days + 1))
        return tuple(DayAir(day, None if rows.get(day.isoformat()) is None else int(rows[day.isoformat()])) for day in days)

    def running(self, place: str, start: date, end: date) -> dict[datetime, int | None]:
        """Give the AQI of the 24 hours ending at each hour of some days, from their particles, which is what warnings are about."""
        found: dict[datetime, int | None] = {}
        for row in self.house.air.series(place, start, end, hourly=True)["rows"]:
            parts = [row["iaqi"].get(name) for name in ("PM2.5", "PM10")]
            found[datetime.fromisoformat(row["time"])] = None if None in parts else max(int(part) for part in parts)
        return found

    def decide(
        self,
        place: str,
        *,
        days: Sequence[DayAir] | None = None,
        span: tuple[date, date] | None = None,
        hours: bool = False,
        rule: str | None = None,
        current: Level | None = None,
        prompt: Prompt | None = None,
    ) -> dict[str, Any]:
        """Decide for a city, or for every city of a group with the region's prompt.

        ``days`` are days handed in; ``span`` takes the measured days in place of a forecast, decided at the clock where it lies among them, else as if
        known beforehand; with neither the forecast speaks. ``hours`` lets measured days begin at any hour.
        """
        found, asked = self.questions(place, days=days, span=span, hours=hours, rule=rule, current=current, prompt=prompt)
        if isinstance(found, Group):
            return region(self.house.law, self.house.atlas, found.key, asked, asked[0].day)
        return answer(self.house.law, self.house.atlas, asked[0])

    def questions(
        self,
        place: str,
        *,
        days: Sequence[DayAir] | None = None,
        span: tuple[date, date] | None = None,
        hours: bool = False,
        rule: str | None = None,
        current: Level | None = None,
        prompt: Prompt | None = None,
    ) -> tuple[Place | Group, list[Question]]:
        """Gather what ``decide`` decides: one question for a city, one for each city of a group."""
        found = self.house.air.place(place)
        codes = found.members if isinstance(found, Group) else (self.house.air.city(place).code,)
        if isinstance(found, Group) and days is not None:
            raise InputError(f"{found.zh} is a group of {len(found.members)} cities; days are handed in for one city")
        return found, [self._question(code, days, span, rule, hours=hours, current=current, prompt=prompt) for code in codes]

    def message(
        self, asked: Question, sender: Sender, *, geometry: Mapping[str, object] | None = None, status: str = "Draft", earlier: Alert | None = None
    ) -> Alert:
        """Draft the CAP message of a question's proposal, word for word what would go out; ``geometry`` is the place's GeoJSON outline where known."""
        proposal, _ = propose(self.house.law, self.house.atlas, asked)
        place = self._named(asked.place)
        ground = Ground(place.code, {"zh": place.name, "en": place.name_en}, outline(geometry) if geometry else ())
        told = advice(self.house.law, proposal.worst_aqi, asked.day)
        return draft(self.house.law, proposal, sender, ground, say, told, status=status, earlier=earlier)

    def _question(
        self,
        code: str,
        days: Sequence[DayAir] | None,
        span: tuple[date, date] | None,
        rule: str | None,
        *,
        hours: bool,
        current: Level | None,
        prompt: Prompt | None,
    ) -> Question:
        """Gather the days that a question is asked of, and the moment at which it is."""
        told: Sequence[DayAir]
        by_hour: Mapping[datetime, int | None] | None = None
        clock = self.house.moment.as_of
        if span is not None:
            edition = self._edition(code, span[0], rule)
            told = self.observed(code, *span)
            if hours or edition.rules.any_24_hours:
                by_hour = self._hours(code, span, asked=hours)
            before = datetime.combine(span[0], time()) - timedelta(hours=edition.rules.lead or 0)
            now = clock if clock is not None and span[0] <= clock.date() <= span[1] else before
            return Question(code, now, told, by_hour, current, prompt, rule, max(span[0], now.date()))
        if days is not None:
            told = days
            now = clock or datetime.combine(min(each.day for each in days), time()) if days else datetime.min
        elif self.forecast is None:
            raise InputError("no forecast is at hand; ask with --observed --from --to for measured days, or hand days in with --days")
        elif clock is None:
            raise InputError("a forecast speaks at a moment; say which with --as-of")
        else:
            told, now = self.forecast(code, clock), clock
        return Question(code, now, told, by_hour, current, prompt, rule)

    def _hours(self, code: str, span: tuple[date, date], *, asked: bool) -> dict[datetime, int | None] | None:
        """Give the 24-hour values of a city with stations; without them days begin at midnight, and asking for hours raises ``InputError``."""
        found = self.running(code, *span)
        if asked and not found:
            raise InputError(f"no hours of {self._named(code).name} are loaded from {span[0]} to {span[1]}; leave --hours out")
        return found or None

    def _named(self, code: str) -> Place:
        return self.house.atlas.place(code)

    def _edition(self, code: str, on: date, rule: str | None) -> Edition:
        """Give the edition that a question is decided by."""
        return rules_named(self.house.law, rule, on) if rule else rules_in_force(self.house.law, self.house.atlas, code, on)
