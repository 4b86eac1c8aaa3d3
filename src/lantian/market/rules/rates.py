"""Which rate holds at a place for an item on a day: the place's own row, else that of the place it lies in, at last the nation's."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from functools import lru_cache

from lantian.kernel.place_id import NATION, STEP, stem
from lantian.kernel.quantity import exact
from lantian.law import LawBook
from lantian.law.model import LawValue

ANY = "*"
"""The key of a row that holds for every item without a row of its own."""
PER_KG = "yuan/kg"


def chain(place: str) -> tuple[str, ...]:
    """List a place and the places it lies in, the nation last.

    >>> chain("130182"), chain("000000")
    (('130182', '130100', '130000', '000000'), ('000000',))
    """
    digits = stem(place)
    return (*(digits[:end].ljust(len(NATION), "0") for end in range(len(digits), 0, -STEP)), NATION)


@lru_cache(maxsize=1 << 14)
def row_of(law: LawBook, table: str, place: str, on: date, item: str) -> LawValue | None:
    """Give the row that holds for an item at a place on a day: its own before ``*``, the nearer place before the wider one.

    >>> from lantian.law import book
    >>> [row_of(book(), "law_levy_rate", "120101", date(2015, 8, 1), item).value for item in ("NOx", "CO")]
    [8.5, 0.6]
    """
    for code in chain(place):
        for key in (item, ANY):
            found = law.values(table, on=on, place=code, item=key)
            if found:
                return found[0]
    return None


@lru_cache(maxsize=1 << 14)
def named_by(law: LawBook, table: str, value: LawValue, place: str, on: date) -> bool:
    """Tell whether a rate is the place's own word: it is, or the place named rates of other items and left this one at the nation's.

    >>> from lantian.law import book
    >>> [named_by(book(), "law_levy_rate", row_of(book(), "law_levy_rate", place, date(2015, 8, 1), "CO"), place, date(2015, 8, 1)) for place in ("120000", "140000")]
    [True, False]
    """
    if value.key["place"] != NATION or place == NATION:
        return True
    return any(law.values(table, on=on, place=code) for code in chain(place)[:-1])


def charge(value: LawValue, kg: Fraction, equivalents: Fraction) -> Fraction:
    """Give the plain charge [yuan]: the rate times the equivalents, or times the kilograms where the rate is by weight.

    >>> from lantian.law import book
    >>> charge(book().value("law_levy_rate", on=date(2015, 8, 1), place="110000", item="SO2"), Fraction(95), Fraction(100))
    Fraction(950, 1)
    """
    return exact(value.value) * (kg if value.unit == PER_KG else equivalents)
