"""Which level rules hold where and when: editions of the law made into rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from lantian.alerts.model import ANY, Condition, Level, Rules, Way
from lantian.kernel.errors import InputError, unknown
from lantian.law import LawBook, LawValue
from lantian.places import Atlas

PREFIX = "warning_"
NATION = "全国"
SCOPES = ("nation", "group", "city")
HOURS = 24


@dataclass(frozen=True, slots=True)
class Edition:
    """The rules of an edition with the law values they are made of."""

    rules: Rules
    law: tuple[LawValue, ...]


@dataclass(frozen=True, slots=True)
class Choices:
    """Our own choices, as the law file holds them: percentile of the upper bound, share of a region's cities [%], number of simulated futures."""

    upper_bound: int
    regional_cities: int
    draws: int

    @classmethod
    def of(cls, book: LawBook, on: date) -> Choices:
        """Read the choices in force on a day."""
        return cls(*(int(book.value("law_warning_choice", on=on, choice=name).value) for name in ("upper_bound", "regional_cities", "draws")))


def condition_of(text: Mapping[str, Any]) -> Condition:
    """Read one condition of a level as the law file writes it; hours that are no whole days or unknown words raise ``InputError``.

    >>> condition_of({"above": 200, "more_than_hours": 72})
    Condition(bound=200, reaches=False, days=3, longer=True)
    """
    bounds, spans = {"above", "reaches"} & set(text), {"days", "hours", "more_than_hours"} & set(text)
    if len(bounds) != 1 or len(spans) != 1 or len(text) != len(bounds | spans):
        raise InputError(f"no condition {dict(text)}; write above or reaches, and one of days, hours, more_than_hours")
    bound, span = next(iter(bounds)), next(iter(spans))
    days, rest = (text[span], 0) if span == "days" else divmod(text[span], HOURS)
    if rest or days < 1:
        raise InputError(f"{span}: {text[span]} is no whole number of days; write multiples of {HOURS} hours")
    return Condition(int(text[bound]), bound == "reaches", days, span == "more_than_hours")


def edition_of(book: LawBook, standard: str, edition: str, on: date) -> Edition:
    """Make the rules of an edition as its rows hold on a day."""
    rows = book.values("law_warning_level", standard=standard, edition=edition)
    process = {v.key["rule"]: v for v in book.values("law_warning_process", standard=standard, edition=edition)}
    readings = [v for v in book.values("law_warning_reading") if (v.standard, v.edition) == (standard, edition)]
    title = book.values("law_edition", standard=standard, edition=edition)[0].key
    told: dict[str, Any] = {name: process[name].value if name in process else None for name in ("lead", "improved_hours", "improved_at_most")}
    top = max(row["aqi_high"] for row in book.rows("law_level") if row["edition"] == book.edition("hj_633", on))
    rules = Rules(
        name=f"{standard.removeprefix(PREFIX)}:{edition}",
        title={"zh": title["title_zh"], "en": title["title_en"]},
        ways=tuple(Way(Level[v.key["level"].upper()], v.key["way"], v.key["reading"], tuple(map(condition_of, v.value))) for v in rows),
        readings=tuple(v.key["reading"] for v in readings) or (ANY,),
        merge="merge_short_gap" in process,
        any_24_hours="any_24_hours" in process,
        upper="forecast_value" in process and process["forecast_value"].value == "upper",
        top=top,
        **told,
    )
    return Edition(rules, (*rows, *readings, *process.values()))


def editions(book: LawBook) -> dict[str, tuple[str, str]]:
    """Name every edition of level rules, as 'beijing:2015', with its standard and edition."""
    found = {(v.standard, v.edition) for v in book.values("law_warning_level")}
    return {f"{standard.removeprefix(PREFIX)}:{edition}": (standard, edition) for standard, edition in sorted(found)}


def rules_named(book: LawBook, name: str, on: date) -> Edition:
    """Give the rules of an edition by name, in force or not; an unknown name raises ``InputError``."""
    known = editions(book)
    if name not in known:
        raise unknown("warning rule", name, known)
    return edition_of(book, *known[name], on)


def rules_in_force(book: LawBook, atlas: Atlas, place: str, on: date) -> Edition:
    """Give the rules in force at a city on a day: its own before a group's, a group's before the nation's; none raises ``InputError``."""
    fits = [v for v in book.values("law_warning_scope", on=on) if place in _places(atlas, v) or v.value == [NATION]]
    if not fits:
        first = min(v.valid_from for v in book.values("law_warning_scope"))
        raise InputError(f"no warning levels were in force at {atlas.place(place).name} on {on}; the earliest known are of {first}")
    chosen = max(fits, key=lambda v: (SCOPES.index(v.key["scope"]), v.valid_from))
    found = edition_of(book, chosen.standard, chosen.edition, on)
    return Edition(found.rules, (*found.law, chosen))


def _places(atlas: Atlas, scope: LawValue) -> set[str]:
    """Give the codes of the cities that a scope names, one by one or as a group."""
    groups = {group.zh: group.members for group in atlas.groups()}
    codes: set[str] = set()
    for name in scope.value:
        if name != NATION:
            codes |= set(groups[name]) if name in groups else {atlas.find(name, level="city").code}
    return codes
