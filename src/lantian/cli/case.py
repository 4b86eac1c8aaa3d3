"""``lantian case``: what a violation costs on a day, days counted, terms, counts by class, papers, exports."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lantian.app.acting import now
from lantian.app.case_papers import PAPERS, case_paper, papers_of
from lantian.app.case_register import CREDIT, TAX, as_csv, credit_rows, statistics, tax_rows
from lantian.app.case_steps import message
from lantian.app.speech import say
from lantian.cli import common
from lantian.cli.act import Code, Who, actor
from lantian.cli.common import Json, Lang
from lantian.enforcement.model import VIOLATIONS, Facts
from lantian.enforcement.rules.daily import daily_rounds
from lantian.enforcement.rules.penalties import proposed_fine
from lantian.enforcement.service.terms import case_term, recheck_term
from lantian.kernel.errors import InputError, unknown

app = typer.Typer(no_args_is_help=True, help="Cases: fines by the law of a day, daily penalties, terms, papers, counts, exports.")
On = Annotated[str, typer.Option("--on", help="The day whose law counts.")]
STEPS = ("file", "defend", "hearing", "decide", "serve", "pay")


@app.command()
def fine(
    violation: str,
    on: On,
    multiple: Annotated[float | None, typer.Option("--multiple", help="Peak / limit − 1.")] = None,
    hours: Annotated[int | None, typer.Option("--hours", help="How many hours.")] = None,
    earlier: Annotated[int | None, typer.Option("--earlier", help="Earlier decisions within the months that count.")] = None,
    lang: Lang = None,
    json: Json = False,
) -> None:
    """Say what a violation costs by the law of a day, and why."""
    words = common.language(lang)
    if violation not in VIOLATIONS:
        raise unknown("violation", violation, VIOLATIONS)
    found = proposed_fine(common.open_house().law, violation, common.parse_day(on), Facts(multiple, hours, earlier))
    if json:
        told = {"violation": violation, "low": found.low, "high": found.high, "amount": found.amount, "confidence": str(found.confidence)}
        common.print_json(told | {"because": [message(each) for each in found.because]}, words)
        return
    sums = [("fine", found.amount), ("low", found.low), ("high", found.high), ("confidence", str(found.confidence))]
    common.table(f"{violation} {on}", common.heads(words, "item", "value"), sums)
    for each in found.because:
        common.console.print(say(each, words), highlight=False)


@app.command()
def days(
    amount: Annotated[int, typer.Argument(help="The fine of one day, CNY.")],
    served: Annotated[str, typer.Option("--served", help="The day on which the order was served.")],
    rechecks: Annotated[list[str], typer.Option("--recheck", help="The day of a re-check that found it continuing; again for each.")],
    lang: Lang = None,
    json: Json = False,
) -> None:
    """Count a daily penalty: from the day after service to the last re-check, each day once."""
    words = common.language(lang)
    day = common.parse_day(served)
    first = common.open_house().law.values("law_recheck", on=day, item="first_day")
    if not first:
        raise InputError(f"no rule of daily penalties was in force on {served}; it begins 2015-01-01")
    rounds = daily_rounds(amount, day, [common.parse_day(each) for each in rechecks], int(first[0].value))
    rows = [{"first": each.first.isoformat(), "last": each.last.isoformat(), "days": each.days, "total": each.total} for each in rounds]
    whole = {"days": sum(each.days for each in rounds), "total": sum(each.total for each in rounds)}
    if json:
        common.print_json({"rounds": rows, **whole}, words)
        return
    body = [(row["first"], row["last"], row["days"], row["total"]) for row in rows]
    common.table(f"{whole['days']} × {amount} = {whole['total']}", common.heads(words, "first", "last", "days", "total"), body)


@app.command("terms")
def terms_(on: On, lang: Lang = None, json: Json = False) -> None:
    """Give the last day of each step that begins on a day, on the working calendar."""
    words = common.language(lang)
    law, day = common.open_house().law, common.parse_day(on)
    found = {step: case_term(law, step, day) for step in STEPS}
    rows = [{"step": step, "until": each.day.isoformat(), "sure": each.sure} for step, each in found.items()]
    until = recheck_term(law, day)
    rows += [{"step": "recheck", "until": until.isoformat(), "sure": True}] if until else []
    if json:
        common.print_json(rows, words)
        return
    told = [(row["step"], row["until"], common.yes(bool(row["sure"]), words)) for row in rows]
    common.table(on, common.heads(words, "step", "until", "holidays known"), told)


@app.command("classes")
def classes_(
    year: Annotated[int | None, typer.Option("--year", help="The year of decision.")] = None,
    place: Annotated[str | None, typer.Option("--place")] = None,
    lang: Lang = None,
    json: Json = False,
) -> None:
    """Count served cases by the five published classes."""
    words = common.language(lang)
    house = common.open_house()
    found = statistics(house, None if place is None else house.atlas.find(place).code, year)
    if json:
        common.print_json(found, words)
        return
    rows = [(name, each["cases"], each["fines"], each["daily"], found["nation"].get(name)) for name, each in found["classes"].items()]
    rows.append(("all", *found["all"].values(), None))
    common.table(str(year or ""), common.heads(words, "class", "cases", "fines", "daily", "nation"), rows)


@app.command()
def paper(who: Who, name: str, kind: str, out: Path, code: Code = "") -> None:
    """Write one paper of a case as PDF; an unknown one is answered with those there are."""
    house = common.open_house()
    record = house.desk.read(name, actor(house, who, code))
    if record.flow != "case":
        raise InputError(f"{name} is no case")
    if kind in PAPERS and kind not in papers_of(record):
        raise InputError(f"{name} has no {kind} yet; it has {', '.join(papers_of(record)) or 'none'}")
    out.write_bytes(case_paper(house, record, kind))
    common.console.print(f"{out}", highlight=False)


@app.command()
def export(kind: Annotated[str, typer.Argument(help="credit or tax")], out: Path, place: Annotated[str | None, typer.Option("--place")] = None) -> None:
    """Write the published decisions as CSV for the credit register or the tax office."""
    house = common.open_house()
    code = None if place is None else house.atlas.find(place).code
    kinds = {"credit": (CREDIT, credit_rows), "tax": (TAX, tax_rows)}
    if kind not in kinds:
        raise unknown("export", kind, kinds)
    names, rows = kinds[kind]
    held = rows(house, code)
    out.write_text("\ufeff" + as_csv(names, held), encoding="utf-8")
    common.console.print(f"{out}: {len(held)} · {now():%Y-%m-%d %H:%M}", highlight=False)
