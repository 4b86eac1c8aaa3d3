"""A simulated logger: what it sends of its own accord, and when."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import chain

import pyarrow as pa
import pyarrow.compute as pc

from lantian.gateway.devices.faults import Note, Tampered, tamper
from lantian.gateway.devices.model import Stack
from lantian.gateway.devices.physics import honest
from lantian.gateway.devices.process import process_messages
from lantian.gateway.devices.wire import Message, instant_message, note_messages, number, period_messages, serial_message, stamp

MINUTE, HOUR, DAY = 1, 60, 1440


class Device:
    """The logger of one stack. It keeps no store: what it said at any time can be drawn again."""

    def __init__(self, stack: Stack, seed: int = 0, now: Callable[[], datetime] = datetime.now) -> None:
        """Take the stack, the seed of all chance, and the clock that true time is read from."""
        self.stack, self.seed, self.now = stack, seed, now
        self.clock_error = stack.habit.clock_error + sum(fault.settings.get("seconds", 1500.0) for fault in stack.habit.faults if fault.kind == "clock_skew")
        self.over_time, self.resends = 10.0, 3
        self.instants_every = 60
        self.instants_on = True
        self.password = stack.password

    @property
    def shift(self) -> timedelta:
        """Give the whole minutes by which its clock is ahead: its periods begin on edges of its own clock."""
        return timedelta(minutes=int(self.clock_error // 60))

    def said(self, start: datetime, end: datetime) -> Tampered:
        """Give the minutes of a span of its own clock as this logger tells them.

        Faults are laid over the whole time they last, so that a part of it does not differ from the same part of a longer span.
        """
        start, end = start - self.shift, end - self.shift
        touched = [fault for fault in self.stack.habit.faults if fault.start < end and fault.until > start]
        first = min([start, *(fault.start for fault in touched)])
        last = max([end, *(fault.until for fault in touched)])
        told = tamper(honest(self.stack, first, last, self.seed), self.stack, self.seed)
        own = told.table.slice((start - first) // timedelta(minutes=1), (end - start) // timedelta(minutes=1))
        own = own.set_column(0, "time", pc.add(own["time"], pa.scalar(self.shift, pa.duration("us"))))
        return replace(told, table=own)

    def history(self, start: datetime, until: datetime, hours_from: datetime | None = None) -> Iterator[Message]:
        """Give what it would have sent until a moment: hours and days since ``hours_from``, minutes since ``start``, instants of the last hour."""
        until += self.shift
        begin, first = floor(min(start, hours_from or start), DAY), floor(start, HOUR)
        told = self.said(begin, until)
        table, since = told.table, (first - begin) // timedelta(minutes=1)
        spans = (("2061", HOUR, table), ("2051", self.stack.interval, table.slice(since)), ("2031", DAY, table))
        yield from chain(*(self.periods(part, cn, length) for cn, length, part in spans))
        yield from self._process(table)
        for at in range(max(0, len(table) - HOUR), len(table), 10):
            yield instant_message(self.stack, table, at)
        yield from self._told(told, begin, until)

    def periods(self, table: pa.Table, cn: str, length: int) -> Iterator[Message]:
        """Write the periods of a table as its clock and its label have them."""
        return period_messages(self.stack, table, cn, length)

    def _process(self, table: pa.Table) -> Iterator[Message]:
        return process_messages(self.stack, table, self.shift, self.seed) if self.stack.habit.process else iter(())

    def _told(self, told: Tampered, begin: datetime, until: datetime) -> Iterator[Message]:
        """Give the parameters and serial numbers that it tells: those of faults, and one true set at the beginning."""
        notes = [note for note in told.notes if begin <= note.time < until]
        usual = [Note(begin, factor, name, text) for factor in {note.factor for note in notes} for name, text in (("i13008", "1"), ("i13007", "0"))]
        yield from note_messages(self.stack, [*usual, *notes])
        for factor, serial in told.identity.items():
            yield serial_message(self.stack, factor, serial, until - timedelta(days=1))

    def due(self, last: datetime, now: datetime) -> Iterator[Message]:
        """Give what falls due after one moment and up to another, as a live logger sends it; both on whole minutes of true time."""
        last, now = last + self.shift, now + self.shift
        for cn, length in (("2051", self.stack.interval), ("2061", HOUR), ("2031", DAY)):
            first, end = floor(last, length), floor(now, length)
            if end > first:
                table = self.said(first, end).table
                yield from self.periods(table, cn, length)
                yield from self._process(table) if length == HOUR else ()
        if self.instants_on and now > last:
            yield instant_message(self.stack, self.said(now - timedelta(minutes=1), now).table, 0)

    def clock(self) -> datetime:
        """Give the time that the logger believes it is."""
        return self.now() + timedelta(seconds=self.clock_error)

    def greeting(self) -> Message:
        """Ask for the time (1013), as a logger does when it has called."""
        moment = self.clock()
        return Message(self.stack.device, "1013", stamp(moment), number(moment), "PolId=w00000" if self.stack.st == "32" else "")


def floor(moment: datetime, length: int) -> datetime:
    """Give the last edge of a period of so many minutes."""
    day = datetime(moment.year, moment.month, moment.day)
    return day + (moment - day) // timedelta(minutes=length) * timedelta(minutes=length)
