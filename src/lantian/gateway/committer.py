"""The thread that puts frames on disk: one transaction for all that gathered, tried again until it holds; nothing is acknowledged before."""

from __future__ import annotations

import logging
import queue
import sqlite3
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from lantian.gateway.spool import Batch, Held, Spool

if TYPE_CHECKING:
    from lantian.gateway.link import Link

AGAIN = 0.5
"""How long to wait before a failed commit is tried again [s]."""
TOLD_EVERY = 30.0
log = logging.getLogger("lantian.gateway")


@dataclass(slots=True)
class Job:
    """What is to be committed together, and the answers to write afterwards."""

    batches: list[Batch] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)
    seen: list[tuple[str, str, str]] = field(default_factory=list)
    answers: list[tuple[Link, bytes]] = field(default_factory=list)
    size: int = 0


class Committer(threading.Thread):
    """Commits jobs in their order; ``trouble`` says what is wrong with the disk, '' when nothing is."""

    def __init__(self, path: Path, limit: int, bound: int, delay: float, done: Callable[[Job], None]) -> None:
        """Open the spool; ``done`` is called in this thread when a job is on disk."""
        super().__init__(name="committer", daemon=True)
        self.spool = Spool(path, limit)
        self.bound, self.delay, self.done = bound, delay, done
        self.trouble = ""
        self.jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._told = -TOLD_EVERY
        self._ending = False

    def run(self) -> None:
        """Commit until told to end."""
        while (job := self.jobs.get()) is not None:
            if not self._keep(job):
                break
            self.done(job)
        self.spool.close()

    def end(self) -> None:
        """Finish what was handed over and end; what the disk will not take is given up unacknowledged."""
        self._ending = True
        self.jobs.put(None)

    def _keep(self, job: Job) -> bool:
        if self.delay:
            time.sleep(self.delay)
        while True:
            try:
                self.spool.commit(job.batches, job.held, job.seen, self.bound)
            except (sqlite3.Error, OSError) as error:
                self._tell(str(error))
                if self._ending:
                    return False
                time.sleep(AGAIN)
            else:
                if self.trouble:
                    log.warning("the spool takes frames again")
                    self.trouble, self._told = "", -TOLD_EVERY
                return True

    def _tell(self, what: str) -> None:
        self.trouble = what
        if time.monotonic() - self._told >= TOLD_EVERY:
            self._told = time.monotonic()
            log.error("the spool %s takes nothing (%s): nothing is acknowledged until it does; free space, or let the writer drain it", self.spool.path, what)
