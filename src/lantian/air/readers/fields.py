"""The fields of monitoring files: numbers as the decimals they were written as, days, hours; each error says what and how to mend it."""

from __future__ import annotations

import math
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation

from lantian.lake.declaration import CONCENTRATION, DECIMALS

MISSING = frozenset({"", "na", "nan", "null", "none", "—", "-", "--"})
LARGEST = Decimal(10) ** (CONCENTRATION.precision - CONCENTRATION.scale)


class FieldError(ValueError):
    """One field that cannot be understood."""


def concentration(text: str | None, column: str, divide_by: int = 1) -> Decimal | None:
    """Read a concentration, exactly; missing is None. Negative values are kept: they are flagged later, not dropped.

    >>> concentration("300", "CO", divide_by=1000), concentration("NA", "CO")
    (Decimal('0.3'), None)
    """
    word = (text or "").strip()
    if word.casefold() in MISSING:
        return None
    try:
        value = Decimal(word) / divide_by
    except InvalidOperation:
        raise FieldError(f"{column} {word!r} is no number") from None
    if not value.is_finite():
        raise FieldError(f"{column} {word!r} is no finite number")
    if abs(value) >= LARGEST:
        raise FieldError(f"{column} {word!r} is beyond anything measured (the store ends at {LARGEST})")
    exponent = value.normalize().as_tuple().exponent
    if isinstance(exponent, int) and -exponent > DECIMALS:
        raise FieldError(f"{column} {word!r} has more than {DECIMALS} decimals")
    return value


def real(text: str | None, column: str) -> float | None:
    """Read a meteorological value; missing is None."""
    word = (text or "").strip()
    if word.casefold() in MISSING:
        return None
    try:
        value = float(word)
    except ValueError:
        raise FieldError(f"{column} {word!r} is no number") from None
    if not math.isfinite(value):
        raise FieldError(f"{column} {word!r} is no finite number")
    return value


def whole(text: str | None, column: str, low: int, high: int) -> int:
    """Read a whole number in a range."""
    word = (text or "").strip()
    try:
        value = int(word)
    except ValueError:
        raise FieldError(f"{column} {word!r} is no whole number") from None
    if not low <= value <= high:
        raise FieldError(f"{column} {value} lies outside {low} to {high}")
    return value


def day(text: str | None, column: str = "date") -> date:
    """Read a day written 2015-12-08, 2015/12/08 or 20151208."""
    word = (text or "").strip().replace("/", "-")
    try:
        return date.fromisoformat(word)
    except ValueError:
        raise FieldError(f"{column} {word!r} is no day; write it as 2015-12-08") from None


def moment(text: str | None, column: str = "time") -> datetime:
    """Read the end of an hour written 2015-12-08 18:00, Beijing time without a zone."""
    word = (text or "").strip().replace("/", "-")
    try:
        at = datetime.fromisoformat(word)
    except ValueError:
        raise FieldError(f"{column} {word!r} is no hour; write it as 2015-12-08 18:00") from None
    if at.tzinfo is not None:
        raise FieldError(f"{column} {word!r} names a time zone; write Beijing time without one")
    if (at.minute, at.second, at.microsecond) != (0, 0, 0):
        raise FieldError(f"{column} {word!r} is no full hour")
    return at


def hour_end(on: date, hour: int) -> datetime:
    """Give the moment at which the archive's hour 0 … 23 of a day ends: hour 0 closes the day before (CNEMC label)."""
    return datetime.combine(on, time()) + timedelta(hours=hour)
