"""What leaves a simulated stack and what honest instruments read of it, minute by minute.

Emission is set at reference oxygen; oxygen, flow, moisture and temperature follow the load, so concentration times flow is the mass whatever the excess of air.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from lantian.gateway.devices import happenings
from lantian.gateway.devices.model import (
    FLOW,
    GASES,
    LOAD,
    MOISTURE,
    OXYGEN,
    POLLUTANTS,
    POWER,
    PRESSURE,
    SENT,
    TEMPERATURE,
    TREATMENT,
    VELOCITY,
    Stack,
)
from lantian.gateway.devices.noise import Minutes, Reals, Truths, key_of, uniform, unrest

AIR = 20.9
"""Oxygen of air [%]; the correction to reference oxygen takes it as ``CORRECTION``."""
CORRECTION = 21.0
ZERO, STANDARD = 273.0, 101.325
EPOCH = datetime(1970, 1, 1)
"""Minutes are counted from here."""
KG = 60e-6
"""mg/m³ × m³/s for one minute, in kg."""
COLD = 0.02
"""Below this part of its power a unit is out."""


@dataclass(frozen=True, slots=True)
class Kind:
    """How units of one family burn: oxygen at full load and its rise with falling load [%], flue gas [m³/s at reference oxygen, dry, per MW]."""

    oxygen: float
    oxygen_slope: float
    gas: float
    base: float
    warm_oxygen: float
    moisture: float
    temperature: float


KINDS = {"coal": Kind(5.2, 6.0, 0.95, 0.76, 17.5, 6.5, 128.0), "gas": Kind(13.8, 3.2, 1.75, 0.70, 18.5, 7.5, 92.0)}


def minutes_of(start: datetime, end: datetime) -> Minutes:
    """Give the minutes of a span, each by the number of its END since 1970."""
    first, last = ((at - EPOCH) // timedelta(minutes=1) for at in (start, end))
    return np.arange(first + 1, last + 1, dtype=np.int64)


def honest(stack: Stack, start: datetime, end: datetime, seed: int = 0) -> pa.Table:
    """Give what the instruments of a stack read in each minute of [start, end), with honest flags.

    Columns: ``time`` (END of the minute), each factor of ``model.SENT`` in its unit of the lake, ``<factor>-Flag`` (N F M D C T), and ``<pollutant>-Cou`` and so
    on: the rate of the total per minute (kg; m³; kWh). A span drawn alone equals the same span of a longer draw.
    """
    minutes = minutes_of(start, end)
    load, fire = _load(stack, minutes, seed)
    true = _gas(stack, minutes, seed, load, fire)
    emitted = {each: _emitted(stack, minutes, seed, each, load, fire) for each in POLLUTANTS}
    for pollutant, factor in POLLUTANTS.items():
        true[factor] = emitted[pollutant] * (CORRECTION - true[OXYGEN]) / (CORRECTION - stack.reference_oxygen)
    read, flags = _read(stack, minutes, seed, true, fire)
    read[LOAD] = load * 100
    read[POWER] = stack.capacity * load * 1000 / 60
    read[TREATMENT] = np.where(fire > 0, stack.capacity * (0.006 + 0.012 * load) * 1000 / 60, 0.0)
    columns: dict[str, object] = {"time": _times(minutes)}
    for factor in SENT:
        columns[factor] = read[factor]
        columns[f"{factor}-Flag"] = _letters(flags[factor]) if factor in flags else columns[f"{FLOW}-Flag"]
    for factor in POLLUTANTS.values():
        columns[f"{factor}-Cou"] = read[factor] * read[FLOW] * KG
    columns |= {f"{FLOW}-Cou": read[FLOW] * 60, f"{POWER}-Cou": read[POWER], f"{TREATMENT}-Cou": read[TREATMENT]}
    return pa.table(columns)


def _times(minutes: Minutes) -> pa.Array:
    return pa.array(minutes * 60_000_000, pa.timestamp("us"))


def _letters(flags: npt.NDArray[np.str_]) -> pa.Array:
    """Turn one-letter flags into strings of Arrow, whose data are the letters one after another."""
    ends, letters = np.arange(len(flags) + 1, dtype=np.int32), flags.view(np.uint32).astype(np.uint8)
    return pa.StringArray.from_buffers(len(flags), pa.py_buffer(ends), pa.py_buffer(letters))


def _load(stack: Stack, minutes: Minutes, seed: int) -> tuple[Reals, Reals]:
    """Give load (part of the capacity) and how far the unit is up."""
    kind, key = KINDS[happenings.family(stack)], key_of(seed, stack.outlet, "load")
    hour = minutes % happenings.DAY / 60
    day = 0.7 * np.sin(2 * np.pi * (hour - 8.5) / 24) + 0.35 * np.sin(4 * np.pi * (hour - 7.5) / 24)
    rest = (minutes // happenings.DAY + 3) % 7 >= 5  # noqa: PLR2004
    own = float(uniform(key, np.array([7]))[0]) * 0.12 - 0.06
    load = kind.base + own + 0.11 * day - 0.04 * rest + unrest(key, minutes, {360: 0.05, 50: 0.018, 1: 0.004})
    load = np.clip(load, 0.45, 1.02)
    for each in stack.habit.curtailments:
        at = [(when - EPOCH) / timedelta(minutes=1) for when in (each.start, each.until)]
        load = load * (1 - each.cut * np.interp(minutes, (at[0], at[0] + 60, at[1], at[1] + 60), (0.0, 1.0, 1.0, 0.0)))
    fire = happenings.running(stack, minutes, seed)
    fire = np.where(fire < COLD, 0.0, fire)
    return load * fire, fire


def _gas(stack: Stack, minutes: Minutes, seed: int, load: Reals, fire: Reals) -> dict[str, Reals]:
    """Give oxygen, flow and state of the flue gas."""
    kind = KINDS[happenings.family(stack)]

    def noise(channel: str, parts: dict[int, float]) -> Reals:
        return unrest(key_of(seed, stack.outlet, channel), minutes, parts)

    own = float(uniform(key_of(seed, stack.outlet, "leak"), np.array([1]))[0])
    oxygen = kind.oxygen + own + kind.oxygen_slope * (1 - np.clip(load, 0.3, 1)) ** 1.2 + noise("oxygen", {240: 0.15, 25: 0.12, 1: 0.05})
    oxygen = np.where(fire > 0, fire * oxygen + (1 - fire) * kind.warm_oxygen, AIR + noise("idle", {60: 0.03, 1: 0.02}))
    oxygen = np.clip(oxygen, 0.5, AIR + 0.1)
    flow = kind.gas * stack.capacity * load * (CORRECTION - stack.reference_oxygen) / (CORRECTION - np.minimum(oxygen, AIR - 1))
    flow = flow * (1 + noise("flow", {180: 0.012, 20: 0.012, 1: 0.01}))
    flow = np.where(fire > 0, np.maximum(flow, 0.01 * kind.gas * stack.capacity), np.abs(noise("draught", {60: 0.05, 1: 0.03})))
    wet = "wet_fgd" in stack.controls
    hot, damp = (52.0, 11.0) if wet else (kind.temperature, kind.moisture)
    hot += 28.0 if wet and "heat_exchanger" in stack.controls else 0.0
    outside = 2 + 6 * np.sin(2 * np.pi * (minutes % happenings.DAY / 60 - 9) / 24) + noise("outside", {720: 3.0})
    warmth = np.where(fire > 0, 0.4 + 0.6 * fire, 0.0)
    temperature = outside + warmth * (hot - outside + 8 * (load - 0.75)) + noise("temperature", {120: 0.8, 10: 0.4, 1: 0.15})
    moisture = np.where(fire > 0, damp * (0.75 + 0.25 * fire) + (1.2 if wet else 0.4) * (load - 0.75), 1.2) + noise("moisture", {300: 0.25, 15: 0.12, 1: 0.05})
    pressure = -0.08 - 0.22 * load + noise("pressure", {30: 0.015, 1: 0.01})
    moisture = np.clip(moisture, 0.2, 25)
    return {
        OXYGEN: oxygen,
        FLOW: flow,
        TEMPERATURE: temperature,
        PRESSURE: pressure,
        MOISTURE: moisture,
        VELOCITY: velocity(flow, temperature, pressure, moisture, stack.area),
    }


def velocity(flow: Reals, temperature: Reals, pressure: Reals, moisture: Reals, area: float) -> Reals:
    """Give the speed of the wet gas at work [m/s] that carries a dry flow at 273 K and 101.325 kPa [m³/s] (HJ 212-2017 annex D (31), turned round)."""
    speed: Reals = flow * (ZERO + temperature) / ZERO * STANDARD / (STANDARD + pressure) / (1 - moisture / 100) / area
    return speed


def _emitted(stack: Stack, minutes: Minutes, seed: int, pollutant: str, load: Reals, fire: Reals) -> Reals:
    """Give the concentration at reference oxygen [mg/m³]."""
    key = key_of(seed, stack.outlet, pollutant)
    drawn = 0.42 + 0.3 * float(uniform(key, np.array([3]))[0])
    level = stack.limits[pollutant] * stack.habit.ratio.get(pollutant, drawn)
    swing = np.exp(np.clip(unrest(key, minutes, {1700: 0.06, 260: 0.06, 35: 0.06, 6: 0.04, 1: 0.03}), -0.5, 0.3))
    poor = 1 + (0.25 if pollutant == "NOx" else -0.1) * np.clip(0.55 - load, 0, 1)
    cold = 1 + (2.2 if pollutant == "NOx" else 1.0) * np.where(fire > 0, 1 - fire, 0.0)
    rate: Reals = np.where(fire > 0, level * swing * poor * cold * happenings.trips(stack, minutes, seed, pollutant), 0.0)
    return rate


def _read(stack: Stack, minutes: Minutes, seed: int, true: dict[str, Reals], fire: Reals) -> tuple[dict[str, Reals], dict[str, npt.NDArray[np.str_]]]:
    """Give readings and flags: drift, noise, zero and span gas, faults, the end of the range."""
    plain = np.where(fire > 0, "N", "F")
    zero, span = happenings.calibrating(stack, minutes, seed)
    serviced, broken = happenings.maintained(stack, minutes, seed), happenings.broken(stack, minutes, seed)
    common = np.where(serviced, "M", plain)
    read: dict[str, Reals] = {}
    flags: dict[str, npt.NDArray[np.str_]] = {}
    for factor, value in true.items():
        flag = common
        if factor in (*POLLUTANTS.values(), OXYGEN):
            key, top = key_of(seed, stack.outlet, factor, "reading"), stack.ranges[factor]
            value = value + top * unrest(key, minutes, {4 * happenings.DAY: 0.002, 90: 0.0004, 1: 0.0006})
            value = np.maximum(value, 0)
            if factor in (*GASES.values(), OXYGEN):
                value, flag = _gassed(value, flag, zero, span, top)
            value = np.where(broken[factor], top * 0.003, value)
            flag = np.where(broken[factor], "D", flag)
            flag = np.where((value > top) & (flag == "N"), "T", flag)
            value = np.minimum(value, top)
        read[factor], flags[factor] = value, flag
    return read, flags


def _gassed(value: Reals, flag: npt.NDArray[np.str_], zero: Truths, span: Truths, top: float) -> tuple[Reals, npt.NDArray[np.str_]]:
    """Put zero gas and span gas in the place of flue gas."""
    return np.where(zero, top * 0.002, np.where(span, top * 0.8, value)), np.where(zero | span, "C", flag)
