"""Frames found in a stream of bytes: half, glued, with wrong lengths, between rubbish; in bounded memory and a time linear in the bytes.

Each head owns the bytes up to the next head. Its frame ends where the declared length says, when a checksum fits there, and otherwise at the
first ``&&`` with a checksum before a line end or the next head. A head without such an end is given up and the search goes on one byte later,
never after the whole length that it claims.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from lantian.sources.hj212.cipher import BLOCK, decrypt
from lantian.sources.hj212.framing import (
    BLANK,
    CHECKSUM,
    CLOSED,
    CRC_DIGITS,
    CRUMB,
    HEAD,
    HEAD_SPAN,
    LAST_TAIL,
    MAX_BUFFER,
    MAX_FRAME,
    PLAIN,
    TAIL,
    TAIL_SPAN,
    TRACES,
)
from lantian.sources.hj212.model import Decoded, Unreadable
from lantian.sources.hj212.reading import kind_of, read_segment


class StreamDecoder:
    r"""Finds frames in a stream of bytes that arrives in pieces.

    A complete frame is given at once, before its line end has come; if it then turns out that none came, the next frame says so.

    >>> decoder = StreamDecoder()
    >>> decoder.feed(b"noise##0101QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Fl")
    [Unreadable(raw=b'noise', reason='rubbish', deviations=())]
    >>> [frame] = decoder.feed(b"ag=5;CP=&&RtdInterval=30&&1C80\r\n")
    >>> frame.version, frame.crc_kind, frame.values, frame.deviations
    (2017, 'annex_a', {'RtdInterval': '30'}, ())
    """

    def __init__(self, *, max_frame: int = MAX_FRAME, max_buffer: int = MAX_BUFFER, keys: Mapping[str, bytes] | None = None) -> None:
        """Set the bounds in bytes; ``keys`` are SM4 keys by MN for devices that encrypt (give only those that may be on this stream)."""
        self._max_frame, self._max_buffer = max_frame, max_buffer
        self._keys = dict(keys or {})
        self._key: bytes | None = None
        self._buffer = b""
        self._at = 0
        self._head: re.Match[bytes] | None = None
        self._searched = self._tail_from = 0
        """How far the present head's stretch was searched for the next head and for a tail."""
        self._length_tried = False
        self._open = False
        """A frame was given before it was known what follows it."""
        self._carried: set[str] = set()
        """Deviations of the frame before, found out too late for it."""
        self._found: list[Decoded] = []
        self._crumbs: list[bytes] = []
        """Short unreadable pieces that follow one another, given as one."""
        self._crumbs_reason, self._crumbs_size = "", 0

    @property
    def pending(self) -> int:
        """Bytes held back because a frame may not be complete."""
        return len(self._buffer) - self._at

    def feed(self, data: bytes) -> list[Decoded]:
        """Take bytes and give every frame and unreadable stretch that is now complete."""
        for start in range(0, len(data), self._max_buffer):
            self._buffer = self._buffer[self._at :] + data[start : start + self._max_buffer]
            self._searched, self._tail_from = self._searched - self._at, self._tail_from - self._at
            if self._head is not None:
                self._head = HEAD.match(self._buffer, self._head.start() - self._at)
            self._at = 0
            self._run(last=False)
        return self._taken()

    def finish(self) -> list[Decoded]:
        """Give what the rest holds when the stream has ended."""
        self._run(last=True)
        self._buffer, self._at, self._head = b"", 0, None
        return self._taken()

    def _taken(self) -> list[Decoded]:
        self._sweep()
        found, self._found = self._found, []
        return found

    def _run(self, *, last: bool) -> None:
        while self._head is not None or self._seek(last=last):
            if not self._step(last=last):
                return

    def _next_head(self, start: int, *, last: bool) -> tuple[re.Match[bytes] | None, int]:
        """Find a head and where the bytes end that surely belong to none; a head too near the end is not yet sure."""
        match = HEAD.search(self._buffer, start)
        size = len(self._buffer)
        if match is not None and (last or match.start() + HEAD_SPAN <= size):
            return match, match.start()
        if last:
            return None, size
        near = self._buffer.find(b"#", max(start, size - HEAD_SPAN + 1))
        return None, size if near < 0 else near

    def _seek(self, *, last: bool) -> bool:
        """Go to the next head; what lies before it is rubbish, apart from line ends."""
        match, end = self._next_head(self._at, last=last)
        if self._at < len(self._buffer):
            self._settle(self._buffer[self._at])
        self._unread(self._at, end, "rubbish")
        self._at = end
        if match is not None:
            self._head, self._length_tried = match, False
            self._searched = self._tail_from = match.end()
        return match is not None

    def _unread(self, start: int, end: int, reason: str) -> None:
        """Give bytes as unreadable, in pieces no longer than a frame may be; crumbs of one reason are gathered."""
        for begin in range(start, end, self._max_frame):
            piece = self._buffer[begin : min(end, begin + self._max_frame)]
            if len(piece) > CRUMB or reason != self._crumbs_reason or self._crumbs_size + len(piece) > self._max_frame:
                self._sweep()
            self._crumbs.append(piece)
            self._crumbs_reason, self._crumbs_size = reason, self._crumbs_size + len(piece)
            if len(piece) > CRUMB:
                self._sweep()

    def _sweep(self) -> None:
        raw = b"".join(self._crumbs).strip(BLANK)
        if raw:
            self._found.append(Unreadable(raw, self._crumbs_reason))
        self._crumbs, self._crumbs_size = [], 0

    def _settle(self, byte: int) -> None:
        """Learn what followed a frame that was given early."""
        if self._open:
            self._carried = _line_end(bytes([byte]))
            self._open = False

    def _step(self, *, last: bool) -> bool:
        """Try to end the present head's frame; False when more bytes are needed."""
        head, buffer = self._head, self._buffer
        if head is None:
            return True
        following, limit = self._next_head(self._searched, last=last)
        ended = last or following is not None
        tail = TAIL.search(buffer, self._tail_from, limit + 2)
        at = -1 if tail is None else tail.end() if tail[1] is None else tail.start(1)
        if not self._length_tried and (end := self._declared_end(head)) >= 0 and (tail is None or at >= end):
            verdict = self._by_length(head, end, limit, ended=ended)
            if verdict is not None:
                return verdict
        if tail is None and last and following is None:
            tail = LAST_TAIL.search(buffer, max(head.end(), limit - TAIL_SPAN), limit)
            at = -1 if tail is None else tail.start(1)
        if tail is not None and tail.end() - head.start() <= self._max_frame and self._clear(head, at):
            self._give(head, at, tail.end(), buffer[head.end() : at])
            return True
        if not ended and tail is None and len(buffer) - head.start() <= self._max_frame:
            return self._wait(head, limit)
        self._give_up(head, limit)
        return True

    def _clear(self, head: re.Match[bytes], end: int) -> bool:
        """Tell whether a segment is clear text, whole or garbled."""
        return head[3] is None or PLAIN.match(self._buffer, head.end()) is not None or any(self._buffer.find(each, head.end(), end) >= 0 for each in TRACES)

    @staticmethod
    def _declared_end(head: re.Match[bytes]) -> int:
        digits = head[1] or head[3]
        return -1 if digits is None else head.end() + int(digits)

    def _by_length(self, head: re.Match[bytes], end: int, limit: int, *, ended: bool) -> bool | None:
        """Try the end that the declared length gives: True it is taken, False more bytes are needed, None it does not fit."""
        buffer = self._buffer
        checksum = CHECKSUM.match(buffer, end, limit) if end <= limit else None
        if not ended and (end >= limit or (checksum is not None and checksum.end() == limit and checksum.end() - end < CRC_DIGITS)):
            return None if len(buffer) - head.start() > self._max_frame else self._wait(head, limit)
        self._length_tried = True
        if checksum is None or checksum.end() - head.start() > self._max_frame:
            return None
        segment, stated = buffer[head.end() : end], int(checksum[0], 16)
        if PLAIN.match(segment) is None and (clear := self._decrypted(segment, stated)) is not None:
            self._give(head, end, checksum.end(), clear, encrypted=True)
            return True
        fits = CLOSED.search(segment, max(0, len(segment) - TAIL_SPAN)) is not None and kind_of(segment, stated) is not None
        if not fits and not ended and checksum.end() == limit:
            self._length_tried = False
            return self._wait(head, limit)
        framed = checksum.end() - end == CRC_DIGITS and buffer[checksum.end() : checksum.end() + 1] in (b"\r", b"\n")
        if fits or (framed and self._clear(head, end)):
            self._give(head, end, checksum.end(), segment)
            return True
        return None

    def _wait(self, head: re.Match[bytes], limit: int) -> bool:
        self._searched, self._tail_from = max(head.end(), limit - HEAD_SPAN), max(head.end(), limit - TAIL_SPAN)
        return False

    def _decrypted(self, segment: bytes, stated: int) -> bytes | None:
        """Try the keys, the one that fitted last time first; a key opens only what its own MN sent."""
        if len(segment) < BLOCK:
            return None
        for mn, key in sorted(self._keys.items(), key=lambda each: each[1] != self._key):
            if PLAIN.match(decrypt(segment[:BLOCK], key)) is None:
                continue
            clear = decrypt(segment, key)
            if f";MN={mn};".encode() in clear and kind_of(clear, stated):
                self._key = key
                return clear
        return None

    def _give(self, head: re.Match[bytes], end: int, stop: int, segment: bytes, *, encrypted: bool = False) -> None:
        declared = next(group for group in head.groups() if group is not None)
        following = self._buffer[stop : stop + 1]
        found, self._carried = self._carried | _line_end(following), set()
        raw = self._buffer[head.start() : stop]
        self._sweep()
        checksum = self._buffer[end:stop].decode("ascii")
        self._found.append(read_segment(segment, raw=raw, declared=declared.decode("latin-1"), checksum=checksum, found=found, encrypted=encrypted))
        self._open = not following
        self._at, self._head = stop, None

    def _give_up(self, head: re.Match[bytes], limit: int) -> None:
        """Declare a head without an end unreadable; the search goes on behind it."""
        reason = "tail_missing" if limit - head.start() <= self._max_frame else "too_long"
        if head[3] is not None and PLAIN.match(self._buffer, head.end()) is None:
            end = self._declared_end(head)
            reason = "encrypted" if end < limit and CHECKSUM.match(self._buffer, end, limit) else "rubbish"
        self._unread(head.start(), limit, reason)
        self._at, self._head = max(limit, head.start() + 1), None


def read_frame(raw: bytes, *, keys: Mapping[str, bytes] | None = None) -> Decoded:
    """Read one frame that was kept, from ``##`` to the checksum, with or without its line end.

    >>> read_frame(b"##0087QN=20201015123632010;ST=80;CN=2011;PW=123456;MN=410183160889201000212505;Flag=4;CP=&&&&2080").deviations
    ('st_unknown',)
    """
    decoder = StreamDecoder(keys=keys)
    found = [*decoder.feed(raw), *decoder.finish()]
    return found[0] if len(found) == 1 else Unreadable(raw, "rubbish")


def _line_end(following: bytes) -> set[str]:
    """Name what is wrong with the byte after a checksum; no byte yet is not wrong."""
    return set() if following in (b"", b"\r") else {"line_end_other"} if following == b"\n" else {"line_end_missing"}
