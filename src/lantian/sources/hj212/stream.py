"""The stream decoder (stub: signatures stand, bodies follow)."""

from __future__ import annotations

from collections.abc import Mapping

from lantian.sources.hj212.model import Decoded

MAX_FRAME = 10_016
MAX_BUFFER = 65_536


class StreamDecoder:
    """Finds frames in a stream of bytes that arrives in pieces."""

    def __init__(self, *, max_frame: int = MAX_FRAME, max_buffer: int = MAX_BUFFER, keys: Mapping[str, bytes] | None = None) -> None:
        """Set the bounds in bytes; ``keys`` are SM4 keys by MN for devices that encrypt."""

    @property
    def pending(self) -> int:
        """Bytes held back because a frame may not be complete."""
        raise NotImplementedError

    def feed(self, data: bytes) -> list[Decoded]:
        """Take bytes and give every frame and unreadable stretch that is now complete."""
        raise NotImplementedError

    def finish(self) -> list[Decoded]:
        """Give what the rest holds when the stream has ended."""
        raise NotImplementedError
