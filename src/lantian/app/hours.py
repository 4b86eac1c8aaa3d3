"""Hours of a city read from the lake on demand: a few stations, a few days, the same SQL rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from lantian.air.service import tables
from lantian.air.service.tables import Choice, arrow
from lantian.kernel.period import HOUR, Moment, monitoring_day, span
from lantian.lake.engine import open_engine
from lantian.lake.read import open_dataset
from lantian.lake.runner import run_steps
from lantian.lake.shelf import Rows, Shelf
from lantian.lake.store import Lake
from lantian.law import LawBook
from lantian.places import Atlas

RUNNING = timedelta(hours=23)


@dataclass(frozen=True)
class HourSource:
    """Answers for hours; called with stations and the first and last hour's end."""

    lake: Lake
    book: LawBook
    atlas: Atlas
    shelf: Shelf
    moment: Moment
    choice: Choice

    def __call__(self, stations: Sequence[str], start: datetime, end: datetime) -> tuple[Rows, Rows]:
        """Give the hours of the stations' cities and of the stations, from the hour ending at ``start`` to that ending at ``end``."""
        if not stations or not self.lake.exists("air_hourly"):
            return [], []
        first = start - RUNNING
        days = span(monitoring_day(first), monitoring_day(end))
        months = sorted({f"{day:%Y-%m}" for day in days})
        network = self._network(stations, days.start.year, days.end.year)
        if not network:
            return [], []
        with open_engine("duckdb") as engine:
            open_dataset(engine, self.lake, "air_hourly", self.moment, months)
            engine.table("asked_hour", arrow(self._hours(first, end)))
            engine.table("hour_station", arrow([{"station": station} for station in sorted({row["station"] for row in network})]))
            engine.table("hour_network", arrow([row | {"day": day} for row in network for day in days if row["year"] == day.year]))
            run_steps(engine, "lantian.air", ("station_hour", "city_hour"))
            city = engine.fetch("SELECT * FROM city_hour ORDER BY reading, place, time").to_pylist()
            station = engine.fetch("SELECT * FROM station_hour ORDER BY station, time").to_pylist()
        return [row for row in city if row["time"] >= start], [_means(row) for row in station if row["time"] >= start]

    def _hours(self, first: datetime, end: datetime) -> Rows:
        """List every hour with the validity rules of its day."""
        days = span(monitoring_day(first), monitoring_day(end))
        rules = {row["day"]: row for row in tables.rule_day(self.book, days, self.choice)}
        rows = []
        for number in range(int((end - first) / HOUR) + 1):
            time = first + HOUR * number
            rule = rules[monitoring_day(time)]
            running = self.book.value("law_validity", on=rule["day"], pollutant="*", statistic="running_day_hours").value
            kept = {name: rule[name] for name in ("day", "window_hours", "hour_share", "window_share")}
            rows.append({"time": time, "running_hours": running} | kept)
        return rows

    def _network(self, stations: Sequence[str], first_year: int, last_year: int) -> Rows:
        """List which station counts for which city and reading in which year: those that reported an hour in it."""
        city = {station.id: station for station in (self.atlas.station(name) for name in stations)}
        rows: Rows = []
        for year in range(first_year, last_year + 1):
            reported = self.shelf.ask("lantian.air", "stations_of_year", stations=list(city), year=year)
            known = [city[row["station"]] for row in reported]
            for reading in ("all", "evaluation"):
                members = [each for each in known if reading == "all" or not each.control]
                share = float(self.book.value("law_validity", on=datetime(year, 12, 31).date(), pollutant="*", statistic="city_station_share").value)
                for each in members:
                    count = sum(other.city == each.city for other in members)
                    rows.append({"reading": reading, "station": each.id, "place": each.city, "year": year, "stations": count, "station_share": share})
        return rows


def _means(row: dict[str, Any]) -> dict[str, Any]:
    """Turn the exact numerators of a station's running means into concentrations."""
    for name, share in (("pm25_running", "hour_share"), ("pm10_running", "hour_share"), ("o3_running", "window_share")):
        row[name] = None if row[name] is None else float(row[name]) / row[share]
    return row
