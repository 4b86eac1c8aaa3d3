"""Scores of forecasts against what came."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from lantian.forecast.model import Array
from lantian.forecast.rules.calibration import equal_steps

Scores = dict[str, float | int | None]


def errors(forecast: Array, observed: Array) -> Scores:
    """Give count, mean absolute error, root mean square error and bias over the days on which both are known.

    >>> errors(np.array([12.0, 8.0, np.nan]), np.array([10.0, 12.0, 1.0]))["mae"]
    3.0
    """
    gap = (forecast - observed)[~np.isnan(forecast - observed)]
    if not len(gap):
        return {"count": 0, "mae": None, "rmse": None, "bias": None}
    return {"count": len(gap), "mae": float(np.abs(gap).mean()), "rmse": float(np.sqrt((gap**2).mean())), "bias": float(gap.mean())}


def events(warned: Array, happened: Array) -> Scores:
    """Give hits, misses, false alarms, and from them POD, FAR and CSI; None where nothing stands below the line.

    >>> events(np.array([True, True, False, False]), np.array([True, False, True, False]))["csi"]
    0.3333333333333333
    """
    hits, misses, false = (int(each.sum()) for each in (warned & happened, ~warned & happened, warned & ~happened))
    return {
        "hits": hits,
        "misses": misses,
        "false_alarms": false,
        "pod": _share(hits, hits + misses),
        "far": _share(false, hits + false),
        "csi": _share(hits, hits + misses + false),
    }


def coverage(low: Array, high: Array, observed: Array) -> float | None:
    """Give the share of known days that fell into the range.

    >>> coverage(np.array([1.0, 1.0]), np.array([3.0, 3.0]), np.array([2.0, 4.0]))
    0.5
    """
    known = ~np.isnan(low + high + observed)
    return _share(int(((observed >= low) & (observed <= high))[known].sum()), int(known.sum()))


def crps(quantiles: Array, observed: Array) -> Array:
    """Give the continuous ranked probability score of each case from equal-step quantiles (n × levels): twice the mean pinball loss.

    With the quantiles at the middles of equal steps this is exactly the score of the ensemble that they form.
    """
    level = equal_steps(quantiles.shape[1])
    gap = observed[:, None] - quantiles
    return np.asarray(2.0 * np.maximum(level * gap, (level - 1.0) * gap).mean(axis=1))


def measurement_uncertainty(observed: Array, about: Mapping[str, float]) -> Array:
    """Give the uncertainty of a measurement [same unit] by FAIRMODE's formula: relative · √((1 − α²)·O² + α²·RV²).

    >>> measurement_uncertainty(np.array([0.0, 25.0]), {"relative": 0.36, "reference": 25, "alpha": 0.5}).tolist()
    [4.5, 9.0]
    """
    alpha = about["alpha"]
    return np.asarray(about["relative"] * np.sqrt((1 - alpha**2) * observed**2 + (alpha * about["reference"]) ** 2))


def forecast_mqi(forecast: Array, observed: Array, persistence: Array, about: Mapping[str, float]) -> float | None:
    """Give FAIRMODE's forecast indicator: RMSE over that of persistence, whose errors are widened by the measurement's uncertainty; 1 or less is good.

    The widening by the uncertainty of the persisted value is our reading of the guidance.
    """
    known = ~np.isnan(forecast + observed + persistence)
    if not known.any():
        return None
    wide = np.abs(observed - persistence)[known] + measurement_uncertainty(persistence[known], about)
    return float(np.sqrt(((forecast - observed)[known] ** 2).mean() / (wide**2).mean()))


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
