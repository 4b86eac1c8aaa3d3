"""The encoder (stub: signatures stand, bodies follow)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from lantian.sources.hj212.model import Frame, Outgoing

MAX_SEGMENT = 1024


def frame(segment: bytes) -> bytes:
    """Wrap a data segment: ``##``, length, segment, CRC of annex A, CR LF."""
    raise NotImplementedError


def flag(version: int, *, answer: bool = False, split: bool = False) -> int:
    """Give Flag: version bits, D for split, A for an answer wanted."""
    raise NotImplementedError


def qn(moment: datetime) -> str:
    """Write the number of an exchange: seventeen digits to the millisecond."""
    raise NotImplementedError


def body(data_time: datetime | None, values: Mapping[str, Mapping[str, object]]) -> str:
    """Write parameters: ``body(t, {"a21026": {"Rtd": 1.5, "Flag": "N"}})`` → ``DataTime=…;a21026-Rtd=1.5,a21026-Flag=N``."""
    raise NotImplementedError


def encode(message: Outgoing, *, key: bytes | None = None) -> bytes:
    """Write one frame; with ``key`` (16 bytes, SM4) its data segment is encrypted after the CRC was taken."""
    raise NotImplementedError


def encode_parts(message: Outgoing, *, max_segment: int = MAX_SEGMENT, key: bytes | None = None) -> list[bytes]:
    """Write one frame, or several parts (own QN + 1 ms, own full CP with DataTime, PNUM and PNO) when one would be too long."""
    raise NotImplementedError


def acknowledge(received: Frame, cn: str = "9014", body: str = "") -> Outgoing:
    """Draft the answer to a frame: ST=91, the same QN, edition and MN; 9014 and 9013 have an empty body, 9011 ``QnRtn=1``."""
    raise NotImplementedError
