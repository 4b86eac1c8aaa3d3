"""From data to model files: a bundle of seven targets with its manifest; the same data always give the same bytes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

import lantian
from lantian.air.model import IndexTable
from lantian.forecast.model import TARGETS, Bundle, Days, Hours, Methods, Part, Trained
from lantian.forecast.readers import hash_of, write_model
from lantian.forecast.service.daily import train_daily
from lantian.forecast.service.hourly import HOURLY, train_hourly, train_hours
from lantian.kernel.errors import InputError

SHORTEST = 300
"""A model learned from fewer days has not seen a year's seasons (our choice)."""


def train_city(hours: Hours, last_day: date, variant: str, methods: Methods, table: IndexTable, needed: float) -> Bundle:
    """Train all targets of a city with hours on data up to a day; ``needed`` is the share of a day's hours that makes it valid."""
    first = hours.start.date()
    _long_enough(first, last_day)
    last = 24 * ((last_day - first).days + 1) - 1
    parts, names = train_hourly(hours, last, methods, table, variant, needed)
    part, hour_names = train_hours(hours, last, methods, variant)
    data = _hash({name: values[: last + 1] for name, values in hours.air.items()} | {name: values[: last + 1] for name, values in hours.weather.items()})

    def model(target: str, features: tuple[str, ...], own: tuple[Part, ...]) -> Trained:
        return Trained("hourly", variant, target, (hours.place,), first, last_day, features, data, lantian.__version__, hash_of(methods), own)

    found = {name: model(name, names, tuple(parts[name])) for name in TARGETS}
    return found | {HOURLY: model(HOURLY, hour_names, (part,))}


def train_cities(days: Days, last_day: date, methods: Methods, table: IndexTable) -> Bundle:
    """Train all targets on the days of all cities together, up to a day."""
    _long_enough(days.start, last_day)
    last = (last_day - days.start).days
    parts, names = train_daily(days, last, methods, table)
    data = _hash({name: values[: last + 1] for name, values in days.values.items()})
    common = (days.start, last_day, names, data, lantian.__version__, hash_of(methods))
    return {name: Trained("daily", "none", name, days.places, *common, tuple(parts[name])) for name in TARGETS}


def write_bundle(bundle: Bundle, folder: Path, scores: Mapping[str, Any], dependence: list[list[float]]) -> Path:
    """Write a bundle with its manifest: what it was trained on, how right it was afterwards, how its errors hang together over the leads."""
    one = next(iter(bundle.values()))
    for model in bundle.values():
        write_model(model, folder)
    places = list(one.places)
    window = {"first_day": f"{one.first_day}", "last_day": f"{one.last_day}"}
    made = {"family": one.family, "variant": one.variant, "places": places, **window, "data": one.data, "code": one.code, "methods": one.methods}
    told = made | {"features": len(one.features), "scores": scores, "dependence": dependence}
    path = folder / "manifest.json"
    path.write_text(json.dumps(rounded(told), ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return path


def rounded(value: Any) -> Any:
    """Round the numbers of scores to four digits, all the way down.

    >>> rounded({"mae": 1.234567, "count": 3})
    {'mae': 1.2346, 'count': 3}
    """
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, Mapping):
        return {name: rounded(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [rounded(each) for each in value]
    return value


def _long_enough(first: date, last: date) -> None:
    if (last - first).days < SHORTEST:
        raise InputError(f"the days from {first} to {last} are fewer than {SHORTEST}; load more before training, a model must have seen the seasons")


def _hash(parts: Mapping[str, Any]) -> str:
    """Hash what a model was trained on."""
    digest = hashlib.sha256()
    for name in sorted(parts):
        digest.update(name.encode())
        digest.update(np.ascontiguousarray(parts[name], dtype=float).tobytes())
    return digest.hexdigest()[:16]
