"""``lantian law``: what a standard says on a date, and what changed between editions."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import typer

from lantian.cli import common
from lantian.cli.common import Json, Lang
from lantian.law import LawValue, book, diff, show

app = typer.Typer(no_args_is_help=True, help="The law as data: values with dates, clauses, sources.")


def row(value: LawValue | None) -> dict[str, Any] | None:
    """Give a law value as JSON."""
    if value is None:
        return None
    return {
        "standard": value.standard,
        "edition": value.edition,
        "table": value.table,
        **value.key,
        "value": value.value,
        "unit": value.unit,
        "valid_from": value.valid_from,
        "valid_to": value.valid_to,
        "source": value.source,
        "clause": value.clause,
        "confidence": str(value.confidence),
        "note": value.note,
    }


@app.command("show")
def show_(
    standard: str,
    on: Annotated[str | None, typer.Option("--on", help="The day, default today.")] = None,
    lang: Lang = None,
    json: Json = False,
) -> None:
    """Show every value of a standard in force on a day."""
    values = show(standard, common.parse_day(on) if on else date.today())
    if json:
        common.print_json([row(value) for value in values], common.language(lang))
        return
    listed = [(v.table, " ".join(str(part) for part in v.key.values()), v.value, v.unit, v.edition, v.clause, str(v.confidence)) for v in values]
    common.table(standard, ("table", "item", "value", "unit", "edition", "clause", "confidence"), listed)


@app.command("diff")
def diff_(standard: str, old: str, new: str, lang: Lang = None, json: Json = False) -> None:
    """Show what changed between two editions of a standard."""
    pairs = diff(book(), standard, old, new)
    if json:
        common.print_json([{"old": row(before), "new": row(after)} for before, after in pairs], common.language(lang))
        return
    listed = []
    for before, after in pairs:
        either = after or before
        if either is not None:
            item = " ".join(str(part) for part in either.key.values())
            listed.append((either.table, item, before.value if before else None, after.value if after else None, either.unit))
    common.table(f"{standard} {old} → {new}", ("table", "item", old, new, "unit"), listed)
