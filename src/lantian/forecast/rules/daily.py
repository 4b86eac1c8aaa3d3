"""Features from the days of many cities: own lags and means, neighbours in rings and sectors, season; nothing after the base day."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import numpy as np

from lantian.forecast.model import TARGETS, Array, Days, Methods
from lantian.forecast.rules.hourly import YEAR
from lantian.forecast.rules.rolling import lagged, rolling_mean, weighted_mean

LAGS = (0, 1, 2, 3)
RINGED = ("pm25", "aqi", "pm10", "o3", "no2")
CHANGING = ("pm10", "no2", "o3")
SECTORS = 8
DEGREE_KM = 111.2


def logs(days: Days, methods: Methods) -> dict[str, Array]:
    """Take the logarithm of each pollutant and of the AQI, of no less than the floor."""
    return {name: np.log(np.maximum(days.values[name], methods["floor"][name])) for name in TARGETS}


def distances(longitude: Array, latitude: Array) -> tuple[Array, Array]:
    """Give how far [km] and in which direction [radians, 0 east, anticlockwise] city j lies from city i; NaN for a city without coordinates.

    >>> far, way = distances(np.array([100.0, 100.0]), np.array([30.0, 31.0]))
    >>> round(float(far[0, 1]), 1), round(float(way[0, 1]), 4)
    (111.2, 1.5708)
    """
    middle = np.deg2rad((latitude[:, None] + latitude[None, :]) / 2)
    east = (longitude[None, :] - longitude[:, None]) * np.cos(middle) * DEGREE_KM
    north = (latitude[None, :] - latitude[:, None]) * DEGREE_KM
    return np.hypot(east, north), np.arctan2(north, east)


def rings(days: Days, methods: Methods) -> list[Array]:
    """Give for each ring which cities lie in it, seen from each city."""
    far, _ = distances(days.longitude, days.latitude)
    return [((far > low) & (far <= high)).astype(float) for low, high in pairwise([1, *methods["ring_km"]])]


def sectors(days: Days, methods: Methods) -> dict[tuple[int, int], Array]:
    """Give for each distance band and each of eight directions which cities lie there, seen from each city."""
    far, way = distances(days.longitude, days.latitude)
    found = {}
    for band, (low, high) in enumerate(methods["sector_km"]):
        for number in range(SECTORS):
            turned = np.abs((way - (-np.pi + number * 2 * np.pi / SECTORS) + np.pi) % (2 * np.pi) - np.pi)
            found[band, number] = ((turned <= np.pi / SECTORS) & (far > low) & (far <= high)).astype(float)
    return found


def day_features(days: Days, methods: Methods) -> dict[str, Array]:
    """Describe every city at the close of every day (days × cities)."""
    log = logs(days, methods)
    departure = {name: log[name] - rolling_mean(log[name], methods["mean_days"][-1]) for name in RINGED}
    found: dict[str, Array] = {}
    for name, values in log.items():
        found |= {f"{name}_lag{by}": lagged(values, by) for by in LAGS}
        found |= {f"{name}_mean{width}": rolling_mean(values, width) for width in methods["mean_days"]}
    for number, weights in enumerate(rings(days, methods)):
        for name in RINGED:
            found[f"{name}_ring{number}"] = weighted_mean(log[name], weights)
            found[f"{name}_ring{number}_change"] = found[f"{name}_ring{number}"] - lagged(found[f"{name}_ring{number}"], 1)
    for (band, number), weights in sectors(days, methods).items():
        if band == 0:
            found |= {f"{name}_near{number}": weighted_mean(log[name], weights) - log[name] for name in ("aqi", "pm25")}
        around = weighted_mean(departure["aqi"], weights)
        found[f"aqi_sector{band}{number}"] = around
        found[f"aqi_sector{band}{number}_change"] = around - weighted_mean(lagged(departure["aqi"], 1), weights)
        if band in (1, 2):
            for name in CHANGING:
                before = weighted_mean(lagged(departure[name], 1), weights)
                found[f"{name}_sector{band}{number}_change"] = weighted_mean(departure[name], weights) - before
    return found | _season(days)


def _season(days: Days) -> dict[str, Array]:
    """Give season, weekday and coordinates."""
    shape = days.values["pm25"].shape
    dates = [days.start + timedelta(days=number) for number in range(days.count)]
    angle = 2 * np.pi * np.array([each.timetuple().tm_yday for each in dates]) / YEAR
    weekday = np.array([each.weekday() for each in dates], dtype=float)
    by_day = {"season_sin": np.sin(angle), "season_cos": np.cos(angle), "weekday": weekday}
    found = {name: np.broadcast_to(values[:, None], shape) for name, values in by_day.items()}
    return found | {"longitude": np.broadcast_to(days.longitude, shape), "latitude": np.broadcast_to(days.latitude, shape)}
