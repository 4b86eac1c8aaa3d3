"""The home page: the air of all cities on a day, worst and best."""

from __future__ import annotations

from typing import Any

from lantian.web.views.clock import Clock

LISTED = 5


def home(clock: Clock) -> dict[str, Any]:
    """Give the cities, the counts by level, the worst and best, and the change on the day before."""
    air = clock.house.air
    cities = air.cities_on(clock.day)
    known = [city for city in cities if city["aqi"] is not None]
    counts = [sum(city["level"] == n for city in known) for n in range(1, 7)]
    before = air.cities_on(clock.before) if clock.before else []
    beijing = next((city for city in known if city["place"] == "110000"), None)
    return {
        "cities": cities,
        "known": len(known),
        "all": len(air.desk.atlas.group("all").members),
        "unknown": len(cities) - len(known),
        "counts": counts,
        "heavy": sum(counts[4:]),
        "good": sum(counts[:2]),
        "worst": known[:LISTED],
        "best": known[: -LISTED - 1 : -1],
        "top": known[0] if known else None,
        "beijing": beijing,
        "difference": _difference(before, known),
        "edition": cities[0]["edition"] if cities else "",
        "bases": sorted({city["basis"] for city in cities}),
        "map": [
            [city["longitude"], city["latitude"], city["name"], city["name_en"], city["aqi"], city["level"]] for city in known if city["longitude"] is not None
        ],
    }


def _difference(before: list[dict[str, Any]], now: list[dict[str, Any]]) -> list[tuple[str, int | None, int | None]]:
    """Count heavy and good cities and Beijing's AQI on both days."""
    old = [city for city in before if city["aqi"] is not None]

    def count(cities: list[dict[str, Any]], levels: tuple[int, ...]) -> int | None:
        return sum(city["level"] in levels for city in cities) if cities else None

    def beijing(cities: list[dict[str, Any]]) -> int | None:
        return next((city["aqi"] for city in cities if city["place"] == "110000"), None)

    return [("heavy", count(old, (5, 6)), count(now, (5, 6))), ("good", count(old, (1, 2)), count(now, (1, 2))), ("beijing", beijing(old), beijing(now))]
