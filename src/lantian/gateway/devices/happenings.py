"""What happens to a simulated stack: outages, calibration, maintenance, device faults, trips of its controls."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from lantian.gateway.devices.model import OXYGEN, POLLUTANTS, Stack
from lantian.gateway.devices.noise import Minutes, Reals, Truths, key_of, seldom, uniform

HOUR, DAY = 60, 1440
WEEK, MONTH = 7 * DAY, 28 * DAY
OUTAGE = {"coal": 0.16, "gas": 0.22}
"""Chance in four weeks that a unit stops."""
WARMING = {"coal": 5 * HOUR, "gas": 50}
COOLING = {"coal": 90, "gas": 20}
BREAKS = 0.035
"""Chance in a week that an analyser fails."""


def family(stack: Stack) -> str:
    """Tell whether a unit behaves as a boiler of coal or as a gas unit."""
    return "gas" if "gas" in stack.fuel else "coal"


def outages(stack: Stack, minutes: Minutes, seed: int) -> list[tuple[int, int]]:
    """List the stops of the unit as first and last minute without fire."""
    kind = family(stack)
    found = seldom(key_of(seed, stack.outlet, "outage"), minutes, MONTH, OUTAGE[kind])
    return [(start, start + int((10 + 80 * size) * HOUR)) for start, size in found]


def running(stack: Stack, minutes: Minutes, seed: int) -> Reals:
    """Give how far up the unit is, 0 to 1: down within the time it takes to cool, up again within that to warm."""
    share = np.ones(len(minutes))
    kind = family(stack)
    for start, stop in outages(stack, minutes, seed):
        share = np.minimum(share, np.interp(minutes, (start - COOLING[kind], start, stop, stop + WARMING[kind]), (1.0, 0.0, 0.0, 1.0)))
    return share


def _spans(minutes: Minutes, spans: Iterable[tuple[int, int]]) -> Truths:
    inside = np.zeros(len(minutes), np.bool_)
    if len(minutes):
        for start, stop in spans:
            inside[max(0, start - int(minutes[0])) : max(0, stop - int(minutes[0]))] = True
    return inside


def calibrating(stack: Stack, minutes: Minutes, seed: int) -> tuple[Truths, Truths]:
    """Give the minutes of the daily zero gas and of the span gas; about every third stack is calibrated once in three days only."""
    key = key_of(seed, stack.outlet, "calibration")
    start, length, every = key % (DAY - HOUR), 6 + key // DAY % 5, 1 if key % 3 else 3
    due = (minutes // DAY + key) % every == 0
    into = minutes % DAY - start
    return due & (into >= 0) & (into < length), due & (into >= length) & (into < 2 * length)


def maintained(stack: Stack, minutes: Minutes, seed: int) -> Truths:
    """Give the minutes in which the instruments are worked on: once in four weeks, by day, for one to four hours."""
    found = seldom(key_of(seed, stack.outlet, "maintenance"), minutes, MONTH, 0.9)
    spans = [(at // DAY * DAY + 9 * HOUR + int(size * 5 * HOUR), int((1 + 3 * size) * HOUR)) for at, size in found]
    return _spans(minutes, ((start, start + length) for start, length in spans))


def broken(stack: Stack, minutes: Minutes, seed: int) -> dict[str, Truths]:
    """Give the minutes in which each analyser is faulty and says so."""
    found = {}
    for factor in (*POLLUTANTS.values(), OXYGEN):
        hits = seldom(key_of(seed, stack.outlet, factor, "fault"), minutes, WEEK, BREAKS)
        found[factor] = _spans(minutes, ((start, start + int((1 + 11 * size) * HOUR)) for start, size in hits))
    return found


def visits(stack: Stack, minutes: Minutes, seed: int) -> list[tuple[int, int]]:
    """List the inspectors' visits as first and last minute: about one in eight weeks, two hours long."""
    found = seldom(key_of(seed, stack.outlet, "visit"), minutes, MONTH, 0.5)
    return [(at // DAY * DAY + 9 * HOUR + int(size * 6 * HOUR), at // DAY * DAY + 11 * HOUR + int(size * 6 * HOUR)) for at, size in found]


def trips(stack: Stack, minutes: Minutes, seed: int, pollutant: str) -> Reals:
    """Give by which factor the emission rises while the control of a pollutant is tripped: one to eight hours, with soft edges."""
    rise = np.ones(len(minutes))
    chance = stack.habit.trips.get(pollutant, 0.0)
    key = key_of(seed, stack.outlet, pollutant, "trip")
    for start, size in seldom(key, minutes, WEEK, chance):
        height = 1.6 + 2.4 * float(uniform(key, np.array([start]))[0])
        stop = start + int((1 + 7 * size) * HOUR)
        rise = np.maximum(rise, np.interp(minutes, (start - 15, start + 15, stop, stop + 30), (1.0, height, height, 1.0)))
    return rise
