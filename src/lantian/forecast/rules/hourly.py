"""Features and targets from the hours of a city: everything at an issue comes from its last known hour or before."""

from __future__ import annotations

from datetime import timedelta

import numpy as np

from lantian.forecast.model import COLUMNS, Array, Hours, Methods
from lantian.forecast.rules.rolling import lagged, rolling_max, rolling_mean
from lantian.forecast.rules.weather import relative_humidity

MEANS = (3, 6, 12, 24, 48, 72, 168)
WEATHER_MEANS = (1, 3, 6, 24, 72)
YEAR = 365.25
OZONE_HOURS = 8
OZONE_WINDOWS = 17
"""The windows of eight hours that end within a day at hour 8 to 24."""


def logs(hours: Hours, methods: Methods) -> dict[str, Array]:
    """Take the logarithm of each pollutant, of no less than the floor."""
    return {name: np.log(np.maximum(hours.air[name], methods["floor"][name])) for name in COLUMNS}


def air_features(hours: Hours, at: Array, methods: Methods) -> dict[str, Array]:
    """Describe the air up to the last known hour: last value, means, extremes, changes, ratios, how it lies over the city, season and hour."""
    index = at.astype(np.int64)
    found: dict[str, Array] = {}
    log = logs(hours, methods)
    for name, values in log.items():
        found[f"{name}_now"] = values[index]
        found |= {f"{name}_mean{width}": rolling_mean(values, width)[index] for width in MEANS}
        found[f"{name}_max24"], found[f"{name}_min24"] = rolling_max(values, 24)[index], -rolling_max(-values, 24)[index]
        found[f"{name}_change24"] = (values - lagged(values, 24))[index]
    found["o3_mda8"] = rolling_max(eight_hours(hours.air["o3"]), 24)[index]
    found["fine_share"] = rolling_mean(log["pm25"] - log["pm10"], 24)[index]
    found["so2_no2"] = rolling_mean(log["so2"] - log["no2"], 24)[index]
    for name, values in hours.shape.items():
        found |= {f"{name}_{width}": rolling_mean(values, width)[index] for width in (1, 6, 24)}
    return found | calendar_features(hours, index)


def calendar_features(hours: Hours, index: Array) -> dict[str, Array]:
    """Give the hour of the day and the season of each issue."""
    first = hours.start.timetuple().tm_yday - 1 + hours.start.hour / 24
    angle = 2 * np.pi * (first + index / 24) / YEAR
    return {"hour": (hours.start.hour + index).astype(float) % 24, "season_sin": np.sin(angle), "season_cos": np.cos(angle)}


def weather_features(hours: Hours, at: Array) -> dict[str, Array]:
    """Describe the observed weather up to the last known hour."""
    index = at.astype(np.int64)
    seen = dict(hours.weather)
    seen["wind"] = np.hypot(seen["wind_u"], seen["wind_v"])
    seen["humidity"] = relative_humidity(seen["temperature"], seen["dew_point"])
    found = {f"{name}_mean{width}": rolling_mean(values, width)[index] for name, values in seen.items() for width in WEATHER_MEANS}
    for name in ("temperature", "pressure", "dew_point"):
        found |= {f"{name}_change{width}": (seen[name] - lagged(seen[name], width))[index] for width in (6, 24)}
    return found


def eight_hours(ozone: Array) -> Array:
    """Give the 8-hour means of ozone by the hour at which they end, where three quarters of the hours are known."""
    return rolling_mean(ozone, OZONE_HOURS, share=0.75)


def window_values(hours: Hours, end: Array, needed: float) -> dict[str, Array]:
    """Give what a day ending with the hour ``end`` was: the means of 24 hours, of ozone the greatest 8-hour mean within them; NaN beyond the end."""
    index = end.astype(np.int64)
    inside = (index >= 0) & (index < hours.count)
    held = np.clip(index, 0, hours.count - 1)
    found = {}
    for name in COLUMNS:
        values = rolling_max(eight_hours(hours.air[name]), OZONE_WINDOWS) if name == "o3" else rolling_mean(hours.air[name], 24, share=needed)
        found[name] = np.where(inside, values[held], np.nan)
    return found


def issue_index(hours: Hours, day_offset: Array, issue_hour: int) -> Array:
    """Give the last known hour at an issue on each day (0 is the day of ``start``): the value of an hour is out one hour after its end.

    >>> from datetime import datetime
    >>> none = {name: np.zeros(48) for name in COLUMNS}
    >>> issue_index(Hours("110000", datetime(2015, 1, 1, 1), none, {}, {}), np.array([0, 1]), 16).tolist()
    [14, 38]
    """
    last = timedelta(hours=issue_hour - 1 - hours.start.hour) / timedelta(hours=1)
    return (24 * day_offset + last).astype(np.int64)
