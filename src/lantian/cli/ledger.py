"""``lantian ledger``: whether the books are sound, by a query that anybody can run."""

from __future__ import annotations

from typing import Annotated

import typer

from lantian.app.settings import settings
from lantian.cli import common
from lantian.cli.common import Json, Lang
from lantian.kernel.errors import CheckFailedError
from lantian.ledger import Credits, open_ledger
from lantian.ledger.credit_books import check_sql

app = typer.Typer(no_args_is_help=True, help="The ledger: the books of credits and the chain of acts, checked.")


@app.callback()
def ledger() -> None:
    """Check the books of credits and the chain of acts."""


@app.command()
def check(
    lang: Lang = None,
    json: Json = False,
    sql: Annotated[bool, typer.Option("--sql", help="Print the query instead, for whoever wants to run it on a copy.")] = False,
) -> None:
    """Check that credits are conserved and no serial is used twice, and that no act was changed; exit code 1 when something is broken."""
    if sql:
        typer.echo(check_sql(), nl=False)
        return
    words = common.language(lang)
    with open_ledger(settings().home) as opened:
        books = Credits(opened)
        broken, faults = books.check(), opened.verify()
        numbered = sum(each.amount for each in books.find())
        held = sum(each.amount for each in books.balances())
    if json:
        told = [{"rule": each.rule, "where": each.where, "found": each.found, "wanted": each.wanted} for each in broken]
        chain = [{"number": each.number, "reason": each.reason} for each in faults]
        common.print_json({"numbered": numbered, "held": held, "broken": told, "chain": chain}, words)
    if broken or faults:
        lines = [f"  {each}" for each in broken] + [f"  row {each.number}: {each.reason}" for each in faults]
        raise CheckFailedError("the books are not sound:\n" + "\n".join(lines))
    if not json:
        common.console.print(f"账目守恒，审计链完整 the books are sound: {numbered} numbered = {held} held", highlight=False)
