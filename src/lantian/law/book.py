"""The law book: dated look-ups, and the same values as rows for SQL joins."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import pairwise
from typing import Any

from lantian.kernel.errors import FaultsError, InputError, unknown
from lantian.kernel.finding import Confidence
from lantian.law.model import LawValue
from lantian.law.readers import packaged, parse_law


class LawBook:
    """All law values; identity is by content, so a book can key a cache."""

    def __init__(self, values: Iterable[LawValue], content_hash: str = "") -> None:
        """Index the values by table; two values for the same thing at the same time raise ``FaultsError``."""
        self.hash = content_hash
        self._tables: dict[str, list[LawValue]] = defaultdict(list)
        self._found: dict[tuple[Any, ...], LawValue] = {}
        for value in values:
            self._tables[value.table].append(value)
        faults = [fault for table in self._tables.values() for fault in _overlaps(table)]
        if faults:
            raise FaultsError("law", faults)

    def with_confidence(self, of: Callable[[LawValue], Confidence]) -> LawBook:
        """Give the same law with other confidences; its hash stays, because no number changes."""
        return LawBook((replace(value, confidence=of(value)) for table in self._tables.values() for value in table), self.hash)

    def rows(self, table: str) -> list[dict[str, Any]]:
        """Give a law table as flat rows: keys, value, unit, standard, edition, dates, source, clause, confidence."""
        rows = []
        for v in self._table(table):
            spread = v.value if isinstance(v.value, dict) else {"value": v.value}
            tail = {"unit": v.unit, "standard": v.standard, "edition": v.edition, "valid_from": v.valid_from, "valid_to": v.valid_to}
            rows.append({**v.key, **spread, **tail, "source": v.source, "clause": v.clause, "confidence": str(v.confidence), "note": v.note})
        return rows

    @property
    def signature(self) -> str:
        """Hash the numbers with their confidences, so that a sign-off is seen wherever answers are kept."""
        stated = ",".join(f"{value.name}{value.edition}{value.confidence}" for table in self._tables.values() for value in table)
        return hashlib.sha256((self.hash + stated).encode()).hexdigest()[:16]

    @property
    def tables(self) -> list[str]:
        """Name the tables."""
        return sorted(self._tables)

    def edition(self, standard: str, on: date) -> str:
        """Give the edition of a standard in force on a day; none raises ``InputError``."""
        editions = [v for v in self._table("law_edition") if v.standard == standard]
        if not editions:
            raise unknown("standard", standard, {v.standard for v in self._table("law_edition")})
        found = [v for v in editions if v.holds(on)]
        if not found:
            spans = ", ".join(f"{v.edition} from {v.valid_from} to {v.valid_to or 'further notice'}" for v in editions)
            raise InputError(f"no edition of {standard} is in force on {on}; known: {spans}")
        return found[-1].edition

    def value(self, table: str, /, on: date | None = None, edition: str | None = None, standard: str | None = None, **key: Any) -> LawValue:
        """Give the one value for a key, in force on a day or of an edition; none or several raise ``InputError``."""
        asked = (table, on, edition, standard, tuple(key.items()))
        if asked not in self._found:
            found = self.values(table, on=on, edition=edition, standard=standard, **key)
            when = f" in force on {on}" if on else f" of edition {edition}" if edition else ""
            if not found:
                wanted = " ".join(str(part) for part in key.values())
                known = {" ".join(str(part) for part in v.key.values()) for v in self._table(table)}
                raise unknown("law value", wanted, known, where=f" in {table}{when}")
            if len(found) > 1:
                raise InputError(f"{len(found)} values of {found[0].name}{when}; ask for one edition or day")
            self._found[asked] = found[0]
        return self._found[asked]

    def values(self, table: str, /, on: date | None = None, edition: str | None = None, standard: str | None = None, **key: Any) -> list[LawValue]:
        """Give every value that fits a part of the key, in force on a day and of an edition where these are given."""
        return [
            v
            for v in self._table(table)
            if (on is None or v.holds(on))
            and (edition is None or v.edition == edition)
            and (standard is None or v.standard == standard)
            and all(v.key.get(name) == part for name, part in key.items())
        ]

    def _table(self, table: str) -> list[LawValue]:
        if table not in self._tables:
            raise unknown("law table", table, self._tables)
        return self._tables[table]


def _overlaps(table: list[LawValue]) -> list[str]:
    """Name the values that stand twice for one key in overlapping times of one standard."""
    seen: dict[tuple[Any, ...], list[LawValue]] = defaultdict(list)
    for v in table:
        if v.table != "law_edition":
            seen[v.standard, str(v.key)].append(v)
    faults = []
    for same in seen.values():
        ordered = sorted(same, key=lambda v: v.valid_from)
        for before, after in pairwise(ordered):
            if before.valid_to is None or before.valid_to >= after.valid_from:
                faults.append(f"{after.name} of {after.standard} begins {after.valid_from} while edition {before.edition} still holds; end it the day before")
    return faults


@cache
def book() -> LawBook:
    """Open the packaged law."""
    texts = list(packaged())
    content = hashlib.sha256("\0".join(name + text for name, text in texts).encode()).hexdigest()[:16]
    return LawBook([value for name, text in texts for value in parse_law(text, name)], content)
