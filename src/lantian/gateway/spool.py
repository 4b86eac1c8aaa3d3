"""The spool: what devices sent, on disk before it is acknowledged; batches for the lake, frames kept apart, how each device was last seen."""

from __future__ import annotations

import json
import sqlite3
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

PAGE = 16_384
CHECKPOINT = 2_000
"""Pages after which SQLite folds its log into the file."""
BUSY = 60.0
LARGEST = 512 * 1024
"""Bytes of one batch at most."""
SMALLEST = 16
"""Pages that the tables themselves need, and some."""
PACKED = "zstd"
TABLES = """
CREATE TABLE IF NOT EXISTS told (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS batch (id INTEGER PRIMARY KEY AUTOINCREMENT, received TEXT NOT NULL, frames INTEGER NOT NULL, layout TEXT NOT NULL, size INTEGER NOT NULL, body BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS held (id INTEGER PRIMARY KEY AUTOINCREMENT, device TEXT NOT NULL, why TEXT NOT NULL, received TEXT NOT NULL, peer TEXT NOT NULL, password TEXT NOT NULL, body BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS held_device ON held (device, why);
CREATE TABLE IF NOT EXISTS seen (device TEXT PRIMARY KEY, at TEXT NOT NULL, state TEXT NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class Batch:
    """What was committed together: received at one moment; pieces are frames (reason '') or unreadable stretches, each from a peer."""

    received: str
    bodies: tuple[bytes, ...]
    peers: tuple[str, ...]
    reasons: tuple[str, ...]
    number: int = 0

    def packed(self) -> tuple[str, int, bytes]:
        """Give layout, size and compressed bytes as they are stored."""
        names = list(dict.fromkeys(self.peers))
        place = {name: index for index, name in enumerate(names)}
        wrong = {str(index): reason for index, reason in enumerate(self.reasons) if reason}
        layout = {"peers": names, "of": [place[peer] for peer in self.peers], "lengths": [len(body) for body in self.bodies], "wrong": wrong}
        whole = b"".join(self.bodies)
        return json.dumps(layout, separators=(",", ":")), len(whole), pa.compress(whole, codec=PACKED, asbytes=True)


def unpack(number: int, received: str, layout: str, size: int, body: bytes) -> Batch:
    """Read a batch as it was stored."""
    plan = json.loads(layout)
    whole = pa.decompress(body, decompressed_size=size, codec=PACKED, asbytes=True)
    bodies, at = [], 0
    for length in plan["lengths"]:
        bodies.append(whole[at : at + length])
        at += length
    reasons = [""] * len(bodies)
    for index, reason in plan["wrong"].items():
        reasons[int(index)] = reason
    return Batch(received, tuple(bodies), tuple(plan["peers"][index] for index in plan["of"]), tuple(reasons), number)


def parts(bodies: Sequence[bytes], largest: int = LARGEST) -> list[slice]:
    """Part frames into batches of bounded size, so that each fits a message.

    >>> parts([b"123", b"45", b"6"], 4), parts([])
    ([slice(0, 1, None), slice(1, 3, None)], [])
    """
    found, first, size = [], 0, 0
    for index, body in enumerate(bodies):
        if size and size + len(body) > largest:
            found.append(slice(first, index))
            first, size = index, 0
        size += len(body)
    return [*found, slice(first, len(bodies))] if bodies else []


@dataclass(frozen=True, slots=True)
class Held:
    """A frame kept apart, with why: its device waits for admission, gave a wrong password, or speaks from a second address."""

    device: str
    why: str
    received: str
    peer: str
    password: str
    body: bytes


class Spool:
    """One gateway's spool; each thread opens its own."""

    def __init__(self, path: Path, limit: int = 0) -> None:
        """Open or make a spool of at most ``limit`` bytes (0: no limit)."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self.connection = sqlite3.connect(path, timeout=BUSY, isolation_level=None, check_same_thread=False)
        self._do(f"PRAGMA page_size = {PAGE}")
        self._do("PRAGMA journal_mode = WAL")
        self._do("PRAGMA synchronous = FULL")
        self._do(f"PRAGMA wal_autocheckpoint = {CHECKPOINT}")
        if limit:
            self._do(f"PRAGMA max_page_count = {max(limit // PAGE, SMALLEST)}")
        self.connection.executescript(TABLES)
        self._do("INSERT OR IGNORE INTO told VALUES ('id', ?)", (uuid.uuid4().hex,))
        self.id: str = self._do("SELECT value FROM told WHERE key = 'id'").fetchone()[0]

    def _do(self, text: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
        return self.connection.execute(text, values)

    def close(self) -> None:
        """Close the file."""
        self.connection.close()

    def commit(self, batches: Iterable[Batch], held: Iterable[Held] = (), seen: Iterable[tuple[str, str, str]] = (), bound: int = 0) -> None:
        """Put everything on disk in one transaction; when this returns it survives a power cut."""
        self._do("BEGIN IMMEDIATE")
        try:
            for batch in batches:
                self._insert(batch)
            for each in held:
                self._hold(each, bound)
            self.connection.executemany("INSERT INTO seen VALUES (?, ?, ?) ON CONFLICT (device) DO UPDATE SET at = excluded.at, state = excluded.state", seen)
            self._do("COMMIT")
        except BaseException:
            if self.connection.in_transaction:
                self._do("ROLLBACK")
            raise

    def _insert(self, batch: Batch) -> None:
        layout, size, body = batch.packed()
        values = (batch.received, len(batch.bodies), layout, size, body)
        self._do("INSERT INTO batch (received, frames, layout, size, body) VALUES (?, ?, ?, ?, ?)", values)

    def _hold(self, held: Held, bound: int) -> None:
        """Keep a frame apart, the oldest of its device making room where there are too many."""
        values = (held.device, held.why, held.received, held.peer, held.password, held.body)
        self._do("INSERT INTO held (device, why, received, peer, password, body) VALUES (?, ?, ?, ?, ?, ?)", values)
        self._do(
            "DELETE FROM held WHERE device = ? AND id <= (SELECT id FROM held WHERE device = ? ORDER BY id DESC LIMIT 1 OFFSET ?)",
            (held.device, held.device, bound),
        )

    def batches(self, after: int = 0, limit: int = 16 << 20) -> list[Batch]:
        """Give the batches after a number in order, of about ``limit`` bytes at most."""
        found: list[Batch] = []
        size = 0
        for row in self._do("SELECT id, received, layout, size, body FROM batch WHERE id > ? ORDER BY id", (after,)):
            found.append(unpack(*row))
            size += row[3]
            if size >= limit:
                break
        return found

    def backlog(self) -> tuple[int, int]:
        """Give how many batches and frames wait to be drained."""
        count, frames = self._do("SELECT COUNT(*), COALESCE(SUM(frames), 0) FROM batch").fetchone()
        return int(count), int(frames)

    def drained(self, through: int, some: int = 200) -> None:
        """Forget the batches up to a number, a few at a time so that commits of the gateway get their turn."""
        while self._do("DELETE FROM batch WHERE id IN (SELECT id FROM batch WHERE id <= ? ORDER BY id LIMIT ?)", (through, some)).rowcount == some:
            pass

    def release(self, device: str, passes: Iterable[str], why: str = "waiting") -> int:
        """Move the frames of a device that was admitted to the lake's queue, those with the right password; give how many."""
        right = set(passes)
        self._do("BEGIN IMMEDIATE")
        rows = self._do("SELECT id, received, peer, password, body FROM held WHERE device = ? AND why = ? ORDER BY id", (device, why)).fetchall()
        rows = [row for row in rows if row[3] in right]
        for id_, received, peer, _, body in rows:
            self._insert(Batch(received, (body,), (peer,), ("",)))
            self._do("DELETE FROM held WHERE id = ?", (id_,))
        self._do("COMMIT")
        return len(rows)

    def passwords(self, device: str) -> set[str]:
        """Give the passwords that came with the frames kept apart for a device."""
        return {row[0] for row in self._do("SELECT DISTINCT password FROM held WHERE device = ?", (device,))}

    def held(self) -> list[dict[str, Any]]:
        """Count what is kept apart, by device and reason."""
        asked = "SELECT device, why, COUNT(*), MIN(received), MAX(received), GROUP_CONCAT(DISTINCT peer) FROM held GROUP BY device, why ORDER BY device, why"
        return [dict(zip(("device", "why", "frames", "first", "last", "peers"), row, strict=True)) for row in self._do(asked)]

    def seen(self) -> list[dict[str, Any]]:
        """Tell how each device was last seen."""
        return [{"device": device, "at": at, **json.loads(state)} for device, at, state in self._do("SELECT device, at, state FROM seen ORDER BY device")]
