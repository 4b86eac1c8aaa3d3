"""From where the writer takes batches: the spools of this installation, or JetStream; what the lake holds is then forgotten there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from lantian.gateway.spool import Batch, Spool

SPOOL = "spool.sqlite"
Batches = list[tuple[str, Batch]]
"""Batches with the feed (a spool's id) of each; within a feed in the order of their numbers."""


class Feed(Protocol):
    """Gives batches until told that they are in the lake."""

    def read(self, limit: int) -> Batches:
        """Give the next batches, of about ``limit`` bytes; none when nothing waits."""

    def done(self, batches: Batches) -> None:
        """Forget batches that the lake holds."""

    def close(self) -> None:
        """Let go."""


@dataclass
class Spools:
    """Every spool under the installation."""

    home: Path
    _open: dict[Path, Spool] = field(default_factory=dict)
    _after: dict[str, int] = field(default_factory=dict)

    def read(self, limit: int) -> Batches:
        """Give what waits, spool after spool."""
        found: Batches = []
        for path in sorted((self.home / "gateway").glob(f"*/{SPOOL}")):
            if path not in self._open:
                self._open[path] = Spool(path)
            spool = self._open[path]
            found += [(spool.id, batch) for batch in spool.batches(self._after.get(spool.id, 0), limit)]
        return found

    def done(self, batches: Batches) -> None:
        """Delete the batches from their spools."""
        for feed, number in last_of(batches).items():
            self._after[feed] = number
            spool = next(each for each in self._open.values() if each.id == feed)
            spool.drained(number)

    def close(self) -> None:
        """Close the spools."""
        for spool in self._open.values():
            spool.close()


def last_of(batches: Iterable[tuple[str, Batch]]) -> dict[str, int]:
    """Give the last number of each feed."""
    found: dict[str, int] = {}
    for feed, batch in batches:
        found[feed] = max(found.get(feed, 0), batch.number)
    return found
