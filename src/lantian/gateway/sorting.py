"""Batches sorted for the lake: rows of values, notes, counts of deviations, and what could not be read, each with the feed and batch it came by."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa

from lantian.app.admission import Setting
from lantian.app.intake import FEED, NUMBER, ORDER
from lantian.gateway.spool import Batch as Piece
from lantian.gateway.text import shown
from lantian.lake.declaration import QUARANTINE, STAMP, dataset
from lantian.sources.hj212 import Frame, StreamDecoder
from lantian.sources.hj212.batch import Batch
from lantian.sources.service.door import Logger, day_of, open_frame, setting
from lantian.sources.service.door_columns import open_batch

Array = Any
LONGEST_KEPT = 8192
LONGEST_EXAMPLE = 500
VALUES, NOTES, DEVIATIONS = "device_values", "device_notes", "device_deviations"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a frame came from: feed, batch, receipt, peer, and its place among those sorted together."""

    feed: str
    number: int
    received: datetime
    peer: str
    place: int = 0


@dataclass
class Loggers:
    """Settings of loggers, each read once; a device that no register knows has the standard's."""

    register: Mapping[str, Setting]
    _read: dict[str, Logger] = field(default_factory=dict)

    def of(self, device: str) -> Logger:
        """Give the setting of a device."""
        if device not in self._read:
            told = self.register.get(device, Setting(device))
            self._read[device] = setting(told.label, told.interval, told.units)
        return self._read[device]


def schema_of(name: str) -> pa.Schema:
    """Give the schema of rows that are to be booked."""
    declared = dataset(name)
    return pa.schema(
        [*((column.name, column.type) for column in declared.values), ("known_at", STAMP), (FEED, pa.string()), (NUMBER, pa.int64()), (ORDER, pa.int64())]
    )


@dataclass
class Sorted:
    """Rows by table, in the order in which they came."""

    loggers: Loggers
    history: bool = False
    counted: Mapping[str, int] = field(default_factory=dict)
    """Up to which batch of each feed deviations are counted already."""
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {VALUES: [], NOTES: []})
    tables: dict[str, list[pa.Table]] = field(default_factory=lambda: {VALUES: [], NOTES: []})
    wrong: list[dict[str, Any]] = field(default_factory=list)
    frames: Counter[tuple[str, str]] = field(default_factory=Counter)
    deviating: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    examples: dict[tuple[str, str, str], str] = field(default_factory=dict)

    def frame(self, frame: Frame, origin: Origin) -> None:
        """Sort one frame."""
        self.tell(origin, frame.mn or "", frame.deviations, 1, frame.raw)
        opened = open_frame(frame, self.loggers.of(frame.mn or ""), origin.received)
        for name, found in ((VALUES, opened.values), (NOTES, opened.notes)):
            lag = dataset(name).lag
            for row in found:
                known = row["time"] + lag if self.history else origin.received
                self.rows[name].append(row | {"known_at": known, FEED: origin.feed, NUMBER: origin.number, ORDER: origin.place})
        for fault in opened.faults:
            self.unreadable(fault.text.encode(), fault.reason, origin)

    def plain(self, batch: Batch, origins: Sequence[Origin]) -> Array:
        """Sort all frames of a buffer that hold nothing but values; give the places of the others."""
        opened = open_batch(batch, self.loggers.of)
        number, place = np.array([origin.number for origin in origins], np.int64), np.array([origin.place for origin in origins], np.int64)
        received = np.array([origin.received for origin in origins], "datetime64[us]")
        feeds = list(dict.fromkeys(origin.feed for origin in origins))
        of_feed = np.array([feeds.index(origin.feed) for origin in origins], np.int64)
        rows, frame = opened.rows, opened.frame
        lag = np.timedelta64(dataset(VALUES).lag)
        known = rows.column("time").to_numpy() + lag if self.history else received[frame]
        rows = rows.append_column("known_at", pa.array(known, STAMP)).append_column(FEED, pa.array(feeds, pa.string()).take(pa.array(of_feed[frame])))
        rows = rows.append_column(NUMBER, pa.array(number[frame])).append_column(ORDER, pa.array(place[frame]))
        self.tables[VALUES].append(rows.cast(schema_of(VALUES)))
        kept = np.setdiff1d(np.arange(len(batch)), opened.careful)
        self._count_all(batch, origins, kept, of_feed)
        return opened.careful

    def _count_all(self, batch: Batch, origins: Sequence[Origin], kept: Array, of_feed: Array) -> None:
        """Count frames and deviations, each kind of each device once."""
        fresh = np.array([origins[place].number > self.counted.get(origins[place].feed, 0) for place in kept], np.bool_)
        kept = kept[fresh] if len(kept) else kept
        kinds = np.stack([of_feed[kept], batch.mn_hash[kept], batch.deviations[kept].astype(np.int64)])
        _, first, many = np.unique(kinds, axis=1, return_index=True, return_counts=True)
        for one, count in zip(kept[first].tolist(), many.tolist(), strict=True):
            raw = batch.data[int(batch.start[one]) : int(batch.stop[one])]
            self.tell(origins[one], batch.mn(one) or "", batch.deviations_of(one), count, raw)

    def tell(self, origin: Origin, device: str, deviations: Iterable[str], many: int, raw: bytes) -> None:
        """Count frames, and their deviations."""
        if origin.number > self.counted.get(origin.feed, 0):
            self.frames[origin.feed, device] += many
        self.count(origin, device, deviations, many, raw)

    def count(self, origin: Origin, device: str, deviations: Iterable[str], many: int, raw: bytes) -> None:
        """Count deviations, with one of the frames as an example."""
        if origin.number <= self.counted.get(origin.feed, 0):
            return
        for code in deviations:
            key = (origin.feed, device, code)
            self.deviating[key] += many
            if key not in self.examples:
                self.examples[key] = shown(raw, LONGEST_EXAMPLE)

    def unreadable(self, raw: bytes, reason: str, origin: Origin) -> None:
        """Sort bytes that are no frame, or a value that cannot be stored."""
        digest = hashlib.sha256(origin.peer.rpartition(":")[0].encode() + b" " + raw).hexdigest()
        row = {"dataset": VALUES, "file": shown(origin.peer), "digest": digest, "line": origin.number, "reason": reason, "text": shown(raw, LONGEST_KEPT)}
        self.wrong.append(row | {"loaded_at": origin.received, FEED: origin.feed, NUMBER: origin.number, ORDER: origin.place})

    def table(self, name: str) -> pa.Table:
        """Give the rows of values or of notes."""
        return pa.concat_tables([*self.tables[name], pa.Table.from_pylist(self.rows[name], schema=schema_of(name))])

    def quarantined(self) -> pa.Table:
        """Give what could not be read."""
        more = ((FEED, pa.string()), (NUMBER, pa.int64()), (ORDER, pa.int64()))
        return pa.Table.from_pylist(self.wrong, schema=pa.schema([*QUARANTINE, *(pa.field(*each) for each in more)]))

    def deviations(self, batches: Iterable[tuple[str, Piece]], now: datetime) -> pa.Table:
        """Give the counts of deviations, by feed, device and code."""
        spans: dict[str, tuple[int, int]] = {}
        for feed, batch in batches:
            first, last = spans.get(feed, (batch.number, batch.number))
            spans[feed] = (min(first, batch.number), max(last, batch.number))
        rows = []
        for place, ((feed, device, code), count) in enumerate(sorted(self.deviating.items())):
            first, last = spans[feed]
            own = {"device": device, "code": code, "batch": f"{feed[:12]}:{max(first, self.counted.get(feed, 0) + 1)}-{last}", "time": now, "day": day_of(now)}
            own |= {"frames": self.frames[feed, device], "count": count, "example": self.examples[feed, device, code]}
            rows.append(own | {"known_at": now, FEED: feed, NUMBER: last, ORDER: place})
        return pa.Table.from_pylist(rows, schema=schema_of(DEVIATIONS))


def frames_of(body: bytes) -> list[Frame]:
    """Read the frames of a batch one by one, as the full decoder does."""
    decoder = StreamDecoder()
    return [found for found in [*decoder.feed(body), *decoder.finish()] if isinstance(found, Frame)]
