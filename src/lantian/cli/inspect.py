"""``lantian inspect``: draw firms and inspectors from lists and a seed, and draw a published round again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lantian.app.acting import now
from lantian.app.inspections import ROUND, drawn_from, list_hash, parse_firms, parse_inspectors, plain_drawn, repeated
from lantian.cli import common
from lantian.cli.common import Json, Lang
from lantian.kernel.errors import InputError, LantianError

app = typer.Typer(no_args_is_help=True, help="Double-random inspection: draws that anybody can repeat.")
NO = 1


@app.command()
def draw(
    record: Annotated[str | None, typer.Argument(help="A published round, to be drawn again.")] = None,
    seed: Annotated[str, typer.Option("--seed", help="The seed, which is published.")] = "",
    firms: Annotated[Path | None, typer.Option("--firms", exists=True, dir_okay=False, help="Firms, one a line: credit code, class.")] = None,
    inspectors: Annotated[
        Path | None, typer.Option("--inspectors", exists=True, dir_okay=False, help="Accounts, one a line, then firms kept apart from.")
    ] = None,
    count: Annotated[int, typer.Option("--count", help="How many firms.")] = 1,
    on: Annotated[str | None, typer.Option("--on", help="The day whose weights count, default today.")] = None,
    lang: Lang = None,
    json: Json = False,
) -> None:
    """Draw from lists and a seed; with a round's id, draw it again and say whether it gives what was published (exit code 1: no)."""
    words = common.language(lang)
    house = common.open_house()
    if record is not None:
        held = house.desk.read(record, None)
        if held.flow != ROUND:
            raise InputError(f"{record} is no round of inspection")
        same = repeated(house, held)
        common.print_json({"round": record, "seed": held.body["seed"], "same": same}, words)
        raise typer.Exit(0 if same else NO)
    if firms is None or inspectors is None:
        raise InputError("a draw needs --firms and --inspectors, or the id of a published round")
    kinds = [str(value.key["class"]) for value in house.law.values("law_inspection_weight")]
    listed, people = parse_firms(firms.read_text(encoding="utf-8"), kinds), parse_inspectors(inspectors.read_text(encoding="utf-8"))
    found = drawn_from(house.law, common.parse_day(on) if on else now().date(), seed, listed, people, count)
    if not found:
        raise LantianError("a draw gave nothing")
    digest = list_hash(listed, people, count)
    if json:
        common.print_json({"seed": seed, "list_hash": digest, "drawn": [plain_drawn(each) for each in found]}, words)
        return
    common.table(f"{seed} {digest[:16]}", common.heads(words, "firm", "inspectors"), [(each.firm, " ".join(each.inspectors)) for each in found])
