"""``lantian project``: what the gates say of a project before anybody applies for it, and of many at once."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml

from lantian.app.acting import now
from lantian.app.facts_of_approvals import facts_of
from lantian.app.gates import registry
from lantian.app.project_form import EXAMPLE, read_project
from lantian.app.speech import say
from lantian.approvals.service import drawn, judge
from lantian.cli import common
from lantian.cli.common import Json, Lang
from lantian.kernel.errors import FaultsError, InputError

app = typer.Typer(no_args_is_help=True, help="Project gates: what would be decided of a project, and why.")
WORDS = {
    "zh": {"pass": "通过", "fail": "不通过", "unknown": "未知", "not_applicable": "不适用"},
    "en": {"pass": "pass", "fail": "fail", "unknown": "unknown", "not_applicable": "not applicable"},
}


@app.command()
def example() -> None:
    """Print a project as it is handed in."""
    common.console.print(EXAMPLE, highlight=False, markup=False, soft_wrap=True, end="")


@app.command()
def gates(lang: Lang = None, json: Json = False) -> None:
    """List the gates with the article and the provisions of the plan they stand on."""
    words = common.language(lang)
    if json:
        common.print_json(dict(registry()), words)
        return
    rows = [(name, each[words], f"{each['article']}", " ".join(each["provisions"]), each["clause"]) for name, each in registry().items()]
    common.table("", common.heads(words, "gate", "title", "article", "provisions", "clause"), rows)


@app.command()
def check(
    file: Path,
    place: Annotated[str, typer.Option("--place", help="The city or county, by code or name.")],
    applicant: Annotated[str, typer.Option("--applicant", help="The unified social credit code.")] = "",
    lang: Lang = None,
    json: Json = False,
) -> None:
    """Say what every gate says of a project in a file, with the smallest changes that would open those that are shut; leaves with 1 where it would not be approved."""
    words = common.language(lang)
    house = common.open_house()
    code = house.atlas.place(place).code if place.isdigit() else house.atlas.find(place).code
    frozen = house.applications.simulate(file.stem, code, _read(file), applicant, now().date())
    if json:
        common.print_json(frozen, words)
    else:
        rows = [
            (each[words], WORDS[words][each["result"]], "; ".join(say(one, words) for one in each["because"]) or " ".join(each["missing"]))
            for each in frozen["answers"]
        ]
        common.table(f"{file.stem}: {WORDS[words][frozen['result']]}", common.heads(words, "gate", "result", "because"), rows)
        for each in frozen["changes"]:
            common.console.print(f"{registry()[each['gate']][words]}: {'; '.join(say(one, words) for one in each['said'])}", highlight=False)
    if frozen["result"] != "pass":
        raise typer.Exit(common.NO)


@app.command("what-if")
def what_if(file: Path, lang: Lang = None, json: Json = False) -> None:
    """Judge many projects of one file (a YAML or JSON list; each with ``title`` and ``place``) and count what each gate says."""
    words = common.language(lang)
    house = common.open_house()
    raw = yaml.load(_read(file), Loader=yaml.CSafeLoader)
    if not isinstance(raw, list) or not all(isinstance(each, dict) for each in raw):
        raise InputError(f"{file} is no list of projects; write one “- title: …” each")
    projects, wrong = [], []
    for number, each in enumerate(raw, 1):
        try:
            projects.append(read_project({"applied": now().date()} | each))
            house.atlas.place(str(each.get("place", "")))
        except FaultsError as error:
            wrong += [f"{number}: {fault}" for fault in error.faults]
        except InputError as error:
            wrong.append(f"{number}: {error}")
    if wrong:
        raise FaultsError(str(file), wrong)
    found = judge(house.law, facts_of(house), projects)
    told: dict[str, Any] = {name: dict(Counter(each[name] for each in found)) for name in registry()}
    told["result"] = dict(Counter(drawn(each.values()) for each in found))
    if json:
        common.print_json({"projects": len(projects), "gates": told}, words)
        return
    rows = [(registry().get(name, {words: "="})[words], *(str(each.get(result, 0)) for result in WORDS["en"])) for name, each in told.items()]
    common.table(f"{len(projects)}", ["", *WORDS[words].values()], rows)


def _read(file: Path) -> str:
    if not file.is_file():
        raise InputError(f"no file {file}; `lantian project example` prints a project")
    return file.read_text(encoding="utf-8")
