"""Frames written as the standard asks, for the three editions; splitting; the hook for encryption."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from lantian.kernel.errors import InputError
from lantian.sources.hj212.cipher import encrypt
from lantian.sources.hj212.crc import crc
from lantian.sources.hj212.items import moment_of
from lantian.sources.hj212.model import ANSWER_BIT, SPLIT_BIT, VERSION_SHIFT, VERSIONS, Frame, Outgoing
from lantian.sources.hj212.words import words

LONGEST = 9999
"""What four digits of length can say."""
ANSWERS = "91"
"""System type of answers (HJ 212-2017 table 5: system exchange)."""


def frame(segment: bytes, *, key: bytes | None = None) -> bytes:
    r"""Wrap a data segment: ``##``, length, segment, CRC of annex A, CR LF; with a key the segment is encrypted after the CRC was taken.

    >>> frame(b"QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&")[-8:]
    b'&&1C80\r\n'
    """
    if len(segment) > LONGEST:
        raise InputError(f"a data segment of {len(segment)} bytes; four digits of length say at most {LONGEST}; split it")
    return b"##%04d%b%04X\r\n" % (len(segment), encrypt(segment, key) if key else segment, crc(segment))


def flag(version: int, *, answer: bool = False, split: bool = False) -> int:
    """Give Flag: the version bits, D for split packets, A for an answer wanted.

    >>> [flag(version, answer=True) for version in (2005, 2017, 2025)]
    [1, 5, 9]
    """
    if version not in VERSIONS:
        raise InputError(f"no edition {version} of HJ 212; choose {', '.join(map(str, VERSIONS))}")
    return VERSIONS.index(version) << VERSION_SHIFT | (SPLIT_BIT if split else 0) | (ANSWER_BIT if answer else 0)


def qn(moment: datetime) -> str:
    """Write the number of an exchange: seventeen digits to the millisecond.

    >>> qn(datetime(2016, 8, 1, 8, 58, 57, 223999))
    '20160801085857223'
    """
    return f"{moment:%Y%m%d%H%M%S}{moment.microsecond // 1000:03d}"


def body(data_time: datetime | None, values: Mapping[str, Mapping[str, object]]) -> str:
    """Write parameters, factors between semicolons and their fields between commas; a field without a name is the parameter itself.

    >>> body(datetime(2016, 8, 24, 0, 38), {"a21026": {"Rtd": 1.5, "Flag": "N"}, "PolId": {"": "w01018"}})
    'DataTime=20160824003800;a21026-Rtd=1.5,a21026-Flag=N;PolId=w01018'
    """
    items = [f"DataTime={data_time:%Y%m%d%H%M%S}"] if data_time else []
    for name, fields in values.items():
        items.append(",".join(f"{name}-{label}={_text(value)}" if label else f"{name}={_text(value)}" for label, value in fields.items()))
    return ";".join(items)


def _text(value: object) -> str:
    """Write a number without an exponent."""
    if isinstance(value, float):
        short = repr(value)
        return short if "e" not in short else f"{value:.6f}"
    return str(value)


def segment(message: Outgoing) -> bytes:
    """Write the data segment of a message, fields in the order of table 3.

    >>> segment(Outgoing(st="91", cn="9014", mn="010000A8900016F000169DC0", qn="20160801085857223"))
    b'QN=20160801085857223;ST=91;CN=9014;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&&&'
    """
    split = message.pnum is not None
    fields = [f"QN={message.qn}"] if message.qn else []
    fields += [f"ST={message.st}", f"CN={message.cn}", f"PW={message.pw}", f"MN={message.mn}"]
    fields.append(f"Flag={flag(message.version, answer=message.asks_answer, split=split)}")
    if split:
        fields += [f"PNUM={message.pnum}", f"PNO={message.pno}"]
    return ";".join([*fields, f"CP=&&{message.body}&&"]).encode()


def encode(message: Outgoing, *, key: bytes | None = None) -> bytes:
    """Write one frame; with ``key`` (16 bytes, SM4) its data segment is encrypted after the CRC was taken."""
    return frame(segment(message), key=key)


def encode_parts(message: Outgoing, *, max_segment: int | None = None, key: bytes | None = None) -> list[bytes]:
    """Write one frame, or several parts when one would be longer than ``max_segment`` bytes (the standard's limit).

    Each part has its own QN (one millisecond later), the whole DataTime, and PNUM and PNO (HJ 212-2017 6.4). An item alone too long raises ``InputError``.
    """
    limit = max_segment or words().segment_max
    if len(segment(message)) <= limit:
        return [encode(message, key=key)]
    head, *items = message.body.split(";")
    if not head.startswith("DataTime="):
        head, items = "", [head, *items]
    groups = _grouped(message, head, items, limit)
    parts = [replace(message, body=";".join(filter(None, (head, *group))), pnum=len(groups), pno=place) for place, group in enumerate(groups, 1)]
    start = moment_of(message.qn) if message.qn else None
    if start is not None:
        parts = [replace(part, qn=qn(start + timedelta(milliseconds=place))) for place, part in enumerate(parts)]
    return [encode(part, key=key) for part in parts]


def _grouped(message: Outgoing, head: str, items: list[str], limit: int) -> list[list[str]]:
    """Put items into as few parts as hold them in order."""
    empty = len(segment(replace(message, body=head, pnum=LONGEST, pno=LONGEST)))
    groups: list[list[str]] = []
    size = limit + 1
    for item in items:
        length = len(item.encode()) + 1
        if empty + length > limit:
            raise InputError(f"an item of {length - 1} bytes does not fit into a part of {limit} bytes beside {empty} of fields; shorten it or raise the limit")
        if size + length > limit:
            groups.append([])
            size = empty
        groups[-1].append(item)
        size += length
    return groups


def acknowledge(received: Frame, cn: str = "9014", body: str = "") -> Outgoing:
    """Draft the answer to a frame: ST=91, its QN, MN and edition; 9014 and 9013 have an empty body, 9011 has ``QnRtn=1``."""
    return Outgoing(st=ANSWERS, cn=cn, mn=received.mn or "", body=body, pw=received.pw or "", qn=received.qn, version=received.version or VERSIONS[1])
