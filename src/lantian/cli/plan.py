"""``lantian plan``: what was promised, and where it stands."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Annotated, Any

import typer

from lantian.app.coverage import coverage as coverage_of
from lantian.app.example import TAG, is_example
from lantian.app.speech import say
from lantian.cli import common
from lantian.cli.common import AsOf, Json, Lang
from lantian.kernel.errors import unknown
from lantian.kernel.period import close_of, parse_moment
from lantian.plan.readers import plan
from lantian.plan.service import provision_json
from lantian.plan.service.duties import NATION, duty_json
from lantian.plan.service.search import search as search_plan

app = typer.Typer(no_args_is_help=True, help="The plan: provisions and findings.")


def closed_day(as_of: str) -> date:
    """Give the last day that was over and published at a clock time."""
    at = parse_moment(as_of)
    day = at.date()
    while close_of(day) > at:
        day -= timedelta(days=1)
    return day


@app.command()
def show(
    what: Annotated[str | None, typer.Argument(help="A provision such as C014, or an article such as 12.")] = None, lang: Lang = None, json: Json = False
) -> None:
    """Show the provisions with their exact words: all, those of an article, or one."""
    words = common.language(lang)
    told = chosen(what)
    if json:
        common.print_json(told, words)
        return
    rows = [(each["id"], each["title"][words], each["quote" if words == "zh" else "english"]) for each in told]
    common.table(heading(what, words), common.heads(words, "no.", "provision", "quotation"), rows)


def chosen(what: str | None) -> list[dict[str, Any]]:
    """Give the provisions asked for; an id or article that there is not raises ``InputError``."""
    whole = plan()
    goals = [provision_json(each) for each in whole.provisions]
    duties = [duty_json(each) for each in whole.duties]
    if what is None:
        return [*goals, *duties]
    if what.isdigit():
        found = [each for each in duties if each["article"] == int(what)]
        if not found:
            raise unknown("article", what, (str(each.number) for each in whole.articles))
        return found
    found = [each for each in (*goals, *duties) if what in (each["id"], *each.get("also", ()))]
    if not found:
        raise unknown("provision", what, (each["id"] for each in (*goals, *duties)))
    return found


def heading(what: str | None, lang: str) -> str:
    """Give the title over a list of provisions: that of the article asked for."""
    article = next((each for each in plan().articles if what == str(each.number)), None)
    return "" if article is None else article.title[lang]


@app.command()
def search(text: str, lang: Lang = None, json: Json = False) -> None:
    """Find provisions by words of their quotation, title or rendering."""
    words = common.language(lang)
    found = search_plan(plan(), text)
    if json:
        common.print_json(found, words)
        return
    rows = [(each["id"], each["article"], each["title"][words], each["quote" if words == "zh" else "english"]) for each in found]
    common.table(text, common.heads(words, "no.", "article", "provision", "quotation"), rows)


@app.command()
def coverage(lang: Lang = None, json: Json = False) -> None:
    """List how every provision is judged, which dataset answers, and which of them have data here."""
    words = common.language(lang)
    found = coverage_of(common.open_house())
    if json:
        common.print_json(found, words)
        return
    head = common.heads(words, "no.", "article", "item", "method", "dataset", "data")
    rows = [(r["provision"], r["article"], r["title"][words], r["how"], r["dataset"], common.yes(r["has_data"], words)) for r in found["provisions"]]
    common.table("", head, rows)
    common.table("", common.heads(words, "method", "count"), sorted(found["methods"].items()))


@app.command()
def status(as_of: AsOf = None, place: Annotated[str | None, typer.Option("--place")] = None, lang: Lang = None, json: Json = False) -> None:
    """Say for each provision where it stands at a date: status, value, required, gap, because, evidence."""
    words = common.language(lang)
    house = common.open_house(as_of)
    on = closed_day(as_of) if as_of else house.last_busy_day()
    title = f"{on.isoformat()}  {TAG}" if is_example(house.home) else on.isoformat()
    code = NATION if place is None else house.city_or_province(place)
    goals, duties = house.goal_findings(on, place), house.duties.findings(on, code)
    if json:
        everywhere = {} if place else {"provinces": {key: value for key, value in house.duties.everywhere(on).items() if key != NATION}}
        common.print_json({"as_of": on, "place": place, "simulated": is_example(house.home), "findings": [*goals, *duties], **everywhere}, words)
        return
    rows = [(f["provision"], f["title"][words], common.status_word(f["status"], words), f["value"], f["required"], f["gap"]) for f in (*goals, *duties)]
    common.table(title, common.heads(words, "no.", "provision", "status", "value", "required", "gap"), rows)
    for f in goals:
        said = ("；" if words == "zh" else "; ").join(say(m, words) for m in f["because"])
        common.console.print(f"{f['provision']} {said}", highlight=False)
    counts = Counter(f["status"] for f in (*goals, *duties))
    common.console.print("  ".join(f"{common.status_word(key, words)} {count}" for key, count in counts.items()), highlight=False)
