"""``lantian response``: is an emergency plan complete, does it suffice, which measures of least loss would; adopting one."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from lantian.app.acting import now
from lantian.app.speech import say
from lantian.cli import common
from lantian.cli.account import origin
from lantian.cli.act import Code, Ground, Who, actor
from lantian.cli.common import Json, Lang
from lantian.kernel.errors import InputError
from lantian.ledger import By
from lantian.response.readers import read_plan
from lantian.response.service import chosen, complete, suffice

app = typer.Typer(no_args_is_help=True, help="Emergency plans: complete, sufficient, least loss.")
Source = Annotated[Path, typer.Argument(help="A folder of CSV files or a workbook, see docs/response.md.")]
Level = Annotated[str, typer.Option("--level", help="blue, yellow, orange or red.")]
On = Annotated[str | None, typer.Option("--on", help="The day whose law counts; today without it.")]


def _day(text: str | None) -> date:
    return common.parse_day(text) if text else now().date()


@app.command()
def check(plan: Source, on: On = None, lang: Lang = None, json: Json = False) -> None:
    """Say what a plan lacks of article 30; leaves with 1 where it lacks something."""
    words = common.language(lang)
    house = common.open_house()
    found = complete(house.law, house.atlas, read_plan(plan), _day(on))
    if json:
        common.print_json({"complete": not found, "because": [common.as_message(each) for each in found]}, words)
    else:
        common.console.print("齐全 complete" if not found else "\n".join(say(each, words) for each in found), highlight=False)
    if found:
        raise typer.Exit(common.NO)


@app.command("suffice")
def suffice_(plan: Source, level: Level, on: On = None, lang: Lang = None, json: Json = False) -> None:
    """Say what the measures of a level cut, against the shares in force; leaves with 1 where they do not suffice."""
    words = common.language(lang)
    found = suffice(common.open_house().law, read_plan(plan), level, _day(on))
    found["because"] = [common.as_message(each) for each in found["because"]]
    if json:
        common.print_json(found, words)
    else:
        _illustrative(found["illustrative"])
        rows = [
            (c["pollutant"], 100 * c["share"], f"{100 * c['low']:.1f}–{100 * c['high']:.1f}", _percent(c["required"]), _percent(c["short"]))
            for c in found["cuts"]
        ]
        common.table(level, common.heads(words, "pollutant", "cut %", "90 %", "required %", "short %"), rows)
        common.reasons(found, words)
    if found["enough"] is False:
        raise typer.Exit(common.NO)


@app.command()
def choose(
    plan: Source,
    level: Level,
    on: On = None,
    share: Annotated[list[str] | None, typer.Option("--share", help="Another share than the one in force, e.g. SO2=25; may be given again.")] = None,
    lang: Lang = None,
    json: Json = False,
) -> None:
    """Choose measures of least loss that reach the shares; leaves with 1 and the reason where none do."""
    words = common.language(lang)
    told = read_plan(plan)
    found = chosen(common.open_house().law, told, level, _day(on), _shares(share) if share else None)
    measures = [asdict(each) for each in found.told.values()]
    because = [common.as_message(each) for each in found.because]
    answer: dict[str, Any] = {
        "found": found.found,
        "loss": found.loss,
        "gap": found.gap,
        "measures": measures,
        "because": because,
        "illustrative": told.illustrative,
    }
    if json:
        common.print_json(answer, words)
    else:
        _illustrative(told.illustrative)
        names = {line.id: f"{line.enterprise} {line.name}" for line in told.lines}
        common.table(
            "",
            common.heads(words, "line", "measure", "cut %", "loss"),
            [(names[m["line"]], m["zh" if words == "zh" else "en"], 100 * m["cut"], m["cost"]) for m in measures],
        )
        if found.found:
            common.console.print(f"{found.loss:,.0f} 元/日 yuan a day, ≤ {100 * found.gap:.2f} %", highlight=False)
        common.reasons(answer, words)
    if not found.found:
        raise typer.Exit(common.NO)


@app.command()
def adopt(plan: Source, who: Who, ground: Ground = "", code: Code = "") -> None:
    """Draft a plan as a record of its city; somebody else approves it at the desk."""
    house = common.open_house()
    person = actor(house, who, code)
    made = house.response.adopt(person, read_plan(plan), By(person.name, origin(), ground, now()))
    common.console.print(made.id, highlight=False)


def _shares(words: list[str]) -> dict[str, float]:
    found = {}
    for word in words:
        name, sign, number = word.partition("=")
        try:
            found[name] = float(number) / 100
        except ValueError:
            sign = ""
        if not sign or name not in ("SO2", "NOx", "PM", "VOC") or not 0 <= found[name] <= 1:
            raise InputError(f"--share {word!r}; write it as SO2=25, NOx=25, PM=25 or VOC=25, in per cent")
    return found


def _percent(value: float | None) -> str:
    return "—" if value is None else f"{100 * value:.1f}"


def _illustrative(yes: bool) -> None:
    if yes:
        common.console.print("示意 illustrative: 企业名单、措施与损失为示例 enterprises, measures and losses are made up", style="magenta", highlight=False)
