"""The city page: now, the last 24 hours, the year, limits, stations."""

from __future__ import annotations

import calendar
from datetime import date, datetime, time, timedelta
from typing import Any

from lantian.air.service.hours import run_of_hours
from lantian.app.forecasting import kept
from lantian.kernel.period import DAY
from lantian.kernel.pollutant import POLLUTANTS
from lantian.web.views.clock import Clock
from lantian.web.views.sources import near_view

TICK = 40
MONTH_BACK = 30


def city(clock: Clock, name: str) -> dict[str, Any]:
    """Give everything the page of a city shows at the clock."""
    air = clock.house.air
    place = air.city(name)
    at = clock.hour or datetime.combine(clock.day + DAY, time())
    day = air.day(place.code, clock.day) if clock.hour is None else None
    hour = air.hour(place.code, at)
    hours = [] if hour["aqi"] is None and not hour["stations"] else _last_hours(clock, place.code, at)
    last_day = clock.house.air.desk.last_known_day(clock.day)
    year = air.series(place.code, date(clock.day.year, 1, 1), last_day)["rows"] if last_day.year == clock.day.year else []
    period = air.evaluate(place.code, f"{clock.day.year}") if year else None
    level = (day or hour)["level"]
    return {
        "place": place,
        "day": day,
        "hour": hour,
        "hours": hours,
        "bars": [row["values"]["PM2.5"] for row in hours],
        "shown": day or hour,
        "days": air.series(place.code, last_day - (MONTH_BACK - 1) * DAY, last_day)["rows"],
        "day_limit": next(iter(clock.house.law.values("law_limit", on=clock.day, pollutant="PM2.5", averaging="day", area_class=2)), None),
        "calendar": _calendar(clock, year),
        "year": _count(year),
        "period": period,
        "limits": _limits(period) if period else [],
        "advice": _advice(clock, level),
        "stations": _stations(clock, day, hour),
        "forecast": kept(clock.house, place.code),
        "near": near_view(clock, place.code),
    }


def _last_hours(clock: Clock, code: str, at: datetime) -> list[dict[str, Any]]:
    """Give the 24 hours that end with ``at``."""
    air = clock.house.air
    return run_of_hours(air.desk, air.city(code), at - timedelta(hours=23), at)


def _calendar(clock: Clock, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give twelve months of cells: known days, days ahead of the clock, unknown days with their reason."""
    known = {row["date"]: row for row in rows}
    months = []
    for month in range(1, 13):
        cells: list[dict[str, Any]] = []
        for number in range(1, calendar.monthrange(clock.day.year, month)[1] + 1):
            day = date(clock.day.year, month, number)
            row = known.get(day.isoformat())
            cells.append({"day": day, "row": row, "weekend": day.weekday() >= 5, "today": day == clock.day})  # noqa: PLR2004 - Saturday and Sunday
        past = [cell["row"] for cell in cells if cell["row"] and cell["row"]["aqi"] is not None]
        months.append({"month": month, "cells": cells, "known": len(past), **_count(past)})
    return months


def _count(rows: list[dict[str, Any]]) -> dict[str, int]:
    """Count good, heavy and unknown days."""
    levels = [row["level"] for row in rows]
    return {
        "good": sum(level in (1, 2) for level in levels),
        "heavy": sum(level in (5, 6) for level in levels),
        "unknown": sum(level is None for level in levels),
        "days": len(levels),
    }


def _limits(period: dict[str, Any]) -> list[dict[str, Any]]:
    """Give each pollutant's statistic against its limit as a bar whose tick stands at the same place."""
    bars = []
    for each in POLLUTANTS:
        found = period["pollutants"][each.key]
        mean = found["limit_mean"] is not None
        value, limit = (found["mean"], found["limit_mean"]) if mean else (found["percentile"]["value"], found["limit_percentile"])
        ratio = None if value is None or not limit else value / limit
        bars.append(
            {
                "key": each.key,
                "value": value,
                "limit": limit,
                "kind": "mean" if mean else f"P{found['percentile']['p']}",
                "width": None if ratio is None else min(100, ratio * TICK),
                "excess": None if ratio is None or ratio <= 1 else round((ratio - 1) * 100),
                "days": found["valid_days"],
            }
        )
    return bars


def _advice(clock: Clock, level: int | None) -> dict[str, Any] | None:
    """Give the health text of a level from the edition in force."""
    if level is None:
        return None
    book = clock.house.law
    found = {v.key["kind"]: v for v in book.values("law_advice", on=clock.day, level=level)}
    return {"effect": found["effect"].value, "measures": found["measures"].value, "source": found["effect"].source, "level": level}


def _stations(clock: Clock, day: dict[str, Any] | None, hour: dict[str, Any]) -> list[dict[str, Any]]:
    """Give the stations of the day, or of the hour, with their coordinates, worst first."""
    atlas = clock.house.atlas
    rows = []
    for each in (day or hour)["stations"]:
        station = atlas.station(each["station"])
        hours = each["valid_hours"]
        valid = hours["PM2.5"] if isinstance(hours, dict) else hours
        rows.append(each | {"longitude": station.longitude, "latitude": station.latitude, "name_en": station.name_en, "hours": valid})
    return sorted(rows, key=lambda row: (row["aqi"] is None, -(row["aqi"] or 0)))
