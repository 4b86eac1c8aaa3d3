"""A gateway that answers as it is told and keeps what it read: the fake of the simulator's other end."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Self

from lantian.gateway.devices.wire import framed
from lantian.sources.hj212 import Frame, StreamDecoder


class Answering:
    """Reads frames; ``mood`` decides of each whether to answer, and may break the line by raising ``ConnectionError``."""

    def __init__(self, mood: Callable[[Frame, int], bool] = lambda frame, seen: True) -> None:
        self.mood, self.frames, self.unreadable, self.calls = mood, [], [], 0
        self.seen: Counter[tuple[str | None, str | None]] = Counter()
        self.orders: list[str] = []
        self.widest = 0
        self.port = 0

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.calls += 1
        decoder = StreamDecoder()
        for order in self.orders:
            writer.write(framed(order.encode()))
        try:
            while data := await reader.read(65536):
                found = decoder.feed(data)
                self.widest = max(self.widest, len(found))
                for each in found:
                    self._take(each, writer)
                await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()

    def _take(self, frame: object, writer: asyncio.StreamWriter) -> None:
        if not isinstance(frame, Frame):
            self.unreadable.append(frame)
            return
        key = (frame.mn, frame.qn)
        self.seen[key] += 1
        wanted = frame.asks_answer and self.mood(frame, self.seen[key])
        self.frames.append(frame)
        if wanted:
            number = f"QN={frame.qn};" if frame.qn else ""
            writer.write(framed(f"{number}ST=91;CN=9014;PW={frame.pw};MN={frame.mn};Flag=4;CP=&&&&".encode()))
