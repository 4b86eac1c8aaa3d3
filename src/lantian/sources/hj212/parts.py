"""Merging of split packets (stub: signatures stand, bodies follow)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lantian.sources.hj212.model import Frame


class PartMerger:
    """Collects the parts of split packets by MN + CN + DataTime, within bounds of memory and time."""

    def __init__(self, *, max_waiting: int = 1024, timeout: float = 60.0) -> None:
        """Hold at most ``max_waiting`` unfinished packets, each at most ``timeout`` seconds."""

    def add(self, frame: Frame, now: float) -> list[Frame]:
        """Take a frame at a monotonic moment (s); give what is complete: whole frames at once, merged ones when the last part came, timed-out ones as they are."""
        raise NotImplementedError

    def flush(self) -> list[Frame]:
        """Give everything that still waits, with deviation ``part_missing``."""
        raise NotImplementedError


def merge_parts(frames: Iterable[Frame], *, max_waiting: int = 1024) -> Iterator[Frame]:
    """Give frames in order with the parts of each split packet merged into one."""
    raise NotImplementedError
