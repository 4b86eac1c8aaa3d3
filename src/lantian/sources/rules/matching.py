"""Whether two lists name the same enterprise: by credit code, else by how alike the names are. A likeness is a proposal for a person, never a decision."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lantian.sources.rules.credit import tidy_code

FORMS = ("股份有限公司", "有限责任公司", "集团有限公司", "有限公司", "集团公司", "总公司", "分公司", "公司", "集团", "总厂", "股份", "控股")
"""What names end in by their legal form; the longest first, and what follows the name's own words."""
SAME_WORDS = {"热电厂": "热电", "发电厂": "发电", "电厂": "发电", "电力": "发电", "发电发电": "发电", "炼铁厂": "炼铁", "钢铁厂": "钢铁", "水泥厂": "水泥"}
"""Words that lists use for each other."""
COMMON = ("热电", "发电", "钢铁", "水泥", "焦化", "供热", "热力", "能源", "国际", "燃气", "化工", "自备", "联合", "发展", "集团", "热", "厂")
"""Words that say what an enterprise does, not which it is."""
OWNERS = ("大唐", "华能", "国电", "华电", "国华", "神华", "华润", "国投", "建投", "京能")
"""Groups that own many plants: they tell plants apart only where both lists name one."""
NUMERALS = {"一": "1", "二": "2", "三": "3", "四": "4", "五": "5", "六": "6", "七": "7", "八": "8", "九": "9", "十": "10"}
ORDINALS = ("期", "号", "厂", "分厂", "热电", "发电", "炼")
WITHIN = (("(", ")"), ("[", "]"), ("【", "】"), ("〔", "〕"))


@dataclass(frozen=True, slots=True)
class Named:
    """One entry of a list: its own key, the name, the credit code and the place where these are given."""

    key: str
    name: str
    code: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """A pair that may be one enterprise: by ``code`` (certain) or by ``name`` with a likeness of 0 to 1."""

    known: str
    other: str
    by: str
    likeness: float


def bare_name(name: str, places: Iterable[str] = ()) -> str:
    """Give a name without what lists write differently: width of letters, brackets, blanks, legal form, place in front.

    ``places`` are the names of the place, the nearest first; the nearest stays where nothing else tells the enterprise from others.

    >>> bare_name("大唐（唐山）丰润热电有限责任公司 ", ["唐山", "河北"]), bare_name("河北省唐山市大唐热电厂", ["唐山", "河北"])
    ('大唐丰润热电', '唐山大唐热电')
    """
    word = "".join(unicodedata.normalize("NFKC", name).split()).casefold()
    for start, end in WITHIN:
        word = word.replace(start, "").replace(end, "")
    word = _as_one_writes(_without_form(word))
    named = tuple(place for place in dict.fromkeys(places) if place)
    for place in named:
        word = next((word.replace(place + kind, place) for kind in ("省", "市", "县", "区") if place + kind in word), word)
    bare = word
    for place in named:
        bare = bare.replace(place, "", 1)
    if own_words(bare):
        return bare
    kept = next((place for place in named if place in word), "")
    for place in named:
        word = word if place == kept else word.replace(place, "", 1)
    return word


def _without_form(word: str) -> str:
    """Cut legal forms off the end, however many follow each other, and out of the middle."""
    form = next((each for each in FORMS if word.endswith(each) and len(word) > len(each) + 1), None)
    while form is not None:
        word = word[: -len(form)]
        form = next((each for each in FORMS if word.endswith(each) and len(word) > len(each) + 1), None)
    for form in FORMS[:4]:
        word = word.replace(form, "")
    return word


def _as_one_writes(word: str) -> str:
    for written, meant in SAME_WORDS.items():
        word = word.replace(written, meant)
    for numeral, digit in NUMERALS.items():
        word = word.replace(f"第{numeral}", digit)
        for ordinal in ORDINALS:
            word = word.replace(f"{numeral}{ordinal}", f"{digit}{ordinal}")
    return word


def own_words(bare: str) -> str:
    """Give what is left of a bare name without common words and the names of groups: what tells the enterprise from others.

    >>> own_words("大唐国际丰润热电"), own_words("大唐热电")
    ('丰润', '')
    """
    for word in (*COMMON, *OWNERS):
        bare = bare.replace(word, "")
    return "".join(each for each in bare if not each.isdigit())


def likeness(one: str, other: str, places: Iterable[str] = ()) -> float:
    """Give how alike two names are, 0 to 1: the mean of how alike the bare names and their own words are; other numbers or other groups halve it.

    >>> likeness("大唐丰润热电有限公司", "大唐丰润热电有限责任公司"), likeness("大唐丰润热电有限公司", "丰润热电厂") > likeness("大唐丰润热电厂", "国电丰润热电厂")
    (1.0, True)
    """
    near = tuple(places)
    first, second = bare_name(one, near), bare_name(other, near)
    if not first or not second:
        return 0.0
    if first == second:
        return 1.0
    own, others = own_words(first), own_words(second)
    whole = 1.0 if own and others and (own in others or others in own) else _dice(own, others)
    score = (_dice(first, second) + whole) / 2
    owner, its = ({each for each in OWNERS if each in name} for name in (one, other))
    halved = (_numbers(first) != _numbers(second)) + bool(owner and its and not owner & its)
    return score * 0.5**halved


def _dice(one: str, other: str) -> float:
    """Give the share of pairs of neighbouring characters that two words have in common."""
    if not one or not other:
        return 0.0
    first, second = _pairs(one), _pairs(other)
    return 2 * float((first & second).total()) / (first.total() + second.total())


def _pairs(word: str) -> Counter[str]:
    padded = f" {word} "
    return Counter(padded[at : at + 2] for at in range(len(padded) - 1))


def _numbers(word: str) -> tuple[str, ...]:
    return tuple("".join(each if each.isdigit() else " " for each in word).split())


def candidates(known: Iterable[Named], others: Iterable[Named], least: float, places: Mapping[str, tuple[str, ...]] | None = None) -> list[Match]:
    """Give for each entry of a list what it may be: the entry of its credit code, or else those whose names are at least so alike, the likest first.

    Entries that both name a credit code, and different ones, are different enterprises whatever their names say; names in different cities are half as alike. ``places`` gives the names of a place and of those
    around it, the nearest first. Measured on real names in tests/sources/registry.
    """
    listed = list(known)
    by_code = {tidy_code(each.code): each for each in listed if each.code}
    found = []
    for other in others:
        code = tidy_code(other.code)
        if code in by_code and code:
            found.append(Match(by_code[code].key, other.key, "code", 1.0))
            continue
        near = (places or {}).get(other.place, ())
        alike = []
        for each in listed:
            if code and each.code:
                continue
            score = likeness(each.name, other.name, (*near, *(places or {}).get(each.place, ())))
            if each.place and other.place and each.place != other.place:
                score /= 2
            if score >= least:
                alike.append(Match(each.key, other.key, "name", round(score, 3)))
        found += sorted(alike, key=lambda match: (-match.likeness, match.known))
    return found
