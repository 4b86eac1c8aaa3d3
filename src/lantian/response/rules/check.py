"""Whether an order was carried out: observed activity against the usual one, with an interval; where that does not tell, it is not told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lantian.kernel.finding import Message
from lantian.response.model import Observed

COMPLIED, NOT_COMPLIED, CANNOT_TELL = "complied", "not_complied", "cannot_tell"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found of a line: the word, the observed share of its usual activity with its interval, and why."""

    line: str
    word: str
    share: float | None
    low: float | None
    high: float | None
    because: tuple[Message, ...]


def verdict(line: str, cut: float, seen: Sequence[Observed], tolerance: float, coverage: float) -> Verdict:
    """Judge a line that was told to cut a share of its activity, by everything that was seen of it; the first means that can tell decides.

    ``tolerance`` is the relative error of a meter that tells none of its own, ``coverage`` the share of hours that must have been seen.

    >>> verdict("1", 0.5, [Observed("1", "electricity", 1000.0, 900.0, 1.0)], 0.1, 0.75).word
    'not_complied'
    >>> verdict("1", 0.5, [Observed("1", "electricity", 1000.0, 480.0, 1.0)], 0.1, 0.75).word
    'complied'
    >>> verdict("1", 0.5, [Observed("1", "electricity", 1000.0, 480.0, 0.5)], 0.1, 0.75).word
    'cannot_tell'
    """
    told: list[Message] = []
    allowed = 1 - cut
    for each in seen:
        values = {"kind": {"key": f"response.by.{each.kind}", "values": {}}, "coverage": round(100 * each.coverage)}
        if each.coverage < coverage:
            told.append(Message("response.seen_too_little", values))
            continue
        if each.usual <= 0:
            told.append(Message("response.no_usual", values))
            continue
        share = each.seen / each.usual
        error = each.error or tolerance
        low, high = share * (1 - error), share * (1 + error)
        values |= {"share": round(100 * share, 1), "low": round(100 * low, 1), "high": round(100 * high, 1), "allowed": round(100 * allowed, 1)}
        if high <= allowed + tolerance * max(allowed, tolerance) or share <= allowed:
            return Verdict(line, COMPLIED, share, low, high, (*told, Message("response.complied", values)))
        if low > allowed:
            return Verdict(line, NOT_COMPLIED, share, low, high, (*told, Message("response.not_complied", values)))
        told.append(Message("response.between", values))
    return Verdict(line, CANNOT_TELL, None, None, None, tuple(told) or (Message("response.nothing_seen"),))


def avoided(measured: float, cut: float, local_low: float, local_high: float) -> tuple[float, float]:
    """Give the range of concentration [same unit] that the cut may have avoided: proportional rollback of the part that the city makes itself.

    With a local share s and a cut c the air without measures would have been m / (1 − s·c); the estimate ignores chemistry and weather.

    >>> [round(each, 1) for each in avoided(200.0, 0.3, 0.3, 0.7)]
    [19.8, 53.2]
    """
    low, high = (measured / (1 - share * cut) - measured for share in (local_low, local_high))
    return low, high
