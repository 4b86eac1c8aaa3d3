"""Random numbers that depend on nothing but a key and the minute: any span drawn alone equals the same span cut from a longer one."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

Reals = npt.NDArray[np.float64]
Minutes = npt.NDArray[np.int64]
Truths = npt.NDArray[np.bool_]

_STEP, _FIRST, _SECOND = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_HALF = 2.0**-32


def key_of(*parts: object) -> int:
    """Give one number for a seed, a stack and a channel.

    >>> key_of(1, "110000-001-1", "SO2") == key_of(1, "110000-001-1", "SO2"), key_of(1, "ab") == key_of(1, "a", "b")
    (True, False)
    """
    return int.from_bytes(hashlib.blake2b("|".join(map(str, parts)).encode(), digest_size=8).digest(), "big") >> 2


def _mixed(key: int, index: Minutes) -> npt.NDArray[np.uint64]:
    """Mix key and index to 64 even bits (the finaliser of SplitMix64: Steele, Lea and Flood 2014)."""
    bits = (index.astype(np.uint64) + np.uint64(1)) * _STEP + np.uint64(key)
    bits = (bits ^ (bits >> np.uint64(30))) * _FIRST
    bits = (bits ^ (bits >> np.uint64(27))) * _SECOND
    mixed: npt.NDArray[np.uint64] = bits ^ (bits >> np.uint64(31))
    return mixed


def uniform(key: int, index: Minutes) -> Reals:
    """Draw even numbers of [0, 1), one for each index."""
    return (_mixed(key, index) >> np.uint64(32)).astype(np.float64) * _HALF


def normal(key: int, index: Minutes) -> Reals:
    """Draw nearly normal numbers of mean 0 and spread 1, one for each index: four even numbers added, so none is beyond 3.5."""
    bits = _mixed(key, index)
    total = np.zeros(len(index))
    for shift in (0, 16, 32, 48):
        total += (bits >> np.uint64(shift)).astype(np.uint16)
    drawn: Reals = (total * 2.0**-16 - 2) * np.sqrt(3)
    return drawn


def wander(key: int, minutes: Minutes, spacing: int) -> Reals:
    """Draw a path that turns every ``spacing`` minutes and runs straight between: spread 1 at its knots; ``minutes`` follow one another."""
    if spacing <= 1 or not len(minutes):
        return normal(key, minutes)
    first = int(minutes[0]) + key % spacing
    knots = normal(key, np.arange(first // spacing, (first + len(minutes) - 1) // spacing + 2))
    part = np.arange(spacing) / spacing
    path = (knots[:-1, None] + np.diff(knots)[:, None] * part).ravel()
    return path[first % spacing :][: len(minutes)]


def unrest(key: int, minutes: Minutes, parts: Mapping[int, float]) -> Reals:
    """Add paths of several spacings [minutes], each with its spread."""
    total = np.zeros(len(minutes))
    for spacing, spread in parts.items():
        total += spread * wander(key ^ spacing, minutes, spacing)
    return total


def seldom(key: int, minutes: Minutes, every: int, chance: float) -> list[tuple[int, float]]:
    """List happenings that may fall once in each window of ``every`` minutes: their minute, and a number of [0, 1) for their size.

    Windows around the span are looked at too, so that what began before it is found.
    """
    windows = np.arange(minutes[0] // every - 1, minutes[-1] // every + 1) if len(minutes) else np.empty(0, np.int64)
    falls, places, sizes = (uniform(key ^ salt, windows) for salt in (1, 2, 3))
    return [
        (int(window) * every + int(place * every), float(size))
        for window, fall, place, size in zip(windows, falls, places, sizes, strict=True)
        if fall < chance
    ]
