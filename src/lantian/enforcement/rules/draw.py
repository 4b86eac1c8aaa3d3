"""The double-random draw: firms by weight and inspectors by lot, from a published seed, so that anybody can draw again and get the same."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from decimal import Context, Decimal

from lantian.enforcement.model import Drawn, Firm
from lantian.kernel.errors import InputError

EXACT = Context(prec=64)
"""Enough figures that no rounding decides a draw."""


def lot(seed: str, role: str, key: str) -> Decimal:
    """Give the lot of somebody in a draw: SHA-256 of ``seed|role|key`` as a number between 0 and 1, neither included.

    >>> lot("2015-12", "firm", "91130100000000001X") == lot("2015-12", "firm", "91130100000000001X")
    True
    >>> 0 < lot("s", "firm", "a") < 1
    True
    """
    number = int.from_bytes(hashlib.sha256(f"{seed}|{role}|{key}".encode()).digest()[:16])
    return EXACT.divide(Decimal(2 * number + 1), Decimal(2**129))


def draw_firms(seed: str, firms: Sequence[Firm], count: int) -> tuple[str, ...]:
    """Draw firms without putting back, each in proportion to its weight: the smallest −ln(lot) / weight come first (exponential clocks).

    >>> firms = [Firm("a", "key", 5), Firm("b", "ordinary", 1), Firm("c", "ordinary", 1)]
    >>> sorted(draw_firms("s", firms, 3)), draw_firms("s", firms, 2) == draw_firms("s", firms[::-1], 3)[:2]
    (['a', 'b', 'c'], True)
    """
    keys = [each.key for each in firms]
    if len(set(keys)) != len(keys):
        raise InputError(f"{len(keys) - len(set(keys))} firms stand in the list twice; give each once")
    if not 0 < count <= len(firms):
        raise InputError(f"{count} of {len(firms)} firms cannot be drawn; draw 1 to {len(firms)}")
    wrong = [each.key for each in firms if not each.weight > 0]
    if wrong:
        raise InputError(f"firm {wrong[0]} has no weight above 0; leave out firms that are not to be drawn")
    return tuple(each.key for each in sorted(firms, key=lambda each: (_clock(seed, each), each.key))[:count])


def draw_inspectors(seed: str, firms: Sequence[str], inspectors: Sequence[str], team: int, apart: Mapping[str, Sequence[str]]) -> tuple[Drawn, ...]:
    """Draw a team for each firm in turn: those least often drawn so far come first, by lot among equals; who must keep apart from a firm is passed over.

    >>> [each.inspectors for each in draw_inspectors("s", ["x", "y"], ["p", "q", "r", "t"], 2, {"x": ["p"]}) if "p" in each.inspectors and each.firm == "x"]
    []
    """
    if len(set(inspectors)) != len(inspectors):
        raise InputError("an inspector stands in the list twice; give each once")
    load = dict.fromkeys(inspectors, 0)
    drawn = []
    for firm in firms:
        free = [each for each in inspectors if each not in apart.get(firm, ())]
        if len(free) < team:
            raise InputError(f"{len(free)} inspectors may go to {firm}, {team} are needed; add inspectors who have no part in it")
        chosen = sorted(free, key=lambda each, firm=firm: (load[each], lot(seed, f"inspector|{firm}", each), each))[:team]  # type: ignore[misc]
        for each in chosen:
            load[each] += 1
        drawn.append(Drawn(firm, tuple(chosen)))
    return tuple(drawn)


def _clock(seed: str, firm: Firm) -> Decimal:
    return EXACT.divide(-EXACT.ln(lot(seed, "firm", firm.key)), Decimal(str(firm.weight)))
