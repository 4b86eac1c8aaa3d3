"""Split packets made whole: parts of one MN, CN and DataTime, each complete in itself or a piece of one text, in bounded memory and time."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from lantian.sources.hj212.items import read_parameters
from lantian.sources.hj212.model import Frame, Item
from lantian.sources.hj212.reading import decode_text, naming
from lantian.sources.hj212.words import deviations, ordered

MAX_PARTS = 9999
"""PNUM has four digits."""


@dataclass(slots=True)
class _Waiting:
    since: float
    parts: dict[int, Frame] = field(default_factory=dict)
    repeated: bool = False


class PartMerger:
    """Collects the parts of split packets by MN and CN, within bounds of memory and time.

    Parts that carry their own DataTime belong together when it is the same; a part without one is a piece of the packet before it.
    """

    def __init__(self, *, max_waiting: int = 1024, timeout: float = 60.0) -> None:
        """Hold at most ``max_waiting`` parts in all, each packet at most ``timeout`` seconds."""
        self._max_waiting, self._timeout = max_waiting, timeout
        self._packets: OrderedDict[tuple[object, ...], _Waiting] = OrderedDict()
        self._held = 0

    @property
    def waiting(self) -> int:
        """Parts that are held."""
        return self._held

    def add(self, frame: Frame, now: float) -> list[Frame]:
        """Take a frame at a monotonic moment (s); give what is complete: whole frames at once, merged ones when the last part came, timed-out ones."""
        done = self._expired(now)
        total, number = frame.pnum, frame.pno
        if not frame.split or not frame.crc_ok or total is None or number is None or not 1 <= number <= total <= MAX_PARTS:
            return [*done, frame]
        key = self._key(frame)
        packet = self._packets.setdefault(key, _Waiting(now))
        if number in packet.parts:
            packet.repeated = True
        else:
            packet.parts[number] = frame
            self._held += 1
        if len(packet.parts) == total:
            done.append(self._close(key))
        while self._held > self._max_waiting:
            done.append(self._close(next(iter(self._packets))))
        return done

    def flush(self) -> list[Frame]:
        """Give everything that still waits, with deviation ``part_missing``."""
        return [self._close(key) for key in list(self._packets)]

    def _key(self, frame: Frame) -> tuple[object, ...]:
        key = (frame.mn, frame.cn, frame.pnum, frame.data_time)
        if frame.data_time is None:
            for known in reversed(self._packets):
                if known[:3] == key[:3] and frame.pno not in self._packets[known].parts:
                    return known
        else:
            untimed = (*key[:3], None)
            if untimed in self._packets:
                self._packets[key] = self._packets.pop(untimed)
        return key

    def _expired(self, now: float) -> list[Frame]:
        old = []
        for key, packet in self._packets.items():
            if now - packet.since <= self._timeout:
                break
            old.append(key)
        return [self._close(key) for key in old]

    def _close(self, key: tuple[object, ...]) -> Frame:
        packet = self._packets.pop(key)
        self._held -= len(packet.parts)
        return _merged(packet)


def _merged(packet: _Waiting) -> Frame:
    """Join parts by PNO; the first one lends its fields, the raw bytes are all parts' with line ends between."""
    frames = [packet.parts[number] for number in sorted(packet.parts)]
    first = frames[0]
    found = {code for frame in frames for code in frame.deviations}
    if len(frames) < (first.pnum or 0):
        found.add("part_missing")
    if packet.repeated:
        found.add("part_repeated")
    timed = [frame for frame in frames if frame.data_time is not None]
    values: dict[str, float | str] = {}
    items: list[Item] = []
    for frame in frames:
        for name, value in frame.values.items():
            values.setdefault(name, value)
        items += [item for item in frame.items if item.factor != "DataTime" or not any(each.factor == "DataTime" for each in items)]
    if len(timed) < len(frames):
        items, values = _concatenated(frames, found)
    return replace(
        first,
        raw=b"\r\n".join(frame.raw for frame in frames),
        crc_ok=all(frame.crc_ok for frame in frames),
        length_ok=all(frame.length_ok for frame in frames),
        data_time=timed[0].data_time if timed else None,
        items=tuple(items),
        values=values,
        deviations=ordered(found),
    )


def _concatenated(frames: list[Frame], found: set[str]) -> tuple[list[Item], dict[str, float | str]]:
    """Read the parameters of all parts as one text: an item, even a value, may be cut between two parts."""
    text = "".join(_content(frame) for frame in frames)
    read = read_parameters(text)
    found -= {code for code in found if deviations()[code]["sort"] in ("item", "value")}
    found |= read.found | naming(read.kinds, frames[0].version)
    return read.items, read.values


def _content(frame: Frame) -> str:
    text = decode_text(frame.raw)[0]
    start = text.find("CP=&&") + len("CP=&&")
    end = text.rfind("&&")
    return text[start:end] if start <= end else ""


def merge_parts(frames: Iterable[Frame], *, max_waiting: int = 1024) -> Iterator[Frame]:
    """Give frames in order with the parts of each split packet merged into one; what never became whole comes last, marked so."""
    merger = PartMerger(max_waiting=max_waiting, timeout=float("inf"))
    for frame in frames:
        yield from merger.add(frame, 0.0)
    yield from merger.flush()
