"""Place codes of GB/T 2260: six digits, two for each of province, city and county; zeros at the end mean the whole."""

from __future__ import annotations

NATION = "000000"
STEP = 2


def stem(code: str) -> str:
    """Give the digits of a code that name it.

    >>> stem("130000"), stem("130100"), stem("130102"), stem("000000")
    ('13', '1301', '130102', '')
    """
    parts = [code[at : at + STEP] for at in range(0, len(code), STEP)]
    while parts and parts[-1] == "0" * STEP:
        parts.pop()
    return "".join(parts)


def within(inner: str, outer: str) -> bool:
    """Tell whether one place lies in another, or is it.

    >>> within("130100", "130000"), within("130000", "130100"), within("130100", "000000"), within("140100", "130000")
    (True, False, True, False)
    """
    return inner.startswith(stem(outer))


def above(outer: str, inner: str) -> bool:
    """Tell whether a place lies truly above another: it holds it and is not the same.

    >>> above("130000", "130100"), above("130100", "130100")
    (True, False)
    """
    return outer != inner and within(inner, outer)
