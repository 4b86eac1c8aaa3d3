"""The envelope of a frame read fast: who sends what to be answered how; anything not spotless is left to the full decoder."""

from __future__ import annotations

import re
from typing import NamedTuple

import numba
import numpy as np

from lantian.sources.hj212 import Frame
from lantian.sources.hj212.crc import BITS, START, TABLE

HEAD, TAIL = b"##", b"\r\n"
LENGTH, SUM = 4, 4
OPENING = len(HEAD) + LENGTH
CLOSING = SUM + len(TAIL)
SHORTEST = OPENING + CLOSING
_COLUMN = np.array(TABLE, dtype=np.uint16)
_HEADER = re.compile(
    rb"(?:QN=(\d{17});)?ST=(\d\d);CN=(\d{4});PW=([^;=&]{0,32});MN=([!-:<-~]{1,40});Flag=(\d{1,3});(?:PNUM=\d+;PNO=\d+;)?CP=&&(?:DataTime=(\d{14}))?"
)


class Envelope(NamedTuple):
    """What the gateway must know of a frame; texts as bytes on the wire."""

    qn: bytes
    st: bytes
    cn: bytes
    pw: bytes
    mn: bytes
    flag: int
    data_time: bytes
    raw: bytes
    """From ``##`` to the checksum."""

    @property
    def asks_answer(self) -> bool:
        """Tell whether the sender wants an answer (bit A of Flag)."""
        return bool(self.flag & 1)


def _sum(data: bytes, start: int, end: int, column: np.ndarray, first: int, bits: int) -> int:
    register = first
    for place in range(start, end):
        register = column[(register >> bits) ^ data[place]]
    return register


_fast_sum = numba.njit(nogil=True)(_sum)


def checksum(data: bytes, start: int, end: int) -> int:
    """Give the checksum of HJ 212-2017 annex A over a part of some bytes, compiled.

    >>> hex(checksum(b"xQN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&", 1, 102))
    '0x1c80'
    """
    return int(_fast_sum(data, start, end, _COLUMN, START, BITS))


def read_fast(data: bytes, start: int) -> tuple[Envelope, int] | int:
    r"""Read the frame that begins at ``start``: the envelope and where it ends; else 0 when more bytes must come, or −1 when it is not spotless.

    >>> segment = b"QN=20160801085857223;ST=31;CN=2011;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&DataTime=20160801085857;a21026-Rtd=1.5,a21026-Flag=N&&"
    >>> whole = b"##%04d%s%04X\r\n" % (len(segment), segment, checksum(segment, 0, len(segment)))
    >>> found, end = read_fast(whole, 0)
    >>> found.mn, found.cn, end == len(whole)
    (b'010000A8900016F000169DC0', b'2011', True)
    >>> read_fast(whole[:50], 0), read_fast(b"#" + whole, 0), read_fast(whole.replace(b"1.5", b"1.6"), 0)
    (0, -1, -1)
    """
    known = len(data) - start
    if known < OPENING:
        return 0 if HEAD.startswith(data[start : start + 2]) and data[start + 2 :].isdigit() | (known <= len(HEAD)) else -1
    digits = data[start + 2 : start + OPENING]
    if data[start : start + 2] != HEAD or not digits.isdigit():
        return -1
    first = start + OPENING
    last = first + int(digits)
    end = last + CLOSING
    if end > len(data):
        return 0 if last + SUM > len(data) and data.find(HEAD, first) < 0 else -1
    if data[last + SUM : end] != TAIL:
        return -1
    head = _HEADER.match(data, first, last)
    if head is None:
        return -1
    try:
        told = int(data[last : last + SUM], 16)
    except ValueError:
        return -1
    if told != checksum(data, first, last):
        return -1
    qn, st, cn, pw, mn, flag, moment = head.groups(b"")
    return Envelope(qn, st, cn, pw, mn, int(flag), moment, data[start : last + SUM]), end


def of_frame(frame: Frame) -> Envelope:
    """Give the envelope of a frame that the full decoder read; what it lacks is empty."""
    moment = b"" if frame.data_time is None else frame.data_time.strftime("%Y%m%d%H%M%S").encode()
    qn, st, cn, pw, mn = ((each or "").encode("utf-8", "replace") for each in (frame.qn, frame.st, frame.cn, frame.pw, frame.mn))
    return Envelope(qn, st, cn, pw, mn, frame.flag or 0, moment, frame.raw)


def answer(envelope: Envelope, cn: bytes, body: bytes = b"") -> bytes:
    r"""Write the answer to a frame: ST=91, the same QN, the edition of its Flag (HJ 212-2017 C.47-C.50).

    >>> asked = Envelope(b"20160801085857223", b"31", b"2011", b"100000", b"010000A8900016F000169DC0", 5, b"", b"")
    >>> answer(asked, b"9014")
    b'##0087QN=20160801085857223;ST=91;CN=9014;PW=100000;MN=010000A8900016F000169DC0;Flag=4;CP=&&&&71C0\r\n'
    """
    number = b"QN=%b;" % envelope.qn if envelope.qn else b""
    segment = b"%bST=91;CN=%b;PW=%b;MN=%b;Flag=%d;CP=&&%b&&" % (number, cn, envelope.pw, envelope.mn, envelope.flag & ~3, body)
    return b"##%04d%b%04X\r\n" % (len(segment), segment, checksum(segment, 0, len(segment)))
