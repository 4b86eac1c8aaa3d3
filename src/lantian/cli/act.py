"""``lantian act``: the desk on the command line, by the same rules as on the site."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

import typer

from lantian.app.acting import now
from lantian.app.acting import overdue as is_overdue
from lantian.app.flows import flow_of, flows
from lantian.app.house import House
from lantian.cli import common
from lantian.cli.account import origin
from lantian.cli.common import Json, Lang
from lantian.kernel.decision import Actor, Role
from lantian.kernel.errors import InputError
from lantian.ledger import By, Record
from lantian.ledger.accounts import Accounts

app = typer.Typer(no_args_is_help=True, help="Records: list, make and move them, as somebody with an account.")
Who = Annotated[str, typer.Option("--as", help="The account that acts; its password is asked for, or read from LANTIAN_PASSWORD.")]
Ground = Annotated[str, typer.Option("--ground", help="On what ground.")]
Code = Annotated[str, typer.Option("--code", help="The one-time code, where the account asks for one.")]


def actor(house: House, name: str, code: str) -> Actor:
    """Check the password of an account and give who acts; a wrong one raises ``SignInError``."""
    accounts = Accounts(house.desk.ledger)
    password = os.environ.get("LANTIAN_PASSWORD") or typer.prompt("密码 password", hide_input=True)
    token = accounts.sign_in(name, password, code, origin(), now())
    accounts.sign_out(token, origin(), now())
    account = accounts.get(name)
    return Actor(account.name, Role(account.role), account.place, account.enterprise)


def stated(words: list[str]) -> dict[str, str]:
    """Read fields written as name=value; a word without a value raises ``InputError``."""
    pairs = [word.partition("=") for word in words]
    wrong = [name for name, sign, _ in pairs if not sign]
    if wrong:
        raise InputError(f"{wrong[0]!r} is no name=value; write it as due=2015-12-31")
    return {name: value for name, _, value in pairs}


def as_row(record: Record) -> dict[str, Any]:
    """Give a record as JSON."""
    names = ("id", "flow", "place", "owner", "state", "version", "made_by")
    times = {"made_at": record.made_at.isoformat(), "moved_at": record.moved_at.isoformat()}
    return {name: getattr(record, name) for name in names} | times | {"body": record.body}


@app.command("list")
def list_(who: Who, code: Code = "", kind: Annotated[str | None, typer.Option("--kind")] = None, lang: Lang = None, json: Json = False) -> None:
    """List the records an account may read."""
    words = common.language(lang)
    house = common.open_house()
    kinds = None if kind is None else [flow_of(kind).name]
    found = house.desk.visible(actor(house, who, code), kinds)
    if json:
        common.print_json([as_row(each) for each in found], words)
        return
    rows = [(r.id, getattr(flow_of(r.flow).title, words), r.place, getattr(flow_of(r.flow).states[r.state], words), r.body.get("due")) for r in found]
    common.table("", common.heads(words, "no.", "act", "place", "status", "due"), rows)


@app.command()
def show(name: str, who: Who, code: Code = "", lang: Lang = None) -> None:
    """Print a record with its acts and the moves that are open, as JSON."""
    words = common.language(lang)
    house = common.open_house()
    person = actor(house, who, code)
    record = house.desk.read(name, person)
    moves = [{"move": move.name, "closed": None if told is None else common.as_message(told)} for move, told in house.desk.moves(record, person)]
    acts = [
        {"number": a.number, "at": a.at.isoformat(), "kind": a.act.kind, "by": a.act.actor, "ground": a.act.ground} for a in house.desk.history(person, name)
    ]
    common.print_json(as_row(record) | {"moves": moves, "acts": acts}, words)


@app.command()
def make(
    kind: str,
    fields: Annotated[list[str], typer.Argument(help="name=value …")],
    who: Who,
    place: Annotated[str, typer.Option("--place")],
    code: Code = "",
    ground: Ground = "",
    owner: Annotated[str | None, typer.Option("--owner", help="The credit code of the enterprise it concerns.")] = None,
) -> None:
    """Make a record: task, promise, yearly_plan, assessment, consequence, bulletin."""
    house = common.open_house()
    person = actor(house, who, code)
    made = house.drafts.make(person, kind, place, stated(fields), By(person.name, origin(), ground, now()), owner=owner)
    common.console.print(f"{made.id} {made.state}", highlight=False)


@app.command()
def move(
    name: str,
    step: str,
    who: Who,
    fields: Annotated[list[str] | None, typer.Argument(help="name=value …")] = None,
    code: Code = "",
    ground: Ground = "",
    file: Annotated[list[Path] | None, typer.Option("--file", help="Evidence to attach first.", exists=True, dir_okay=False)] = None,
) -> None:
    """Move a record by its table."""
    house = common.open_house()
    person = actor(house, who, code)
    by = By(person.name, origin(), ground, now())
    for path in file or ():
        with path.open("rb") as content:
            house.desk.attach(person, name, path.name, content, by)
    version = house.desk.read(name, person).version
    moved = house.drafts.move(person, name, version, step, stated(fields or []), by)
    common.console.print(f"{moved.id} {moved.state}", highlight=False)


@app.command()
def tables(lang: Lang = None) -> None:
    """Print the tables of moves: who may do what, from which state to which, apart from whom."""
    words = common.language(lang)
    for flow in flows().values():
        rows = [(getattr(m.title, words), list(m.starts), m.end, sorted(m.who), m.level, list(m.apart_from), list(m.asks)) for m in flow.moves]
        common.table(f"{flow.name} {getattr(flow.title, words)}", common.heads(words, "move", "from", "to", "who", "where", "apart from", "asks"), rows)


@app.command("plan-tasks")
def plan_tasks(who: Who, place: Annotated[str, typer.Option("--place")], code: Code = "", ground: Ground = "") -> None:
    """Make a task of each provision that binds a place, has a day and is not known to be met; run again, it makes none twice."""
    house = common.open_house()
    person = actor(house, who, code)
    for made in house.drafts.plan_tasks(person, place, By(person.name, origin(), ground, now())):
        common.console.print(f"{made.id} {made.body['provision']} {made.body['due']} {made.body['title']}", highlight=False)


@app.command()
def overdue(who: Who, code: Code = "", lang: Lang = None) -> None:
    """List what is open past its day, by place."""
    words = common.language(lang)
    house = common.open_house()
    on = now().date()
    late = sorted(
        (each for each in house.desk.visible(actor(house, who, code)) if is_overdue(each, on)), key=lambda each: (each.place, str(each.body.get("due")))
    )
    rows = [(house.atlas.place(each.place).short, each.id, each.body.get("due") or each.body.get("until"), each.body.get("title")) for each in late]
    common.table("", common.heads(words, "place", "no.", "due", "text"), rows)


@app.command()
def schedule() -> None:
    """Draft the bulletins that article 25 asks for of the last closed month and day; people approve and publish them. Run it daily."""
    house = common.open_house()
    for made in house.drafts.due_bulletins(origin(), now()):
        common.console.print(f"{made.id} {made.body['duty']} {made.place} {made.body['period']}", highlight=False)
