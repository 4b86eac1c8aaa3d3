"""Where all connections of a gateway meet: who is let in, what is committed together, answered after it, paused, held apart or turned away."""

from __future__ import annotations

import asyncio
import json
import logging
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from lantian.app.admission import ADMITTED, Admission, Setting
from lantian.gateway.committer import Committer, Job
from lantian.gateway.envelope import Envelope, answer
from lantian.gateway.link import Link
from lantian.gateway.master import Master
from lantian.gateway.meter import Meter
from lantian.gateway.seen import LATE, MOMENT, Seen
from lantian.gateway.settings import GatewaySettings, folder
from lantian.gateway.spool import Batch, Held, parts
from lantian.gateway.strangers import Strangers
from lantian.gateway.text import shown

log = logging.getLogger("lantian.gateway")
REPLIES = frozenset((b"9011", b"9012"))
EMPTY = frozenset((b"9013", b"9014", b"9015", b"9021"))
"""Frames without anything to keep: answers, heartbeats, sign-ons."""
CALIBRATION = b"1013"
NOTICE, DATA = b"9013", b"9014"
LONGEST_PAUSE = 60.0
SPOOL = "spool.sqlite"


def moment_now() -> datetime:
    """Give Beijing's time."""
    return datetime.now(UTC).replace(tzinfo=None) + timedelta(hours=8)


class Hub:
    """One gateway's devices and what it owes them."""

    def __init__(self, home: Path, settings: GatewaySettings, loop: asyncio.AbstractEventLoop) -> None:
        """Open the spool under the installation and go on from how the devices were last seen."""
        self.home, self.settings, self.loop = home, settings, loop
        self.links: set[Link] = set()
        self.unfinished: set[Link] = set()
        self.addresses: Counter[str] = Counter()
        self.meters: dict[str, Meter] = {}
        self.roster: dict[str, Admission] = {}
        self.register: dict[str, Setting] = {}
        self.edition = 0
        self.seen: dict[str, Seen] = {}
        self.strangers = Strangers(settings)
        self.count: Counter[str] = Counter()
        self.master = Master(self)
        path = folder(home, settings.name) / SPOOL
        self.committer = Committer(path, settings.spool_limit, settings.held, settings.commit_delay, self._committed)
        self.kept = {row["device"]: row for row in self.committer.spool.seen()}
        self._next = Job()
        self._bodies: list[bytes] = []
        self._peers: list[str] = []
        self._reasons: list[str] = []
        self._size = self._waiting = 0
        self._busy = self._timer = False
        self._full: set[Link] = set()
        self.moment = moment_now()
        self._before = b""
        self.tick()

    def admits(self, link: Link) -> bool:
        """Take a connection in where there is room for it."""
        if len(self.links) >= self.settings.connections or self.addresses[link.address] >= self.settings.per_address:
            self.count["connections_refused"] += 1
            return False
        self.links.add(link)
        self.addresses[link.address] += 1
        return True

    def left(self, link: Link) -> None:
        """Forget a connection."""
        if link in self.links:
            self.links.discard(link)
            self.addresses[link.address] -= 1
            if not self.addresses[link.address]:
                del self.addresses[link.address]
                self.meters.pop(link.address, None)
        self._full.discard(link)
        for seen in link.known.values():
            if seen.link is link:
                seen.link = None

    def renew(self, roster: Mapping[str, Admission], register: Mapping[str, Setting]) -> None:
        """Take over admissions and registers that changed; every connection is judged anew."""
        self.roster, self.register = dict(roster), dict(register)
        self.edition += 1
        for device, seen in self.seen.items():
            seen.minutes = self._minutes(device)
            seen.meter = self._meter(device)
        for device, admission in roster.items():
            if admission.state == ADMITTED and device not in self.seen:
                self._seen_of(device).at = self.loop.time()  # silent when nothing comes from now on
        self.strangers.forget(device for device, admission in roster.items() if admission.state == ADMITTED)

    def take(self, link: Link, envelope: Envelope, now: float, more: str = "") -> None:
        """Take a frame: to be committed and then answered, or kept out with a reason; ``more`` names deviations that its own bytes do not show."""
        if link.edition != self.edition:
            link.known.clear()
            link.edition = self.edition
        seen = link.known.get((envelope.mn, envelope.pw))
        if seen is None or (seen.link is not link and seen.link is not None and seen.link.address != link.address):
            seen = self._let_in(link, envelope, now)
            if seen is None:
                return
        seen.note(envelope, link, now, self.moment, self._before)
        self._pace(link, seen.meter.take(now))
        if self.settings.address_rate:
            self._pace(link, self._address_meter(link.address, now).take(now))
        if envelope.cn in REPLIES:
            self.master.replied(seen, envelope)
            return
        if envelope.cn not in EMPTY:
            self._put(link, envelope.raw + b"\r\n", more)
        if envelope.flag & 1:
            self._next.answers.append((link, answer(envelope, NOTICE if envelope.cn == CALIBRATION else DATA)))
        self.master.heard(seen, envelope, now)
        self._schedule()

    def unreadable(self, link: Link, raw: bytes, reason: str) -> None:
        """Keep bytes that are no frame for the quarantine, so many a minute of each address; beyond that they are counted."""
        self.count["unreadable"] += 1
        if self.strangers.rubbish(link.address, self.loop.time()):
            self._put(link, raw, reason)
            self._schedule()
        else:
            self.count["unreadable_not_kept"] += 1

    def _put(self, link: Link, body: bytes, reason: str) -> None:
        self._bodies.append(body)
        self._peers.append(link.peer)
        self._reasons.append(reason)
        self._grow(link, len(body))

    def _grow(self, link: Link, size: int) -> None:
        self._size += size
        self._waiting += size
        if self._waiting > self.settings.backlog and link not in self._full:
            self._full.add(link)
            link.hold()

    def _let_in(self, link: Link, envelope: Envelope, now: float) -> Seen | None:
        device = envelope.mn.decode("utf-8", "backslashreplace")
        admission = self.roster.get(device)
        closed = "no_device" if not device else "waiting" if admission is None else admission.closed(envelope.pw.decode("latin-1"), link.address)
        seen = None if closed else self._seen_of(device)
        if seen is not None and self._elsewhere(seen, link, now):
            closed = "two_addresses"
            seen.addresses[link.address] = seen.addresses.get(link.address, 0) + 1
            if seen.addresses[link.address] == 1:
                log.warning("%s speaks from %s and from %s at once; the second is kept apart", shown(device), seen.address, link.address)
        if closed or seen is None:
            self._turn_away(link, envelope, device, closed, now)
            return None
        link.known[envelope.mn, envelope.pw] = seen
        return seen

    def _elsewhere(self, seen: Seen, link: Link, now: float) -> bool:
        """Tell whether another address speaks for the device, lately and on a connection that still stands."""
        other = seen.link
        return (
            other is not None and other.transport is not None and other is not link and other.address != link.address and now - seen.at < 2 * seen.minutes * 60
        )

    def _seen_of(self, device: str) -> Seen:
        if device not in self.seen:
            made = Seen(device, self._minutes(device), self._meter(device))
            if device in self.kept:
                made.restore(self.kept[device])
            self.seen[device] = made
        return self.seen[device]

    def _minutes(self, device: str) -> int:
        return self.register[device].interval if device in self.register else max(int(self.settings.interval // 60), 1)

    def _meter(self, device: str) -> Meter:
        admission = self.roster.get(device)
        return Meter((admission.rate if admission else 0) or self.settings.device_rate, self.loop.time())

    def _address_meter(self, address: str, now: float) -> Meter:
        if address not in self.meters:
            self.meters[address] = Meter(self.settings.address_rate, now)
        return self.meters[address]

    def _turn_away(self, link: Link, envelope: Envelope, device: str, why: str, now: float) -> None:
        """Keep a frame apart, unacknowledged, where somebody may yet decide; pace whoever sends it."""
        self.count[why] += 1
        stranger = self.strangers.of(device, why, link.address, now)
        if stranger is None:
            self.count["strangers_too_many"] += 1
            self._pace(link, LONGEST_PAUSE)
            return
        self._pace(link, stranger.take(now))
        if why not in ("refused", "retired"):
            received = f"{self.moment:%Y-%m-%d %H:%M:%S.%f}"
            self._next.held.append(Held(device, why, received, link.peer, envelope.pw.decode("latin-1"), envelope.raw + b"\r\n"))
            self._grow(link, len(envelope.raw))
            self._schedule()

    def _pace(self, link: Link, pause: float) -> None:
        if pause and link.transport is not None:
            until = self.loop.time() + min(pause, LONGEST_PAUSE)
            if not link.slow_until:
                link.hold()
                self.count["paced"] += 1
                self.loop.call_at(until, self._unpace, link)
            link.slow_until = max(link.slow_until, until)

    def _unpace(self, link: Link) -> None:
        if link.slow_until > self.loop.time():
            self.loop.call_at(link.slow_until, self._unpace, link)
        else:
            link.slow_until = 0.0
            link.let_go()

    def _schedule(self) -> None:
        if not self._busy and not self._timer:
            self._timer = True
            self.loop.call_later(self.settings.tick, self.flush)

    def tick(self) -> None:
        """Look at the clock."""
        self.moment = moment_now()
        self._before = b"" if self.settings.history else (self.moment - LATE).strftime(MOMENT).encode()

    def flush(self) -> None:
        """Hand over what gathered; while it is committed more gathers."""
        self._timer = False
        self.tick()
        if self._busy:
            return
        if not self._pending:
            return
        job = self._next
        received = f"{self.moment:%Y-%m-%d %H:%M:%S.%f}"
        for part in parts(self._bodies):
            job.batches.append(Batch(received, tuple(self._bodies[part]), tuple(self._peers[part]), tuple(self._reasons[part])))
        job.size = self._size
        self._next, self._bodies, self._peers, self._reasons, self._size = Job(), [], [], [], 0
        self._busy = True
        self.committer.jobs.put(job)

    def _committed(self, job: Job) -> None:
        self.loop.call_soon_threadsafe(self._after, job)

    def _after(self, job: Job) -> None:
        """Write the answers of what is on disk now, and let those read on who were paused."""
        self._busy = False
        self._waiting -= job.size
        self.count["frames"] += sum(len(batch.bodies) for batch in job.batches)
        self.count["commits"] += 1
        for link, data in job.answers:
            link.write(data)
        if self._full and self._waiting < self.settings.backlog // 2:
            for link in self._full:
                link.let_go()
            self._full.clear()
        if self._pending:
            self._schedule()

    def keep(self, seen: Iterable[Seen]) -> None:
        """Have how devices were last seen kept with the next commit."""
        self._next.seen += [(each.device, f"{each.last:%Y-%m-%d %H:%M:%S}" if each.last else "", json.dumps(each.state())) for each in seen]
        if self._next.seen:
            self._schedule()

    @property
    def _pending(self) -> bool:
        job = self._next
        return bool(self._bodies or job.held or job.seen or job.answers)

    @property
    def idle(self) -> bool:
        """Tell whether everything that came is on disk and answered."""
        return not self._busy and not self._pending

    def status(self) -> dict[str, Any]:
        """Tell how the gateway stands."""
        own = {"gateway": self.settings.name, "connections": len(self.links), "waiting_bytes": self._waiting, "trouble": shown(self.committer.trouble)}
        return own | {"counts": dict(self.count), "paused": len(self._full), "devices": len(self.seen), "admitted": len(self.roster)}
