"""How reasons of bills write numbers, and how a law value is cited beside a line."""

from __future__ import annotations

from fractions import Fraction

from lantian.kernel.finding import Confidence, LawUsed, Message
from lantian.kernel.quantity import round_half_even
from lantian.law import LawBook
from lantian.law.model import LawValue
from lantian.market.model import VOC

DIGITS = 4


def shown(value: Fraction | None) -> str:
    """Write an exact number for reading, with at most four decimals.

    >>> shown(Fraction(1, 3)), shown(Fraction(1200)), shown(Fraction(3, 2)), shown(None)
    ('0.3333', '1200', '1.5', '—')
    """
    if value is None:
        return "—"
    text = f"{round_half_even(value, DIGITS):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def cited(value: LawValue, number: Fraction | str | None = None) -> LawUsed:
    """Give a law value as it is cited beside a line; ``number`` says which part of it was used where it has several.

    >>> from lantian.law import book
    >>> cited(book().value("law_tax_relief", below=30)).value
    '75'
    """
    part = value.value if number is None else number
    item = f"{value.table.removeprefix('law_')}.{'.'.join(str(each) for each in value.key.values())}"
    return LawUsed(value.standard, item, shown(part) if isinstance(part, Fraction) else str(part), value.unit, value.clause, value.source, value.confidence)


def doubts(*values: LawUsed) -> tuple[Message, ...]:
    """Say which values make a line provisional: those that nobody is sure of (DESIGN §3).

    >>> doubts(LawUsed("x", "a", "1", "-", "c", "s", Confidence.SECONDARY))
    ()
    """
    return tuple(Message("market.unsure", {"item": each.item, "value": each.value}) for each in values if each.confidence is Confidence.UNSURE)


def unit_word(unit: str) -> dict[str, object]:
    """Give the unit of a rate as words in both languages.

    >>> unit_word("yuan/kg")["key"]
    'market.unit.kg'
    """
    return {"key": f"market.unit.{unit.removeprefix('yuan/')}", "values": {}}


def both_words(zh: str, en: str) -> dict[str, object]:
    """Give words that a law table holds in both languages, as a reason carries them.

    >>> both_words("烟尘", "smoke")["values"]
    {'zh': '烟尘', 'en': 'smoke'}
    """
    return {"key": "plan.text", "values": {"zh": zh, "en": en}}


def item_word(law: LawBook, item: str) -> dict[str, object]:
    """Name an item of levy or tax in both languages.

    >>> from lantian.law import book
    >>> item_word(book(), "smoke")["values"]["zh"]
    '烟尘'
    """
    if item == VOC:
        return {"key": "market.voc", "values": {}}
    found = law.value("law_equivalent", item=item).value
    return both_words(found["zh"], found["en"])
