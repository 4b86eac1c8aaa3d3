"""``lantian assess``: the provinces in a year."""

from __future__ import annotations

from typing import Annotated

import typer

from lantian.app.speech import say
from lantian.cli import common
from lantian.cli.common import AsOf, Json, Lang


def assess(
    year: Annotated[int, typer.Option("--year", help="2014 to 2017.")],
    place: Annotated[str | None, typer.Option("--place", help="One province.")] = None,
    as_of: AsOf = None,
    lang: Lang = None,
    json: Json = False,
) -> None:
    """Assess the provinces by the rules of 2014: fall against the base, points, grade, and why there are none."""
    words = common.language(lang)
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
