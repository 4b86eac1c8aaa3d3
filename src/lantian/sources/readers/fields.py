"""One cell of a register of sources: how each kind is read, and what its fault says."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any

from lantian.kernel.errors import InputError, unknown
from lantian.places import Atlas
from lantian.sources.rules.credit import code_fault, fault_text, tidy_code

YES, NO = ("是", "true", "yes", "1", "y"), ("否", "false", "no", "0", "n")
MISSING = frozenset({"", "na", "nan", "null", "none", "—", "-", "--"})
EARLIEST, LATEST = 1900, 2100
MN = re.compile(r"[!-~]{12,24}")
FORBIDDEN = set(";,&=#")
DIGITS, DECIMALS = 12, 6
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a register as it is filled in: name, Chinese and English title, how it is read, an example, what may be chosen."""

    name: str
    zh: str
    en: str
    kind: str
    example: str
    needed: bool = False
    choices: tuple[str, ...] = ()
    low: float = -math.inf
    high: float = math.inf


def read_cell(field: Field, text: str | None, atlas: Atlas) -> Any:
    """Read one cell; an empty one is None ('' for a text), and a fault where the column must be filled; a fault raises ``InputError`` with the cure."""
    word = (text or "").strip()
    if not word or (field.kind in ("number", "decimal", "whole") and word.casefold() in MISSING):
        if field.needed:
            raise InputError(f"{field.name} is empty; {field.zh}必填")
        return "" if field.kind in TEXTS else None
    if field.choices:
        fits = next((each for each in field.choices if each.casefold() == word.casefold()), None)
        if fits is None:
            raise unknown(field.name, word, field.choices)
        word = fits
    return READ[field.kind](word, field, atlas)


def number(word: str, field: Field) -> float:
    """Read a number within the bounds of its column."""
    try:
        value = float(word)
    except ValueError:
        raise InputError(f"{field.name} {word!r} is no number; write digits only, the unit stands in the column") from None
    if not math.isfinite(value):
        raise InputError(f"{field.name} {word!r} is no finite number; leave it empty if it is unknown")
    return _within(value, field)


def _within(value: float, field: Field) -> float:
    if not field.low <= value <= field.high:
        upper = "" if math.isinf(field.high) else f" to {field.high:g}"
        raise InputError(f"{field.name} {value:g} lies outside {field.low:g}{upper or ' and up'}; check unit and decimal point")
    return value


def decimal(word: str, field: Field) -> Decimal:
    """Read a number exactly as it was sent; more digits than the store holds are a fault, never cut."""
    try:
        value = Decimal(word)
    except InvalidOperation:
        raise InputError(f"{field.name} {word!r} is no number; write digits only, the unit stands in the column") from None
    if not value.is_finite():
        raise InputError(f"{field.name} {word!r} is no finite number; leave it empty if it is unknown")
    exponent = value.normalize().as_tuple().exponent
    if abs(value) >= Decimal(10) ** DIGITS or (isinstance(exponent, int) and -exponent > DECIMALS):
        raise InputError(f"{field.name} {word!r} does not fit {DIGITS} digits before and {DECIMALS} after the point")
    return value


def whole(word: str, field: Field) -> int:
    """Read a whole number within the bounds of its column."""
    try:
        value = int(word)
    except ValueError:
        raise InputError(f"{field.name} {word!r} is no whole number") from None
    return int(_within(value, field))


def truth(word: str, field: Field) -> bool:
    """Read 是 or 否, true or false."""
    if word.casefold() in YES:
        return True
    if word.casefold() in NO:
        return False
    raise InputError(f"{field.name} {word!r} is neither yes nor no; write 是 or 否")


def a_day(word: str, field: Field) -> date:
    """Read a day written 2015-12-31, 2015/12/31 or 20151231."""
    try:
        found = date.fromisoformat(word.replace("/", "-"))
    except ValueError:
        raise InputError(f"{field.name} {word!r} is no day; write it as 2015-12-31") from None
    if not EARLIEST <= found.year <= LATEST:
        raise InputError(f"{field.name} {found} lies outside {EARLIEST} to {LATEST}")
    return found


def a_moment(word: str, field: Field) -> datetime:
    """Read a time written 2015-12-08 18:10, Beijing time without a zone."""
    try:
        at = datetime.fromisoformat(word.replace("/", "-"))
    except ValueError:
        raise InputError(f"{field.name} {word!r} is no time; write it as 2015-12-08 18:10") from None
    if at.tzinfo is not None:
        raise InputError(f"{field.name} {word!r} names a time zone; write Beijing time without one")
    if not EARLIEST <= at.year <= LATEST:
        raise InputError(f"{field.name} {at} lies outside {EARLIEST} to {LATEST}")
    return at


def day_of(time: datetime) -> date:
    """Give the monitoring day of a time: that of the hour it falls into, an hour being labelled by its end (DESIGN §10).

    >>> day_of(datetime(2015, 12, 2)), day_of(datetime(2015, 12, 2, 0, 10))
    (datetime.date(2015, 12, 1), datetime.date(2015, 12, 2))
    """
    return (time - timedelta(microseconds=1)).date()


def credit(word: str, field: Field) -> str:
    """Read a unified social credit code (GB 32100-2015)."""
    code = tidy_code(word)
    fault = code_fault(code)
    if fault is not None:
        raise InputError(f"{field.name} {fault_text(fault)}")
    return code


def device(word: str, field: Field) -> str:
    """Read an MN: 12 to 24 characters as devices send them, without those that part the fields of a frame."""
    if not MN.fullmatch(word) or set(word) & FORBIDDEN:
        raise InputError(f"{field.name} {word!r} is no MN; it has {len(word)} characters, an MN has 12 to 24 letters and digits as the device sends them")
    return word


def code(word: str, field: Field) -> str:
    """Read an identifier, which holds no blanks."""
    if any(each.isspace() for each in word):
        raise InputError(f"{field.name} {word!r} holds a blank; an identifier has none")
    return word


def law_code(word: str, field: Field) -> str:
    """Read the code of a standard, such as gb_13223."""
    found = word.casefold().replace(" ", "_").split("-")[0]
    if not re.fullmatch(r"(gb|db|hj)[a-z0-9]*_[0-9_]+", found):
        raise InputError(f"{field.name} {word!r} names no standard; write it as gb_13223 (GB 13223-2011) or db11_139")
    return found


TEXTS = ("text", "code", "credit", "device", "standard", "unit_type", "fuel", "choice", "place")
READ: dict[str, Callable[[str, Field, Atlas], Any]] = {
    "text": lambda word, _, __: word,
    "choice": lambda word, _, __: word,
    "place": lambda word, _, atlas: atlas.find(word).code,
    **{
        kind: partial(lambda read, word, field, _: read(word, field), read)
        for kind, read in {
            "number": number,
            "decimal": decimal,
            "whole": whole,
            "truth": truth,
            "day": a_day,
            "moment": a_moment,
            "credit": credit,
            "device": device,
            "code": code,
            "unit_type": code,
            "fuel": code,
            "standard": law_code,
        }.items()
    },
}
