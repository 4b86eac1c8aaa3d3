"""The simulator's own book: every frame it sent, and whether it was acknowledged."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from lantian.gateway.devices.wire import Message

TABLE = """
CREATE TABLE IF NOT EXISTS frame (
  device TEXT, qn TEXT, cn TEXT, data_time TEXT, body TEXT, sends INTEGER, acknowledged INTEGER,
  PRIMARY KEY (device, qn, cn)
) WITHOUT ROWID
"""


class Sent(NamedTuple):
    """One value that was sent: whose, in which frame, which factor and field, its text, whether its frame was acknowledged."""

    device: str
    cn: str
    data_time: str
    factor: str
    field: str
    text: str
    acknowledged: bool


class Ledger:
    """A book in one SQLite file; without a path it lives in memory."""

    def __init__(self, path: Path | None = None) -> None:
        """Open the book, or begin it."""
        self._base = sqlite3.connect(path or ":memory:", isolation_level=None)
        self._base.execute("PRAGMA journal_mode = WAL")
        self._base.execute("PRAGMA synchronous = OFF")
        self._base.execute(TABLE)

    def sent(self, messages: Iterable[Message]) -> None:
        """Write that frames went out; one that goes out again is counted."""
        self._many(
            "INSERT INTO frame VALUES (?, ?, ?, ?, ?, 1, 0) ON CONFLICT DO UPDATE SET sends = sends + 1",
            [(each.device, each.qn, each.cn, each.data_time, each.body) for each in messages],
        )

    def acknowledged(self, messages: Iterable[Message]) -> None:
        """Write that frames were acknowledged."""
        self._many("UPDATE frame SET acknowledged = 1 WHERE device = ? AND qn = ? AND cn = ?", [(each.device, each.qn, each.cn) for each in messages])

    def _many(self, text: str, rows: list[tuple[str, ...]]) -> None:
        if rows:
            self._base.execute("BEGIN")
            self._base.executemany(text, rows)
            self._base.execute("COMMIT")

    def counts(self) -> tuple[int, int, int]:
        """Give the frames sent, those acknowledged, and the sendings in all."""
        sent, acknowledged, sends = self._base.execute("SELECT COUNT(*), COALESCE(SUM(acknowledged), 0), COALESCE(SUM(sends), 0) FROM frame").fetchone()
        return sent, acknowledged, sends

    def values(self) -> Iterator[Sent]:
        """List every value that was sent, by device and time."""
        for device, cn, data_time, body, acknowledged in self._base.execute(
            "SELECT device, cn, data_time, body, acknowledged FROM frame ORDER BY device, data_time, cn, qn"
        ):
            for item in body.split(";"):
                for part in item.split(","):
                    name, _, text = part.partition("=")
                    factor, dash, field = name.rpartition("-")
                    if dash:
                        yield Sent(device, cn, data_time, factor, field, text, bool(acknowledged))

    def close(self) -> None:
        """Close the book."""
        self._base.close()
