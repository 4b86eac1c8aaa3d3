"""``lantian post``: letters that wait, went out or were given up; webhooks for warnings."""

from __future__ import annotations

from typing import Annotated

import typer

from lantian.app.acting import now
from lantian.app.post import Sender
from lantian.app.subscribing import add_webhook
from lantian.cli import common
from lantian.cli.account import origin
from lantian.cli.act import Code, Who, actor
from lantian.cli.common import Json, Lang, PlaceName
from lantian.kernel.decision import Role
from lantian.kernel.errors import InputError
from lantian.ledger import Act, Outbox

app = typer.Typer(no_args_is_help=True, help="Letters: what goes out with warnings and orders.")


@app.command("list")
def list_(state: Annotated[str | None, typer.Option("--state", help="waiting, sent or dead.")] = None, lang: Lang = None, json: Json = False) -> None:
    """List letters, the newest first."""
    words = common.language(lang)
    if state not in (None, "waiting", "sent", "dead"):
        raise InputError(f"no state {state!r}; choose waiting, sent or dead")
    found = Outbox(common.open_house().desk.ledger).find(state=state)
    if json:
        names = ("state", "tries", "error")
        rows = [{"key": e.letter.key, "channel": e.letter.channel, "record": e.letter.record} | {n: getattr(e, n) for n in names} for e in found]
        common.print_json(rows, words)
        return
    lines = [(each.letter.key, each.letter.channel, each.letter.address, each.state, each.tries, each.error or "—") for each in found]
    common.table("", common.heads(words, "letter", "channel", "address", "status", "tries", "error"), lines)


@app.command()
def send() -> None:
    """Hand out the letters that are due now; the site does so by itself while it is served. Leaves with 1 where one was not taken."""
    house = common.open_house()
    sender = Sender(house.desk.ledger, house.home)
    taken = missed = 0
    while True:
        more = sender.run(now())
        taken, missed = taken + more[0], missed + more[1]
        if not sum(more):
            break
    waiting = Outbox(house.desk.ledger).counts().get("waiting", 0)
    common.console.print(f"送达 delivered {taken}, 未收 not taken {missed}, 待发 waiting {waiting}", highlight=False)
    if waiting and not sender.settings.smtp:
        common.console.print("没有设置邮件服务器 no mail server is set: LANTIAN_SMTP=smtp://host:25", highlight=False)
    if missed:
        raise typer.Exit(common.NO)


@app.command()
def again(key: str, who: Who, code: Code = "") -> None:
    """Send a letter once more that was given up."""
    house = common.open_house()
    person = actor(house, who, code)
    if person.role not in (Role.MINISTRY, Role.PROVINCE, Role.CITY, Role.APPROVER, Role.FORECASTER):
        raise InputError(f"{person.name} is {person.role}; letters are for officers")
    act = Act(person.name, origin(), person.place, "letter.again", key, None, None, "")
    Outbox(house.desk.ledger).again(key, act, now())
    common.console.print(f"{key}: 待发 waiting", highlight=False)


@app.command()
def webhook(
    address: str,
    place: PlaceName,
    who: Who,
    least: Annotated[str, typer.Option("--from-level", help="blue, yellow, orange or red.")] = "blue",
    code: Code = "",
) -> None:
    """Send the warnings of a place to a web address; prints the secret by which its signatures are checked, see docs/warnings.md."""
    house = common.open_house()
    made, secret = add_webhook(house, actor(house, who, code), address, place, least)
    common.console.print(f"{made.id}  {made.address}\nsecret {secret}", highlight=False, soft_wrap=True)
