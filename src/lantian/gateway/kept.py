"""Parts of split packets that wait for the others, on disk, so that a writer that is killed forgets none."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from lantian.gateway.sorting import Origin


class Kept:
    """The waiting parts as the writer last left them."""

    def __init__(self, path: Path) -> None:
        """Open or make the file."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.connection = sqlite3.connect(path, isolation_level=None)
        self.connection.execute("PRAGMA journal_mode = WAL")
        self.connection.execute("PRAGMA synchronous = FULL")
        self.connection.execute("CREATE TABLE IF NOT EXISTS part (raw BLOB PRIMARY KEY, feed TEXT, number INTEGER, received TEXT, peer TEXT)")
        self._last: set[bytes] = set(self.read())

    def read(self) -> dict[bytes, Origin]:
        """Give the parts that waited."""
        rows = self.connection.execute("SELECT raw, feed, number, received, peer FROM part ORDER BY received, number")
        return {raw: Origin(feed, number, datetime.fromisoformat(received), peer) for raw, feed, number, received, peer in rows}

    def write(self, parts: Iterable[tuple[bytes, Origin]]) -> None:
        """Keep these parts and no others."""
        waiting = dict(parts)
        if waiting.keys() == self._last:
            return
        self.connection.execute("BEGIN IMMEDIATE")
        self.connection.execute("DELETE FROM part")
        rows = ((raw, each.feed, each.number, each.received.isoformat(), each.peer) for raw, each in waiting.items())
        self.connection.executemany("INSERT INTO part VALUES (?, ?, ?, ?, ?)", rows)
        self.connection.execute("COMMIT")
        self._last = set(waiting)

    def close(self) -> None:
        """Close the file."""
        self.connection.close()
