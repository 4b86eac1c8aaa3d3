"""One connection: bytes in, frames out, answers back; what is half, endless or rubbish ends it."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, cast

from lantian.gateway.envelope import of_frame, read_fast
from lantian.gateway.text import shown
from lantian.sources.hj212 import StreamDecoder, Unreadable

if TYPE_CHECKING:
    from lantian.gateway.hub import Hub
    from lantian.gateway.seen import Seen

log = logging.getLogger("lantian.gateway")
LINE_ENDS = ("line_end_missing", "line_end_other")
UNVOUCHED = ("crc_missing", "crc_wrong")
KEPT = 4096
"""How much of an unreadable stretch is kept."""


class Link(asyncio.Protocol):
    """A device's connection; a spotless frame is read at once, anything else by the full decoder."""

    __slots__ = ("address", "at", "begun", "decoder", "edition", "holds", "hub", "known", "peer", "rest", "rubbish", "slow_until", "transport")

    def __init__(self, hub: Hub) -> None:
        """Belong to a hub."""
        self.hub = hub
        self.transport: asyncio.Transport | None = None
        self.address = self.peer = ""
        self.at = self.begun = 0.0
        self.rest = b""
        self.rubbish = 0
        self.decoder: StreamDecoder | None = None
        self.known: dict[tuple[bytes, bytes], Seen] = {}
        self.edition = 0
        self.holds = 0
        self.slow_until = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection in, or turn it away where there are too many."""
        self.transport = cast("asyncio.Transport", transport)
        found = transport.get_extra_info("peername")
        self.address = str(found[0]) if found else "?"
        self.peer = f"{self.address}:{found[1]}" if found else "?"
        self.at = self.hub.loop.time()
        if not self.hub.admits(self):
            self.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        """Let go; a frame cut off is kept as unreadable."""
        self.give_up("cut_off")
        self.hub.left(self)
        self.transport = None

    def data_received(self, data: bytes) -> None:
        """Read every frame that is now whole."""
        hub = self.hub
        now = self.at = hub.loop.time()
        if self.rest:
            data = self.rest + data
            self.rest = b""
        at, size = 0, len(data)
        while at < size:
            if self.decoder is not None and self.decoder.pending:
                self._decode(data[at:])
                break
            found = read_fast(data, at)
            if isinstance(found, tuple):
                self.rubbish = 0
                hub.take(self, found[0], now)
                at = found[1]
            elif found == 0:
                self.rest = data[at:]
                break
            else:
                self._decode(data[at:])
                break
        unfinished = bool(self.rest) or (self.decoder is not None and self.decoder.pending > 0)
        if unfinished and not self.begun:
            self.begun = now
            hub.unfinished.add(self)
        elif not unfinished and self.begun:
            self.begun = 0.0
            hub.unfinished.discard(self)
        elif unfinished and at:
            self.begun = now

    def _decode(self, data: bytes) -> None:
        if self.decoder is None:
            self.decoder = StreamDecoder()
        for found in self.decoder.feed(data):
            if isinstance(found, Unreadable):
                self.rubbish += len(found.raw)
                self.hub.unreadable(self, found.raw[:KEPT], found.reason)
            elif not found.crc_ok:
                self.hub.unreadable(self, found.raw, next((code for code in UNVOUCHED if code in found.deviations), UNVOUCHED[-1]))
            else:
                self.rubbish = 0
                more = [code for code in LINE_ENDS if code in found.deviations]
                self.hub.take(self, of_frame(found), self.at, "+" + ",".join(more) if more else "")
        if self.rubbish > self.hub.settings.rubbish:
            log.warning("%s sends nothing readable; closed", shown(self.peer))
            self.close()

    def give_up(self, reason: str) -> None:
        """Keep what is left of a frame that will not be finished, as unreadable."""
        if self.rest:
            self.hub.unreadable(self, self.rest[:KEPT], reason)
        for found in self.decoder.finish() if self.decoder is not None else ():
            if isinstance(found, Unreadable) or not found.crc_ok:
                self.hub.unreadable(self, found.raw[:KEPT], reason)
            else:
                self.hub.take(self, of_frame(found), self.at)
        self.rest, self.decoder, self.begun = b"", None, 0.0
        self.hub.unfinished.discard(self)

    def write(self, data: bytes) -> None:
        """Send, if the connection still stands."""
        if self.transport is not None and not self.transport.is_closing():
            self.transport.write(data)

    def close(self) -> None:
        """End the connection."""
        if self.transport is not None:
            self.transport.abort()

    def pause_writing(self) -> None:
        """Read no more from a peer that does not take its answers."""
        self.hold()

    def resume_writing(self) -> None:
        """Read on."""
        self.let_go()

    def hold(self) -> None:
        """Stop reading; each hold needs its own release."""
        self.holds += 1
        if self.holds == 1 and self.transport is not None and not self.transport.is_closing():
            self.transport.pause_reading()

    def let_go(self) -> None:
        """Read on when nothing holds it any more."""
        self.holds -= 1
        if self.holds == 0 and self.transport is not None and not self.transport.is_closing():
            self.transport.resume_reading()
