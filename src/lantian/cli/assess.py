"""``lantian assess``: the provinces in a year; the yearly tasks that were not done; the hand-over file for the assessment of cadres."""

from __future__ import annotations

from typing import Annotated

import typer

from lantian.app.accountability import Accountability
from lantian.app.acting import now
from lantian.app.flows import flow_of
from lantian.app.speech import say
from lantian.cli import common
from lantian.cli.account import origin
from lantian.cli.act import Code, Who, actor
from lantian.cli.common import AsOf, Json, Lang
from lantian.kernel.errors import InputError

app = typer.Typer(add_completion=False, help="The provinces in a year, and what their people must answer for.")
Place = Annotated[str, typer.Option("--place", help="A city or province.")]


@app.callback(invoke_without_command=True)
def assess(
    context: typer.Context,
    year: Annotated[int | None, typer.Option("--year", help="2014 to 2017.")] = None,
    place: Annotated[str | None, typer.Option("--place", help="One province.")] = None,
    as_of: AsOf = None,
    lang: Lang = None,
    json: Json = False,
) -> None:
    """Assess the provinces by the rules of 2014: fall against the base, points, grade, and why there are none."""
    if context.invoked_subcommand is not None:
        return
    words = common.language(lang)
    if year is None:
        raise InputError("no year was named; give one of 2014 to 2017, e.g. --year 2015")
    house = common.open_house(as_of)
    code = None if place is None else house.city_or_province(place)
    found = [each for each in house.assessment(year) if code in (None, each["place"])]
    if json:
        common.print_json(found, words)
        return
    head = common.heads(words, "name", "item", "base", "year before", "value", "fall %", "required", "points", "grade")
    rows = []
    for each in found:
        air = each["air"]
        result = each["result"]
        grade = None if result["grade"] is None else common.GRADES[result["grade"]][0 if words == "zh" else 1]
        rows.append(
            (common.named(each, words), each["pollutant"], each["base"], each["before"], each["now"], air["fall"], air["required"], air["points"], grade)
        )
    common.table(str(year), head, rows)
    for each in found:
        reasons = dict.fromkeys(say(reason, words) for reason in (*each["air"]["because"], *each["result"]["because"]))
        said = ("；" if words == "zh" else "; ").join(reasons)
        common.console.print(f"{common.named(each, words)} {said}", highlight=False)


@app.command()
def tasks(
    place: Place,
    on: Annotated[str, typer.Option("--on", help="At the close of this day.")],
    raised: Annotated[
        bool, typer.Option("--raise", help="Make each a ground for accountability that a person is to confirm; again makes nothing new.")
    ] = False,
    lang: Lang = None,
    json: Json = False,
) -> None:
    """List the tasks of the plan that a place did not do, and raise them when asked to."""
    words = common.language(lang)
    house = common.open_house()
    code, answering = house.city_or_province(place), Accountability(house)
    found = answering.tasks(code, house.duties.findings(common.parse_day(on), code))
    ids = {each.source: answering.raised(each, now(), origin()).id for each in found} if raised else {}
    if json:
        told = [{"provision": each.source, "place": code, "title": each.title, "record": ids.get(each.source)} for each in found]
        common.print_json(told, words)
        return
    rows = [(ids.get(each.source), each.title if words == "zh" else each.text) for each in found]
    common.table(f"{house.atlas.place(code).name} {on}", common.heads(words, "no.", "item"), rows)


@app.command()
def handover(place: Place, year: Annotated[int, typer.Option("--year")], who: Who, code: Code = "", lang: Lang = None, json: Json = False) -> None:
    """Give the file for the assessment of cadres (article 27): what was confirmed of a place and what followed, as far as the account may read it."""
    words = common.language(lang)
    house = common.open_house()
    person = actor(house, who, code)
    told = Accountability(house).handover(house.city_or_province(place), year)
    readable = {each.id for each in house.desk.visible(person, None)}
    told["records"] = [each for each in told["records"] if each["id"] in readable]
    if json:
        common.print_json(told, words)
        return
    rows = [
        (each["id"], getattr(flow_of(each["kind"]).title, words), each["place"], getattr(flow_of(each["kind"]).states[each["state"]], words), each["title"])
        for each in told["records"]
    ]
    common.table(f"{house.atlas.place(told['place']).name} {year} {told['clause']}", common.heads(words, "no.", "act", "place", "status", "item"), rows)
