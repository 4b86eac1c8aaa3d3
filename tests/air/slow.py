"""An independent, slow reading of HJ 663 and HJ 633-2012 in exact fractions: what the SQL chain is compared with.

It shares no code with the package: breakpoints, windows and percentiles are written out again from the standards.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

BREAKPOINTS = {
    "PM2.5": [0, 35, 75, 115, 150, 250, 350, 500],
    "PM10": [0, 50, 150, 250, 350, 420, 500, 600],
    "SO2": [0, 50, 150, 475, 800, 1600, 2100, 2620],
    "NO2": [0, 40, 80, 180, 280, 565, 750, 940],
    "CO": [0, 2, 4, 14, 24, 36, 48, 60],
    "O3": [0, 100, 160, 215, 265, 800],
    "O3h": [0, 160, 200, 300, 400, 800, 1000, 1200],
}
INDEX = [0, 50, 100, 150, 200, 300, 400, 500]
PERCENTILES = {"SO2": 98, "NO2": 98, "PM10": 95, "PM2.5": 95, "CO": 95, "O3": 90}


def sub_index(key: str, value: Fraction) -> int | None:
    """Interpolate one sub-index in exact arithmetic."""
    step = Decimal("0.1") if key == "CO" else Decimal(1)
    x = Fraction((Decimal(value.numerator) / Decimal(value.denominator)).quantize(step, ROUND_HALF_EVEN))
    column = BREAKPOINTS[key]
    for k in range(1, len(column)):
        if x <= column[k]:
            return math.ceil(Fraction(INDEX[k] - INDEX[k - 1], column[k] - column[k - 1]) * (x - column[k - 1]) + INDEX[k - 1])
    return None if key == "O3" else 500


def station_day(hours: Mapping[str, Mapping[int, Fraction]]) -> dict[str, Fraction]:
    """Give a station's valid daily values from its hours 1 … 24 by pollutant."""
    day = {key: sum(got.values()) / len(got) for key, got in hours.items() if key != "O3" and len(got) >= 20}
    ozone = hours.get("O3", {})
    windows = []
    for end in range(8, 25):
        got = [ozone[hour] for hour in range(end - 7, end + 1) if hour in ozone]
        if len(got) >= 6:
            windows.append(sum(got) / len(got))
    if windows and (len(windows) >= 14 or max(windows) > 160):
        day["O3"] = max(windows)
    if len(ozone) >= 20:
        day["O3h"] = max(ozone.values())
    return day


def city_day(stations: Iterable[Mapping[str, Fraction]], of: int) -> dict[str, Fraction]:
    """Give the city's values where three quarters of its stations are valid."""
    got: dict[str, list[Fraction]] = defaultdict(list)
    for each in stations:
        for key, value in each.items():
            got[key].append(value)
    return {key: sum(values) / len(values) for key, values in got.items() if 4 * len(values) >= 3 * of}


def aqi(day: Mapping[str, Fraction]) -> int | None:
    """Give the daily AQI; without PM2.5 or PM10 only when the rest exceeds 100."""
    parts = {key: sub_index(key, value) for key, value in day.items()}
    known = [part for part in parts.values() if part is not None]
    if not known:
        return None
    if max(known) <= 100 and not {"PM2.5", "PM10"} <= set(day):
        return None
    return max(known)


def percentile(values: Iterable[Fraction], p: int) -> Fraction:
    """Interpolate a percentile as numpy's linear method does, in fractions."""
    ordered = sorted(values)
    k = (len(ordered) - 1) * Fraction(p, 100)
    s = int(k)
    return ordered[s] + (ordered[min(s + 1, len(ordered) - 1)] - ordered[s]) * (k - s)


Hours = Mapping[tuple[str, date, str], Mapping[int, Fraction]]


def city_days(hours: Hours) -> dict[date, dict[str, Fraction]]:
    """Give a city's days from {(station, day, pollutant): {hour: value}}; a station counts in every year in which it reported."""
    reporting: dict[int, set[str]] = defaultdict(set)
    nested: dict[date, dict[str, dict[str, Mapping[int, Fraction]]]] = defaultdict(lambda: defaultdict(dict))
    for (station, day, key), got in hours.items():
        reporting[day.year].add(station)
        nested[day][station][key] = got
    return {day: city_day([station_day(each) for each in stations.values()], len(reporting[day.year])) for day, stations in nested.items()}
