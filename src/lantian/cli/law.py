"""``lantian law``: what a standard says on a date, and what changed between editions."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

import typer

from lantian.app.settings import settings
from lantian.app.signing import find_values, sign, subject_of
from lantian.cli import common
from lantian.cli.common import Json, Lang
from lantian.kernel.errors import InputError
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
    words = common.language(lang)
    listed = [(v.table, item_of(v), in_words(v.value, words), v.unit, v.edition, v.clause, str(v.confidence)) for v in values if v.table != "law_edition"]
    titles = [str(in_words(v.value, words)) for v in values if v.table == "law_edition"]
    common.table("; ".join(titles) or standard, common.heads(words, "table", "item", "value", "unit", "edition", "clause", "confidence"), listed)


def item_of(value: LawValue) -> str:
    """Name what a law value is about by its keys."""
    return " ".join(str(part) for part in value.key.values())


def in_words(value: Any, lang: str) -> Any:
    """Give a value for a table: a text in one language, a record as its parts."""
    if isinstance(value, dict):
        return value.get(lang) or value.get(f"title_{lang}") or ", ".join(f"{name} {part}" for name, part in value.items())
    return value


@app.command("diff")
def diff_(standard: str, old: str, new: str, lang: Lang = None, json: Json = False) -> None:
    """Show what changed between two editions of a standard."""
    words = common.language(lang)
    pairs = diff(book(), standard, old, new)
    if json:
        common.print_json([{"old": row(before), "new": row(after)} for before, after in pairs], words)
        return
    listed = []
    for before, after in pairs:
        either = after or before
        if either is not None:
            sides = (in_words(each.value, words) if each else common.NOT_APPLICABLE for each in (before, after))
            listed.append((either.table, item_of(either), *sides, either.unit))
    common.table(f"{standard} {old} → {new}", common.heads(words, "table", "item", old, new, "unit"), listed)


@app.command("sign")
def sign_(
    table: str,
    key: Annotated[list[str], typer.Argument(help="What names the value, such as anchor=required edition=2014.")],
    by: Annotated[str, typer.Option("--by", help="Who compared it with the official text.")],
    ground: Annotated[str, typer.Option("--ground", help="The text, page and clause that were read.")],
) -> None:
    """Record that a law value was compared with the official text; from then on it counts as confirmed in this installation."""
    found = find_values(book(), table, key)
    if len(found) > 1:
        raise InputError(f"{len(found)} values fit: {'; '.join(subject_of(each) for each in found)}; name one, with edition=… if need be")
    done = sign(settings().home, found[0], by, ground, datetime.now().replace(microsecond=0))
    common.console.print(f"{done.number} {done.act.subject}: {done.act.before['confidence']} → {done.act.after['confidence']}", highlight=False)
