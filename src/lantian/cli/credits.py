"""``lantian credits``: what lies in the accounts of a place at any past day, which credits there are, how the tasks of retiring capacity stand."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from lantian.app.acting import now
from lantian.app.capacity import standings, totals
from lantian.app.credits import place_of
from lantian.cli import common
from lantian.cli.common import Json, Lang, PlaceName
from lantian.kernel.period import parse_moment
from lantian.ledger.credit_model import unit_of

app = typer.Typer(no_args_is_help=True, help="Credits of emission quota, coal and capacity: balances at any past day, serial numbers, tasks.")
Item = Annotated[str | None, typer.Option("--item", help="SO2, NOx, PM, VOC, coal or capacity:<industry>.")]
On = Annotated[str | None, typer.Option("--on", help="The day asked for, by default today.")]


@app.command()
def balance(
    place: PlaceName = "全国",
    on: On = None,
    item: Item = None,
    known: Annotated[str | None, typer.Option("--known", help="Only what was booked by then.")] = None,
    lang: Lang = None,
    json: Json = False,
) -> None:
    """Tell what lies in the accounts of a place and what lies in it on a day."""
    words = common.language(lang)
    house = common.open_house()
    code = place_of(house, place)
    day = common.parse_day(on) if on else now().date()
    found = house.credits.books.balances(place=code, item=item, on=day, known=parse_moment(known) if known else None)
    rows = [
        {"place": each.key.place, "item": each.key.item, "industry": each.key.industry, "state": each.state, "amount": unit_of(each.amount)} for each in found
    ]
    if json:
        common.print_json(rows, words)
        return
    head = common.heads(words, "place", "item", "industry", "state", "amount")
    common.table(f"{code} {day}", head, [(r["place"], r["item"], r["industry"], r["state"], f"{r['amount']:f}") for r in rows])


@app.command("list")
def list_(place: PlaceName = "全国", item: Item = None, lang: Lang = None, json: Json = False) -> None:
    """List the credits that arose in a place and what lies in it, with who holds their serials now."""
    words = common.language(lang)
    house = common.open_house()
    books = house.credits.books
    rows: list[dict[str, Any]] = []
    for lot in books.find(place=place_of(house, place), item=item):
        held = [f"{each.range.first}-{each.range.last} {each.state}{f' {each.holder}' if each.holder else ''}" for each in books.parts(credit_id=lot.id)]
        own = {"place": lot.key.place, "item": lot.key.item, "industry": lot.key.industry, "source": lot.source, "evidence": lot.evidence}
        rows.append({"id": lot.id} | own | {"nature": lot.nature, "amount": unit_of(lot.amount), "expires": lot.expires, "serials": held})
    if json:
        common.print_json(rows, words)
        return
    head = common.heads(words, "credit", "place", "item", "industry", "source", "evidence", "amount", "expires", "serials")
    lines = [
        (r["id"], r["place"], r["item"], r["industry"], r["source"], r["evidence"], f"{r['amount']:f}", r["expires"], "; ".join(r["serials"])) for r in rows
    ]
    common.table("", head, lines)


@app.command()
def capacity(on: On = None, lang: Lang = None, json: Json = False) -> None:
    """Tell how the totals of article 5 and the tasks of places stand on a day."""
    words = common.language(lang)
    house = common.open_house()
    day = common.parse_day(on) if on else now().date()
    sums = [
        {"industry": t.industry, "provision": t.provision, "unit": t.unit, "asked": t.asked, "listed": t.listed, "verified": t.verified}
        for t in totals(house, day)
    ]
    tasks = [
        {"task": s.task.id, "place": s.task.place, "industry": s.task.industry, "year": s.task.year, "asked": s.task.amount}
        | {"verified": s.done, "lacking": s.lacking, "due": s.task.due, "missed": s.missed}
        for s in standings(house, day)
    ]
    if json:
        common.print_json({"totals": sums, "tasks": tasks}, words)
        return
    common.table(f"{day}", common.heads(words, *sums[0]), [tuple(str(each) for each in row.values()) for row in sums])
    if tasks:
        common.table("", common.heads(words, *tasks[0]), [tuple(str(each) for each in row.values()) for row in tasks])
