"""``lantian trace`` and ``lantian impact``: what a figure rests on, and what would change if one raw hour were corrected."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from lantian.app.impact import impact as impact_of
from lantian.app.impact import parse_row
from lantian.app.speech import say
from lantian.app.trace import KINDS
from lantian.app.trace import trace as trace_of
from lantian.cli import common
from lantian.cli.common import AsLoaded, AsOf, Json, Lang

SHOWN = 40


def trace(
    id: Annotated[str, typer.Argument(help=f"One of: {'  '.join(kind.shape for kind in KINDS.values())}")],  # noqa: A002 - the command says id
    as_of: AsOf = None,
    as_loaded: AsLoaded = None,
    lang: Lang = None,
    json: Json = False,
) -> None:
    """Tell what a number or an act rests on, down to raw rows and law values."""
    words = common.language(lang)
    answer = trace_of(common.open_house(as_of, as_loaded), id).as_json()
    if json:
        common.print_json(answer, words)
        return
    common.console.print(f"{answer[words]}  {common.number(answer['value'])} {answer['unit']}", highlight=False, markup=False)
    for each in answer["because"]:
        common.console.print(("因为 " if words == "zh" else "because ") + say(each, words), highlight=False, markup=False)
    for name, value in answer["facts"].items():
        common.console.print(f"{name}: {value}", highlight=False, markup=False)
    laws = [(each["standard"], each["item"], str(each["value"]), each["clause"], each["confidence"]) for each in answer["law"]]
    _listed("law", common.heads(words, "standard", "item", "value", "clause", "confidence"), laws)
    rows = [(each["table"], each.get("file"), _key(each), each.get("revision"), str(each.get("known_at", "")), _values(each)) for each in answer["rows"]]
    _listed("lake", ("table", "file", "key", "revision", "known_at", "values"), rows)
    _listed("acts", ("no.", "at", "act", "hash"), [(a["number"], a.get("at"), a["kind"], a.get("hash", "")[:12]) for a in answer["acts"]])
    _listed("parts", ("id",), [(each,) for each in answer["parts"]])


def impact(
    row: Annotated[str, typer.Option("--row", help="air_hourly:STATION:2015-12-08T18:PM2.5=VALUE; 'none' says that the hour is not valid.")],
    as_of: AsOf = None,
    lang: Lang = None,
    json: Json = False,
) -> None:
    """Tell what would change if one raw hour were corrected: days, periods, ranks, findings, scores, acts, pages. Nothing is written."""
    words = common.language(lang)
    answer = impact_of(common.open_house(as_of), parse_row(row))
    if json:
        common.print_json(answer, words)
        return
    changes = [(each["id"], each["what"], str(each["before"]), str(each["after"])) for each in answer["changes"]]
    common.table(row, ("id", "what", "before", "after"), changes)
    _listed("acts", ("record", "flow", "state"), [(each["id"], each["flow"], each["state"]) for each in answer["records"]])
    _listed("pages", ("page",), [(each,) for each in answer["pages"]])


def _listed(title: str, columns: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    if rows:
        common.table(f"{title} ({len(rows)})" + (f", first {SHOWN}; --json gives all" if len(rows) > SHOWN else ""), columns, rows[:SHOWN])


def _key(row: dict[str, Any]) -> str:
    return " ".join(str(row[name]) for name in ("station", "device", "place", "time", "day", "factor") if row.get(name) is not None)


def _values(row: dict[str, Any]) -> str:
    held = row.get("values") or {name: row[name] for name in ("value", "amount", "item", "indicator", "title") if row.get(name) is not None}
    return " ".join(f"{name}={value}" for name, value in held.items())
