"""What the plan asks of the air, answered from the computed tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lantian.air.service.desk import Desk
from lantian.kernel.finding import Confidence, Message
from lantian.kernel.period import Moment, Period
from lantian.kernel.pollutant import pollutant
from lantian.lake.engine import open_engine
from lantian.lake.read import open_dataset
from lantian.lake.store import Lake
from lantian.plan.model import Measured

ENOUGH = 0.75
"""The share of a period's days that must have data before a mean speaks for the period (our choice, shown with every finding)."""


class AirFacts:
    """The plan's port to the air room and to published statistics."""

    def __init__(self, desk: Desk, lake: Lake) -> None:
        """Answer from one desk and one lake."""
        self._desk = desk
        self._lake = lake
        self._groups = {group.key: group.members for group in desk.atlas.groups()}
        self._statistics: dict[tuple[str, str, int], dict[str, Any]] | None = None

    def members(self, scope: str) -> Sequence[str]:
        """Give the cities of a group, of 'cities' (prefecture level and above, as far as any is loaded), or the city itself."""
        if scope == "cities":
            return [code for code in self._desk.atlas.group("all").members if self._is_city(code)]
        if scope in self._groups:
            return self._groups[scope]
        return [city.code for city in self._desk.atlas.cities(scope)] if scope.isdigit() and scope.endswith("0000") else (scope,)

    def annual_mean(self, scope: str, pollutant_key: str, period: Period) -> Measured:
        """Give the mean of a pollutant: of a city its days, of a group the plain mean over its cities."""
        each = pollutant(pollutant_key)
        rows = [row | {"value": row[each.column], "counted": row[f"{each.column}_days"]} for row in self._rows(scope, period)]
        return self._measured(scope, [row for row in rows if row["value"] is not None], period, each.unit)

    def good_day_share(self, scope: str, period: Period) -> Measured:
        """Give the share of good days [%] among days with an AQI."""
        return self._share(scope, period, "good_days")

    def heavy_day_share(self, scope: str, period: Period) -> Measured:
        """Give the share of heavy days [%] among days with an AQI."""
        return self._share(scope, period, "heavy_days")

    def statistic(self, place: str, year: int, indicator: str) -> Measured:
        """Give a published statistic from the dataset ``statistics``."""
        if self._statistics is None:
            with open_engine("duckdb") as engine:
                open_dataset(engine, self._lake, "statistics", Moment())
                found = engine.fetch("SELECT place, year, indicator, value, unit, source FROM statistics").to_pylist()
            self._statistics = {(row["place"], row["indicator"], row["year"]): row for row in found}
        row = self._statistics.get((place, indicator, year))
        if row is None:
            why = Message("facts.no_statistic", {"place": self._name(place), "year": year, "indicator": indicator})
            return Measured(None, "", "statistics", place, str(year), because=(why,))
        return Measured(row["value"], row["unit"], "statistics", place, str(year), source=row["source"], confidence=Confidence.SECONDARY)

    def _share(self, scope: str, period: Period, column: str) -> Measured:
        rows = [row for row in self._rows(scope, period) if row["valid_days"]]
        shares = [row | {"value": row[column] * 100 / row["valid_days"], "counted": row["valid_days"], "count": row[column]} for row in rows]
        return self._measured(scope, shares, period, "%")

    def _rows(self, scope: str, period: Period) -> list[dict[str, Any]]:
        places = list(self.members(scope))
        first = "evaluation" if len(places) == 1 else "published"
        end = min(period.end, self._desk.last_known_day(period.end))
        return self._desk.ask("means_over", places=places, first=first, start=period.start, end=end)

    def _measured(self, scope: str, rows: list[dict[str, Any]], period: Period, unit: str) -> Measured:
        members = len(self.members(scope))
        blank: dict[str, Any] = {"unit": unit, "place": scope, "period": period.label, "expected": period.days}
        if not rows:
            why = Message("facts.no_days", {"place": self._name(scope), "period": period.label})
            return Measured(None, dataset="air_city_daily", because=(why,), **blank)
        days = round(sum(row["counted"] for row in rows) / len(rows))
        dataset = "air_hourly" if {row["reading"] for row in rows} == {"evaluation"} else "air_city_daily"
        told = {"days": days, "cities": len(rows), "cities_of": members, "dataset": dataset, **blank}
        if days < ENOUGH * period.days:
            why = Message("facts.few_days", {"place": self._name(scope), "period": period.label, "days": days, "of": period.days})
            return Measured(None, because=(why,), **told)
        count = rows[0].get("count") if members == 1 else None
        return Measured(sum(row["value"] for row in rows) / len(rows), count=count, **told)

    def _is_city(self, code: str) -> bool:
        place = self._desk.atlas.place(code)
        return place.level == "prefecture" or (self._desk.atlas.cities(code) == (place,) and place.level == "province")

    def _name(self, scope: str) -> str:
        if scope in self._groups:
            return self._desk.atlas.group(scope).zh
        return self._desk.atlas.place(scope).short if scope.isdigit() else self._desk.atlas.group("all").zh
