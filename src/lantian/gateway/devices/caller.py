"""The line of one logger: it calls its gateway, sends with a window of unanswered frames, sends again what is not answered, obeys orders."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from lantian.gateway.devices.deviations import Written, write
from lantian.gateway.devices.device import Device
from lantian.gateway.devices.ledger import Ledger
from lantian.gateway.devices.orders import answer
from lantian.gateway.devices.wire import Message
from lantian.sources.hj212 import Frame, StreamDecoder

ANSWERS = (b"9014", b"9013")
WINDOW, CHUNK = 64, 16
HALF = 0.02
"""How long a logger that halves its frames waits between the halves [s]."""


@dataclass(slots=True)
class Tally:
    """What came of a call: frames sent, acknowledged, given up, and orders obeyed."""

    sent: int = 0
    acknowledged: int = 0
    resent: int = 0
    given_up: int = 0
    unasked: int = 0
    orders: int = 0
    calls: int = 0


@dataclass(slots=True)
class Waiting:
    """A frame on its way: its bytes, when it last went out, how often."""

    written: Written
    at: float
    tries: int = 1


@dataclass(slots=True)
class Caller:
    """One logger's connection, again and again until all is sent."""

    device: Device
    host: str
    port: int
    ledger: Ledger | None = None
    window: int = WINDOW
    patience: float = 30.0
    """For how long it calls again a gateway that does not answer [s]."""
    tally: Tally = field(default_factory=Tally)
    waiting: dict[str, Waiting] = field(default_factory=dict)
    _heard: float = 0.0
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _reader: asyncio.Task[None] | None = None
    _writer: asyncio.StreamWriter | None = None

    async def call(self) -> None:
        """Open the line; a gateway that is away is called again for as long as patience lasts, then ``OSError`` is raised."""
        begun = time.monotonic()
        while True:
            try:
                reader, self._writer = await asyncio.open_connection(self.host, self.port)
            except OSError:
                if time.monotonic() - begun > self.patience:
                    raise
                await asyncio.sleep(0.25)
                continue
            self.tally.calls += 1
            self._reader = asyncio.create_task(self._listen(reader))
            return

    async def hang_up(self) -> None:
        """Close the line."""
        if self._reader is not None:
            self._reader.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._reader
        if self._writer is not None:
            self._writer.close()
            with contextlib.suppress(OSError):
                await self._writer.wait_closed()
        self._reader = self._writer = None

    async def send(self, messages: Iterable[Message]) -> None:
        """Send messages in order, never with more than the window unanswered."""
        batch: list[Written] = []
        window = 1 if "qn_missing" in self.device.stack.habit.deviations else self.window
        for message in messages:
            for written in write(message, self.device.stack):
                batch.append(written)
                if len(batch) >= min(CHUNK, window):
                    await self._room(window - len(batch))
                    await self._put(batch)
                    batch = []
        if batch:
            await self._room(window - len(batch))
            await self._put(batch)

    async def settle(self) -> None:
        """Wait until every frame is acknowledged or given up."""
        await self._room(0)

    async def _put(self, batch: list[Written]) -> None:
        now = time.monotonic()
        for each in batch:
            self.tally.sent += 1
            if each.answered:
                self.waiting[each.message.qn] = Waiting(each, now)
            else:
                self.tally.unasked += 1
        if self.ledger is not None:
            self.ledger.sent([each.message for each in batch])
        await self._write([each.data for each in batch])

    async def _write(self, frames: list[bytes]) -> None:
        """Put bytes on the line, cut or glued as the habit wants; a broken line is mended by the next look at what waits."""
        if self._writer is None:
            return
        with contextlib.suppress(OSError):
            if "halved" in self.device.stack.habit.deviations:
                for frame in frames:
                    self._writer.write(frame[: len(frame) // 2])
                    await self._writer.drain()
                    await asyncio.sleep(HALF)
                    self._writer.write(frame[len(frame) // 2 :])
            else:
                self._writer.write(b"".join(frames))
            await self._writer.drain()

    async def _room(self, most: int) -> None:
        """Wait until at most so many frames are unanswered; send again, call again, and at the end of patience give them up."""
        self._heard = time.monotonic()
        while len(self.waiting) > most:
            self._news.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), 1.0)
            if time.monotonic() - self._heard > self.patience:
                self.tally.given_up += len(self.waiting)
                self.waiting.clear()
            elif self._reader is None or self._reader.done() or any(each.tries > self.device.resends + 1 for each in self.waiting.values()):
                await self.hang_up()
                await self.call()
                await self._again(list(self.waiting.values()), first=True)
            else:
                late = time.monotonic() - self.device.over_time
                await self._again([each for each in self.waiting.values() if each.at < late])

    async def _again(self, late: list[Waiting], *, first: bool = False) -> None:
        """Send again what is not answered; on a new line the count begins anew."""
        for each in late:
            each.at, each.tries = time.monotonic(), 1 if first else each.tries + 1
            self.tally.resent += 1
        if self.ledger is not None:
            self.ledger.sent([each.written.message for each in late])
        if late:
            await self._write([each.written.data for each in late])

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        """Read answers quickly and orders fully."""
        rest, decoder = b"", StreamDecoder()
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                *lines, rest = (rest + data).split(b"\r\n")
                done = []
                for line in lines:
                    answered = self._answered(line)
                    if answered is not None:
                        done.append(answered.written.message)
                    elif line[line.find(b";CN=") + 4 :][:4] not in ANSWERS:
                        await self._obey(frame for frame in decoder.feed(line + b"\r\n") if isinstance(frame, Frame))
                if self.ledger is not None:
                    self.ledger.acknowledged(done)
                self.tally.acknowledged += len(done)
                self._heard = time.monotonic() if done else self._heard
                self._news.set()
        self._news.set()

    def _answered(self, line: bytes) -> Waiting | None:
        """Find the frame that a line acknowledges: by its number, or the oldest where the answer bears none."""
        at = line.find(b";CN=")
        if at < 0 or line[at + 4 : at + 8] not in ANSWERS:
            return None
        begin = line.find(b"QN=")
        if begin < 0:
            oldest = next(iter(self.waiting), None)
            return self.waiting.pop(oldest) if oldest is not None else None
        return self.waiting.pop(line[begin + 3 : begin + 20].decode("ascii", "replace"), None)

    async def _obey(self, orders: Iterable[Frame]) -> None:
        for order in orders:
            self.tally.orders += 1
            for reply in answer(self.device, order):
                if isinstance(reply, bytes):
                    await self._write([reply])
                else:
                    await self._put([reply])
