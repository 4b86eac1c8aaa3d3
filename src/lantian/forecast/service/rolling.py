"""Verification over many issues, and the dependence of errors over the leads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from statistics import NormalDist
from typing import Any

import numpy as np

from lantian.air.model import IndexTable
from lantian.forecast.model import TARGETS, Array, Bundle, Days, Hours, Methods
from lantian.forecast.rules.calibration import equal_steps
from lantian.forecast.rules.hourly import issue_index
from lantian.forecast.service.daily import feature_block, foretell_daily, starting_points
from lantian.forecast.service.hourly import foretell_hourly, path_of, persisted
from lantian.forecast.service.verify import Outcome, Usual, blended, scores, usual

NORMAL = NormalDist()
SEED = 100
"""The draw of weather errors that verification uses; training used others."""


def verify_hourly(
    hours: Hours, days: Days, bundle: Bundle, first: date, last: date, methods: Methods, table: IndexTable, variant: str, leads: Sequence[int]
) -> dict[str, Any]:
    """Score the forecasts of a city with hours whose target days lie between two days; ``days`` is what came, by its stations.

    Climatology and the weights of the blend are learned from the training days alone.
    """
    trained = bundle["aqi"]
    start, end = (trained.first_day - days.start).days, (trained.last_day - days.start).days + 1
    learned = {name: values[start:end] for name, values in days.values.items()}
    shift = (days.start - hours.start.date()).days
    expected = _usual_hourly(hours, learned, trained.first_day, shift + start, methods, table, leads)
    told, ranks = [], []
    for lead in leads:
        number = np.arange((first - hours.start.date()).days - lead, (last - hours.start.date()).days - lead + 1)
        at = issue_index(hours, number, methods["issue_hour"])
        path = path_of(hours, at, methods, variant, SEED)
        prediction, before = foretell_hourly(hours, at, lead, bundle, methods, table, path)
        wanted = [first + timedelta(days=int(each)) for each in range(len(at))]
        row = number + lead - shift
        observed = {name: days.values[name][row, 0] for name in TARGETS}
        normal = {name: expected.on(name, wanted)[:, 0] for name in TARGETS}
        mixed = {name: blended(before[name], normal[name], expected.weights[lead, name]) for name in TARGETS}
        outcome = Outcome(lead, np.array([each.month for each in wanted]), prediction, observed, before, normal, mixed)
        told.append(scores(outcome, table, methods))
        ranks.append(_score_of_rank(prediction.quantiles["aqi"], observed["aqi"], number))
    return {"first": f"{first}", "last": f"{last}", "leads": told, "dependence": dependence(ranks)}


def _usual_hourly(hours: Hours, learned: Mapping[str, Array], first: date, offset: int, methods: Methods, table: IndexTable, leads: Sequence[int]) -> Usual:
    """Learn climatology, and how much of persistence to keep, from the training days."""
    count = len(learned["aqi"])
    persistence = {}
    for lead in leads:
        held = {name: np.full((count, 1), np.nan) for name in TARGETS}
        issues = np.arange(1, count - lead)
        before = persisted(hours, issue_index(hours, issues + offset, methods["issue_hour"]), table)
        for name in TARGETS:
            held[name][issues + lead, 0] = before[name]
        persistence[lead] = held
    return usual(dict(learned), first, persistence, methods)


def verify_daily(days: Days, bundle: Bundle, first: date, last: date, methods: Methods, table: IndexTable, leads: Sequence[int]) -> dict[str, Any]:
    """Score the forecasts of all cities from complete days, for target days between two days."""
    trained = bundle["aqi"]
    end = (trained.last_day - days.start).days + 1
    learned = {name: values[:end] for name, values in days.values.items()}
    before = {lead: {name: np.vstack([np.full((lead, len(days.places)), np.nan), values[:-lead]]) for name, values in learned.items()} for lead in leads}
    expected = usual(learned, days.start, before, methods)
    _, block = feature_block(days, methods)
    base = starting_points(days, methods)
    told, ranks = [], []
    for lead in leads:
        rows = np.arange((first - days.start).days, (last - days.start).days + 1) - lead
        prediction = foretell_daily(block, base, rows, lead, bundle, methods, table)
        wanted = [days.start + timedelta(days=int(each) + lead) for each in rows]
        observed = {name: days.values[name][rows + lead].ravel() for name in TARGETS}
        persistence = {name: days.values[name][rows].ravel() for name in TARGETS}
        normal = {name: expected.on(name, wanted).ravel() for name in TARGETS}
        mixed = {name: blended(persistence[name], normal[name], expected.weights[lead, name]) for name in TARGETS}
        months = np.repeat([each.month for each in wanted], len(days.places))
        told.append(scores(Outcome(lead, months, prediction, observed, persistence, normal, mixed), table, methods))
        case = (rows[:, None] * len(days.places) + np.arange(len(days.places))[None, :]).ravel()
        ranks.append(_score_of_rank(prediction.quantiles["aqi"], observed["aqi"], case))
    return {"first": f"{first}", "last": f"{last}", "leads": told, "dependence": dependence(ranks)}


def _score_of_rank(quantiles: Array, observed: Array, case: Array) -> dict[int, float]:
    """Give where each observation fell in its forecast distribution, as a normal score, by issue."""
    level = equal_steps(quantiles.shape[1])
    found = {}
    for key, row, value in zip(case.tolist(), quantiles, observed, strict=True):
        if np.isfinite(row).all() and np.isfinite(value):
            at = float(np.clip(np.interp(value, row, level, left=level[0] / 2, right=1 - level[0] / 2), level[0] / 2, 1 - level[0] / 2))
            found[int(key)] = NORMAL.inv_cdf(at)
    return found


def dependence(ranks: Sequence[Mapping[int, float]]) -> list[list[float]]:
    """Give the correlation over the leads of where the observations of one issue fell, shrunk a little so that it can be drawn from.

    >>> dependence([{1: 0.0, 2: 1.0, 3: -1.0}, {1: 0.0, 2: 1.0, 3: -1.0}])
    [[1.0, 0.95], [0.95, 1.0]]
    """
    count = len(ranks)
    found = np.eye(count)
    for i in range(count):
        for j in range(i):
            both = sorted(set(ranks[i]) & set(ranks[j]))
            if len(both) > 2:  # noqa: PLR2004 - fewer than three points have no correlation worth the name
                pair = np.corrcoef([ranks[i][each] for each in both], [ranks[j][each] for each in both])[0, 1]
                found[i, j] = found[j, i] = 0.0 if np.isnan(pair) else pair * SHRUNK
    values, vectors = np.linalg.eigh(found)
    whole = vectors @ np.diag(np.maximum(values, SMALLEST)) @ vectors.T
    scale = np.sqrt(np.diag(whole))
    return [[round(float(each), 4) for each in row] for row in whole / np.outer(scale, scale)]


SHRUNK = 0.95
SMALLEST = 1e-3


def joint_draws(quantiles: Array, correlation: Array, count: int, seed: int) -> Array:
    """Draw joint futures (count × leads) from the quantiles of each lead (leads × levels): Gaussian copula, the same seed the same futures."""
    leads, levels = quantiles.shape
    random = np.random.default_rng(seed)
    root = np.linalg.cholesky(correlation[:leads, :leads])
    normal = random.normal(size=(count, leads)) @ root.T
    uniform = np.vectorize(NORMAL.cdf)(normal)
    return np.column_stack([np.interp(uniform[:, lead], equal_steps(levels), quantiles[lead]) for lead in range(leads)])
