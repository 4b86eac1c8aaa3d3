"""The words of the language as arrays for the compiled reader."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from lantian.sources.hj212.items import factor_of
from lantian.sources.hj212.kernel import LONGEST_NAME, NEW, OLD, OWN, SLOTS, VENDOR, slot_of
from lantian.sources.hj212.scan import BITS, Known, Names
from lantian.sources.hj212.words import positions, words

KINDS = {"new": NEW, "old": OLD, "vendor": VENDOR, "own": OWN}


def packed(name: str) -> int:
    """Write a name of at most eight letters as one number.

    >>> packed("01"), unpacked(packed("a21026"))
    (12337, 'a21026')
    """
    return int.from_bytes(name.encode("ascii"), "big")


def unpacked(key: Any) -> str:
    """Read a name from its number."""
    return int(key).to_bytes(LONGEST_NAME, "big").lstrip(b"\0").decode("ascii")


@cache
def number_fields() -> tuple[str, ...]:
    """Name the fields that hold numbers, in the order of their places."""
    return tuple(name for name, number in words().fields.values() if number and len(name) <= LONGEST_NAME)


@cache
def known_words() -> Known:
    """Write the standard's lists as arrays."""
    known = words()
    systems, commands, flags = np.zeros(100, np.bool_), np.zeros(10_000, np.bool_), np.zeros(256, np.bool_)
    systems[[int(st) for st in known.systems]] = True
    commands[[int(cn) for cn in known.commands]] = True
    flags[[ord(flag) for flag in known.flags]] = True
    return Known(
        systems,
        commands,
        flags,
        np.array([packed(name) for name in number_fields()], np.uint64),
        np.array([1 << positions()[code] for code in BITS], np.int64),
        np.array([known.segment_max, known.mn_lengths[2005], known.mn_lengths[2017]], np.int64),
    )


@cache
def _first_names() -> Names:
    """Build the table of the names that the law knows."""
    known = words()
    keys, codes = np.zeros(SLOTS, np.uint64), np.zeros(SLOTS, np.uint64)
    factor, kind, totalled = np.zeros(SLOTS, np.int32), np.zeros(SLOTS, np.int8), np.zeros(SLOTS, np.bool_)
    places: dict[str, int] = {}
    for name in known.canonical:
        canonical, called, _ = factor_of(name)
        place = places.setdefault(canonical, len(places))
        codes[place], totalled[place] = packed(canonical), canonical in known.totalled
        slot = slot_of(keys, np.uint64(packed(name)))
        keys[slot], factor[slot], kind[slot] = packed(name), place, KINDS[called]
    return Names(keys, factor, kind, codes, totalled, np.zeros(SLOTS, np.int64), np.array([len(places), 0], np.int64))


def fresh_names() -> Names:
    """Give a table of its own to each batch, which learns further codes."""
    return Names(*(part.copy() for part in _first_names()))
