"""The air quality index over whole arrays, equal to the scalar rule of the air room (HJ 633 formulas 1 and 2)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from lantian.air.model import Breakpoints, IndexTable
from lantian.forecast.model import COLUMNS, Array
from lantian.kernel.pollutant import pollutant

DAILY = {column: (pollutant(column).key, "mda8" if column == "o3" else "day") for column in COLUMNS}
EXACT_DIGITS = 9
"""A reported decimal times its scale differs from the whole number by less than this many digits."""


def sub_index(values: Array, table: Breakpoints) -> Array:
    """Give the IAQI of every concentration; NaN where it is missing or the table gives none.

    >>> from lantian.air.service.edition import index_table
    >>> from lantian.law import book
    >>> sub_index(np.array([68.0, 75.5, np.nan]), index_table(book(), "2012").breakpoints["PM2.5", "day"]).tolist()
    [92.0, 102.0, nan]
    """
    scale = 10**table.decimals
    edges = np.array([int(point * scale) for point, _ in table.points])
    marks = np.array([mark for _, mark in table.points])
    known = ~np.isnan(values)
    whole = np.rint(np.round(np.where(known, values, 0.0) * scale, EXACT_DIGITS)).astype(np.int64)
    at = np.clip(np.searchsorted(edges, whole, side="left"), 1, len(edges) - 1)
    low, high, from_mark, to_mark = edges[at - 1], edges[at], marks[at - 1], marks[at]
    inside = -(-(from_mark * (high - low) + (to_mark - from_mark) * (whole - low)) // (high - low))
    above = np.nan if table.above is None else float(table.above)
    found = np.where(whole <= edges[0], float(marks[0]), np.where(whole > edges[-1], above, inside.astype(float)))
    return np.where(known, found, np.nan)


def index_of(values: Mapping[str, Array], table: IndexTable) -> tuple[Array, Array]:
    """Give the AQI and the sub-indices (one row a pollutant, in the order of ``COLUMNS``); NaN where HJ 633 gives no AQI."""
    parts = np.stack([sub_index(values[column], table.breakpoints[DAILY[column]]) for column in COLUMNS])
    top = np.where(np.isnan(parts), -np.inf, parts).max(axis=0)
    lacking = np.isnan(np.stack([part for column, part in zip(COLUMNS, parts, strict=True) if DAILY[column][0] in table.required])).any(axis=0)
    return np.where(np.isneginf(top) | (lacking & (top <= table.published_above)), np.nan, top), parts


def levels_of(aqi: Array, table: IndexTable) -> Array:
    """Give the class 1 … 6 of every AQI; NaN where there is none."""
    tops = np.array([each.top for each in table.levels if each.top is not None], dtype=float)
    return np.where(np.isnan(aqi), np.nan, 1.0 + np.searchsorted(tops, np.ceil(np.where(np.isnan(aqi), 0.0, aqi)), side="left"))


def primary_of(parts: Array, aqi: Array, table: IndexTable) -> list[str | None]:
    """Give the pollutant of the greatest sub-index where the AQI is high enough to name one, else None."""
    best = np.where(np.isnan(parts), -np.inf, parts).argmax(axis=0)
    named = ~np.isnan(aqi) & (np.nan_to_num(aqi) > table.primary_above)
    return [DAILY[COLUMNS[which]][0] if name else None for which, name in zip(best.ravel(), named.ravel(), strict=True)]


def thresholds(table: IndexTable) -> tuple[int, ...]:
    """Give the AQI values above which a day is moderately, heavily and severely polluted: the tops of levels 3 to 5."""
    return tuple(each.top for each in table.levels[2:5] if each.top is not None)
