"""The door for many frames at once: columns of the batch reader → rows of device_values; frames that need care are named and left to ``open_frame``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa

from lantian.lake.declaration.sources import READING
from lantian.sources.hj212.batch import Batch
from lantian.sources.hj212.words import deviations, mask
from lantian.sources.service.door import EARLIEST, INSTANT, LARGEST, LATEST, MILLIONTHS, PERIODS, Logger

Array = Any
COLUMNS = ("value", "low", "high", "total", "corrected")
FIELDS = {"Rtd": 0, "Avg": 0, "Min": 1, "Max": 2, "Cou": 3, "ZsRtd": 4, "ZsAvg": 4}
"""Field → column; Rtd and ZsRtd belong to instants, Avg and ZsAvg to periods."""
RIGHT = {True: {"Rtd", "ZsRtd", "Min", "Max", "Cou"}, False: {"Avg", "ZsAvg", "Min", "Max", "Cou"}}
HARMLESS = ("value_negative", "factor_old_code", "factor_new_code", "factor_vendor_name", "factor_unknown")
"""Deviations of items and values that change nothing in how values are taken."""
SPLIT = 2
MINUTE = np.timedelta64(60, "s")
TICK = np.timedelta64(1, "us")


@dataclass(frozen=True, slots=True)
class Columns:
    """Rows of device_values, the frame of each, and the frames that ``open_frame`` must take."""

    rows: pa.Table
    frame: Array
    careful: Array


def careful_bits() -> int:
    """Give the deviations that make a frame one to take with care: those of items, values and parts that are not harmless."""
    return mask(code for code, told in deviations().items() if told["sort"] in ("item", "value", "part") and code not in HARMLESS)


def open_batch(batch: Batch, logger_of: Callable[[str], Logger]) -> Columns:
    """Turn the plain frames of a batch into rows, all at once; equal to ``open_frame`` of each."""
    names, of_frame = _devices(batch)
    loggers = [logger_of(name) for name in names]
    plain = _plain(batch)
    fields = np.array([FIELDS.get(name, -1) for name in batch.fields], np.int8)
    instant = batch.cn == int(INSTANT)
    right = np.array([[name in RIGHT[False], name in RIGHT[True]] for name in batch.fields], np.bool_).reshape(-1, 2)
    column = fields[batch.value_field]
    fits = right[batch.value_field, instant[batch.value_frame].astype(np.int8)] & (column >= 0)
    plain[batch.value_frame[~fits]] = False
    micro, whole = _scaled(batch, loggers, of_frame)
    plain[batch.value_frame[~whole]] = False
    taken = plain[batch.value_frame]
    frame, factor = batch.value_frame[taken], batch.value_factor[taken]
    first = np.ones(len(frame), np.bool_)
    first[1:] = (frame[1:] != frame[:-1]) | (factor[1:] != factor[:-1])
    group = np.cumsum(first) - 1
    frame, factor, flags = frame[first], factor[first], batch.value_flag[taken][first]
    found: dict[str, Any] = {}
    count = len(frame)
    for place, name in enumerate(COLUMNS):
        here = column[taken] == place
        numbers, valid = np.zeros(count, np.int64), np.zeros(count, np.bool_)
        numbers[group[here]], valid[group[here]] = micro[taken][here], True
        found[name] = decimals(numbers, valid)
    minutes, time = _times(batch, loggers, of_frame, frame)
    rows = {
        "device": _text(names, of_frame[frame]),
        "cn": _text(list(PERIODS), np.select([batch.cn[frame] == int(cn) for cn in PERIODS], range(len(PERIODS)), 0)),
        "factor": _text(list(batch.factors), factor),
        "time": pa.array(time, pa.timestamp("us")),
        "day": pa.array((time - TICK).astype("datetime64[D]"), pa.date32()),
        "minutes": pa.array(minutes, pa.int32()),
        **found,
        "flag": _text([chr(code) for code in range(128)], flags.astype(np.int64), flags > 0),
    }
    return Columns(pa.table(rows), frame, np.flatnonzero(~plain))


def _devices(batch: Batch) -> tuple[list[str], Array]:
    """Give the devices of a batch and which of them sent each frame."""
    _, first, of_frame = np.unique(batch.mn_hash, return_index=True, return_inverse=True)
    return [batch.mn(int(place)) or "" for place in first], of_frame.reshape(-1)


def _plain(batch: Batch) -> Array:
    """Tell which frames hold nothing but values of a command that carries them, with a time that can be meant."""
    plain = np.isin(batch.cn, [int(cn) for cn in PERIODS]) & ~np.isnat(batch.data_time) & (batch.mn_hash != 0)
    plain &= (batch.flag < 0) | ((batch.flag & SPLIT) == 0)
    plain &= (batch.deviations & np.uint64(careful_bits())) == 0
    year = batch.data_time.astype("datetime64[Y]").astype(np.int64) + 1970
    plain &= (year >= EARLIEST) & (year <= LATEST)
    if batch.odd:
        plain[list(batch.odd)] = False
    return plain


def _scaled(batch: Batch, loggers: list[Logger], of_frame: Array) -> tuple[Array, Array]:
    """Give values in the lake's units as whole millionths, rounded half to even, and which could be taken so."""
    with np.errstate(invalid="ignore"):
        whole = np.isfinite(batch.value) & (np.abs(batch.value) < LARGEST)
        micro = np.rint(np.where(whole, batch.value, 0.0) * MILLIONTHS).astype(np.int64)
    total = np.array([name == "Cou" for name in batch.fields], np.bool_)[batch.value_field]
    kinds = list({id(logger): logger for logger in loggers}.values())
    kind_of = {id(logger): place for place, logger in enumerate(kinds)}
    kind = np.array([kind_of[id(logger)] for logger in loggers], np.int64)[of_frame[batch.value_frame]]
    for place in np.unique(batch.value_factor).tolist():
        own = batch.value_factor == place
        for name, these in ((batch.factors[place], own & ~total), (f"{batch.factors[place]}-Cou", own & total)):
            for index, logger in enumerate(kinds):
                if name in logger.unknown:
                    whole[these & (kind == index)] = False
                elif name in logger.scales:
                    here = these & (kind == index)
                    micro[here], fits = _times_fraction(micro[here], logger.scales[name])
                    whole[here] &= fits
    return micro, whole & (np.abs(micro) < LARGEST * MILLIONTHS)


def _times_fraction(micro: Array, scale: Fraction) -> tuple[Array, Array]:
    """Multiply by a fraction, half to even; what would not fit is told."""
    room = np.iinfo(np.int64).max // (2 * scale.numerator)
    fits = np.abs(micro) < room
    low, rest = np.divmod(np.where(fits, micro, 0) * scale.numerator, scale.denominator)
    twice = 2 * rest
    return low + ((twice > scale.denominator) | ((twice == scale.denominator) & (low % 2 == 1))), fits


def _times(batch: Batch, loggers: list[Logger], of_frame: Array, frame: Array) -> tuple[Array, Array]:
    """Give the length of each row's period and its end."""
    intervals = np.array([logger.interval for logger in loggers] or [0], np.int64)[of_frame[frame]]
    starts = np.array([logger.label != "end" for logger in loggers] or [False], np.bool_)[of_frame[frame]]
    minutes = np.select([batch.cn[frame] == int(cn) for cn in PERIODS], [intervals if length < 0 else length for length in PERIODS.values()], 0)
    return minutes, batch.data_time[frame] + np.where(starts, minutes, 0) * MINUTE


def _text(names: list[str], places: Array, valid: Array | None = None) -> pa.Array:
    kept = pa.array(places, pa.int64(), mask=None if valid is None else ~valid)
    return pa.array(names or [""], pa.string()).take(kept)


def decimals(millionths: Array, valid: Array) -> pa.Array:
    """Give whole millionths as decimals of the lake.

    >>> decimals(np.array([1_500_000, -1, 0]), np.array([True, True, False])).to_pylist()
    [Decimal('1.500000'), Decimal('-0.000001'), None]
    """
    halves = np.empty((len(millionths), 2), np.int64)
    halves[:, 0], halves[:, 1] = millionths, millionths >> 63
    bits = np.packbits(valid, bitorder="little")
    return pa.Array.from_buffers(READING, len(millionths), [pa.py_buffer(bits.tobytes()), pa.py_buffer(halves.tobytes())])
