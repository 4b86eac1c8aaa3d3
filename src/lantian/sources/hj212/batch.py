"""Many frames at once: columns of frames and of values, filled by the compiled reader, and by the reader of single frames where one is odd."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from lantian.sources.hj212 import scan as compiled
from lantian.sources.hj212.framing import HEAD_SPAN
from lantian.sources.hj212.kernel import FNV_PRIME, FNV_START, ODD
from lantian.sources.hj212.model import Frame, Unreadable
from lantian.sources.hj212.stream import StreamDecoder
from lantian.sources.hj212.tables import fresh_names, known_words, number_fields, unpacked
from lantian.sources.hj212.words import mask, unmask

Array = Any
CRC_KINDS = (None, "annex_a", "modbus")
SECOND = 1_000_000
"""Microseconds; the time columns have microseconds for DataTime with milliseconds."""
NO_TIME = np.datetime64("NaT", "us")
WRAP = 1 << 64


@dataclass(frozen=True, slots=True)
class Batch:
    """The frames of a buffer in order, and their values, as columns.

    ``frame`` gives any of them as the single-frame reader does.
    """

    data: bytes
    start: Array
    """Where the frame's ``##`` stands, int64."""
    stop: Array
    """Where its checksum ends, int64."""
    version: Array
    """int16; 0 where unknown."""
    st: Array
    """int16; -1 where it is no number."""
    cn: Array
    """int16; -1 where it is no number."""
    flag: Array
    """int16; -1 where none."""
    crc: Array
    """uint8: 0 wrong, 1 annex A, 2 Modbus."""
    length_ok: Array
    data_time: Array
    """datetime64[us], as on the wire; NaT where none."""
    mn_hash: Array
    """int64, equal for equal MN (FNV-1a); 0 where none."""
    mn_start: Array
    """Where the MN stands, int64; -1 where it does not stand in the bytes (encrypted) or is missing."""
    mn_stop: Array
    deviations: Array
    """uint64; ``unmask`` reads it."""
    value_frame: Array
    """Place of the frame that sent the value, int32."""
    value_factor: Array
    """Place in ``factors``, int32."""
    value_field: Array
    """Place in ``fields``, int16."""
    value: Array
    value_flag: Array
    """Data flag of the value's item, uint8 (ASCII); 0 where none or longer than one letter."""
    factors: tuple[str, ...]
    fields: tuple[str, ...]
    odd: Mapping[int, Frame]
    """Frames that the compiled reader left to the single-frame reader, by place; those may hold texts that no column holds."""
    unreadable: tuple[Unreadable, ...]

    def __len__(self) -> int:
        """Count the frames."""
        return len(self.start)

    def frame(self, place: int) -> Frame:
        """Give one frame with all its texts."""
        if place in self.odd:
            return self.odd[place]
        stop = int(self.stop[place])
        [found] = StreamDecoder().feed(self.data[int(self.start[place]) : stop + 1])
        if not isinstance(found, Frame):
            raise TypeError(f"the compiled reader took bytes {int(self.start[place])} to {stop} for a frame, the single-frame reader did not")
        return found

    def frames(self) -> Iterator[Frame]:
        """Give every frame with all its texts."""
        return (self.frame(place) for place in range(len(self)))

    def mn(self, place: int) -> str | None:
        """Give a frame's MN."""
        if place in self.odd:
            return self.odd[place].mn
        return self.data[int(self.mn_start[place]) : int(self.mn_stop[place])].decode("ascii")

    def deviations_of(self, place: int) -> tuple[str, ...]:
        """Give a frame's deviations in the order of the register."""
        return unmask(int(self.deviations[place]))


def decode_batch(data: bytes, *, keys: Mapping[str, bytes] | None = None) -> Batch:
    r"""Read all frames of a buffer; equal to ``StreamDecoder`` fed with it and finished, in columns.

    >>> segment = b"ST=31;CN=2011;PW=123456;MN=88888880000001;CP=&&DataTime=20160824003817;02-Rtd=1.5,02-Flag=N&&"
    >>> batch = decode_batch(b"##0093%b5D80\r\n" % segment * 2)
    >>> len(batch), batch.mn(1), batch.value.tolist(), [batch.factors[place] for place in batch.value_factor]
    (2, '88888880000001', [1.5, 1.5], ['a21026', 'a21026'])
    """
    array = np.frombuffer(data, np.uint8)
    rows_at_most = data.count(b"##") + 1
    values_at_most = data.count(b"=") + 1
    rows = np.empty((rows_at_most, compiled.COLUMNS), np.int64)
    stretches = np.empty((rows_at_most + 1, 2), np.int64)
    out = compiled.Values(*(np.empty(values_at_most, kind) for kind in (np.int32, np.int32, np.int16, np.float64, np.uint8)))
    names = fresh_names()
    count, filled, strange = compiled.scan(array, rows, stretches, names, known_words(), out)
    factors = [unpacked(key) for key in names.packed[: int(names.counts[0])]]
    clean = _Columns(rows[:count], compiled.Values(*(column[:filled] for column in out)), factors, list(number_fields()))
    if not strange:
        return clean.batch(data, {}, ())
    return _with_odd(data, clean, stretches[:strange], dict(keys or {}))


@dataclass(slots=True)
class _Columns:
    rows: Array
    values: compiled.Values
    factors: list[str]
    fields: list[str]
    crc: Array = None
    length_ok: Array = None

    def batch(self, data: bytes, odd: dict[int, Frame], unreadable: tuple[Unreadable, ...]) -> Batch:
        rows, count = self.rows, len(self.rows)
        seconds = rows[:, compiled.TIME]
        time = np.where(seconds == ODD, NO_TIME, (seconds * SECOND).astype("datetime64[us]"))
        for place, frame in odd.items():
            time[place] = NO_TIME if frame.data_time is None else np.datetime64(frame.data_time, "us")
        small = {name: rows[:, getattr(compiled, name.upper())].astype(np.int16) for name in ("version", "st", "cn", "flag")}
        large = {name: rows[:, getattr(compiled, name.upper())].copy() for name in ("start", "stop", "mn_hash", "mn_stop")}
        return Batch(
            data=data,
            **small,
            **large,
            crc=np.ones(count, np.uint8) if self.crc is None else self.crc,
            length_ok=np.ones(count, np.bool_) if self.length_ok is None else self.length_ok,
            data_time=time,
            mn_start=rows[:, compiled.MN].copy(),
            deviations=rows[:, compiled.DEVIATIONS].astype(np.uint64),
            value_frame=self.values.frame,
            value_factor=self.values.factor,
            value_field=self.values.field,
            value=self.values.value,
            value_flag=self.values.flag,
            factors=tuple(self.factors),
            fields=tuple(self.fields),
            odd=odd,
            unreadable=unreadable,
        )


def _with_odd(data: bytes, clean: _Columns, stretches: Array, keys: dict[str, bytes]) -> Batch:
    """Read the odd stretches frame by frame and put what was found in its place among the others."""
    frames: list[Frame] = []
    begins: list[int] = []
    unreadable: list[Unreadable] = []
    for begin, end in stretches.tolist():
        decoder = StreamDecoder(keys=keys)
        found = decoder.feed(data[begin : end + HEAD_SPAN])
        if end == len(data):
            found += decoder.finish()
        at = begin
        for each in found:
            if isinstance(each, Unreadable):
                unreadable.append(each)
                continue
            at = data.find(each.raw, at)
            frames.append(each)
            begins.append(at)
            at += len(each.raw)
    rows = np.full((len(frames), compiled.COLUMNS), ODD, np.int64)
    values = _Lists(clean.factors, clean.fields)
    for place, frame in enumerate(frames):
        _fill(rows[place], frame, begins[place])
        values.add(place + len(clean.rows), frame)
    order = np.argsort(np.concatenate([clean.rows[:, compiled.START], rows[:, compiled.START]]), kind="stable")
    place_of = np.empty(len(order), np.int32)
    place_of[order] = np.arange(len(order), dtype=np.int32)
    joined = [np.concatenate([ours, np.array(theirs, ours.dtype)]) for ours, theirs in zip(clean.values, values.columns, strict=True)]
    joined[0] = place_of[joined[0]]
    by_frame = np.argsort(joined[0], kind="stable")
    crc = np.concatenate([np.ones(len(clean.rows), np.uint8), np.array([CRC_KINDS.index(frame.crc_kind) for frame in frames], np.uint8)])
    lengths = np.concatenate([np.ones(len(clean.rows), np.bool_), np.array([frame.length_ok for frame in frames], np.bool_)])
    columns = _Columns(
        np.concatenate([clean.rows, rows])[order],
        compiled.Values(*(column[by_frame] for column in joined)),
        values.factors,
        values.fields,
        crc[order],
        lengths[order],
    )
    odd = {int(place_of[place + len(clean.rows)]): frame for place, frame in enumerate(frames)}
    return columns.batch(data, odd, tuple(unreadable))


def _fill(row: Array, frame: Frame, start: int) -> None:
    row[compiled.START], row[compiled.STOP] = start, start + len(frame.raw)
    row[compiled.VERSION] = frame.version or 0
    row[compiled.ST], row[compiled.CN] = _number(frame.st), _number(frame.cn)
    row[compiled.FLAG] = ODD if frame.flag is None else frame.flag
    row[compiled.DEVIATIONS] = mask(frame.deviations)
    row[compiled.MN_HASH] = 0
    if frame.mn:
        name = frame.mn.encode()
        row[compiled.MN_HASH] = _fingerprint(name)
        at = frame.raw.find(b"MN=" + name)
        if at >= 0:
            row[compiled.MN], row[compiled.MN_STOP] = start + at + 3, start + at + 3 + len(name)


def _number(text: str | None) -> int:
    return int(text) if text and len(text) <= 4 and text.isascii() and text.isdigit() else ODD  # noqa: PLR2004 - four digits fit the column


def _fingerprint(name: bytes) -> int:
    value = int(FNV_START)
    for byte in name:
        value = (value ^ byte) * int(FNV_PRIME) % WRAP
    return value - WRAP if value >= WRAP // 2 else value


class _Lists:
    """Values of odd frames; factors and fields that are new are added to those of the others."""

    def __init__(self, factors: list[str], fields: list[str]) -> None:
        self.factors, self.fields = list(factors), list(fields)
        self._places = ({name: place for place, name in enumerate(factors)}, {name: place for place, name in enumerate(fields)})
        self.columns: tuple[list[Any], ...] = ([], [], [], [], [])

    def add(self, place: int, frame: Frame) -> None:
        for key, value in frame.values.items():
            if isinstance(value, str):
                continue
            factor, _, label = key.partition("-")
            flag = frame.values.get(f"{factor}-Flag", "")
            mark = ord(flag) if isinstance(flag, str) and len(flag) == 1 and flag.isascii() else 0
            row = (place, self._place(0, self.factors, factor), self._place(1, self.fields, label), value, mark)
            for column, part in zip(self.columns, row, strict=True):
                column.append(part)

    def _place(self, which: int, names: list[str], name: str) -> int:
        place = self._places[which].setdefault(name, len(names))
        if place == len(names):
            names.append(name)
        return place
