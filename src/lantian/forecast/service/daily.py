"""Training and running the models of cities that report days only."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from lantian.air.model import IndexTable
from lantian.forecast.model import TARGETS, Array, Bundle, Days, Methods, Part, Prediction
from lantian.forecast.rules.daily import day_features, logs
from lantian.forecast.rules.rolling import rolling_mean
from lantian.forecast.service.learn import fit_group, foretell

MEMORY = 8


def feature_block(days: Days, methods: Methods) -> tuple[tuple[str, ...], Array]:
    """Give the features of every city and day (days × cities × features, single precision)."""
    found = day_features(days, methods)
    block = np.empty((*days.values["pm25"].shape, len(found)), dtype=np.float32)
    for number, values in enumerate(found.values()):
        block[:, :, number] = values
    return (*found, "lead"), block


def starting_points(days: Days, methods: Methods) -> dict[str, Array]:
    """Give the logarithms from which changes are learned: the day's own value, or else the mean of the last known days."""
    found = {}
    for name, values in logs(days, methods).items():
        start = values
        for width in (*methods["mean_days"][:2], methods["mean_days"][-1]):
            start = np.where(np.isnan(start), rolling_mean(values, width, share=0.0), start)
        found[name] = start
    return found


def train_daily(days: Days, last: int, methods: Methods, table: IndexTable) -> tuple[dict[str, list[Part]], tuple[str, ...]]:
    """Train every target on all cities together, on days up to element ``last``; in a group of leads each case teaches one of them."""
    names, block = feature_block(days, methods)
    base = starting_points(days, methods)
    cities = np.arange(len(days.places))
    parts: dict[str, list[Part]] = {name: [] for name in TARGETS}
    for group in methods["lead_groups"]["daily"]:
        rows = np.arange(MEMORY, last - max(group) + 1)
        row, city = (each.ravel() for each in np.meshgrid(rows, cities, indexing="ij"))
        lead = np.array(group)[(row + city) % len(group)]
        some = ~np.isnan(days.values["pm25"][row + lead, city]) & ~np.isnan(base["aqi"][row, city])
        row, city, lead = row[some], city[some], lead[some]
        cases = np.concatenate([block[row, city], lead[:, None].astype(np.float32)], axis=1)
        targets = {name: days.values[name][row + lead, city] for name in TARGETS}
        start = {name: base[name][row, city] for name in TARGETS}
        for name, part in fit_group(group, cases, targets, start, row.astype(float), methods, table, ("daily", "none")).items():
            parts[name].append(part)
    return parts, names


def foretell_daily(block: Array, base: Mapping[str, Array], rows: Array, lead: int, bundle: Bundle, methods: Methods, table: IndexTable) -> Prediction:
    """Forecast every city ``lead`` days after each base day ``rows``; cases run over days, then cities."""
    cases = block[rows].reshape(-1, block.shape[2])
    cases = np.concatenate([cases, np.full((len(cases), 1), lead, dtype=cases.dtype)], axis=1)
    return foretell(bundle, lead, cases, {name: base[name][rows].ravel() for name in TARGETS}, methods, table)
