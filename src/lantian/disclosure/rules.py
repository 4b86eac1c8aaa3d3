"""What may be taken as a complaint, and how well complaints are answered; how fast sources are published."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Any

from lantian.kernel.finding import Message

MAGIC = {b"\xff\xd8\xff": "jpg", b"\x89PNG\r\n\x1a\n": "png"}
"""How a JPEG and a PNG file begin (ISO/IEC 10918-1 B.1.1.3, ISO/IEC 15948 5.2)."""
END = {"jpg": b"\xff\xd9", "png": b"IEND\xaeB`\x82"}
"""How they end: a file cut short, or with something hung behind it, is none."""
MEGABYTE = 1_000_000
REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Told:
    """A complaint as statistics see it: its state, when it was filed and first answered."""

    state: str
    filed: datetime
    answered: datetime | None = None


def photo_kind(content: bytes) -> str | None:
    r"""Tell by its first and last bytes whether a file is a JPEG or a PNG; a name or a declared type proves nothing.

    >>> photo_kind(b"\xff\xd8\xff\xe0 picture \xff\xd9"), photo_kind(b"<svg onload=alert(1)>")
    ('jpg', None)
    """
    kind = next((kind for start, kind in MAGIC.items() if content.startswith(start)), None)
    return kind if kind is not None and content.rstrip(b"\x00").endswith(END[kind]) else None


def text_faults(text: str, contact: str, kind: str, kinds: Iterable[str], bounds: Mapping[str, Any]) -> list[Message]:
    """List what keeps the words of a complaint from being taken: too short, too long, of no kind.

    >>> [each.key for each in text_faults("冒烟", "", "smoke", ["smoke"], {"shortest": 10, "longest": 2000, "longest_contact": 200})]
    ['disclosure.complaint.short']
    """
    found = []
    if len(text) < bounds["shortest"]:
        found.append(Message("disclosure.complaint.short", {"length": len(text), "shortest": bounds["shortest"]}))
    if len(text) > bounds["longest"]:
        found.append(Message("disclosure.complaint.long", {"length": len(text), "longest": bounds["longest"]}))
    if len(contact) > bounds["longest_contact"]:
        found.append(Message("disclosure.complaint.contact_long", {"length": len(contact), "longest": bounds["longest_contact"]}))
    if kind not in set(kinds):
        found.append(Message("disclosure.complaint.kind", {"kind": kind[:20]}))
    return found


def photo_fault(content: bytes, bounds: Mapping[str, Any]) -> Message | None:
    """Say why a photo cannot be kept, or None.

    >>> photo_fault(b"GIF89a", {"photo": 5000000}).key
    'disclosure.complaint.photo_kind'
    """
    if len(content) > bounds["photo"]:
        return Message("disclosure.complaint.photo_large", {"limit": bounds["photo"] // MEGABYTE})
    return None if photo_kind(content) else Message("disclosure.complaint.photo_kind", {})


def delay_fault(seconds: float, bounds: Mapping[str, Any]) -> Message | None:
    """Say that a form came back sooner than a person writes, or too late to trust; ``seconds`` since it was shown.

    >>> delay_fault(1.0, {"soonest": 4, "latest": 24}).values, delay_fault(60.0, {"soonest": 4, "latest": 24})
    ({'seconds': 4}, None)
    """
    if seconds < bounds["soonest"]:
        return Message("disclosure.complaint.soon", {"seconds": bounds["soonest"]})
    return Message("disclosure.complaint.late", {}) if seconds > bounds["latest"] * 3600 else None


def likeness(text: str, place: str, outlet: str | None) -> str:
    """Give a print of what is complained of and where, blind to spaces, punctuation and case.

    >>> likeness("冒 黑烟！", "130200", None) == likeness("冒黑烟", "130200", None) != likeness("冒黑烟", "130300", None)
    True
    """
    words = re.sub(r"[\W_]+", "", text).casefold()
    return hashlib.sha256(f"{place}\n{outlet or ''}\n{words}".encode()).hexdigest()


def figures(complaints: Iterable[Told]) -> dict[str, Any]:
    """Count the complaints that were not refused, the share answered, and the median days from filing to the first answer.

    Without any, share and days are None: nothing to be answered is not everything answered.

    >>> one, two = datetime(2015, 12, 1), datetime(2015, 12, 4)
    >>> figures([Told("answered", one, two), Told("filed", one), Told("refused", one)])
    {'received': 2, 'answered': 1, 'share': 0.5, 'days': 3.0, 'satisfied': 0, 'unsatisfied': 0, 'refused': 1}
    """
    every = list(complaints)
    taken = [each for each in every if each.state != REFUSED]
    answered = [each for each in taken if each.answered is not None]
    days = [(each.answered - each.filed).total_seconds() / 86_400 for each in answered if each.answered is not None]
    return {
        "received": len(taken),
        "answered": len(answered),
        "share": len(answered) / len(taken) if taken else None,
        "days": median(days) if days else None,
        "satisfied": sum(each.state == "satisfied" for each in taken),
        "unsatisfied": sum(each.state == "unsatisfied" for each in taken),
        "refused": len(every) - len(taken),
    }


def kept(minutes: float | None, hours: float | None) -> bool | None:
    """Tell whether sources were published within the hours a province lets pass; None where the lag or the limit is unknown.

    >>> kept(12, 1), kept(90, 1), kept(None, 1), kept(12, None)
    (True, False, None, None)
    """
    return None if minutes is None or hours is None else minutes <= 60 * hours
