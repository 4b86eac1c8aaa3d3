"""Learning from a table of cases: medians, spreads, events; and predicting from what was learned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

import numpy as np

from lantian.air.model import IndexTable
from lantian.forecast.model import COLUMNS, TARGETS, Array, Bundle, Methods, Part, Prediction
from lantian.forecast.rules.calibration import conformal_quantile, distribution, equal_steps, fold_of, outside, probability_above
from lantian.forecast.rules.index import DAILY, sub_index, thresholds
from lantian.kernel.errors import InputError

SEED = 2013
SMALLEST_ERROR = 0.02
"""Added to an error before its logarithm is taken (log units): below two per cent errors are all alike."""
MEDIAN = 0.5
"""The quantile that is learned; the library would take another one by itself."""
DROPPED = ("split_gain=", "leaf_weight=", "leaf_count=", "internal_value=", "internal_weight=", "internal_count=", "tree_sizes=")
"""Lines of a model text that predicting does not need."""


@cache
def library() -> Any:
    """Give the boosting library; without OpenMP on the machine ``InputError`` says what to install."""
    try:
        import lightgbm
    except OSError as error:
        raise InputError(f"forecasts need OpenMP ({error}); install it, on Debian the package libgomp1") from None
    return lightgbm


class Cases:
    """A table of cases (n × features), sorted into bins once for all that is learned from it."""

    def __init__(self, values: Array, methods: Methods) -> None:
        """Sort the features into bins; this looks at no target."""
        self.values = values
        self._binned = library().Dataset(values, np.zeros(len(values)), params={"max_bin": methods["max_bin"], "verbose": -1}).construct()

    def boost(self, some: Array, target: Array, settings: Mapping[str, Any], rounds: int, objective: str) -> str:
        """Train one booster on those of some cases whose target is known and give its text; the same cases always give the same text."""
        rows = np.flatnonzero(some & ~np.isnan(target))
        fixed = {"objective": objective, "alpha": MEDIAN, "num_threads": 1, "deterministic": True, "force_row_wise": True, "seed": SEED, "verbose": -1}
        data = self._binned.subset(rows.tolist()).construct().set_label(target[rows])
        text = library().train({**settings, **fixed}, data, rounds).model_to_string(num_iteration=-1)
        trees = text.split("\nfeature_importances:")[0].split("\nparameters:")[0]
        return "\n".join(line for line in trees.splitlines() if not line.startswith(DROPPED)) + "\n"


@lru_cache(maxsize=512)
def _opened(text: str) -> Any:
    return library().Booster(model_str=text)


def predict(text: str, cases: Array) -> Array:
    """Give what a booster says of cases."""
    return np.asarray(_opened(text).predict(cases, num_threads=1), dtype=float)


def fit(cases: Cases, target: Array, times: Array, methods: Methods, family: str, rounds: int) -> tuple[str, Array]:
    """Learn the median of a target; give the booster, and for every case what a booster that never saw its stretch of time says."""
    settings = methods["boosting"][family]
    blocks = fold_of(times, methods["folds"])
    unseen = np.full(len(target), np.nan)
    for block in np.unique(blocks):
        mine = blocks == block
        train = outside(times, times[mine], methods["training_gap_days"])
        if (~np.isnan(target[train])).sum() >= methods["fewest_cases"]:
            unseen[mine] = predict(cases.boost(train, target, settings, rounds, "quantile"), cases.values[mine])
    return cases.boost(~np.isnan(target), target, settings, rounds, "quantile"), unseen


def fit_part(leads: Sequence[int], cases: Cases, error: Array, times: Array, methods: Methods, median: str, events: Mapping[str, str] | None = None) -> Part:
    """Learn how large the errors of unseen times are, case by case, and calibrate ranges on the errors so scaled."""
    size = np.log(np.abs(error) + SMALLEST_ERROR)
    settings, rounds = methods["boosting"]["spread"], methods["rounds"]["spread"]
    blocks = fold_of(times, methods["folds"])
    scaled = np.full(len(error), np.nan)
    for block in np.unique(blocks):
        mine = blocks == block
        train = outside(times, times[mine], methods["training_gap_days"])
        if (~np.isnan(size[train])).sum() >= methods["fewest_cases"]:
            scaled[mine] = error[mine] / np.exp(predict(cases.boost(train, size, settings, rounds, "regression"), cases.values[mine]))
    low, high = (conformal_quantile(scaled, level) for level in methods["range"])
    steps = np.quantile(scaled[~np.isnan(scaled)], equal_steps(methods["levels"]))
    spread = cases.boost(~np.isnan(size), size, settings, rounds, "regression")
    return Part(tuple(leads), median, spread, tuple(float(step) for step in np.round(steps, 6)), low, high, events or {})


def fit_group(
    leads: Sequence[int],
    values: Array,
    targets: Mapping[str, Array],
    base: Mapping[str, Array],
    times: Array,
    methods: Methods,
    table: IndexTable,
    kind: tuple[str, str],
) -> dict[str, Part]:
    """Learn all targets of one lead group; ``base`` is the logarithm from which each target's change is learned, ``kind`` family and variant."""
    cases = Cases(values, methods)
    family, rounds = kind[0], methods["rounds"][kind[0]][kind[1]]
    logs = {name: np.log(np.maximum(targets[name], methods["floor"][name])) for name in TARGETS}
    parts, unseen, medians = {}, {}, {}
    for name in TARGETS:
        medians[name], change = fit(cases, logs[name] - base[name], times, methods, family, rounds)
        unseen[name] = base[name] + change
        if name != "aqi":
            parts[name] = fit_part(leads, cases, logs[name] - unseen[name], times, methods, medians[name])
    mixed = mixed_index({name: np.exp(values) for name, values in unseen.items()}, table)
    events = {str(above): _event(cases, targets["aqi"], above, methods) for above in thresholds(table)}
    parts["aqi"] = fit_part(leads, cases, logs["aqi"] - np.log(mixed), times, methods, medians["aqi"], events)
    return parts


def _event(cases: Cases, aqi: Array, above: int, methods: Methods) -> str:
    """Learn the probability of AQI above a threshold."""
    happened = np.where(np.isnan(aqi), np.nan, aqi > above)
    return cases.boost(~np.isnan(happened), happened, methods["boosting"]["event"], methods["rounds"]["event"], "binary")


def mixed_index(medians: Mapping[str, Array], table: IndexTable) -> Array:
    """Give the AQI forecast: the mean of the greatest sub-index of the pollutants' medians and of the direct forecast."""
    parts = np.stack([sub_index(medians[name], table.breakpoints[DAILY[name]]) for name in COLUMNS])
    top = np.where(np.isnan(parts), -np.inf, parts).max(axis=0)
    return np.where(np.isneginf(top), medians["aqi"], (np.maximum(top, 1.0) + medians["aqi"]) / 2)


def foretell(bundle: Bundle, lead: int, cases: Array, base: Mapping[str, Array], methods: Methods, table: IndexTable) -> Prediction:
    """Forecast cases at one lead."""
    parts = {name: bundle[name].part(lead) for name in TARGETS}
    median = {name: np.exp(base[name] + predict(parts[name].median, cases)) for name in TARGETS}
    median["aqi"] = mixed_index(median, table)
    quantiles, low, high = {}, {}, {}
    for name, part in parts.items():
        centre, spread = np.log(median[name]), methods["drift"][lead - 1] * np.exp(predict(part.spread, cases))
        quantiles[name] = distribution(centre, spread, np.array(part.steps))
        low[name], high[name] = np.exp(centre + spread * part.low), np.exp(centre + spread * part.high)
    probability = {above: (probability_above(quantiles["aqi"], above) + predict(text, cases)) / 2 for above, text in _events(parts["aqi"])}
    return Prediction(median, quantiles, low, high, probability)


def _events(part: Part) -> list[tuple[int, str]]:
    return [(int(above), text) for above, text in part.events.items()]
