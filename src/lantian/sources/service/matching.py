"""Use case: the enterprises of another list laid beside the register; a name is only proposed, a person decides (flow ``match``)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from lantian.law import LawBook
from lantian.places import Atlas, atlas
from lantian.sources.model import Registry
from lantian.sources.rules.credit import code_fault, tidy_code
from lantian.sources.rules.matching import Match, Named, candidates

DECIDED = {"same": True, "different": False}
"""States of a ``match`` record in which a person has decided."""


@dataclass(frozen=True, slots=True)
class Laid:
    """One entry of a list laid beside the register: certain by its code, decided by a person, proposed by name, or nothing found."""

    entry: Named
    how: str
    enterprise: str | None
    likeness: float | None
    others: tuple[Match, ...] = ()


def lay_beside(
    registry: Registry,
    law: LawBook,
    entries: Sequence[Named],
    on: date,
    decided: Iterable[Mapping[str, Any]] = (),
    listed_as: str = "",
    places: Atlas | None = None,
) -> list[Laid]:
    """Lay a list beside the register: each entry with its enterprise by credit code, by a person's decision, or with what its name proposes.

    ``decided`` holds bodies of ``match`` records with their ``state``; a pair that a person found different is never proposed again.
    """
    around = places or atlas()
    known = [Named(each.enterprise, each.name, each.enterprise, _city(around, each.place)) for each in registry.enterprises(on=on)]
    asked = [Named(each.key, each.name, _sound(each.code), _city(around, each.place)) for each in entries]
    least = law.value("law_matching", on=on, what="least").value
    near = {code: names_around(around, code) for code in {each.place for each in (*known, *asked)} if code}
    found: dict[str, list[Match]] = {}
    for match in candidates(known, asked, least, near):
        found.setdefault(match.other, []).append(match)
    ruled = {(each["enterprise"], each["name"]): DECIDED[each["state"]] for each in decided if each.get("list") == listed_as and each.get("state") in DECIDED}
    return [_laid(entry, found.get(entry.key, []), ruled) for entry in entries]


def _laid(entry: Named, found: Sequence[Match], ruled: Mapping[tuple[str, str], bool]) -> Laid:
    """Say how one entry stands; the credit code goes before a decision, a decision before a likeness."""
    if found and found[0].by == "code":
        return Laid(entry, "code", found[0].known, 1.0)
    same = next((enterprise for (enterprise, name), yes in ruled.items() if name == entry.name and yes), None)
    if same is not None:
        return Laid(entry, "decided", same, None)
    left = tuple(match for match in found if (match.known, entry.name) not in ruled)
    return Laid(entry, "proposed", left[0].known, left[0].likeness, left[1:]) if left else Laid(entry, "none", None, None)


def drafts(laid: Iterable[Laid], listed_as: str) -> list[dict[str, str]]:
    """Give the fields of the ``match`` records to be made: one for each name that is proposed, none for what is certain or decided."""
    return [
        {"enterprise": each.enterprise, "name": each.entry.name, "list": listed_as, "likeness": f"{each.likeness:g}"}
        for each in laid
        if each.how == "proposed" and each.enterprise is not None
    ]


def names_around(places: Atlas, code: str) -> tuple[str, ...]:
    """Give the names of a city and its province, the nearest first."""
    return tuple(dict.fromkeys((places.place(code).short, places.province_of(code).short)))


def _city(places: Atlas, place: str) -> str:
    """Give the city of a place by code or name; '' where it is not known."""
    if not place:
        return ""
    found = places.find(place).code
    province = places.province_of(found).code
    return next((each.code for each in places.cities(province) if places.is_within(found, each.code)), found)


def _sound(code: str) -> str:
    """Give a credit code only where it is right: a mistyped one must not part an enterprise from itself."""
    word = tidy_code(code)
    return word if word and code_fault(word) is None else ""
