"""``lantian audit``: the chain of acts, listed, exported and checked."""

from __future__ import annotations

import json as json_of
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from lantian.app.settings import settings
from lantian.cli import common
from lantian.cli.common import Json, Lang
from lantian.kernel.errors import CheckFailedError
from lantian.ledger import Recorded, open_ledger

app = typer.Typer(no_args_is_help=True, help="The audit chain: every act with actor, time and ground.")


def as_row(found: Recorded) -> dict[str, Any]:
    """Give an act as JSON."""
    act = found.act
    told = {"number": found.number, "at": found.at.isoformat(), "actor": act.actor, "origin": act.origin, "place": act.place, "kind": act.kind}
    return told | {"subject": act.subject, "before": act.before, "after": act.after, "ground": act.ground, "previous": found.previous, "hash": found.hash}


def every() -> Iterator[Recorded]:
    """Give every act of this installation."""
    with open_ledger(settings().home) as ledger:
        yield from ledger.acts()


@app.command("list")
def list_(lang: Lang = None, json: Json = False) -> None:
    """List the acts."""
    words = common.language(lang)
    rows = [as_row(each) for each in every()]
    if json:
        common.print_json(rows, words)
        return
    head = common.heads(words, "no.", "time", "actor", "act", "subject", "ground")
    common.table("", head, [(r["number"], r["at"], r["actor"], r["kind"], r["subject"], r["ground"]) for r in rows])


@app.command()
def verify() -> None:
    """Check that no act was changed, removed or moved; exit code 1 when one was."""
    with open_ledger(settings().home) as ledger:
        faults = ledger.verify()
    if faults:
        raise CheckFailedError("the audit chain is broken:\n" + "\n".join(f"  row {fault.number}: {fault.reason}" for fault in faults))
    common.console.print("审计链完整 the audit chain is whole")


@app.command()
def export(out: Annotated[Path, typer.Option("--out", help="The file of JSON lines to write.")]) -> None:
    """Write every act as a line of JSON."""
    with out.open("w", encoding="utf-8") as file:
        count = sum(file.write(json_of.dumps(as_row(each), ensure_ascii=False) + "\n") > 0 for each in every())
    common.console.print(f"{out}: {count}", highlight=False)
