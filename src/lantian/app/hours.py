"""Hours of a city read from the lake on demand: a few stations, a few days, the same SQL rules."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from lantian.air.service import tables
from lantian.air.service.tables import Choice, arrow
from lantian.kernel.period import DAY, HOUR, Moment, Period, monitoring_day, month, span
from lantian.lake.engine import open_engine
from lantian.lake.read import open_dataset
from lantian.lake.runner import run_steps
from lantian.lake.shelf import Rows, Shelf
from lantian.lake.store import Lake
from lantian.law import LawBook
from lantian.places import Atlas

RUNNING = timedelta(hours=23)
KEPT_MONTHS = 36


class HourSource:
    """Answers for hours, a city's month at a time; a month once computed is kept, the newest ``KEPT_MONTHS`` of them."""

    def __init__(self, lake: Lake, book: LawBook, atlas: Atlas, shelf: Shelf, moment: Moment, choice: Choice) -> None:
        """Answer from one lake as of one moment."""
        self.lake, self.book, self.atlas, self.shelf, self.moment, self.choice = lake, book, atlas, shelf, moment, choice
        self._months: OrderedDict[tuple[tuple[str, ...], Period], tuple[Rows, Rows]] = OrderedDict()
        self._lock = threading.Lock()

    def __call__(self, stations: Sequence[str], start: datetime, end: datetime) -> tuple[Rows, Rows]:
        """Give the hours of the stations' cities and of the stations, from the hour ending at ``start`` to that ending at ``end``."""
        if not stations:
            return [], []
        first, last = monitoring_day(start), monitoring_day(end)
        months = [month(number // 12, number % 12 + 1) for number in range(first.year * 12 + first.month - 1, last.year * 12 + last.month)]
        found = [self._month(tuple(sorted(stations)), each) for each in months]
        city, station = ([row for part in parts for row in part if start <= row["time"] <= end] for parts in zip(*found, strict=True))
        return sorted(city, key=lambda row: (row["reading"], row["place"], row["time"])), sorted(station, key=lambda row: (row["station"], row["time"]))

    def _month(self, stations: tuple[str, ...], asked: Period) -> tuple[Rows, Rows]:
        """Give the hours of a month, computed once."""
        with self._lock:
            if (stations, asked) not in self._months:
                self._months[stations, asked] = self._compute(stations, asked)
                if len(self._months) > KEPT_MONTHS:
                    self._months.popitem(last=False)
            self._months.move_to_end((stations, asked))
            return self._months[stations, asked]

    def _compute(self, stations: Sequence[str], asked: Period) -> tuple[Rows, Rows]:
        """Run the rules over the hours of a month and the hours before it that its running means need."""
        start, end = datetime.combine(asked.start, time()) + HOUR, datetime.combine(asked.end, time()) + DAY
        first = start - RUNNING
        days = span(monitoring_day(first), asked.end)
        network = self._network(stations, days.start.year, days.end.year)
        if not network or not self.lake.exists("air_hourly"):
            return [], []
        with open_engine("duckdb") as engine:
            open_dataset(engine, self.lake, "air_hourly", self.moment, sorted({f"{day:%Y-%m}" for day in days}))
            engine.table("asked_hour", arrow(self._hours(first, end)))
            engine.table("hour_station", arrow([{"station": station} for station in sorted({row["station"] for row in network})]))
            engine.table("hour_network", arrow([row | {"day": day} for row in network for day in days if row["year"] == day.year]))
            engine.table("rule_plausibility", arrow(tables.rule_plausibility(self.book, asked.end)))
            run_steps(engine, "lantian.air", ("station_hour", "city_hour", "hour_flag"))
            city = engine.fetch("SELECT * FROM city_hour").to_pylist()
            station = engine.fetch("SELECT * FROM station_hour").to_pylist()
            flags = engine.fetch("SELECT * FROM hour_flag ORDER BY station, time, pollutant, flag").to_pylist()
        told: dict[tuple[str, datetime], list[dict[str, Any]]] = {}
        for row in flags:
            flag = {"pollutant": row["pollutant"], "flag": row["flag"], "value": row["value"]} | ({"hours": row["hours"]} if row["flag"] == "stuck" else {})
            told.setdefault((row["station"], row["time"]), []).append(flag)
        marked = [_means(row) | {"flags": told.get((row["station"], row["time"]), [])} for row in station if row["time"] >= start]
        return [row for row in city if row["time"] >= start], marked

    def _hours(self, first: datetime, end: datetime) -> Rows:
        """List every hour with the validity rules of its day."""
        days = span(monitoring_day(first), monitoring_day(end))
        rules = {row["day"]: row for row in tables.rule_day(self.book, days, self.choice)}
        rows = []
        for number in range(int((end - first) / HOUR) + 1):
            at = first + HOUR * number
            rule = rules[monitoring_day(at)]
            running = self.book.value("law_validity", on=rule["day"], pollutant="*", statistic="running_day_hours").value
            kept = {name: rule[name] for name in ("day", "window_hours", "hour_share", "window_share")}
            rows.append({"time": at, "running_hours": running} | kept)
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
