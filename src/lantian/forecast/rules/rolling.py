"""Values over the hours or days just past; element i never sees an element after i."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from lantian.forecast.model import Array


def rolling_mean(values: Array, width: int, share: float = 0.5) -> Array:
    """Give the mean of the last ``width`` elements along the first axis, NaN when less than ``share`` of them is known.

    >>> rolling_mean(np.array([1.0, np.nan, 3.0, 5.0]), 2).tolist()
    [1.0, 1.0, 3.0, 4.0]
    """
    known = ~np.isnan(values)
    head = np.zeros((1, *values.shape[1:]))
    sums = np.concatenate([head, np.cumsum(np.where(known, values, 0.0), axis=0)])
    counts = np.concatenate([head, np.cumsum(known, axis=0)])
    end = np.arange(1, len(values) + 1)
    begin = np.maximum(end - width, 0)
    total, number = sums[end] - sums[begin], counts[end] - counts[begin]
    return np.where(number >= max(1.0, share * width), total / np.maximum(number, 1), np.nan)


def rolling_max(values: Array, width: int) -> Array:
    """Give the greatest known of the last ``width`` elements, NaN when none is known.

    >>> rolling_max(np.array([1.0, np.nan, 0.0]), 2).tolist()
    [1.0, 1.0, 0.0]
    """
    padded = np.concatenate([np.full(width - 1, -np.inf), np.where(np.isnan(values), -np.inf, values)])
    top = sliding_window_view(padded, width).max(axis=1)
    return np.where(np.isneginf(top), np.nan, top)


def lagged(values: Array, by: int) -> Array:
    """Give the values ``by`` elements ago, NaN where there were none.

    >>> lagged(np.array([1.0, 2.0, 3.0]), 1).tolist()
    [nan, 1.0, 2.0]
    """
    shifted = np.full_like(values, np.nan)
    shifted[by:] = values[: len(values) - by]
    return shifted


def weighted_mean(values: Array, weights: Array) -> Array:
    """Give for each column the mean of other columns by weight (weights[i, j]: how much column j counts for i), over the known ones.

    >>> weighted_mean(np.array([[1.0, 3.0, np.nan]]), np.array([[0, 1, 1.0], [1, 0, 0], [0, 0, 0]])).tolist()
    [[3.0, 1.0, nan]]
    """
    known = ~np.isnan(values)
    total, weight = np.where(known, values, 0.0) @ weights.T, known.astype(float) @ weights.T
    return np.where(weight > 0, total / np.where(weight > 0, weight, 1.0), np.nan)


def nan_mean(values: Array, axis: int = -1) -> Array:
    """Give the mean of the known elements along an axis, NaN where none is known.

    >>> nan_mean(np.array([[1.0, np.nan], [np.nan, np.nan]])).tolist()
    [1.0, nan]
    """
    known = ~np.isnan(values)
    number = known.sum(axis=axis)
    return np.where(number > 0, np.where(known, values, 0.0).sum(axis=axis) / np.maximum(number, 1), np.nan)
