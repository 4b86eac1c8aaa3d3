"""The parameters of a command: items, their fields and values, and where they leave the standard."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from lantian.sources.hj212.model import Item
from lantian.sources.hj212.words import words

TOKEN = re.compile(r"([^=;,]*)(?:=(//.*?//|[^;,]*))?([;,]|$)", re.DOTALL)
"""Name, value and separator; a text between ``//`` and ``//`` (site information) may hold separators."""
NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?([0-9]*)|\.([0-9]+))([eE][+-]?[0-9]+)?", re.ASCII)
CLEAN = re.compile(
    r"DataTime=[0-9]{14}(?:;[A-Za-z0-9]+-[A-Za-z]+=(?:-?[0-9]+(?:\.[0-9]{1,6})?|[NFMSDCTBP])(?:,[A-Za-z0-9]+-[A-Za-z]+=(?:-?[0-9]+(?:\.[0-9]{1,6})?|[NFMSDCTBP]))*)*"
)
"""Parameters as the standard writes them; the letters are those of its data flags."""
TIME_AT, ITEMS_AT = 9, 23
NEW_CODE = re.compile(r"[a-z][0-9]{5}", re.ASCII)
EQUIPMENT = re.compile(r"SB[0-9]+", re.ASCII)
DECIMALS = 6
"""Decimals that the lake keeps of a value."""
MOMENT, MILLISECOND = 14, 17
"""Digits of YYYYMMDDhhmmss, and with milliseconds."""


@dataclass(slots=True)
class Parameters:
    """What stands between ``CP=&&`` and ``&&``."""

    items: list[Item] = field(default_factory=list)
    values: dict[str, float | str] = field(default_factory=dict)
    data_time: datetime | None = None
    timed: bool = False
    """Whether DataTime stands, be it a time or not."""
    kinds: set[str] = field(default_factory=set)
    """How factors are named: ``new``, ``old``, ``vendor``, ``unknown``, ``own``."""
    seen: set[str] = field(default_factory=set)
    """Factors read so far."""
    found: set[str] = field(default_factory=set)


@lru_cache(maxsize=4096)
def factor_of(name: str) -> tuple[str, str, bool]:
    """Give a factor's code of 2017, how it was named, and whether its case had to be mended.

    >>> factor_of("02"), factor_of("a21026"), factor_of("so2"), factor_of("S101")
    (('a21026', 'old', False), ('a21026', 'new', False), ('a21026', 'vendor', False), ('S101', 'unknown', False))
    """
    known = words()
    for tried in dict.fromkeys((name, name.lower(), name.upper())):
        factor = known.canonical.get(tried)
        if factor is not None:
            kind = "old" if tried in known.old else "vendor" if tried in known.vendor else "new" if NEW_CODE.fullmatch(factor) else "own"
            return factor, kind, tried != name and kind != "vendor"
    for pattern, tried, kind in ((NEW_CODE, name.lower(), "new"), (EQUIPMENT, name.upper(), "own")):
        if pattern.fullmatch(tried):
            return tried, kind, tried != name
    return name, "unknown", False


@lru_cache(maxsize=1024)
def field_of(name: str) -> tuple[str, bool, str]:
    """Give a field as the standard writes it, whether it holds a number, and the deviation its name makes.

    >>> field_of("Rtd"), field_of("zsrtd"), field_of("td")
    (('Rtd', True, ''), ('ZsRtd', True, 'name_case'), ('td', True, 'value_field_unknown'))
    """
    known = words().fields.get(name.lower())
    if known is None:
        return name, True, "value_field_unknown"
    return *known, "" if known[0] == name else "name_case"


def moment_of(text: str) -> datetime | None:
    """Read YYYYMMDDhhmmss, with or without milliseconds; what is no time gives None.

    >>> moment_of("20160801085857"), moment_of("20160801085857223"), moment_of("20161301085857")
    (datetime.datetime(2016, 8, 1, 8, 58, 57), datetime.datetime(2016, 8, 1, 8, 58, 57, 223000), None)
    """
    if len(text) not in (MOMENT, MILLISECOND) or not (text.isascii() and text.isdigit()):
        return None
    try:
        return datetime(int(text[:4]), int(text[4:6]), int(text[6:8]), int(text[8:10]), int(text[10:12]), int(text[12:14]), int(text[14:] or 0) * 1000)
    except ValueError:
        return None


def read_parameters(content: str) -> Parameters:
    """Read what stands between ``CP=&&`` and ``&&``; whatever stands there, something is read.

    >>> read = read_parameters("DataTime=20160824003817;02-Rtd=1.5,02-Flag=N")
    >>> read.values, read.kinds
    ({'a21026-Rtd': 1.5, 'a21026-Flag': 'N'}, {'old'})
    """
    return _quick(content) or read_thoroughly(content)


def _quick(content: str) -> Parameters | None:
    """Read parameters that hold to the standard; None for any others."""
    if CLEAN.fullmatch(content) is None or (moment := moment_of(content[TIME_AT:ITEMS_AT])) is None:
        return None
    read = Parameters([Item("DataTime", "DataTime", {"": content[TIME_AT:ITEMS_AT]})], {}, moment, True)
    values, seen, known = read.values, read.seen, words()
    for group in content[ITEMS_AT + 1 :].split(";") if len(content) > ITEMS_AT else ():
        code = ""
        fields: dict[str, str] = {}
        for token in group.split(","):
            name, _, text = token.partition("=")
            plain = _plain(name)
            if plain is None:
                return None
            own, label, factor, kind, key, number = plain
            if code != own:
                if code or factor in seen:
                    return None
                code = own
                seen.add(factor)
                read.kinds.add(kind)
                read.items.append(Item(code, factor, fields))
            if label in fields or number is text.isalpha():
                return None
            fields[label] = text
            if number:
                values[key] = value = float(text)
                if value < 0 and factor in known.totalled:
                    read.found.add("value_negative")
            else:
                values[key] = text
    return read


@lru_cache(maxsize=8192)
def _plain(name: str) -> tuple[str, str, str, str, str, bool] | None:
    """Give code, field, factor, kind, the value's key and whether it is a number, for a name without deviation and a field of numbers or Flag."""
    _, code, label, number, deviations = _name(name)
    factor, kind, mended = factor_of(code)
    if deviations or mended or not (number or label == "Flag"):
        return None
    return code, label, factor, kind, f"{factor}-{label}", number


def read_thoroughly(content: str) -> Parameters:
    """Read parameters token by token, with every deviation."""
    read = Parameters()
    before = ";"
    last: Item | None = None
    for match in TOKEN.finditer(content):
        name, text, separator = match.groups()
        if not name and text is None:
            if separator or (content and before and match.start() == len(content)):
                read.found.add("separator_trailing")
        else:
            last = _token(read, last, before, name, text)
        if separator == "" and match.end() == len(content):
            break
        before = separator
    return read


def _token(read: Parameters, last: Item | None, before: str, name: str, text: str | None) -> Item | None:
    if text is None:
        read.found.add("item_malformed")
        text = ""
    bare_name, code, label, number, deviations = _name(name)
    bare_text = text.strip()
    if deviations or len(bare_text) != len(text):
        read.found.update(deviations if len(bare_text) == len(text) else (*deviations, "spaces"))
    if not label:
        return _bare(read, bare_name, bare_text)
    if last is not None and last.name == code and (before == "," or label not in last.fields):
        item = last
        if before == ";":
            read.found.add("separator_swapped")
    else:
        if before == "," and last is not None:
            read.found.add("separator_swapped")
        item = _item(read, code)
    if label in item.fields:
        read.found.add("field_repeated")
    else:
        item.fields[label] = bare_text
        _value(read, item.factor, label, bare_text, number)
    return item


@lru_cache(maxsize=8192)
def _name(name: str) -> tuple[str, str, str, bool, tuple[str, ...]]:
    """Part a name into code and field (empty for a bare parameter), with whether a number follows and what the name deviates in."""
    bare = name.strip()
    spaces = ("spaces",) if len(bare) != len(name) else ()
    code, dash, label = bare.partition("-")
    if not dash:
        return bare, "", "", False, spaces
    known, number, deviation = field_of(label)
    return bare, code, known or "-", number, (*spaces, *((deviation,) if deviation else ()))


def _bare(read: Parameters, name: str, text: str) -> Item:
    known = words().parameters.get(name.lower())
    if known != name:
        read.found.add("name_case" if known else "parameter_unknown")
    item = Item(name, known or name, {"": text})
    if known != "DataTime":
        read.values.setdefault(item.factor, text)
    elif not read.timed:
        read.data_time, read.timed = moment_of(text), True
        if read.data_time is None:
            read.found.add("data_time_malformed")
        elif len(text) == MILLISECOND:
            read.found.add("data_time_milliseconds")
    read.items.append(item)
    return item


def _item(read: Parameters, code: str) -> Item:
    factor, kind, mended = factor_of(code)
    if mended:
        read.found.add("name_case")
    if factor in read.seen:
        read.found.add("factor_repeated")
    read.seen.add(factor)
    read.kinds.add(kind)
    item = Item(code, factor, {})
    read.items.append(item)
    return item


def _value(read: Parameters, factor: str, label: str, text: str, number: bool) -> None:
    key = f"{factor}-{label}"
    if key in read.values:
        return
    if not text:
        read.found.add("value_missing")
        return
    if not number:
        if label == "Flag" and text not in words().flags:
            read.found.add("data_flag_unknown")
        read.values[key] = text
        return
    match = NUMBER.fullmatch(text)
    value = float(text) if match else float("inf")
    if match is None or abs(value) == float("inf"):
        read.found.add("value_not_numeric")
        read.values[key] = text
        return
    if match[3]:
        read.found.add("value_exponent")
    if len(match[1] or match[2] or "") > DECIMALS:
        read.found.add("value_decimals")
    if value < 0 and factor in words().totalled:
        read.found.add("value_negative")
    read.values[key] = value
