"""The writer: what the feeds hold goes into the lake, each value once; only then is it forgotten there."""

from __future__ import annotations

import fcntl
import logging
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import numpy as np

from lantian.app.acting import now
from lantian.app.admission import read_settings
from lantian.app.intake import Intake
from lantian.gateway.feeds import Batches, Feed, Spools, last_of
from lantian.gateway.kept import Kept
from lantian.gateway.settings import GatewaySettings
from lantian.gateway.sorting import DEVIATIONS, NOTES, VALUES, Array, Loggers, Origin, Sorted, frames_of
from lantian.kernel.errors import InputError
from lantian.lake.store import Lake
from lantian.sources.hj212 import Frame, PartMerger
from lantian.sources.hj212.batch import decode_batch

log = logging.getLogger("lantian.gateway")
LIMIT = 6 << 20
"""Bytes of frames booked together at most."""
BUSY = 2000
"""Frames in one turn at which the next follows at once."""
MORE = "+"
"""Begins the reason of a frame that can be read, and names deviations that its bytes no longer show."""
AGAIN = 1.0
FULL_AGAIN = 5.0


class Writer:
    """Brings batches into the lake."""

    def __init__(self, home: Path, settings: GatewaySettings) -> None:
        """Open the lake, the feed and the parts that wait."""
        self.home, self.settings = home, settings
        self.lake = Lake(home)
        self.intake = Intake(self.lake)
        self.kept = Kept(home / "gateway" / "parts.sqlite")
        self.merger: PartMerger
        self.waiting: dict[bytes, Origin]
        self.loggers = Loggers({})
        self._stamp: object = None
        self.feed = self._open()
        self._resume()

    def _resume(self) -> None:
        """Take up the parts that waited when the last turn ended."""
        self.merger, self.waiting = PartMerger(), {}
        for raw, origin in self.kept.read().items():
            for frame in frames_of(raw):
                self.waiting[frame.raw] = origin
                self.merger.add(frame, time.monotonic())

    def _open(self) -> Feed:
        if not self.settings.nats:
            return Spools(self.home)
        from lantian.gateway.stream import Stream

        return Stream(self.settings.nats)

    def turn(self) -> tuple[int, int]:
        """Bring the next batches into the lake; give how many batches and frames there were."""
        batches = self.feed.read(LIMIT)
        self._look()
        if batches:
            self._book(batches)
        return len(batches), sum(len(batch.bodies) for _, batch in batches)

    def _book(self, batches: Batches) -> None:
        marks = last_of(batches)
        at = now()
        counted = {feed: self.lake.mark(DEVIATIONS, feed) for feed in marks}
        found = Sorted(self.loggers, self.settings.history, counted)
        self._sort(found, batches)
        self.intake.book(VALUES, found.table(VALUES), marks, at)
        self.intake.book(NOTES, found.table(NOTES), marks, at)
        if found.deviating:
            self.intake.book(DEVIATIONS, found.deviations(batches, at), marks, at)
        if found.wrong:
            self.intake.quarantine(found.quarantined(), marks)
        self.kept.write(self.waiting.items())
        self.feed.done(batches)

    def _sort(self, found: Sorted, batches: Batches) -> None:
        bodies: list[bytes] = []
        origins: list[Origin] = []
        for feed, batch in batches:
            received = datetime.fromisoformat(batch.received).replace(microsecond=0)
            for body, peer, reason in zip(batch.bodies, batch.peers, batch.reasons, strict=True):
                origin = Origin(feed, batch.number, received, peer, len(bodies))
                if reason and not reason.startswith(MORE):
                    found.unreadable(body, reason, origin)
                    continue
                bodies.append(body)
                origins.append(origin)
                if reason:
                    found.count(origin, _device_in(body), reason[len(MORE) :].split(","), 1, body)
        if bodies:
            self._decode(found, bodies, origins)

    def _decode(self, found: Sorted, bodies: list[bytes], origins: list[Origin]) -> None:
        """Read all frames at once; those that need care, and bodies in which the batch reader found none, one by one."""
        starts = np.cumsum([0, *(len(body) for body in bodies[:-1])])
        batch = decode_batch(b"".join(bodies))
        of_body: Array = np.searchsorted(starts, batch.start, "right") - 1
        careful = found.plain(batch, [origins[place] for place in of_body])
        for place in careful.tolist():
            self._whole(found, batch.frame(place), origins[of_body[place]])
        for place in np.setdiff1d(np.arange(len(bodies)), of_body).tolist():
            frames = frames_of(bodies[place])
            for frame in frames:
                self._whole(found, frame, origins[place])
            if not frames:
                found.unreadable(bodies[place], "unread", origins[place])

    def _whole(self, found: Sorted, frame: Frame, origin: Origin) -> None:
        """Sort a frame when all its parts are there."""
        if frame.split:
            self.waiting[frame.raw] = origin
        for whole in self.merger.add(frame, time.monotonic()):
            for raw in whole.raw.split(b"\r\n"):
                self.waiting.pop(raw, None)
            found.frame(whole, origin)

    def _look(self) -> None:
        """Read the register of loggers where it has changed."""
        stamp = self.lake.stamp()
        seen = (stamp.get("loggers"), stamp.get("outlets"))
        if seen != self._stamp:
            self._stamp = seen
            self.loggers = Loggers(read_settings(self.lake))

    def restart(self) -> None:
        """Begin again from what the feed still holds."""
        self.feed.close()
        self.feed = self._open()
        self._resume()

    def close(self) -> None:
        """Let go."""
        self.feed.close()
        self.kept.close()


def _device_in(body: bytes) -> str:
    return body.partition(b"MN=")[2].partition(b";")[0].decode("utf-8", "backslashreplace")


def write(home: Path, settings: GatewaySettings, *, watch: bool) -> dict[str, int]:
    """Drain until nothing waits, or with ``watch`` until told to end or left alone; give what was booked."""
    stop = threading.Event()
    if watch:
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, lambda *_: stop.set())
    with _only_one(home, stop if watch else None):
        if stop.is_set():
            return {}
        writer = Writer(home, settings)
        frames = _drain(writer, stop, watch=watch)
        writer.close()
        booked = writer.intake.counts.get(VALUES)
    return {"frames": frames} | ({} if booked is None else {"added": booked.added, "revised": booked.revised, "unchanged": booked.unchanged})


def _drain(writer: Writer, stop: threading.Event, *, watch: bool) -> int:
    parent, frames = os.getppid(), 0
    while not stop.is_set():
        batches, some = _try(writer, watch=watch)
        frames += some
        if not batches and not watch:
            break
        if watch and some < BUSY:
            stop.wait(writer.settings.flush)
        if watch and os.getppid() != parent:
            log.warning("whoever started the writer is gone; it ends")
            break
    return frames


def _try(writer: Writer, *, watch: bool) -> tuple[int, int]:
    """Take one turn; a watching writer that fails tells it and begins again from what the feed holds."""
    try:
        return writer.turn()
    except Exception:
        if not watch:
            raise
        log.exception("the lake takes nothing; trying again")
        time.sleep(FULL_AGAIN)
        try:
            writer.restart()
        except InputError as again:
            log.error("%s", again)  # noqa: TRY400 - told as it is
        return 0, 0


@contextmanager
def _only_one(home: Path, stop: threading.Event | None) -> Iterator[None]:
    """Hold the one writer's place of an installation; wait for it where ``stop`` may end the waiting, else ``InputError`` says that it is taken."""
    path = home / "gateway" / "writer.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError:
                if stop is None:
                    raise InputError(f"another writer drains {home} already; leave it to that one, or end it first") from None
                if stop.wait(AGAIN):
                    break
        yield
