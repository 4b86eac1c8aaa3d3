"""What a forecast must beat: persistence, climatology and their blend."""

from __future__ import annotations

import numpy as np

from lantian.forecast.model import Array

YEAR_DAYS = 366
WEIGHTS = np.linspace(0.0, 1.0, 21)


def climatology(values: Array, day_of_year: Array, asked: Array, within: int) -> Array:
    """Give for each asked calendar day the median of the known days at most ``within`` days from it in any year; columns are places.

    A calendar day without any such day takes the median of all.

    >>> climatology(np.array([[1.0], [3.0], [50.0]]), np.array([1, 3, 180]), np.array([2]), 5).tolist()
    [[2.0]]
    """
    found = np.full((len(asked), values.shape[1]), np.nan)
    everything = _median(values)
    for row, day in enumerate(asked):
        apart = np.abs((day_of_year - day + YEAR_DAYS // 2) % YEAR_DAYS - YEAR_DAYS // 2)
        near = _median(values[apart <= within])
        found[row] = np.where(np.isnan(near), everything, near)
    return found


def _median(values: Array) -> Array:
    """Give the median of each column's known values, NaN where there is none."""
    found = np.full(values.shape[1], np.nan)
    some = (~np.isnan(values)).any(axis=0)
    if some.any():
        found[some] = np.nanmedian(values[:, some], axis=0)
    return found


def blend_weight(persistence: Array, usual: Array, observed: Array) -> float:
    """Give the share of persistence that, mixed with climatology, had the least mean absolute error.

    >>> blend_weight(np.array([10.0, 20.0]), np.array([0.0, 0.0]), np.array([5.0, 10.0]))
    0.5
    """
    errors = [np.nanmean(np.abs(weight * persistence + (1 - weight) * usual - observed)) for weight in WEIGHTS]
    return float(WEIGHTS[int(np.argmin(errors))])
