"""Which emission limit binds an outlet on a day: by standard, class of unit, size, fuel, date of approval, place, promise and permit, each with its reason.

Each candidate is judged by a function of its own and says why it applies or not; of those that apply the strictest binds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from lantian.kernel.finding import Confidence, LawUsed, Message, weakest
from lantian.law import LawBook
from lantian.sources.model import Outlet, Permit
from lantian.sources.rules.emission_law import EmissionLaw, emission_law, used
from lantian.sources.rules.unit import Unit, unit_of


@dataclass(frozen=True, slots=True)
class Site:
    """Where an outlet stands: province and city by their short Chinese names (河北, 唐山), and whether in the urban core (None: not registered)."""

    province: str
    city: str
    urban_core: bool | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """One limit that was considered: whether it applies (None: cannot be told), and why; ``assumed``: a fact it needs was taken from another."""

    item: str
    value: float | None
    applies: bool | None
    because: tuple[Message, ...]
    law: tuple[LawUsed, ...] = ()
    clause: str = ""
    assumed: bool = False

    @property
    def confidence(self) -> Confidence:
        """Give the weakest confidence of the law it rests on."""
        return weakest(*(each.confidence for each in self.law))


@dataclass(frozen=True, slots=True)
class Limit:
    """The limit that binds [mg/m³, dry, 273 K, at ``reference_oxygen`` % or as measured where that is None]; value None: unknown, with the reason."""

    value: float | None
    reference_oxygen: float | None
    standard: str
    item: str
    clause: str
    law: tuple[LawUsed, ...]
    because: tuple[Message, ...]
    provisional: bool
    confidence: Confidence
    considered: tuple[Candidate, ...]


def limit_for(law: LawBook, outlet: Outlet, site: Site, pollutant: str, on: date, permits: Sequence[Permit] = ()) -> Limit:
    """Give the limit that binds a pollutant of an outlet on a day, the strictest of those that apply, with every limit considered; cases in tests/sources/limits."""
    book = emission_law(law)
    if outlet.retired is not None and on >= outlet.retired:
        return unknown_limit(outlet.standard, (Message("source.limit.retired", {"day": f"{outlet.retired}"}),))
    unit = unit_of(book, outlet)
    considered = [*permitted(permits, pollutant)]
    oxygen = None
    if unit.name:
        plain = general(book, unit, outlet, site, pollutant, on)
        considered = [plain, special(book, unit, outlet, site, pollutant, on, plain), ultra_low(book, unit, outlet, pollutant, on), *considered]
        oxygen = book.find("law_reference_oxygen", unit.standard, unit.name, on=on)
    applying = [each for each in considered if each.applies and each.value is not None]
    if not applying:
        told = tuple(reason for each in considered if each.applies is not False for reason in each.because)
        return replace(unknown_limit(unit.standard, (*unit.because, *told)), considered=tuple(considered))
    binding = min(applying, key=lambda each: (each.value, considered.index(each)))
    basis = () if oxygen is None else (used(oxygen),)
    # What might have bound but cannot be told is said beside the limit that does bind.
    open_ends = tuple(reason for each in considered if each.applies is None for reason in each.because)
    confidence = weakest(binding.confidence, *(each.confidence for each in basis))
    return Limit(
        binding.value,
        None if oxygen is None else float(oxygen.value),
        unit.standard,
        binding.item,
        binding.clause,
        (*binding.law, *basis),
        (*binding.because, *unit.because, *open_ends),
        confidence is Confidence.UNSURE or binding.assumed,
        confidence,
        tuple(considered),
    )


def unknown_limit(standard: str, because: tuple[Message, ...]) -> Limit:
    """Give a limit that is not known, with the reasons; see tests/sources/limits."""
    return Limit(None, None, standard, "", "", (), because, provisional=False, confidence=Confidence.CONFIRMED, considered=())


def general(book: EmissionLaw, unit: Unit, outlet: Outlet, site: Site, pollutant: str, on: date) -> Candidate:
    """Judge the standard's own limit for new or existing units (GB 13223 table 1, GB 13271 tables 1 and 2, …); cases in tests/sources/limits."""
    found = [_of_group(book, unit, outlet, site, pollutant, on, group) for group in unit.groups]
    if len(found) > 1 and len({each.value for each in found}) > 1:
        return Candidate(f"{unit.standard}:general", None, None, (Message("source.limit.no_dates", {"day": f"{unit.new_from}"}),))
    return found[0]


def _of_group(book: EmissionLaw, unit: Unit, outlet: Outlet, site: Site, pollutant: str, on: date, group: str) -> Candidate:
    """Judge the limit of one group; before the group is bound the older standard held, which this law does not hold."""
    item = f"{unit.standard}:{group}"
    start = book.find("law_emission_start", unit.standard, group, unit.size) or book.find("law_emission_start", unit.standard, group, "*")
    if start is None:
        return Candidate(item, None, None, (Message("source.limit.no_size"),))
    if on < start.value:
        values = {"standard": start.source, "group": _word(group), "day": f"{start.value}"}
        return Candidate(item, None, None, (Message("source.limit.before_standard", values),), (used(start),))
    variant, why = variant_of(book, unit, outlet, site, pollutant, group)
    value = book.find("law_emission_limit", unit.standard, unit.name, group, variant, pollutant, on=on)
    if value is None:
        return Candidate(
            item, None, None, (Message("source.limit.no_number", {"standard": start.source, "pollutant": pollutant, "day": f"{on}"}),), (used(start),)
        )
    said = Message("source.limit.general", {"standard": value.source, "clause": value.clause, "unit": unit.word, "group": _word(group), "value": value.value})
    assumed = unit.assumed and len(unit.groups) == 1
    by = (Message("source.limit.by_commissioning", {"day": f"{outlet.commissioned}"}),) if assumed else ()
    name = item if variant == "plain" else f"{item}:{variant}"
    return Candidate(name, float(value.value), applies=True, because=(said, *why, *by), law=(used(value), used(start)), clause=value.clause, assumed=assumed)


def variant_of(book: EmissionLaw, unit: Unit, outlet: Outlet, site: Site, pollutant: str, group: str) -> tuple[str, tuple[Message, ...]]:
    """Give which exception of a table applies: the four provinces for SO2, W-flame, fluidised bed and old units for NOx; cases in tests/sources/limits."""
    known = {v for v in ("four_provinces", "nox_exempt") if book.find("law_emission_limit", unit.standard, unit.name, group, v, pollutant)}
    provinces = book.find("law_emission_variant", unit.standard, "four_provinces", pollutant)
    if "four_provinces" in known and provinces is not None and site.province in provinces.value:
        return "four_provinces", (Message("source.limit.four_provinces", {"place": site.province, "provinces": list(provinces.value)}),)
    if "nox_exempt" not in known:
        return "plain", ()
    exempt = book.find("law_exempt_unit", unit.standard, outlet.unit_type)
    if exempt is not None and group in exempt.value:
        return "nox_exempt", (Message("source.limit.exempt_unit", {"unit": unit.word}),)
    until = book.find("law_emission_day", unit.standard, "nox_exempt_until")
    days = [day for day in (outlet.commissioned, outlet.approved) if day is not None]
    if until is not None and days and min(days) <= until.value:
        return "nox_exempt", (Message("source.limit.exempt_old", {"day": f"{min(days)}", "until": f"{until.value}"}),)
    return "plain", ()


def special(book: EmissionLaw, unit: Unit, outlet: Outlet, site: Site, pollutant: str, on: date, plain: Candidate) -> Candidate:
    """Judge the special limit of key cities (MEP notice 2013-14): new projects everywhere in them, existing plants first in the urban core; cases in tests/sources/limits."""
    item = f"{unit.standard}:special"
    value = book.find("law_emission_limit", unit.standard, unit.name, "special", "plain", pollutant, on=on)
    if value is None:
        return Candidate(item, None, applies=False, because=(Message("source.limit.special_none", {"pollutant": pollutant}),))
    number, city = float(value.value), book.special_city(site.city)
    if city is None:
        return Candidate(item, number, applies=False, because=(Message("source.limit.special_elsewhere", {"place": site.city or site.province or None}),))
    new_from = book.find("law_special_new", "special_limits", unit.standard)
    new = new_from is not None and outlet.approved is not None and outlet.approved >= new_from.value
    scopes = book.special_scope(unit.standard, unit.name, "new" if new else "existing", pollutant, on)
    if not scopes or (not new and plain.applies is None):
        return Candidate(item, number, applies=False, because=(Message("source.limit.special_not_yet", {"day": f"{on}", "pollutant": pollutant}),))
    core_only = book.find("law_special_core_only", "special_limits", site.city) is not None
    held = next((scope for scope in scopes if site.urban_core or (scope.key["area"] == "whole_city" and not core_only)), None)
    if held is None:
        if site.urban_core is None:
            return Candidate(item, number, None, (Message("source.limit.special_core_unknown", {"place": site.city, "value": value.value}),))
        return Candidate(item, number, applies=False, because=(Message("source.limit.special_outside", {"place": site.city}),))
    said = Message(
        "source.limit.special", {"place": site.city, "day": f"{held.valid_from}", "standard": value.source, "clause": value.clause, "value": value.value}
    )
    by = (Message("source.limit.by_approval", {"day": f"{outlet.approved}"}),) if new else ()
    law = (used(value), used(held), used(city))
    return Candidate(item, number, applies=True, because=(said, *by), law=law, clause=value.clause, assumed=new)


def ultra_low(book: EmissionLaw, unit: Unit, outlet: Outlet, pollutant: str, on: date) -> Candidate:
    """Judge the ultra-low limit: it binds from the day on which the outlet's retrofit is registered as done; cases in tests/sources/limits."""
    value = book.ultra_low(unit.standard, unit.name, pollutant, on)
    if value is None:
        return Candidate("ultra_low", None, applies=False, because=(Message("source.limit.ultra_none", {"day": f"{on}"}),))
    number = float(value.value)
    if outlet.ultra_low is None or on < outlet.ultra_low:
        done = None if outlet.ultra_low is None else f"{outlet.ultra_low}"
        why = Message("source.limit.ultra_not_done") if done is None else Message("source.limit.ultra_later", {"day": done})
        return Candidate("ultra_low", number, applies=False, because=(why,))
    said = Message("source.limit.ultra", {"day": f"{outlet.ultra_low}", "source": value.source, "value": value.value})
    return Candidate("ultra_low", number, applies=True, because=(said,), law=(used(value),), clause=value.clause)


def permitted(permits: Sequence[Permit], pollutant: str) -> list[Candidate]:
    """Judge the concentrations that permits in force allow; cases in tests/sources/limits."""
    return [
        Candidate(
            f"permit:{each.permit}",
            each.limit,
            applies=True,
            because=(Message("source.limit.permit", {"permit": each.permit, "value": f"{each.limit:g}"}),),
            clause=each.permit,
        )
        for each in permits
        if each.pollutant == pollutant and each.limit is not None
    ]


def _word(group: str) -> dict[str, object]:
    return {"key": f"source.limit.{group}", "values": {}}
