"""Use cases of the law: show what holds on a day, show what changed between editions."""

from __future__ import annotations

from datetime import date

from lantian.kernel.errors import unknown
from lantian.law.book import LawBook, book
from lantian.law.model import LawValue


def show(standard: str, on: date, law: LawBook | None = None) -> list[LawValue]:
    """Give every value of a standard in force on a day."""
    law = law or book()
    law.edition(standard, on)
    return [v for table in law.tables for v in law.values(table, on=on, standard=standard)]


def diff(law: LawBook, standard: str, old: str, new: str) -> list[tuple[LawValue | None, LawValue | None]]:
    """Give the values that differ between two editions of a standard, as (old, new); None where one has no such value."""
    known = {v.edition for v in law.values("law_edition", standard=standard)}
    for edition in (old, new):
        if edition not in known:
            raise unknown("edition", edition, known, where=f" of {standard}")
    sides: list[dict[tuple[str, str], LawValue]] = []
    for edition in (old, new):
        values = (v for table in law.tables if table != "law_edition" for v in law.values(table, edition=edition, standard=standard))
        sides.append({(v.table, str(v.key)): v for v in values})
    before, after = sides
    keys = dict.fromkeys([*before, *after])
    return [(before.get(k), after.get(k)) for k in keys if k not in before or k not in after or before[k].value != after[k].value]
