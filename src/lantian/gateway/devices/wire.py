"""Periods written as HJ 212 frames, many at a time; what a single exchange needs is written by ``lantian.sources.hj212``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa

from lantian.gateway.devices.faults import Note
from lantian.gateway.devices.model import LOAD, POWER, RATED, SENT, TREATMENT, Stack
from lantian.gateway.devices.reporting import Periods, instant, periods
from lantian.gateway.envelope import checksum

COMMANDS = {"2051": 0.4, "2061": 3.1, "2031": 7.3}
"""How long after the end of its period a logger sends it [s]."""
BRIEF = frozenset({LOAD, POWER, TREATMENT})
"""Factors sent without extremes, so that a frame stays under the 1,024 characters of the standard."""
VERSION_BITS = {2005: 0, 2017: 4, 2025: 8}
Reshaped = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Message:
    """One data frame to be: whose, which command, what its DataTime says, its number and its parameters."""

    device: str
    cn: str
    data_time: str
    qn: str
    body: str
    st: str = ""
    """System type where it is another than the logger's."""

    def segment(self, stack: Stack, *, answer: bool = True) -> str:
        """Write the data segment as the standard orders it."""
        flag = VERSION_BITS[stack.habit.version] + answer
        return f"QN={self.qn};ST={self.st or stack.st};CN={self.cn};PW={stack.password};MN={self.device};Flag={flag};CP=&&{self.body}&&"


def framed(segment: bytes) -> bytes:
    """Wrap a data segment: ``##``, length, segment, checksum of annex A, CR LF."""
    return b"##%04d%b%04X\r\n" % (len(segment), segment, checksum(segment, 0, len(segment)))


def stamp(moment: datetime) -> str:
    """Write a moment as fourteen digits.

    >>> stamp(datetime(2015, 12, 8, 7))
    '20151208070000'
    """
    return f"{moment:%Y%m%d%H%M%S}"


def number(moment: datetime) -> str:
    """Write a moment as the seventeen digits of QN.

    >>> number(datetime(2015, 12, 8, 7, 0, 3, 100000))
    '20151208070003100'
    """
    return stamp(moment) + f"{moment.microsecond // 1000:03d}"


def stamps(times: np.ndarray) -> list[str]:
    """Write moments as fourteen digits each."""
    return [text.replace("-", "").replace("T", "").replace(":", "") for text in np.datetime_as_string(times, unit="s").tolist()]


def _items(factor: str, own: Periods) -> list[str]:
    """Write one factor's item for each period."""
    low, mean, high, flag = own.low.tolist(), own.mean.tolist(), own.high.tolist(), own.flag.tolist()
    if factor in BRIEF:
        total = [f"{factor}-Cou={each}," for each in own.total.tolist()] if factor in RATED else [""] * len(mean)
        return [f"{t}{factor}-Avg={b},{factor}-Flag={f}" for t, b, f in zip(total, mean, flag, strict=True)]
    if factor not in RATED:
        return [f"{factor}-Min={a},{factor}-Avg={b},{factor}-Max={c},{factor}-Flag={f}" for a, b, c, f in zip(low, mean, high, flag, strict=True)]
    total = own.total.tolist()
    if np.isnan(own.corrected).all():
        rows = zip(total, low, mean, high, flag, strict=True)
        return [f"{factor}-Cou={t},{factor}-Min={a},{factor}-Avg={b},{factor}-Max={c},{factor}-Flag={f}" for t, a, b, c, f in rows]
    more = zip(total, low, mean, high, own.corrected.tolist(), flag, strict=True)
    return [f"{factor}-Cou={t},{factor}-Min={a},{factor}-Avg={b},{factor}-Max={c},{factor}-ZsAvg={z},{factor}-Flag={f}" for t, a, b, c, z, f in more]


def period_messages(stack: Stack, table: pa.Table, cn: str, length: int) -> Iterator[Message]:
    """Write the periods of a table as messages of one command, oldest first; the table's times are the logger's."""
    found = periods(table, stack, length)
    ends = found[SENT[0]].end
    labels = stamps(ends - (np.timedelta64(length * 60, "s") if stack.label == "start" else np.timedelta64(0, "s")))
    late = round(COMMANDS[cn] * 1000)
    numbers = stamps(ends + np.timedelta64(late // 1000, "s"))
    items = [_items(factor, found[factor]) for factor in SENT]
    for label, qn, *own in zip(labels, numbers, *items, strict=True):
        yield Message(stack.device, cn, label, f"{qn}{late % 1000:03d}", f"DataTime={label};{';'.join(own)}")


def instant_message(stack: Stack, table: pa.Table, at: int) -> Message:
    """Write one minute of a table as an instant (2011)."""
    moment, read = instant(table, at)
    items = ";".join(f"{factor}-Rtd={value},{factor}-Flag={flag}" for factor, (value, flag) in read.items())
    return Message(stack.device, "2011", stamp(moment), number(moment + timedelta(milliseconds=55)), f"DataTime={stamp(moment)};{items}")


def note_messages(stack: Stack, notes: Sequence[Note]) -> Iterator[Message]:
    """Write parameters that a logger tells (3020), one frame for each moment and factor."""
    groups: dict[tuple[datetime, str], list[Note]] = {}
    for note in notes:
        groups.setdefault((note.time, note.factor), []).append(note)
    for count, ((moment, factor), own) in enumerate(sorted(groups.items())):
        said = ";".join(f"{note.name}-Info={note.text}" for note in own)
        qn = number(moment + timedelta(seconds=20, milliseconds=count % 1000))
        yield Message(stack.device, "3020", stamp(moment), qn, f"DataTime={stamp(moment)};PolId={factor};{said}")


def serial_message(stack: Stack, factor: str, serial: str, moment: datetime) -> Message:
    """Write the serial number of an analyser (3019)."""
    return Message(stack.device, "3019", stamp(moment), number(moment + timedelta(seconds=30)), f"DataTime={stamp(moment)};{factor}-SN={serial}")
