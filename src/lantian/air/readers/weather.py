"""Weather files: observed hours and forecast tables of a place or a station, as rows of the declared datasets."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from lantian.air.readers.fields import FieldError, moment, real
from lantian.air.readers.rows import Numbered, Parsed, guard
from lantian.kernel.errors import InputError
from lantian.kernel.period import monitoring_day
from lantian.places import Atlas

RANGES = {
    "temperature": (-90.0, 60.0),
    "dew_point": (-100.0, 40.0),
    "pressure": (300.0, 1100.0),
    "wind_speed": (0.0, 120.0),
    "wind_direction": (0.0, 360.0),
    "rain": (0.0, 500.0),
}
"""What may stand in a field [°C, °C, hPa, m/s, degrees, mm]; beyond any record on Earth, so a value outside is a wrong unit or a slip."""
FARTHEST = timedelta(days=16)


def _elements(row: Mapping[str, str | None]) -> dict[str, Any]:
    values = {name: real(row.get(name), name) for name in RANGES}
    for name, (low, high) in RANGES.items():
        value = values[name]
        if value is not None and not low <= value <= high:
            raise FieldError(f"{name} {value:g} lies outside {low:g} to {high:g}; check its unit")
    if all(value is None for value in values.values()):
        raise FieldError("no weather in this row")
    return values


def _place(text: str | None, atlas: Atlas) -> str:
    """Find a place by code or name, or else a station: weather is kept under either."""
    try:
        return atlas.find(text or "").code
    except InputError:
        return atlas.find_station(text or "").id


def parse_weather(rows: Numbered, atlas: Atlas) -> Parsed:
    """Read observed weather: place (or station), time (end of the hour), temperature, dew_point, pressure, wind_speed, wind_direction, rain."""

    def one(row: Mapping[str, str | None]) -> dict[str, Any]:
        at = moment(row["time"])
        return {"place": _place(row["place"], atlas), "time": at, "day": monitoring_day(at), **_elements(row)}

    for line, row in rows:
        yield guard(line, row, lambda row=row: one(row))  # type: ignore[misc]


def parse_weather_forecast(rows: Numbered, atlas: Atlas) -> Parsed:
    """Read a forecast table: place, issued_at, valid_at and the elements; valid_at lies after issued_at, sixteen days at most."""

    def one(row: Mapping[str, str | None]) -> dict[str, Any]:
        issued, valid = moment(row["issued_at"], "issued_at"), moment(row["valid_at"], "valid_at")
        if not timedelta() < valid - issued <= FARTHEST:
            raise FieldError(f"valid_at {valid} does not lie within {FARTHEST.days} days after issued_at {issued}")
        return {"place": _place(row["place"], atlas), "issued_at": issued, "valid_at": valid, "day": monitoring_day(issued), **_elements(row)}

    for line, row in rows:
        yield guard(line, row, lambda row=row: one(row))  # type: ignore[misc]
