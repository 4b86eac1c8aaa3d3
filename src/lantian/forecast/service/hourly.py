"""Training and running the models of cities with hourly data."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from lantian.air.model import IndexTable
from lantian.forecast.model import TARGETS, Array, Bundle, Hours, Methods, Part, Prediction
from lantian.forecast.rules.hourly import air_features, issue_index, logs, weather_features, window_values
from lantian.forecast.rules.index import index_of
from lantian.forecast.rules.rolling import nan_mean, rolling_mean
from lantian.forecast.rules.weather import Path, ahead, forecast_like, path_features, relative_humidity
from lantian.forecast.service.learn import Cases, fit, fit_group, fit_part, foretell, predict
from lantian.kernel.errors import InputError

MEMORY = 24 * 8
HOURLY = "pm25_hours"
DRAWS = 6
"""How many of the hours ahead each issue teaches."""


def to_midnight(methods: Methods) -> int:
    """Give how many hours lie between the last known hour of an issue and the end of its day."""
    return 24 - (int(methods["issue_hour"]) - 1)


def offset_of(lead: int, methods: Methods) -> int:
    """Give how many hours after the last known hour the day D + ``lead`` starts."""
    return to_midnight(methods) + 24 * (lead - 1)


def known_features(hours: Hours, at: Array, methods: Methods) -> dict[str, Array]:
    """Give the features of issues that need nothing of the future."""
    return air_features(hours, at, methods) | weather_features(hours, at)


def table_of(known: Mapping[str, Array], path: Path | None, lead: int, methods: Methods) -> tuple[tuple[str, ...], Array]:
    """Give the features of one lead, those of the weather ahead among them where it is given."""
    found = dict(known) | {"lead": np.full(len(next(iter(known.values()))), float(lead))}
    if path is not None:
        found |= path_features(path, offset_of(lead, methods))
    return tuple(found), np.column_stack(list(found.values()))


def path_of(hours: Hours, at: Array, methods: Methods, variant: str, seed: int) -> Path | None:
    """Give the weather ahead as a variant sees it when no forecast table is at hand: none, with noise, or as it came."""
    if variant == "none":
        return None
    seen = ahead(hours.weather, at, methods["weather_hours"])
    return forecast_like(seen, methods, to_midnight(methods), seed) if variant == "forecast" else seen


def train_hourly(hours: Hours, last: int, methods: Methods, table: IndexTable, variant: str, needed: float) -> tuple[dict[str, list[Part]], tuple[str, ...]]:
    """Train every target of a city on its hours up to element ``last``; ``needed`` is the share of a day's hours that makes it valid.

    An issue at any hour of the day teaches as the issue at the issue hour does: its day is the 24 hours that start as many hours later.
    """
    parts: dict[str, list[Part]] = {name: [] for name in TARGETS}
    names: tuple[str, ...] = ()
    for group in methods["lead_groups"]["hourly"]:
        every = methods["sample_every_hours"] * len(group)
        tables, targets, times = [], [], []
        for lead in group:
            at = np.arange(MEMORY, last - offset_of(lead, methods) - 24 + 1, every)
            values = window_values(hours, at + offset_of(lead, methods) + 24, needed)
            values["aqi"] = index_of(values, table)[0]
            known = known_features(hours, at, methods)
            for copy in range(methods["noise"]["copies"] if variant == "forecast" else 1):
                names, cases = table_of(known, path_of(hours, at, methods, variant, copy), lead, methods)
                tables.append(cases)
                targets.append(values)
                times.append(at / 24)
        joined = {name: np.concatenate([each[name] for each in targets]) for name in TARGETS}
        base = {name: np.zeros(len(joined["aqi"])) for name in TARGETS}
        for name, part in fit_group(group, np.vstack(tables), joined, base, np.concatenate(times), methods, table, ("hourly", variant)).items():
            parts[name].append(part)
    return parts, names


def foretell_hourly(
    hours: Hours, at: Array, lead: int, bundle: Bundle, methods: Methods, table: IndexTable, path: Path | None
) -> tuple[Prediction, dict[str, Array]]:
    """Forecast the day D + ``lead`` from issues whose last known hours are ``at``; give also what persistence says of it."""
    names, cases = table_of(known_features(hours, at, methods), path, lead, methods)
    _same_features(names, bundle)
    base = {name: np.zeros(len(at)) for name in TARGETS}
    return foretell(bundle, lead, cases, base, methods, table), persisted(hours, at, table)


def persisted(hours: Hours, at: Array, table: IndexTable) -> dict[str, Array]:
    """Give the last 24 hours as the forecast of persistence, and their AQI."""
    values = window_values(hours, at, 0.5)
    return values | {"aqi": index_of(values, table)[0]}


def _same_features(names: Sequence[str], bundle: Bundle) -> None:
    for model in bundle.values():
        if model.target in TARGETS and tuple(names) != model.features:
            raise InputError(f"the model of {model.target} ({model.family}, {model.variant}) was trained on other features; train it again")


def hour_features(hours: Hours, at: Array, step: Array, known: Mapping[str, Array], path: Path | None) -> dict[str, Array]:
    """Describe a single hour ``step`` hours after the last known one."""
    found = dict(known) | {"ahead": step.astype(float), "clock": (hours.start.hour + at + step).astype(float) % 24}
    yesterday = at - (24 - (step - 1) % 24) + 1
    found["same_hour"] = np.where(yesterday >= 0, hours.air["pm25"][np.maximum(yesterday, 0)], np.nan)
    if path is None:
        return found
    full = {**path, "humidity": relative_humidity(path["temperature"], path["dew_point"]), "wind": np.hypot(path["wind_u"], path["wind_v"])}
    reach = np.arange(path["temperature"].shape[1])
    last = np.minimum(step, len(reach)) - 1
    for name, values in full.items():
        found[f"then_{name}"] = values[np.arange(len(at)), last]
        for width in (6, 24, len(reach)):
            inside = (reach <= last[:, None]) & (reach > last[:, None] - width)
            found[f"then_{name}_mean{width}"] = nan_mean(np.where(inside, values, np.nan))
    return found


def train_hours(hours: Hours, last: int, methods: Methods, variant: str) -> tuple[Part, tuple[str, ...]]:
    """Train the hourly PM2.5 of a city: one model for all hours ahead."""
    most = int(methods["hours"])
    issues = np.arange(MEMORY, last - most, methods["sample_every_hours"])
    at = np.repeat(issues, DRAWS)
    step = 1 + (np.arange(len(at)) * 29 + at) % most  # 29 shares no factor with 72: every hour ahead is drawn as often
    known = {name: np.repeat(values, DRAWS) for name, values in known_features(hours, issues, methods).items()}
    path = path_of(hours, issues, methods, variant, 0)
    spread_out = None if path is None else {name: np.repeat(values, DRAWS, axis=0) for name, values in path.items()}
    found = hour_features(hours, at, step, known, spread_out)
    cases, target = Cases(np.column_stack(list(found.values())), methods), logs(hours, methods)["pm25"][at + step]
    rounds = methods["rounds"]["hourly"][variant]
    median, unseen = fit(cases, target, at / 24, methods, "hourly", rounds)
    return fit_part((0,), cases, target - unseen, at / 24, methods, median), tuple(found)


def foretell_hours(hours: Hours, at: int, part: Part, methods: Methods, path: Path | None) -> tuple[Array, Array, Array]:
    """Forecast the hourly PM2.5 of the hours after element ``at``: median, low and high."""
    most = int(methods["hours"])
    where = np.full(most, at)
    known = {name: np.repeat(values, most) for name, values in known_features(hours, np.array([at]), methods).items()}
    spread_out = None if path is None else {name: np.repeat(values, most, axis=0) for name, values in path.items()}
    cases = np.column_stack(list(hour_features(hours, where, 1 + np.arange(most), known, spread_out).values()))
    centre, spread = predict(part.median, cases), np.exp(predict(part.spread, cases))
    return np.exp(centre), np.exp(centre + spread * part.low), np.exp(centre + spread * part.high)


def stale(hours: Hours, at: int, methods: Methods) -> bool:
    """Tell whether nothing of PM2.5 is known of the last days before an issue."""
    span = 24 * int(methods["stale_days"])
    return bool(np.isnan(rolling_mean(hours.air["pm25"][max(0, at + 1 - span) : at + 1], span, share=0.0)[-1]))


def last_known(hours: Hours, day_offset: int, methods: Methods) -> int:
    """Give the element of the last hour known at the issue of a day."""
    return int(issue_index(hours, np.array([day_offset]), int(methods["issue_hour"]))[0])


def padded(hours: Hours, count: int) -> Hours:
    """Give a city's hours with unknown ones at the end, so that there are at least so many."""
    lack = count - hours.count
    if lack <= 0:
        return hours
    blank = np.full(lack, np.nan)
    longer = ({name: np.concatenate([values, blank]) for name, values in part.items()} for part in (hours.air, hours.shape, hours.weather))
    return Hours(hours.place, hours.start, *longer)


def so_far(hours: Hours, end: int, count: int, table: IndexTable) -> int | None:
    """Give the AQI of the mean of the last ``count`` hours up to an element."""
    start = max(0, end - count + 1)
    held = Hours(hours.place, hours.start, {name: values[: end + 1] for name, values in hours.air.items()}, {}, {})
    blank = {name: np.concatenate([np.full(24, np.nan), values[start:]]) for name, values in held.air.items()}
    values = window_values(Hours(hours.place, hours.start, blank, {}, {}), np.array([24 + end - start]), 0.5 * count / 24)
    aqi = float(index_of(values, table)[0][0])
    return None if math.isnan(aqi) else int(aqi)
