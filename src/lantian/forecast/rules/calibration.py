"""From medians and spreads to ranges and probabilities that hold: conformal calibration on errors of data not trained on."""

from __future__ import annotations

import numpy as np

from lantian.forecast.model import Array


def equal_steps(count: int) -> Array:
    """Give the middles of ``count`` equal steps of probability.

    >>> equal_steps(2).tolist()
    [0.25, 0.75]
    """
    return (np.arange(count) + 0.5) / count


def conformal_quantile(errors: Array, level: float) -> float:
    """Give the quantile that a new error stays below with at least the level's probability, whatever the errors' law (split conformal).

    For n errors it is the ⌈(n + 1)·level⌉-th smallest for a level of one half or more, and the mirror image below.

    >>> conformal_quantile(np.arange(1.0, 10.0), 0.9), conformal_quantile(np.arange(1.0, 10.0), 0.1)
    (9.0, 1.0)
    """
    known = np.sort(errors[~np.isnan(errors)])
    if not len(known):
        return float("nan")
    upper = level >= 1 - level
    rank = int(np.ceil(round((len(known) + 1) * (level if upper else 1 - level), 9)))
    rank = min(rank, len(known))
    return float(known[rank - 1] if upper else known[len(known) - rank])


def fold_of(times: Array, folds: int) -> Array:
    """Cut a stretch of time into ``folds`` blocks of equal length; give the block of each time.

    >>> fold_of(np.array([0.0, 4.0, 5.0, 9.0]), 2).tolist()
    [0, 0, 1, 1]
    """
    first, last = times.min(), times.max()
    return np.asarray(np.minimum((times - first) * folds // max(last - first + 1, 1), folds - 1), dtype=int)


def outside(times: Array, block: Array, gap: float) -> Array:
    """Tell which times lie farther than ``gap`` from a block, so that neither lags nor leads reach into it.

    >>> outside(np.arange(6.0), np.array([2.0, 3.0]), 1).tolist()
    [True, False, False, False, False, True]
    """
    return np.asarray((times < block.min() - gap) | (times > block.max() + gap))


def distribution(centre: Array, spread: Array, steps: Array) -> Array:
    """Give the quantiles (n × steps) of cases with log-median ``centre`` and log-spread ``spread``, never falling along the steps."""
    return np.maximum.accumulate(np.exp(centre[:, None] + spread[:, None] * steps), axis=1)


def probability_above(quantiles: Array, threshold: float) -> Array:
    """Give the probability of exceeding a threshold from equal-step quantiles (n × levels).

    >>> probability_above(np.array([[10.0, 20.0, 30.0, 40.0]]), 25.0).tolist()
    [0.5]
    """
    levels = equal_steps(quantiles.shape[1])
    below = np.array([np.interp(threshold, row, levels, left=0.0, right=1.0) if np.isfinite(row).all() else np.nan for row in quantiles])
    return 1.0 - below
