"""Nouns of the codec: a frame as a device sent it, a stretch that cannot be read, what is to be sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

VERSIONS = (2005, 2017, 2025)
"""Editions by the version bits of Flag (Flag >> 2): 0, 1, 2."""
ANSWER_BIT, SPLIT_BIT, VERSION_SHIFT = 1, 2, 2
"""Bits of Flag (HJ 212-2017 table 3): A asks for an answer, D says that PNUM and PNO stand, the rest is the version."""


class Item(NamedTuple):
    """One item of the command's parameters, as ``a21026-Rtd=1.0,a21026-Flag=N``."""

    name: str
    """The name as sent, such as ``02`` or ``a21026``; of a bare parameter its own name, such as ``QnRtn``."""
    factor: str
    """The canonical code of HJ 212-2017 (``a21026``), or the name where none is known."""
    fields: dict[str, str]
    """Field (``Rtd``, ``Avg``, ``Flag`` …, spelled as the standard does) → text as sent; a bare parameter has the one field ``""``."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame as it was read, with everything in which it deviates from the standard."""

    raw: bytes
    """From ``##`` to the checksum, without CR LF; of an encrypted frame the bytes on the wire."""
    version: int | None
    """2005, 2017 or 2025 by the version bits of Flag; without Flag 2005, or None when the factors are named by the codes of 2017."""
    crc_ok: bool
    crc_kind: str | None
    """``annex_a`` or ``modbus``: which checksum matched."""
    length_ok: bool
    length_kind: str | None
    """``bytes`` or ``characters``: what the declared length counts; ``bytes`` where both agree."""
    qn: str | None
    st: str | None
    cn: str | None
    pw: str | None
    mn: str | None
    flag: int | None
    pnum: int | None
    pno: int | None
    data_time: datetime | None
    """DataTime as on the wire; whether it labels the start or the end of a period is the device's setting, turned at the door."""
    items: tuple[Item, ...]
    """Everything between ``CP=&&`` and ``&&`` in order, DataTime too."""
    values: Mapping[str, float | str]
    """``a21026-Rtd`` → number, ``a21026-Flag`` → text, ``QnRtn`` → text; of a repeated factor the first."""
    deviations: tuple[str, ...]
    """Codes of the register of deviations (``deviations.yaml``), in order of the register."""
    encrypted: bool = False
    others: Mapping[str, str] = field(default_factory=dict)
    """Fields of the data segment that the standard does not know, such as RF."""

    @property
    def asks_answer(self) -> bool:
        """Tell whether the sender wants an answer (bit A of Flag)."""
        return bool((self.flag or 0) & ANSWER_BIT)

    @property
    def split(self) -> bool:
        """Tell whether the frame is one of several parts: PNUM stands and is above one."""
        return (self.pnum or 0) > 1


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A stretch of bytes in which no frame was found, with the reason."""

    raw: bytes
    reason: str
    """One of ``deviations.yaml``'s codes whose sort is ``unreadable``."""
    deviations: tuple[str, ...] = ()


Decoded = Frame | Unreadable


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message to be sent; Flag follows from the edition, from whether an answer is wanted and from splitting."""

    st: str
    cn: str
    mn: str
    body: str = ""
    """What stands between ``CP=&&`` and ``&&``."""
    pw: str = "123456"
    qn: str | None = None
    """Seventeen digits YYYYMMDDhhmmsszzz; None leaves QN out, as many devices do."""
    version: int = 2017
    asks_answer: bool = False
    pnum: int | None = None
    pno: int | None = None
