"""``lantian source``: the registers of emission sources, the limits that bind an outlet, lists of others laid beside them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from lantian.app import registers
from lantian.app.acting import now
from lantian.app.speech import say
from lantian.cli import common
from lantian.cli.account import origin
from lantian.cli.act import actor
from lantian.cli.common import AsOf, Json, Lang
from lantian.ledger import By
from lantian.sources.service.matching import Laid

app = typer.Typer(no_args_is_help=True, help="Emission sources: registers, limits, matching of lists.")
HOW = {
    "code": ("信用代码一致", "same credit code"),
    "decided": ("已由人确认", "decided by a person"),
    "proposed": ("名称相近，待确认", "alike by name, to be decided"),
    "none": ("未找到", "nothing found"),
}


@app.command("list")
def list_(
    place: Annotated[str | None, typer.Option("--place", help="A code, a Chinese or English name.")] = None,
    as_of: AsOf = None,
    lang: Lang = None,
    json: Json = False,
) -> None:
    """List the registered outlets."""
    words = common.language(lang)
    found = registers.outlet_lines(common.open_house(as_of), place)
    if json:
        common.print_json(found, words)
        return
    rows = [
        (each["outlet"], each["enterprise_name"], each["name"], each["place_name"], each["standard"] or None, each["unit_type"] or None, each["device"])
        for each in found
    ]
    common.table(
        f"{len(found)} 个排放口" if words == "zh" else f"{len(found)} outlets",
        common.heads(words, "outlet", "enterprise", "name", "place", "standard", "unit type", "device"),
        rows,
    )


@app.command()
def show(key: str, as_of: AsOf = None, lang: Lang = None, json: Json = False) -> None:
    """Show what is registered of an outlet, or of an enterprise by credit code or name."""
    words = common.language(lang)
    found = registers.described(common.open_house(as_of), key)
    if json:
        common.print_json(found, words)
        return
    for title, part in found.items():
        for each in part if isinstance(part, list) else [part]:
            _facts(title, each, words)


def _facts(title: str, each: Any, words: str) -> None:
    """Print the facts of one thing, and of what stands under it."""
    if not isinstance(each, dict):
        common.console.print(f"{title}: {each}", highlight=False)
        return
    if any(isinstance(value, (dict, list)) for value in each.values()):
        for name, value in each.items():
            for one in value if isinstance(value, list) else [value]:
                _facts(name, one, words)
        return
    common.table(title, common.heads(words, "item", "value"), [(name, value) for name, value in each.items() if value not in ("", None)])


@app.command()
def limits(
    outlet: str,
    on: Annotated[str | None, typer.Option("--on", help="The day, default that of the clock.")] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Also every limit that does not apply, and why.")] = False,
    as_of: AsOf = None,
    lang: Lang = None,
    json: Json = False,
) -> None:
    """Show the limits that bind an outlet on a day, with their reasons."""
    words = common.language(lang)
    house = common.open_house(as_of)
    day: date = common.parse_day(on) if on else registers.day_at(house)
    found = registers.outlet_limits(house, outlet, day)
    if json:
        common.print_json(found, words)
        return
    rows = [
        (
            name,
            each["value"],
            each["reference_oxygen"],
            None if each["title"] is None else say(each["title"], words),
            each["clause"] or None,
            each["confidence"],
        )
        for name, each in found["limits"].items()
    ]
    head = common.heads(words, "pollutant", "limit", "reference O₂ %", "item", "clause", "confidence")
    common.table(f"{common.named(found, words)} {day}", head, rows)
    for name, each in found["limits"].items():
        for reason in each["because"]:
            common.console.print(f"{name}: {say(reason, words)}", highlight=False)
        if each["provisional"]:
            common.console.print(f"{name}: " + ("暂定" if words == "zh" else "provisional"), highlight=False)
        for other in (one for one in each["considered"] if explain and one["applies"] is not True):
            for reason in other["because"]:
                common.console.print(f"  {name} ≠ {say(other['title'], words)}: {say(reason, words)}", highlight=False, style="dim")


@app.command()
def match(
    path: Path,
    listed_as: Annotated[str, typer.Option("--list", help="What the list is called, such as 2015年减排清单.")],
    who: Annotated[str | None, typer.Option("--as", help="The account that proposes the names for a decision; without it nothing is recorded.")] = None,
    code: Annotated[str, typer.Option("--code", help="The one-time code, where the account asks for one.")] = "",
    as_of: AsOf = None,
    lang: Lang = None,
    json: Json = False,
) -> None:
    """Lay a list of enterprises (columns name, code, place) beside the register: by credit code, else by names that a person confirms."""
    words = common.language(lang)
    house = common.open_house(as_of)
    laid = registers.lay(house, path, listed_as)
    made = []
    if who is not None:
        person = actor(house, who, code)
        made = registers.propose(house, person, laid, listed_as, By(person.name, origin(), listed_as, now()))
    if json:
        common.print_json({"entries": [as_row(each) for each in laid], "made": [each.id for each in made]}, words)
        return
    rows = [
        (each.entry.key, each.entry.name, HOW[each.how][0 if words == "zh" else 1], each.enterprise, None if each.likeness is None else f"{each.likeness:.2f}")
        for each in laid
    ]
    common.table(listed_as, common.heads(words, "line", "name", "method", "enterprise", "likeness"), rows)
    for each in made:
        common.console.print(f"{each.id} {each.state}", highlight=False)


def as_row(laid: Laid) -> dict[str, Any]:
    """Give an entry of a list as JSON."""
    others = [{"enterprise": each.known, "likeness": each.likeness} for each in laid.others]
    return {
        "line": laid.entry.key,
        "name": laid.entry.name,
        "how": laid.how,
        "enterprise": laid.enterprise,
        "likeness": laid.likeness,
        "others": others,
    }
