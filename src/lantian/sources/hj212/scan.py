"""The compiled reader of frames that hold to the standard, or leave it in ways it can name; all others are left to the reader of single frames.

One pass over the bytes: framing, checksum, fields, values. A frame is given up as odd at the first byte that is not expected.
"""
# ruff: noqa: PLR2004, PLR0915 - byte values; one pass is one function

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from lantian.sources.hj212.kernel import (
    EIGHT,
    EXACT_DIGITS,
    HEX,
    LONGEST_NAME,
    NEW,
    ODD,
    OLD,
    OWN,
    PLAIN,
    SLOTS,
    TENS,
    VENDOR,
    ZERO,
    checksum,
    compiled,
    digits,
    fingerprint,
    is_new_code,
    plain_end,
    seconds,
    slot_of,
    starts,
)

Array = Any
START, STOP, VERSION, ST, CN, FLAG, TIME, QN, MN, MN_STOP, DEVIATIONS, MN_HASH = range(12)
COLUMNS = 12
BITS = (
    *("qn_missing", "flag_missing", "mn_length", "st_unknown", "cn_unknown", "crc_lower_case", "line_end_other", "segment_too_long"),
    *("separator_trailing", "factor_old_code", "factor_new_code", "factor_vendor_name", "value_decimals", "value_negative"),
)
"""Deviations that the compiled reader names itself."""
QN_MISSING, FLAG_MISSING, MN_LENGTH, ST_UNKNOWN, CN_UNKNOWN, CRC_LOWER, LINE_END, LONG, TRAILING, OLD_CODE, NEW_CODE, VENDOR_NAME, DECIMALS, NEGATIVE = range(
    14
)
WORDS = tuple(np.frombuffer(word, np.uint8) for word in (b"QN=", b"ST=", b"CN=", b"PW=", b"MN=", b"Flag=", b"CP=&&", b"DataTime="))
QN_WORD, ST_WORD, CN_WORD, PW_WORD, MN_WORD, FLAG_WORD, CP_WORD, TIME_WORD = WORDS
FLAG_NAME = np.uint64(int.from_bytes(b"Flag", "big"))


class Names(NamedTuple):
    """What the reader knows and learns of names: packed name → factor and how it is named; factor → packed name, whether it has totals."""

    keys: Array
    factor: Array
    kind: Array
    packed: Array
    totalled: Array
    seen: Array
    """Factor → the frame in which it was last met."""
    counts: Array
    """Factors known; frames tried."""


class Known(NamedTuple):
    """What the standard lists, as arrays."""

    systems: Array
    commands: Array
    flags: Array
    fields: Array
    """Packed names of fields that hold numbers, by their number."""
    bits: Array
    limits: Array
    """Longest data segment, MN's length in 2005, since 2017."""


class Values(NamedTuple):
    """Columns of values, to be filled."""

    frame: Array
    factor: Array
    field: Array
    value: Array
    flag: Array


@compiled
def factor_at(data: Array, start: int, stop: int, key: Any, names: Names) -> Any:
    """Find a name's place in the table; a code of 2017 that is new to it is learnt, another name is odd."""
    slot = slot_of(names.keys, key)
    if names.keys[slot] == ZERO:
        if not is_new_code(data, start, stop) or names.counts[0] > SLOTS // 2:
            return ODD
        factor = names.counts[0]
        names.keys[slot], names.factor[slot], names.kind[slot], names.packed[factor] = key, factor, NEW, key
        names.counts[0] += 1
    return slot


@compiled
def read_values(data: Array, at: int, limit: int, row: int, filled: int, names: Names, known: Known, out: Values) -> tuple[int, int, int]:
    """Read items behind DataTime up to the closing ``&&``: values filled (or ODD), deviations, kinds of names met."""
    deviations, kinds = 0, 0
    while at < limit:
        if data[at] != 59:
            return ODD, 0, 0
        at += 1
        if at == limit:
            deviations |= known.bits[TRAILING]
            break
        begin, key = at, ZERO
        while at < limit and data[at] != 45 and PLAIN[data[at]] and at - begin <= LONGEST_NAME:
            key = (key << EIGHT) | np.uint64(data[at])
            at += 1
        size = at - begin
        if size == 0 or size > LONGEST_NAME or at >= limit or data[at] != 45:
            return ODD, 0, 0
        slot = factor_at(data, begin, at, key, names)
        if slot == ODD:
            return ODD, 0, 0
        factor = names.factor[slot]
        kinds |= 1 << names.kind[slot]
        if names.seen[factor] == names.counts[1]:
            return ODD, 0, 0
        names.seen[factor] = names.counts[1]
        first, met, mark = filled, 0, np.uint8(0)
        while True:
            at += 1
            label_at, label = at, ZERO
            while at < limit and data[at] != 61 and at - label_at <= LONGEST_NAME:
                label = (label << EIGHT) | np.uint64(data[at])
                at += 1
            if at >= limit or data[at] != 61 or at == label_at or at - label_at > LONGEST_NAME:
                return ODD, 0, 0
            at += 1
            if label == FLAG_NAME:
                if mark != 0 or at >= limit or not known.flags[data[at]]:
                    return ODD, 0, 0
                mark = data[at]
                at += 1
            else:
                field = 0
                while field < known.fields.size and known.fields[field] != label:
                    field += 1
                if field == known.fields.size or met >> field & 1:
                    return ODD, 0, 0
                met |= 1 << field
                negative = at < limit and data[at] == 45
                if negative:
                    at += 1
                whole, count, decimals = 0, 0, ODD
                while at < limit:
                    digit = data[at] - 48
                    if 0 <= digit <= 9:
                        whole = whole * 10 + digit
                        count += 1
                        if decimals >= 0:
                            decimals += 1
                    elif data[at] == 46 and decimals == ODD and count > 0:
                        decimals = 0
                    else:
                        break
                    at += 1
                if count == 0 or count > EXACT_DIGITS or decimals == 0:
                    return ODD, 0, 0
                value = float(whole) if decimals == ODD else whole / TENS[decimals]
                if negative:
                    value = -value
                    if value < 0 and names.totalled[factor]:
                        deviations |= known.bits[NEGATIVE]
                if decimals > 6:
                    deviations |= known.bits[DECIMALS]
                out.frame[filled], out.factor[filled], out.field[filled], out.value[filled] = row, factor, field, value
                filled += 1
            if at == limit or data[at] == 59:
                break
            if data[at] != 44 or at + size + 1 >= limit:
                return ODD, 0, 0
            at += 1
            for place in range(size):
                if data[at + place] != data[begin + place]:
                    return ODD, 0, 0
            at += size
            if data[at] != 45:
                return ODD, 0, 0
        if filled == first:
            return ODD, 0, 0
        for place in range(first, filled):
            out.flag[place] = mark
    return filled, deviations, kinds


@compiled
def read_frame(data: Array, start: int, rows: Array, row: int, filled: int, names: Names, known: Known, out: Values) -> tuple[int, int]:
    """Read one frame into a row: where the search goes on behind it (or ODD), and how many values are filled."""
    names.counts[1] += 1
    size, deviations = data.size, 0
    if start + 13 > size or data[start] != 35 or data[start + 1] != 35:
        return ODD, filled
    length = digits(data, start + 2, 4)
    at = start + 6
    end = at + length
    if length < 20 or end + 5 > size or data[end - 1] != 38 or data[end - 2] != 38:
        return ODD, filled
    stated = 0
    for place in range(end, end + 4):
        if HEX[data[place]] < 0:
            return ODD, filled
        if data[place] >= 97:
            deviations |= known.bits[CRC_LOWER]
        stated = stated * 16 + HEX[data[place]]
    stop = end + 5
    if data[end + 4] == 10:
        deviations |= known.bits[LINE_END]
    elif data[end + 4] != 13:
        return ODD, filled
    if stated != checksum(data, at, end):
        return ODD, filled
    quoted = starts(data, at, QN_WORD)
    if quoted:
        rows[row, QN] = at + 3
        if seconds(data, at + 3) == ODD or digits(data, at + 17, 3) == ODD or data[at + 20] != 59:
            return ODD, filled
        at += 21
    else:
        rows[row, QN] = ODD
        deviations |= known.bits[QN_MISSING]
    system = digits(data, at + 3, 2)
    if not starts(data, at, ST_WORD) or system == ODD or data[at + 5] != 59:
        return ODD, filled
    at += 6
    command = digits(data, at + 3, 4)
    if not starts(data, at, CN_WORD) or command == ODD or data[at + 7] != 59:
        return ODD, filled
    at += 8
    if not known.systems[system]:
        deviations |= known.bits[ST_UNKNOWN]
    if not known.commands[command]:
        deviations |= known.bits[CN_UNKNOWN]
    if not starts(data, at, PW_WORD) or plain_end(data, at + 3, end) != at + 9:
        return ODD, filled
    at += 10
    device = at + 3
    device_stop = plain_end(data, device, end)
    if not starts(data, at, MN_WORD) or device_stop <= device:
        return ODD, filled
    at = device_stop + 1
    flag = ODD
    if starts(data, at, FLAG_WORD):
        at += 5
        wide = 1 if data[at + 1] == 59 else 2
        flag = digits(data, at, wide)
        if flag == ODD or flag > 11 or flag & 2 or data[at + wide] != 59:
            return ODD, filled
        at += wide + 1
    else:
        deviations |= known.bits[FLAG_MISSING]
    if not starts(data, at, CP_WORD):
        return ODD, filled
    at, limit = at + 5, end - 2
    kinds, moment = 0, ODD
    if at > limit:
        return ODD, filled
    if at < limit:
        if not starts(data, at, TIME_WORD) or at + 23 > limit:
            return ODD, filled
        moment = seconds(data, at + 9)
        if moment == ODD:
            return ODD, filled
        read, found, kinds = read_values(data, at + 23, limit, row, filled, names, known, out)
        if read == ODD:
            return ODD, filled
        filled = read
        deviations |= found
    newer = kinds >> NEW & 1
    version = 2005 if flag == ODD and not newer else 0 if flag == ODD else 2005 if flag < 4 else 2017 if flag < 8 else 2025
    if version and device_stop - device != known.limits[1 if version == 2005 else 2]:
        deviations |= known.bits[MN_LENGTH]
    if kinds >> OLD & 1 and version != 2005:
        deviations |= known.bits[OLD_CODE]
    if newer and version == 2005:
        deviations |= known.bits[NEW_CODE]
    if kinds >> VENDOR & 1:
        deviations |= known.bits[VENDOR_NAME]
    if length > known.limits[0]:
        deviations |= known.bits[LONG]
    rows[row, START], rows[row, STOP], rows[row, VERSION] = start, end + 4, version
    rows[row, ST], rows[row, CN], rows[row, FLAG], rows[row, TIME] = system, command, flag, moment
    rows[row, MN], rows[row, MN_STOP], rows[row, DEVIATIONS] = device, device_stop, deviations
    rows[row, MN_HASH] = np.int64(fingerprint(data, device, device_stop))
    return stop, filled


@compiled
def scan(data: Array, rows: Array, odd: Array, names: Names, known: Known, out: Values) -> tuple[int, int, int]:
    """Read all frames of a buffer: rows filled, values filled, odd stretches found (from, to) between them."""
    at, row, filled, strange, begin = 0, 0, 0, 0, ODD
    size = data.size
    while at < size:
        here = data[at]
        skipped = here in (0, 9, 10, 13, 32) if begin == ODD else here != 35 or at + 1 == size or data[at + 1] != 35
        if skipped:
            at += 1
        else:
            stop, filled = read_frame(data, at, rows, row, filled, names, known, out)
            if stop == ODD:
                begin = at if begin == ODD else begin
                at += 1
                continue
            if begin != ODD:
                odd[strange, 0], odd[strange, 1] = begin, at
                strange, begin = strange + 1, ODD
            row, at = row + 1, stop
    if begin != ODD:
        odd[strange, 0], odd[strange, 1] = begin, size
        strange += 1
    return row, filled, strange


__all__ = ["BITS", "COLUMNS", "OWN", "Known", "Names", "Values", "scan"]
