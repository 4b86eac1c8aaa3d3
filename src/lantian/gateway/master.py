"""The gateway as master: asks and orders sent to devices, 9011 and 9012 awaited with the same QN, sent again per 1000; clocks set, gaps filled."""

from __future__ import annotations

import asyncio
import logging
import re
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from lantian.gateway.envelope import Envelope, checksum
from lantian.gateway.seen import MOMENT, Gap, Seen
from lantian.gateway.text import shown
from lantian.kernel.errors import InputError

if TYPE_CHECKING:
    from lantian.gateway.hub import Hub

log = logging.getLogger("lantian.gateway")
TIMEOUT, SET_TIME, CALIBRATION, SET_PASSWORD = b"1000", b"1012", b"1013", b"1072"
ACCEPTED, EXECUTED = b"9011", b"9012"
RESULT = re.compile(rb"(?:QnRtn|ExeRtn)=(\d{1,3})")
NUMBERS = re.compile(rb"OverTime=(\d{1,2}).*?ReCount=(\d{1,2})", re.DOTALL)
QN_RETURNS = {1: "ready", 2: "refused", 3: "wrong password", 4: "wrong MN", 5: "wrong ST", 6: "wrong Flag", 7: "wrong QN", 8: "wrong CN", 9: "wrong CRC"}
EXE_RETURNS = {1: "done", 2: "failed", 3: "conditions wrong", 4: "timed out", 5: "busy", 6: "fault", 100: "no data"}
"""HJ 212-2017 tables of QnRtn and ExeRtn (SOURCES §1.5)."""
OK = 1
SHOWN = 20
CALIBRATE_EVERY = 3600.0
ASKED_AT_MOST = 3
"""Times a gap is asked for before it is left to an officer (our choice)."""
CHECK_EVERY = 60.0
PLAIN = re.compile(r"[ -%'-~]*")
"""What may stand in an order: printable, and no & that would end it."""


@dataclass(slots=True, eq=False)
class Exchange:
    """One request and what came of it so far."""

    device: str
    cn: bytes
    data: bytes
    ended: asyncio.Future[str]
    accepted: bool = False
    tries: int = 0
    answers: deque[str] = field(default_factory=lambda: deque(maxlen=SHOWN))
    frames: int = 0
    timer: asyncio.TimerHandle | None = None


class Master:
    """The requests under way; one device is asked one thing at a time."""

    def __init__(self, hub: Hub) -> None:
        """Begin with none."""
        self.hub = hub
        self.open: dict[bytes, Exchange] = {}
        self.asking: dict[str, Exchange] = {}
        self._last = datetime.min
        self._tasks: set[asyncio.Task[Any]] = set()

    async def ask(self, device: str, cn: str, body: str = "") -> dict[str, Any]:
        """Send a command and wait for its end; a device that is not connected or an order that cannot be written raises ``InputError``."""
        seen = self.hub.seen.get(device)
        if seen is None or seen.link is None or seen.link.transport is None:
            raise InputError(f"{shown(device)} is not connected to this gateway; it must call first")
        if not re.fullmatch(r"\d{4}", cn) or not PLAIN.fullmatch(body):
            raise InputError(f"{shown(cn)} {shown(body)} is no command; write four digits and printable ASCII without &, e.g. 1061 or 1062 RtdInterval=30")
        if device in self.asking:
            raise InputError(f"{shown(device)} is being asked {self.asking[device].cn.decode()}; wait for its end")
        qn = self._number()
        segment = b"QN=%b;ST=%b;CN=%b;PW=%b;MN=%b;Flag=%d;CP=&&%b&&" % (
            qn, seen.st, cn.encode(), seen.password, device.encode(), seen.version | 1, body.encode(),
        )  # fmt: skip
        whole = b"##%04d%b%04X\r\n" % (len(segment), segment, checksum(segment, 0, len(segment)))
        exchange = Exchange(device, cn.encode(), whole, self.hub.loop.create_future())
        self.open[qn] = self.asking[device] = exchange
        self._send(seen, exchange)
        try:
            outcome = await exchange.ended
        finally:
            del self.open[qn], self.asking[device]
            if exchange.timer is not None:
                exchange.timer.cancel()
        if outcome == EXE_RETURNS[OK]:
            self._learn(seen, exchange.cn, body.encode())
        told = {"device": device, "cn": cn, "qn": qn.decode(), "outcome": outcome, "tries": exchange.tries}
        return told | {"frames": exchange.frames, "answers": list(exchange.answers)}

    def replied(self, seen: Seen, envelope: Envelope) -> None:
        """Take 9011 or 9012 of a device; one that answers no open request is counted."""
        exchange = self.open.get(envelope.qn)
        found = RESULT.search(envelope.raw)
        if exchange is None or exchange.device != seen.device or found is None:
            self.hub.count["replies_unasked"] += 1
            return
        code = int(found[1])
        if envelope.cn == EXECUTED:
            self._end(exchange, EXE_RETURNS.get(code, f"ExeRtn={code}"))
        elif code != OK:
            self._end(exchange, QN_RETURNS.get(code, f"QnRtn={code}"))
        else:
            exchange.accepted = True
            self._wait(seen, exchange)

    def heard(self, seen: Seen, envelope: Envelope, now: float) -> None:
        """Look at a data frame: an answer to a question, a call for the time, a clock that is off, a gap."""
        exchange = self.asking.get(seen.device)
        if exchange is not None and envelope.cn == exchange.cn:
            exchange.frames += 1
            exchange.answers.append(shown(envelope.raw, 2000))
            self._wait(seen, exchange)
        if envelope.cn == CALIBRATION:
            self._set_time(seen, now)
        elif now - seen.skew_at > CHECK_EVERY and len(envelope.qn) == len("YYYYMMDDhhmmsszzz") and not self.hub.settings.history:
            self._check_clock(seen, envelope, now)
        if seen.gaps and self.hub.settings.fill and not self.hub.settings.history and exchange is None:
            gap = next((each for each in seen.gaps if each.asked < ASKED_AT_MOST), None)
            if gap is not None:
                self._do(self._fill(seen, gap))

    def _check_clock(self, seen: Seen, envelope: Envelope, now: float) -> None:
        try:
            told = datetime.strptime(envelope.qn[:14].decode(), MOMENT)
        except ValueError:
            return
        seen.skew, before = (told - self.hub.moment).total_seconds(), seen.skew_at
        seen.skew_at = now
        if self.hub.settings.skew and abs(seen.skew) > self.hub.settings.skew and now - before > CHECK_EVERY:
            self._set_time(seen, now)

    def _set_time(self, seen: Seen, now: float) -> None:
        """Send 1012, at most once an hour of one device unless it calls."""
        if seen.device not in self.asking:
            seen.skew_at = now + CALIBRATE_EVERY
            self._do(self._try(seen.device, SET_TIME.decode(), f"SystemTime={self.hub.moment:{MOMENT}}"))

    async def _fill(self, seen: Seen, gap: Gap) -> None:
        gap.asked += 1
        told = await self._try(seen.device, gap.cn.decode(), f"BeginTime={gap.first:{MOMENT}};EndTime={gap.last:{MOMENT}}")
        if told is not None and told["outcome"] in ("done", "no data") and gap in seen.gaps:
            seen.gaps.remove(gap)
        log.info("%s: %s from %s to %s asked for: %s", shown(seen.device), gap.cn.decode(), gap.first, gap.last, told and told["outcome"])

    async def _try(self, device: str, cn: str, body: str) -> dict[str, Any] | None:
        try:
            return await self.ask(device, cn, body)
        except InputError:
            return None

    def _do(self, work: Any) -> None:
        task = self.hub.loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _number(self) -> bytes:
        """Give a QN that no other request of this gateway bears."""
        self.hub.tick()
        self._last = max(self.hub.moment, self._last + timedelta(milliseconds=1))
        return f"{self._last:%Y%m%d%H%M%S}{self._last.microsecond // 1000:03d}".encode()

    def _limits(self, seen: Seen) -> tuple[float, int]:
        own = self.hub.settings
        return seen.over_time or own.over_time, own.resend if seen.resend < 0 else seen.resend

    def _send(self, seen: Seen, exchange: Exchange) -> None:
        exchange.tries += 1
        if seen.link is not None:
            seen.link.write(exchange.data)
        self._wait(seen, exchange)

    def _wait(self, seen: Seen, exchange: Exchange) -> None:
        if exchange.timer is not None:
            exchange.timer.cancel()
        over_time, resend = self._limits(seen)
        patience = over_time * (1 + resend) if exchange.accepted else over_time
        exchange.timer = self.hub.loop.call_later(patience, self._late, seen, exchange)

    def _late(self, seen: Seen, exchange: Exchange) -> None:
        """Send again what was not answered, so often as told; then give up."""
        if exchange.accepted or exchange.tries > self._limits(seen)[1] or seen.link is None:
            self._end(exchange, "no end" if exchange.accepted else "no answer")
        else:
            self._send(seen, exchange)

    @staticmethod
    def _end(exchange: Exchange, outcome: str) -> None:
        if not exchange.ended.done():
            exchange.ended.set_result(outcome)

    def _learn(self, seen: Seen, cn: bytes, body: bytes) -> None:
        """Keep to the time-out and resends that a device was told by 1000."""
        found = NUMBERS.search(body) if cn == TIMEOUT else None
        if found is not None:
            seen.over_time, seen.resend = float(found[1]), int(found[2])
        if cn == SET_PASSWORD:
            log.warning("%s has a new password: write it into its admission too", shown(seen.device))
