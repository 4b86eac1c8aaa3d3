"""The law of emission limits indexed for look-up: which class of a standard a unit is, and what binds a class on a day."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from lantian.kernel.finding import LawUsed
from lantian.law import LawBook, LawValue

TABLES = (
    *("law_emission_unit", "law_emission_scope", "law_emission_size", "law_emission_day", "law_emission_start"),
    *("law_emission_variant", "law_exempt_unit", "law_emission_limit", "law_reference_oxygen"),
    *("law_ultra_low", "law_special_city", "law_special_core_only", "law_special_new", "law_special_scope"),
)
DAY = timedelta(days=1)
ANY = "*"


class EmissionLaw:
    """The limits of emission standards with their dates; look-ups give None for what the law does not hold."""

    def __init__(self, law: LawBook) -> None:
        """Index the values by table, standard and key."""
        self._of: dict[tuple[Any, ...], list[LawValue]] = defaultdict(list)
        self._table: dict[tuple[str, str], list[LawValue]] = defaultdict(list)
        for table in TABLES:
            for value in law.values(table):
                self._of[table, value.standard, *value.key.values()].append(value)
                self._table[table, value.standard].append(value)
        self.standards = tuple(sorted({standard for table, standard in self._table if table == "law_emission_unit"}))
        self._special = {city: value for value in self._table["law_special_city", "special_limits"] for city in value.value}

    def find(self, table: str, standard: str, *key: str, on: date | None = None) -> LawValue | None:
        """Give the value of a key in force on a day."""
        return next((value for value in self._of.get((table, standard, *key), ()) if on is None or value.holds(on)), None)

    def unit_types(self, standard: str) -> tuple[str, ...]:
        """Give the types of unit that a standard knows."""
        return tuple(dict.fromkeys(value.key["unit_type"] for value in self._table["law_emission_unit", standard]))

    def fuels(self, standard: str, unit_type: str) -> tuple[str, ...]:
        """Give the fuels by which a standard parts a type of unit."""
        return tuple(value.key["fuel"] for value in self._table["law_emission_unit", standard] if value.key["unit_type"] == unit_type)

    def unit_class(self, standard: str, unit_type: str, fuel: str) -> LawValue | None:
        """Give the class of a unit in the tables of a standard, by its type and, where that matters, its fuel."""
        return self.find("law_emission_unit", standard, unit_type, fuel) or self.find("law_emission_unit", standard, unit_type, ANY)

    def special_city(self, city: str) -> LawValue | None:
        """Give the list of key cities that a city stands in."""
        return self._special.get(city)

    def special_scope(self, standard: str, unit_class: str, project: str, pollutant: str, on: date) -> list[LawValue]:
        """Give where the special limits bind a class on a day, the urban core before the whole city."""
        keys = [(standard, c, project, p, area) for area in ("urban_core", "whole_city") for c in (unit_class, ANY) for p in (pollutant, ANY)]
        return [found for key in keys if (found := self.find("law_special_scope", "special_limits", *key, on=on)) is not None]

    def ultra_low(self, standard: str, unit_class: str, pollutant: str, on: date) -> LawValue | None:
        """Give the ultra-low limit of a class on a day."""
        return self.find("law_ultra_low", "ultra_low", standard, unit_class, pollutant, on=on)

    def turns(self, standard: str) -> set[date]:
        """Give every day on which something that binds units of a standard begins, or ended the day before."""
        days = set()
        for (_, of), values in self._table.items():
            if of in (standard, "special_limits", "ultra_low"):
                for value in values:
                    days |= {value.valid_from} | ({value.valid_to + DAY} if value.valid_to else set())
                    days |= {value.value} if isinstance(value.value, date) else set()
        return days


@lru_cache(maxsize=8)
def emission_law(law: LawBook) -> EmissionLaw:
    """Index a law book once; see tests/sources/limits."""
    return EmissionLaw(law)


def used(value: LawValue) -> LawUsed:
    """Give a law value as it is shown beside a result; see tests/sources/limits."""
    item = " ".join(str(part) for part in value.key.values())
    return LawUsed(value.standard, item, value.value, value.unit, value.clause, value.source, value.confidence)
