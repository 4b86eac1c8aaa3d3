"""What a logger makes of its minutes: means, extremes, totals and flags of periods, as frames and the lake hold them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from lantian.gateway.devices.model import OXYGEN, POLLUTANTS, RATED, SENT, Stack
from lantian.gateway.devices.noise import Reals
from lantian.gateway.devices.physics import CORRECTION
from lantian.lake.declaration import DATASETS

GOOD = 0.75
"""Part of a period's minutes that the simulated logger wants normal to call the whole so."""
DECIMALS = {"i33201": 2, "i33202": 2, "a01013": 3}
PLACES = 2
FLAGS = "NFTCMDBS"
COMMANDS = {10: "2051", 60: "2061", 1440: "2031"}


@dataclass(frozen=True, slots=True)
class Periods:
    """The periods of one factor: END of each, means, extremes, totals [kg, m³ or kWh], reference-oxygen means, flags; NaN is not sent."""

    end: npt.NDArray[np.datetime64]
    mean: Reals
    low: Reals
    high: Reals
    total: Reals
    corrected: Reals
    flag: npt.NDArray[np.str_]


def periods(table: pa.Table, stack: Stack, length: int) -> dict[str, Periods]:
    """Gather minutes into periods of ``length`` minutes, by factor; the span starts on a period's edge, and what is left over at its end is dropped."""
    count = len(table) // length
    end = table["time"].to_numpy()[length - 1 : count * length : length].astype("datetime64[s]")
    found: dict[str, Periods] = {}
    for factor in SENT:
        value = table[factor].to_numpy()[: count * length].reshape(count, length)
        flag, used = _flag(_letters(table[f"{factor}-Flag"])[: count * length].reshape(count, length))
        many = used.sum(axis=1)
        places = DECIMALS.get(factor, PLACES)

        def mean(each: Reals, used: npt.NDArray[np.bool_] = used, many: npt.NDArray[np.int64] = many) -> Reals:
            averaged: Reals = np.where(used, each, 0.0).sum(axis=1) / many
            return averaged

        total = np.full(count, np.nan, dtype=np.float64)
        if factor in RATED:
            total = np.round(mean(table[f"{factor}-Cou"].to_numpy()[: count * length].reshape(count, length)) * length, 3)
        low = np.round(np.where(used, value, np.inf).min(axis=1), places)
        high = np.round(np.where(used, value, -np.inf).max(axis=1), places)
        found[factor] = Periods(end, np.round(mean(value), places), low, high, total, np.full(count, np.nan, dtype=np.float64), flag)
    for factor in POLLUTANTS.values():
        oxygen, own = found[OXYGEN].mean, found[factor]
        sound = oxygen < CORRECTION - 1
        share: Reals = (CORRECTION - stack.reference_oxygen) / (CORRECTION - np.where(sound, oxygen, 0.0))
        corrected: Reals = np.where(sound, own.mean * share, own.mean).round(PLACES)
        found[factor] = replace(own, corrected=corrected)
    return found


def _letters(column: pa.ChunkedArray) -> npt.NDArray[np.uint8]:
    """Read one-letter strings of Arrow as the bytes they are."""
    own = column.combine_chunks()
    first = int(np.frombuffer(own.buffers()[1], np.int32)[own.offset])
    return np.frombuffer(own.buffers()[2], np.uint8)[first : first + len(own)]


def _flag(letters: npt.NDArray[np.uint8]) -> tuple[npt.NDArray[np.str_], npt.NDArray[np.bool_]]:
    """Give each period its flag, and which of its minutes make its mean: those that carry the flag."""
    counts = np.stack([(letters == ord(each)).sum(axis=1) for each in FLAGS])
    chosen = np.where(counts[0] >= GOOD * letters.shape[1], 0, np.argmax(counts[1:], axis=0) + 1)
    return np.array(list(FLAGS))[chosen], letters == np.frombuffer(FLAGS.encode(), np.uint8)[chosen][:, None]


def device_values(table: pa.Table, stack: Stack, length: int) -> pa.Table:
    """Give the periods as rows of the lake's ``device_values``, without its bookkeeping: what a gateway would have stored."""
    parts = []
    for factor, own in periods(table, stack, length).items():
        size = len(own.end)
        parts.append(
            {
                "device": pa.repeat(stack.device, size),
                "cn": pa.repeat(COMMANDS.get(length, "2051"), size),
                "factor": pa.repeat(factor, size),
                "time": pa.array(own.end.astype("datetime64[us]")),
                "day": pa.array((own.end.astype("datetime64[us]") - np.timedelta64(1, "us")).astype("datetime64[D]")),
                "minutes": pa.repeat(pa.scalar(length, pa.int32()), size),
                "value": _decimals(own.mean),
                "low": _decimals(own.low),
                "high": _decimals(own.high),
                "total": _decimals(own.total),
                "corrected": _decimals(own.corrected),
                "flag": pa.array(own.flag.astype(object), pa.string()),
            }
        )
    declared = DATASETS["device_values"]
    names = [column.name for column in declared.values]
    schema = pa.schema([(column.name, column.type) for column in declared.values])
    return pa.concat_tables([pa.table([part[name] for name in names], schema=schema) for part in parts])


def _decimals(values: Reals) -> pa.Array:
    return pc.cast(pc.round(pa.array(values, from_pandas=True), 6), pa.decimal128(18, 6), safe=False)


def instant(table: pa.Table, at: int) -> tuple[datetime, dict[str, tuple[Decimal, str]]]:
    """Give one minute as an instant's readings: its moment, and each factor's reading and flag."""
    row = table.slice(at, 1).to_pylist()[0]
    return row["time"], {each: (Decimal(f"{row[each]:.{DECIMALS.get(each, PLACES)}f}"), row[f"{each}-Flag"]) for each in SENT}
