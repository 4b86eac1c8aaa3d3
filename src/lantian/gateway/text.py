"""What a device sent, made fit to stand in a log or a page: nothing in it can begin a line, move a cursor or turn the writing round."""

from __future__ import annotations

LONGEST = 200


def shown(text: str | bytes, longest: int = LONGEST) -> str:
    r"""Give text of a device on one line, everything unprintable escaped, cut where it is long.

    >>> shown(b"MN1\r\n2026-01-01 admitted \x1b[31m"), shown("a\u202eb\u2028c"), shown("x" * 300, 5)
    ('MN1\\r\\n2026-01-01 admitted \\x1b[31m', 'a\\u202eb\\u2028c', 'xxxxx…')
    """
    plain = text.decode("utf-8", "backslashreplace") if isinstance(text, bytes) else text
    cut = plain[:longest]
    safe = "".join(each if each.isprintable() and each != "\\" else each.encode("unicode_escape").decode() for each in cut)
    return safe + ("…" if len(plain) > longest else "")
