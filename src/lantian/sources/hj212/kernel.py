"""Compiled steps of reading a frame from an array of bytes: checksum, digits, times, names.

Compiled code is kept beside the sources, or in the user's cache folder, by the file that calls it: after a change here, touch ``scan.py`` too.
"""

# ruff: noqa: PLR2004, SIM110 - byte values and calendar arithmetic; the compiler takes plain loops

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
from numba import njit

from lantian.sources.hj212.crc import POWERS, TABLE

F = TypeVar("F", bound=Callable[..., Any])
Bytes = Any
"""Arrays of numpy; the kernel is compiled for their types."""
ODD = -1
NEW, OLD, VENDOR, OWN = 0, 1, 2, 3
"""How a name calls its factor."""
SLOTS = 4096
"""Places of the table of names; no more than half are ever taken."""
HASH = np.uint64(0x9E3779B97F4A7C15)
HASH_SHIFT = np.uint64(52)
FNV_START, FNV_PRIME = np.uint64(0xCBF29CE484222325), np.uint64(0x100000001B3)
EIGHT = np.uint64(8)
ZERO = np.uint64(0)
LONGEST_NAME = 8
EXACT_DIGITS = 15
"""Decimal digits that a float holds exactly, so that one division rounds as reading the text does."""
TENS = 10.0 ** np.arange(23)
COLUMN = np.array(TABLE, np.uint16)
MOVED = np.array(POWERS, np.uint8)
HEX = np.full(256, ODD, np.int8)
HEX[48:58], HEX[65:71], HEX[97:103] = np.arange(10), np.arange(10, 16), np.arange(10, 16)
MONTH_DAYS = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
PLAIN = np.zeros(256, np.bool_)
PLAIN[33:127] = True
for _sign in b"#&,;=":
    PLAIN[_sign] = False


def compiled(function: F) -> F:
    """Compile a function; where no folder for the compiled code can be written, it is compiled anew in each process."""
    try:
        return cast("F", njit(cache=True, nogil=True, error_model="numpy")(function))
    except RuntimeError:  # numba: no locator available
        return cast("F", njit(nogil=True, error_model="numpy")(function))


@compiled
def checksum(data: Bytes, start: int, stop: int) -> Any:
    """Give the checksum of annex A of a stretch of bytes that is not empty."""
    a = b = c = d = e = f = g = h = np.uint8(0)
    at = stop - 8
    while at >= start:
        a ^= data[at + 7]
        b ^= data[at + 6]
        c ^= data[at + 5]
        d ^= data[at + 4]
        e ^= data[at + 3]
        f ^= data[at + 2]
        g ^= data[at + 1]
        h ^= data[at]
        at -= 8
    state = MOVED[0, a] ^ MOVED[1, b] ^ MOVED[2, c] ^ MOVED[3, d] ^ MOVED[4, e] ^ MOVED[5, f] ^ MOVED[6, g] ^ MOVED[7, h]
    for rest in range(start, at + 8):
        state ^= MOVED[(stop - 1 - rest) % 8, data[rest]]
    return np.int64(COLUMN[state ^ MOVED[(stop - start - 1) % 8, 255]])


@compiled
def digits(data: Bytes, start: int, count: int) -> int:
    """Read so many digits; ODD where one is none."""
    value = 0
    for at in range(start, start + count):
        digit = data[at] - 48
        if digit < 0 or digit > 9:
            return ODD
        value = value * 10 + digit
    return value


@compiled
def seconds(data: Bytes, at: int) -> int:
    """Read YYYYMMDDhhmmss as seconds since 1970; ODD where it is no time."""
    year, month, day = digits(data, at, 4), digits(data, at + 4, 2), digits(data, at + 6, 2)
    hour, minute, second = digits(data, at + 8, 2), digits(data, at + 10, 2), digits(data, at + 12, 2)
    if year < 1970 or month < 1 or month > 12 or day < 1 or hour < 0 or hour > 23 or minute < 0 or minute > 59 or second < 0 or second > 59:
        return ODD
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    if day > MONTH_DAYS[month - 1] + (1 if leap and month == 2 else 0):
        return ODD
    shifted = year - (1 if month <= 2 else 0)
    era = shifted // 400
    in_era = shifted - era * 400
    in_year = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5 + day - 1
    days = era * 146097 + in_era * 365 + in_era // 4 - in_era // 100 + in_year - 719468
    return ((days * 24 + hour) * 60 + minute) * 60 + second


@compiled
def starts(data: Bytes, at: int, word: Bytes) -> bool:
    """Tell whether a word stands at a place."""
    if at + word.size > data.size:
        return False
    for place in range(word.size):
        if data[at + place] != word[place]:
            return False
    return True


@compiled
def plain_end(data: Bytes, at: int, limit: int) -> int:
    """Give where the value of a field before CP ends, which must be at a semicolon; ODD for bytes that have no place there."""
    while at < limit and PLAIN[data[at]]:
        at += 1
    return at if at < limit and data[at] == 59 else ODD


@compiled
def slot_of(keys: Bytes, key: Any) -> Any:
    """Find the place of a packed name in the table, or the free one where it would stand."""
    place = np.int64((key * HASH) >> HASH_SHIFT)
    while keys[place] != ZERO and keys[place] != key:
        place = (place + 1) % SLOTS
    return place


@compiled
def is_new_code(data: Bytes, start: int, stop: int) -> Any:
    """Tell whether a name is built like a code of 2017: a small letter and five digits."""
    return stop - start == 6 and 97 <= data[start] <= 122 and digits(data, start + 1, 5) >= 0


@compiled
def fingerprint(data: Bytes, start: int, stop: int) -> Any:
    """Give a number for a device's name, by which rows are grouped."""
    value = FNV_START
    for at in range(start, stop):
        value = (value ^ np.uint64(data[at])) * FNV_PRIME
    return value
