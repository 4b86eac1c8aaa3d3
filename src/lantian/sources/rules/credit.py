"""The unified social credit code of GB 32100-2015: eighteen characters, the last a check character."""

from __future__ import annotations

from lantian.kernel.finding import Message

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""Digits and capital letters without I, O, S, V, Z (GB 32100-2015 table 2)."""
LENGTH = 18
BASE = len(ALPHABET)
WEIGHT = 3
"""Weights are the powers of 3 modulo 31 (GB 32100-2015, 3.4)."""
FULL_WIDTH = {ord("０") + number: str(number) for number in range(10)} | {ord("Ａ") + n: chr(ord("A") + n) for n in range(26)}


def tidy_code(text: str) -> str:
    """Give a code as it is meant: capitals, half width, without blanks and hyphens.

    >>> tidy_code(" 9111000080１９７３９５６ｍ ")
    '91110000801973956M'
    """
    return "".join(text.upper().translate(FULL_WIDTH).replace("-", "").split()).upper()


def check_character(code: str) -> str:
    """Give the check character that the first seventeen ask for: 31 less the weighted sum modulo 31.

    >>> check_character("91350100M000100Y4")
    '3'
    """
    total = sum(ALPHABET.index(each) * pow(WEIGHT, place, BASE) for place, each in enumerate(code[: LENGTH - 1]))
    return ALPHABET[-total % BASE]


def code_fault(code: str) -> Message | None:
    """Say what is wrong with a code: its length, a character that the alphabet does not hold, or the check character; None when it is right.

    >>> code_fault("91350100M000100Y43") is None
    True
    >>> code_fault("91350100M000100Y44").values["wanted"]
    '3'
    """
    if len(code) != LENGTH:
        return Message("source.credit.length", {"code": code, "length": len(code)})
    strange = [(place, each) for place, each in enumerate(code, start=1) if each not in ALPHABET]
    if strange:
        return Message("source.credit.character", {"code": code, "place": strange[0][0], "character": strange[0][1]})
    wanted = check_character(code)
    if code[-1] != wanted:
        return Message("source.credit.check", {"code": code, "wanted": wanted, "character": code[-1]})
    return None


FAULTS = {
    "source.credit.length": "{code!r} has {length} characters, a unified social credit code has 18; copy it anew from the business licence",
    "source.credit.character": "{code!r} has {character!r} at place {place}; such a code uses digits and capitals without I, O, S, V, Z: did you mean 1, 0, 5, U, 2?",
    "source.credit.check": "{code!r} ends in {character!r}, its other characters ask for {wanted!r}; one character is mistyped or two are swapped",
}
"""The same in words for the readers of files, whose errors are said in English."""


def fault_text(fault: Message) -> str:
    """Put a fault of a code into words for an error.

    >>> fault_text(code_fault("9135"))
    "'9135' has 4 characters, a unified social credit code has 18; copy it anew from the business licence"
    """
    return FAULTS[fault.key].format(**fault.values)
