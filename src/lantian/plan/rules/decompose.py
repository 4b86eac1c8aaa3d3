"""Targets handed down: whether the promises of a place's parts reach its own (plan art. 27)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from lantian.kernel.finding import Message
from lantian.kernel.quantity import round_half_even


@dataclass(frozen=True, slots=True)
class Promise:
    """A fall [%] promised against a base [concentration or tonnes] by a place for an indicator."""

    place: str
    pollutant: str
    base: Fraction
    cut: Fraction


MEANS = ("PM2.5", "PM10")
"""Indicators of which a place has the plain mean of its parts; of the others it has their sum."""


def sufficiency(own: Promise, parts: Sequence[Promise], all_parts: Sequence[str]) -> Message:
    """Say whether the promises of the parts reach the place's own, with the numbers; parts that promised nothing yet are named first.

    A concentration of a place is the plain mean of its parts, an amount their sum; each part ends at base × (1 − cut).

    >>> from fractions import Fraction as F
    >>> own = Promise("130000", "PM2.5", F(100), F(25))
    >>> sufficiency(own, [Promise("130100", "PM2.5", F(120), F(30)), Promise("130200", "PM2.5", F(80), F(10))], ["130100", "130200"]).key
    'plan.promises_short'
    """
    missing = sorted(set(all_parts) - {part.place for part in parts})
    if missing:
        return Message("plan.promises_missing", {"count": len(missing), "of": len(all_parts), "places": missing[:10]})
    before, after = (_whole(own.pollutant, list(values)) for values in ([p.base for p in parts], [p.base * (1 - p.cut / 100) for p in parts]))
    reached = (before - after) / before * 100
    told = {"reached": _shown(reached), "own": _shown(own.cut), "parts": len(parts), "pollutant": own.pollutant}
    return Message("plan.promises_reach" if reached >= own.cut else "plan.promises_short", told | {"lacking": _shown(max(own.cut - reached, Fraction(0)))})


def _whole(pollutant: str, values: list[Fraction]) -> Fraction:
    total = sum(values, Fraction(0))
    return total / len(values) if pollutant in MEANS else total


def _shown(value: Fraction) -> str:
    return str(round_half_even(value, 1))
