"""Rolling-origin verification: forecasts of every issue of a stretch of days against what came, beside what must be beaten."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from lantian.air.model import IndexTable
from lantian.forecast.model import COLUMNS, TARGETS, Array, Methods, Prediction
from lantian.forecast.rules.baseline import blend_weight, climatology
from lantian.forecast.rules.index import DAILY, levels_of, sub_index, thresholds
from lantian.forecast.rules.scores import coverage, crps, errors, events, forecast_mqi

SEASONS = {"winter": (12, 1, 2), "spring": (3, 4, 5), "summer": (6, 7, 8), "autumn": (9, 10, 11)}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one lead forecast and what came: all arrays run over the same cases; ``months`` and the observed AQI sort them."""

    lead: int
    months: Array
    prediction: Prediction
    observed: Mapping[str, Array]
    persistence: Mapping[str, Array]
    climatology: Mapping[str, Array]
    blend: Mapping[str, Array]


@dataclass(frozen=True, slots=True)
class Usual:
    """Climatology of places from the training days, and the weights of its blend with persistence by lead and target."""

    values: Mapping[str, Array]
    day_of_year: Array
    within: int
    weights: Mapping[tuple[int, str], float]

    def on(self, name: str, days: Sequence[date]) -> Array:
        """Give the climatology of days (days × places)."""
        asked = np.array([each.timetuple().tm_yday for each in days])
        unique, back = np.unique(asked, return_inverse=True)
        return climatology(self.values[name], self.day_of_year, unique, self.within)[back]


def usual(values: Mapping[str, Array], start: date, persisted: Mapping[int, Mapping[str, Array]], methods: Methods) -> Usual:
    """Learn climatology and blend weights from the days of training; ``persisted`` by lead says what persistence forecast for each of them."""
    count = len(values["aqi"])
    days = [start + timedelta(days=number) for number in range(count)]
    around = Usual(values, np.array([each.timetuple().tm_yday for each in days]), methods["climatology_days"], {})
    expected = {name: around.on(name, days) for name in TARGETS}
    weights = {(lead, name): blend_weight(each[name], expected[name], values[name]) for lead, each in persisted.items() for name in TARGETS}
    return Usual(values, around.day_of_year, around.within, weights)


def blended(persistence: Array, expected: Array, weight: float) -> Array:
    """Mix persistence and climatology; where one is unknown the other stands."""
    mixed = weight * persistence + (1 - weight) * expected
    return np.where(np.isnan(mixed), np.where(np.isnan(persistence), expected, persistence), mixed)


def scores(outcome: Outcome, table: IndexTable, methods: Methods) -> dict[str, Any]:
    """Score one lead: every target, the AQI's level, events and primary pollutant, by season and by observed level."""
    targets = {name: _target(outcome, name, methods, np.ones(len(outcome.months), dtype=bool)) for name in TARGETS}
    level = levels_of(outcome.observed["aqi"], table)
    parts = {name: np.isin(outcome.months, months) for name, months in SEASONS.items()}
    by_season = {name: _target(outcome, "aqi", methods, some) for name, some in parts.items() if some.any()}
    by_level = {f"{number}": _target(outcome, "aqi", methods, level == number) for number in range(1, len(table.levels) + 1) if (level == number).any()}
    return {
        "lead": outcome.lead,
        "targets": targets,
        "seasons": by_season,
        "levels": by_level,
        "level_hit": _level_hit(outcome, level, table),
        "primary_hit": _primary_hit(outcome, table),
        "events": {str(above): _event(outcome, above, methods) for above in thresholds(table)},
    }


def _target(outcome: Outcome, name: str, methods: Methods, some: Array) -> dict[str, Any]:
    """Score one target over some of the cases, beside persistence, climatology and their blend on the very same cases."""
    observed, median = outcome.observed[name][some], outcome.prediction.median[name][some]
    others = {each: getattr(outcome, each)[name][some] for each in ("persistence", "climatology", "blend")}
    known = ~np.isnan(observed + median + others["persistence"] + others["climatology"])
    found: dict[str, Any] = errors(median[known], observed[known])
    for each, values in others.items():
        found[f"{each}_mae"] = errors(values[known], observed[known])["mae"]
    share = found["persistence_mae"]
    found["share_of_persistence"] = found["mae"] / share if share else None
    found["coverage"] = coverage(outcome.prediction.low[name][some][known], outcome.prediction.high[name][some][known], observed[known])
    found["crps"] = float(crps(outcome.prediction.quantiles[name][some][known], observed[known]).mean()) if known.any() else None
    about = methods["uncertainty"].get(DAILY[name][0]) if name in DAILY else None
    found["mqi"] = None if about is None else forecast_mqi(median[known], observed[known], others["persistence"][known], about)
    return found


def _event(outcome: Outcome, above: int, methods: Methods) -> dict[str, Any]:
    """Score warnings above a threshold, given when the probability reaches the warning's; persistence beside it."""
    observed, probability = outcome.observed["aqi"], outcome.prediction.probability[above]
    known = ~np.isnan(observed + probability)
    warned = probability[known] >= methods["warning_probability"]
    found: dict[str, Any] = events(warned, observed[known] > above)
    found["brier"] = float(((probability[known] - (observed[known] > above)) ** 2).mean()) if known.any() else None
    before = outcome.persistence["aqi"]
    both = known & ~np.isnan(before)
    found["persistence"] = events(before[both] > above, observed[both] > above)
    return found


def _level_hit(outcome: Outcome, level: Array, table: IndexTable) -> dict[str, Any]:
    """Give the share of days whose level was forecast exactly, and whose level lay within the forecast range of levels."""
    median, low, high = (levels_of(each["aqi"], table) for each in (outcome.prediction.median, outcome.prediction.low, outcome.prediction.high))
    known = ~np.isnan(level + median)
    if not known.any():
        return {"exact": None, "range": None}
    return {"exact": float((median == level)[known].mean()), "range": float(((low <= level) & (level <= high))[known].mean())}


def _primary_hit(outcome: Outcome, table: IndexTable) -> float | None:
    """Give the share of the days with a primary pollutant on which it was forecast."""
    came, said = (
        np.stack([sub_index(each[name], table.breakpoints[DAILY[name]]) for name in COLUMNS]) for each in (outcome.observed, outcome.prediction.median)
    )
    had = (outcome.observed["aqi"] > table.primary_above) & ~np.isnan(outcome.prediction.median["aqi"])
    if not had.any():
        return None
    best = np.where(np.isnan(said), -np.inf, said).argmax(axis=0)
    top = np.where(np.isnan(came), -np.inf, came)
    return float((top[best, np.arange(len(best))] == top.max(axis=0))[had].mean())
