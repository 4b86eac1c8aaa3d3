"""``lantian plan``: what was promised, and where it stands."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

import typer

from lantian.app.speech import say
from lantian.cli import common
from lantian.cli.common import AsOf, Json, Lang
from lantian.kernel.errors import unknown
from lantian.kernel.period import close_of, parse_moment
from lantian.plan.readers import plan
from lantian.plan.service import provision_json

app = typer.Typer(no_args_is_help=True, help="The plan: provisions and findings.")


def closed_day(as_of: str) -> date:
    """Give the last day that was over and published at a clock time."""
    at = parse_moment(as_of)
    day = at.date()
    while close_of(day) > at:
        day -= timedelta(days=1)
    return day


@app.command()
def show(provision: Annotated[str | None, typer.Argument()] = None, lang: Lang = None, json: Json = False) -> None:
    """Show the provisions, or one of them, with its exact words."""
    words = common.language(lang)
    told = [provision_json(each) for each in plan().provisions if provision in (None, each.id)]
    if not told:
        raise unknown("provision", str(provision), (each.id for each in plan().provisions))
    if json:
        common.print_json(told, words)
        return
    common.table(
        "",
        common.heads(words, "no.", "provision", "quotation"),
        [(each["id"], each["title"][words], each["quote" if words == "zh" else "english"]) for each in told],
    )


@app.command()
def status(as_of: AsOf = None, place: Annotated[str | None, typer.Option("--place")] = None, lang: Lang = None, json: Json = False) -> None:
    """Say for each provision where it stands at a date: status, value, required, gap, because, evidence."""
    words = common.language(lang)
    house = common.open_house(as_of)
    on = closed_day(as_of) if as_of else house.last_busy_day()
    found = house.plan.findings(on, place)
    if json:
        common.print_json({"as_of": on, "place": place, "findings": found}, words)
        return
    rows = [(f["provision"], f["title"][words], common.status_word(f["status"], words), f["value"], f["required"], f["gap"]) for f in found]
    common.table(on.isoformat(), common.heads(words, "no.", "provision", "status", "value", "required", "gap"), rows)
    for f in found:
        said = ("；" if words == "zh" else "; ").join(say(m, words) for m in f["because"])
        common.console.print(f"{f['provision']} {said}", highlight=False)
