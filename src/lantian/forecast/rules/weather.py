"""Weather of the hours ahead: as it came, made forecast-like by noise, and as features."""

from __future__ import annotations

import warnings
from collections.abc import Mapping

import numpy as np

from lantian.forecast.model import WEATHER, Array, Methods
from lantian.forecast.rules.rolling import nan_mean

Path = Mapping[str, Array]
"""By element, one row a case and one column an hour ahead: column 0 is the hour after the last one known."""
BLOCK = 6
CALM = 1.5
NORTH = -1.0


def relative_humidity(temperature: Array, dew_point: Array) -> Array:
    """Give the relative humidity [%] from temperature and dew point [°C] (Magnus, WMO constants over water), 100 at most.

    >>> relative_humidity(np.array([20.0]), np.array([20.0])).tolist()
    [100.0]
    """
    a, b = 17.62, 243.12
    return np.minimum(100.0, 100.0 * np.exp(a * dew_point / (b + dew_point) - a * temperature / (b + temperature)))


def wind_vector(speed: Array, degrees: Array) -> tuple[Array, Array]:
    """Give eastward and northward wind [m/s] from speed and the direction it comes from [degrees].

    >>> [round(float(part[0]), 6) + 0.0 for part in wind_vector(np.array([2.0]), np.array([270.0]))]
    [2.0, 0.0]
    """
    angle = np.deg2rad(degrees)
    return -speed * np.sin(angle), -speed * np.cos(angle)


def ahead(weather: Mapping[str, Array], at: Array, hours: int) -> dict[str, Array]:
    """Take the weather of the hours after each issue as it came; NaN beyond the end."""
    index = at[:, None].astype(np.int64) + np.arange(1, hours + 1)
    end = len(weather["temperature"])
    return {name: np.where(index < end, weather[name][np.minimum(index, end - 1)], np.nan) for name in WEATHER}


def forecast_like(path: Path, methods: Methods, to_midnight: int, seed: int) -> dict[str, Array]:
    """Add errors that grow with the lead and hang together over hours, as a weather forecast has them."""
    noise = methods["noise"]
    random = np.random.default_rng(seed)
    cases, hours = path["temperature"].shape
    days = (np.arange(1, hours + 1) - to_midnight - 12) / 24 + 1
    memory = float(np.exp(-1 / noise["memory_hours"]))
    made = {}
    for name in WEATHER:
        if name == "rain":
            factor = np.exp(random.normal(0.0, noise["rain_factor"], (cases, hours // 24 + 1)))
            made[name] = path[name] * factor.repeat(24, axis=1)[:, :hours]
            continue
        error = random.normal(size=(cases, hours))
        for hour in range(1, hours):
            error[:, hour] = memory * error[:, hour - 1] + np.sqrt(1 - memory**2) * error[:, hour]
        made[name] = path[name] + error * np.interp(days, (1, 2, 3), noise[name])
    return made


def path_features(path: Path, offset: int) -> dict[str, Array]:
    """Describe the weather of the target day, which starts ``offset`` hours after the last known hour, and of the way there.

    Beyond the end of the path the last whole day that it holds stands for the target day.
    """
    full = {**path, "wind": np.hypot(path["wind_u"], path["wind_v"]), "humidity": relative_humidity(path["temperature"], path["dew_point"])}
    start = min(offset, path["temperature"].shape[1] - 24)
    blocks = {f"block{k}": (start + BLOCK * k, start + BLOCK * (k + 1)) for k in range(24 // BLOCK)}
    blocks |= {"day": (start, start + 24), "before6": (max(0, start - BLOCK), start), "before24": (max(0, start - 24), start)}
    blocks |= {"before48": (max(0, start - 48), max(1, start - 24)), "way": (0, start)}
    found = {f"ahead_{name}_{block}": nan_mean(values[:, low:high]) for name, values in full.items() for block, (low, high) in blocks.items()}
    day = slice(start, start + 24)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a day without wind stays NaN
        found["ahead_wind_max"], found["ahead_wind_min"] = np.nanmax(full["wind"][:, day], axis=1), np.nanmin(full["wind"][:, day], axis=1)
    found["ahead_calm"] = nan_mean(np.where(np.isnan(full["wind"][:, day]), np.nan, full["wind"][:, day] < CALM))
    found["ahead_north"] = nan_mean(np.where(np.isnan(full["wind_v"][:, day]), np.nan, full["wind_v"][:, day] < NORTH))
    for name in ("pressure", "temperature"):
        found[f"ahead_{name}_change"] = full[name][:, start + 12] - full[name][:, max(0, start - 12)]
    return found
