"""The packaged lists of places, stations and former names."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from importlib import resources

from lantian.places.model import Place, Station


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = resources.files("lantian.places").joinpath("data", name).read_text(encoding="utf-8")
    return csv.DictReader(text.splitlines())


def _degrees(text: str) -> float | None:
    return float(text) if text else None


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def read_places() -> list[Place]:
    """Read every division."""
    return [
        Place(
            r["code"],
            r["name"],
            r["short"],
            r["name_en"],
            r["level"],
            r["parent"] or None,
            _degrees(r["longitude"]),
            _degrees(r["latitude"]),
            _day(r["valid_to"]),
        )
        for r in _rows("places.csv")
    ]


def read_stations() -> list[Station]:
    """Read every station."""
    return [
        Station(r["id"], r["name"], r["name_en"], r["city"], _degrees(r["longitude"]), _degrees(r["latitude"]), r["control"] == "1")
        for r in _rows("stations.csv")
    ]


def read_aliases() -> list[tuple[str, str]]:
    """Read former and other names with the code they stand for."""
    return [(r["alias"], r["code"]) for r in _rows("aliases.csv")]


def read_station_aliases() -> list[tuple[str, str]]:
    """Read the names by which published files call stations, with the station they stand for."""
    return [(r["alias"], r["id"]) for r in _rows("station_aliases.csv")]
