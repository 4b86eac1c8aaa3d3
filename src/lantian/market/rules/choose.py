"""Which pollutants of an outlet are charged: those with most equivalents, as many as the law says (tax law art. 9)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Choice:
    """What is charged for certain, what perhaps, what not; ``tied`` are items of equal weight between whom the choice was open."""

    certain: frozenset[str]
    perhaps: frozenset[str]
    left: frozenset[str]
    tied: frozenset[str] = frozenset()


def choose(equivalents: Mapping[str, Fraction | None], plain: Mapping[str, Fraction], places: int) -> Choice:
    """Choose the items with most equivalents; ``plain`` is each known item's charge, and among items of equal weight the cheaper is taken.

    An item whose mass is unknown may push any other out: with one unknown only the first ``places`` − 1 known ones are certain.

    >>> from fractions import Fraction as F
    >>> sorted(choose({"a": F(4), "b": F(3), "c": F(2), "d": F(1)}, dict.fromkeys("abcd", F(1)), 3).certain)
    ['a', 'b', 'c']
    >>> found = choose({"a": F(4), "b": F(3), "c": F(2), "d": None}, dict.fromkeys("abc", F(1)), 3)
    >>> sorted(found.certain), sorted(found.perhaps)
    (['a', 'b'], ['c', 'd'])
    """
    known = sorted((item for item, weight in equivalents.items() if weight is not None), key=lambda item: (-(equivalents[item] or 0), plain[item], item))
    unknown = [item for item, weight in equivalents.items() if weight is None]
    if len(equivalents) <= places:
        return Choice(frozenset(known), frozenset(unknown), frozenset())
    sure = max(0, places - len(unknown))
    taken, open_, left = known[:sure], known[sure:places], known[places:]
    edge = equivalents[known[places - 1]] if len(known) > places else None
    tied = [item for item in known if equivalents[item] == edge] if edge is not None and equivalents[left[0]] == edge else []
    return Choice(frozenset(taken), frozenset((*open_, *unknown)), frozenset(left), frozenset(tied))
