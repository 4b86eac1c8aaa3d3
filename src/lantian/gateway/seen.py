"""How each device was last seen: when, from where, how regularly; what was sent again, late or altered, and which periods are missing."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from lantian.gateway.text import shown

if TYPE_CHECKING:
    from lantian.gateway.envelope import Envelope
    from lantian.gateway.link import Link
    from lantian.gateway.meter import Meter

REMEMBERED = 64
"""Exchanges remembered of each device, by which a frame sent again is known."""
GAPS = 16
LATE = timedelta(hours=2)
"""Data of a period that ended so long before it came are late (our choice)."""
HOUR, DAY = 60, 1440
PERIODS = {b"2051": 0, b"2061": HOUR, b"2031": DAY}
"""Commands that carry periods, with their minutes; 0: the device's own interval."""
MOMENT = "%Y%m%d%H%M%S"


def read_moment(text: bytes) -> datetime | None:
    """Read fourteen digits; what is no moment gives None.

    >>> read_moment(b"20160801085857"), read_moment(b"20161301000000")
    (datetime.datetime(2016, 8, 1, 8, 58, 57), None)
    """
    try:
        return datetime(int(text[:4]), int(text[4:6]), int(text[6:8]), int(text[8:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return None


@dataclass(slots=True)
class Gap:
    """Periods of a device that never came, by their labels on the wire."""

    cn: bytes
    first: datetime
    last: datetime
    asked: int = 0


@dataclass(slots=True, eq=False)
class Seen:
    """One device as the gateway knows it; ``at`` is the loop's clock, moments are Beijing time."""

    device: str
    minutes: int
    meter: Meter
    at: float = 0.0
    last: datetime | None = None
    address: str = ""
    link: Link | None = None
    password: bytes = b""
    version: int = 4
    st: bytes = b"31"
    frames: int = 0
    repeated: int = 0
    altered: int = 0
    late: int = 0
    silent: bool = False
    addresses: dict[str, int] = field(default_factory=dict)
    skew: float = 0.0
    skew_at: float = -1e9
    latest: dict[bytes, bytes] = field(default_factory=dict)
    gaps: list[Gap] = field(default_factory=list)
    recent: OrderedDict[bytes, int] = field(default_factory=OrderedDict)
    over_time: float = 0.0
    resend: int = -1

    def note(self, envelope: Envelope, link: Link, now: float, moment: datetime, before: bytes) -> None:
        """Take note of a frame of an admitted device; ``before`` is the moment, as on the wire, before which data are late."""
        self.at, self.last, self.link, self.address = now, moment, link, link.address
        self.password, self.version, self.st = envelope.pw, envelope.flag & ~3, envelope.st
        self.frames += 1
        if envelope.qn:
            mark = hash(envelope.raw)
            known = self.recent.get(envelope.qn)
            if known is None:
                self.recent[envelope.qn] = mark
                if len(self.recent) > REMEMBERED:
                    self.recent.popitem(last=False)
            elif known == mark:
                self.repeated += 1
            else:
                self.altered += 1
        if envelope.cn in PERIODS and envelope.data_time:
            if envelope.data_time < before:
                self.late += 1
            self._look_for_gap(envelope.cn, envelope.data_time)

    def _look_for_gap(self, cn: bytes, text: bytes) -> None:
        last = self.latest.get(cn, b"")
        if text <= last:
            return
        self.latest[cn] = text
        if not last:
            return
        here, there = read_moment(text), read_moment(last)
        step = timedelta(minutes=PERIODS[cn] or self.minutes)
        if here is not None and there is not None and here - there > step * 3 / 2 and len(self.gaps) < GAPS:
            self.gaps.append(Gap(cn, there + step, here - step))

    def state(self) -> dict[str, Any]:
        """Give what is kept of it, fit to be shown."""
        return {
            "address": shown(self.address),
            "frames": self.frames,
            "repeated": self.repeated,
            "altered": self.altered,
            "late": self.late,
            "silent": self.silent,
            "addresses": {shown(address): count for address, count in self.addresses.items()},
            "skew": round(self.skew, 1),
            "latest": {cn.decode(): shown(text) for cn, text in self.latest.items()},
            "gaps": [{"cn": gap.cn.decode(), "first": f"{gap.first}", "last": f"{gap.last}", "asked": gap.asked} for gap in self.gaps],
            "over_time": self.over_time,
            "resend": self.resend,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from what was kept before the gateway was started anew."""
        for name in ("frames", "repeated", "altered", "late", "over_time", "resend"):
            setattr(self, name, state.get(name, getattr(self, name)))
        self.last = datetime.fromisoformat(state["at"]) if state.get("at") else None
        self.latest = {cn.encode(): text.encode() for cn, text in state.get("latest", {}).items()}
