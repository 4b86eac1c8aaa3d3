"""What the control equipment of a simulated stack says of itself (ST 51): pumps, slurry, bypass, ammonia, and the gas that enters it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import numpy as np
import pyarrow as pa

from lantian.gateway.devices import happenings
from lantian.gateway.devices.model import LOAD, Stack
from lantian.gateway.devices.noise import Reals, key_of, uniform, unrest
from lantian.gateway.devices.wire import Message, stamps

HOUR = 60
NUMBER = "01"
"""Two digits that number the unit follow a code of process on the wire (HJ 212-2017 B.6)."""
OPEN, TRIPPED = 45.0, 1.3
"""Angle of the bypass while desulphurisation is tripped [°], and how much the emission rises when it counts as tripped."""


def process(stack: Stack, minutes: np.ndarray, load: Reals, seed: int) -> dict[str, Reals]:
    """Give the readings of each minute by code; what a unit does not have is left out."""

    def noise(channel: str, spread: float) -> Reals:
        return spread * unrest(key_of(seed, stack.outlet, channel), minutes, {240: 0.6, 20: 0.5, 1: 0.3})

    def own(channel: str) -> float:
        return float(uniform(key_of(seed, stack.outlet, channel), np.array([0]))[0])

    works = load > 0
    found: dict[str, Reals] = {}
    if "wet_fgd" in stack.controls:
        tripped = happenings.trips(stack, minutes, seed, "SO2") > TRIPPED
        found["g103"] = (works & ~tripped).astype(np.float64)
        found["g111"] = np.where(works, 5.5 + noise("slurry", 0.12) - 0.6 * tripped, 5.5)
        found["g116"] = np.where(works & tripped, OPEN, 0.0)
    if "scr" in stack.controls:
        off = happenings.trips(stack, minutes, seed, "NOx") > TRIPPED
        found["g120"] = np.where(works, (300 + 150 * own("burner")) * (1 + noise("burner", 0.06)), 0.0)
        found["g301"] = np.where(works & ~off, 12 + 20 * load + noise("ammonia", 0.5), 0.0)
        found["g307"] = np.zeros(len(minutes))
    if "esp" in stack.controls:
        found["g124"] = np.where(works, (12000 + 9000 * own("ash")) * (1 + noise("ash", 0.08)), 0.0)
    return {code: np.maximum(value, 0) for code, value in found.items()}


def process_messages(stack: Stack, table: pa.Table, shift: timedelta, seed: int) -> Iterator[Message]:
    """Write the hours of the equipment that fit into a table whose times are the logger's, ``shift`` ahead of true time."""
    count = len(table) // HOUR * HOUR
    times = table["time"].to_numpy()[:count].astype("datetime64[m]")
    true = times.astype(np.int64) - shift // timedelta(minutes=1)
    load = table[LOAD].to_numpy()[:count] / 100
    means = {code: value.reshape(-1, HOUR).mean(axis=1).round(2).tolist() for code, value in process(stack, true, load, seed).items()}
    flags = np.where(load.reshape(-1, HOUR).max(axis=1) > 0, "N", "F").tolist()
    ends = times[HOUR - 1 :: HOUR].astype("datetime64[s]")
    labels = stamps(ends - np.timedelta64(HOUR if stack.label == "start" else 0, "m").astype("timedelta64[s]"))
    for place, (label, sent, flag) in enumerate(zip(labels, stamps(ends + np.timedelta64(4, "s")), flags, strict=True)):
        items = ";".join(f"{code}{NUMBER}-Avg={value[place]},{code}{NUMBER}-Flag={flag}" for code, value in means.items())
        if items:
            yield Message(stack.device, "2061", label, f"{sent}600", f"DataTime={label};{items}", "51")
