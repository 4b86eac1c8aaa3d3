"""A run of days or hours of one place."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from lantian.air.service.days import because
from lantian.air.service.desk import Desk, as_json, primary_of, values_of
from lantian.air.service.hours import run_of_hours
from lantian.kernel.period import DAY, HOUR, Period
from lantian.kernel.pollutant import POLLUTANTS
from lantian.places import Place

Answer = dict[str, Any]


def daily(desk: Desk, place: Place, period: Period, stations: str = "evaluation") -> Answer:
    """Give the days of a city, each with its AQI and values; a day without any report is listed as unknown, none is left out."""
    known = desk.known_part(period)
    reading = desk.reading(place, known, stations)
    rows = {} if reading is None else {row["day"]: row for row in desk.ask("city_days", reading=reading, place=place.code, start=known.start, end=known.end)}
    answers = []
    for day in known:
        row = rows.get(day)
        if row is None:
            answers.append(_nothing(day.isoformat()))
            continue
        answers.append(
            {
                "date": day.isoformat(),
                "aqi": row["aqi"],
                "level": row["level"],
                "primary": primary_of(row),
                "values": values_of(row),
                "because": [as_json(message) for message in because(desk, row)],
            }
        )
    return {"place": place.code, "name": place.name, "name_en": place.name_en, "basis": _basis(reading), "reading": reading, "rows": answers}


def hourly(desk: Desk, place: Place, period: Period, stations: str = "evaluation", mode: str = "standard") -> Answer:
    """Give the hours of a city's days, 1 to 24 each, as far as they were published at the clock."""
    start = datetime.combine(period.start, time()) + HOUR
    end = datetime.combine(period.end + DAY, time())
    if desk.as_of is not None:
        end = min(end, desk.as_of.replace(minute=0, second=0, microsecond=0) - HOUR)
    rows = run_of_hours(desk, place, start, end, stations, mode) if end >= start else []
    return {"place": place.code, "name": place.name, "name_en": place.name_en, "basis": "stations", "mode": mode, "rows": rows}


def _nothing(label: str) -> Answer:
    """Give a day on which nothing was reported."""
    return {
        "date": label,
        "aqi": None,
        "level": None,
        "primary": [],
        "values": {p.key: None for p in POLLUTANTS},
        "because": [{"key": "day.not_reported", "values": {"date": label}}],
    }


def _basis(reading: str | None) -> str | None:
    """Name where the values come from."""
    return None if reading is None else "city_daily" if reading == "published" else "stations"
