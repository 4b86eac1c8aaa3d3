"""``lantian account``: who may act here."""

from __future__ import annotations

import getpass
import socket
from typing import Annotated

import typer

from lantian.app.acting import now
from lantian.cli import common
from lantian.cli.common import Json, Lang
from lantian.kernel.decision import Role
from lantian.kernel.errors import unknown
from lantian.ledger.accounts import Accounts

app = typer.Typer(no_args_is_help=True, help="Accounts: a role at a place; passwords are set by their owners through one-time links.")
Base = Annotated[str, typer.Option("--site", help="The address of the site, for the link.")]
SITE = "http://127.0.0.1:8600"


def origin() -> str:
    """Say where a command came from."""
    return f"{getpass.getuser()}@{socket.gethostname()} lantian"


def link(site: str, secret: str) -> None:
    """Print a one-time link."""
    common.console.print(f"{site}/welcome?token={secret}", highlight=False, soft_wrap=True)


@app.command()
def add(
    name: str,
    role: Annotated[str, typer.Option("--role", help=", ".join(Role))],
    place: Annotated[str, typer.Option("--place", help="A code or name; 000000 is the nation.")],
    enterprise: Annotated[str | None, typer.Option("--enterprise", help="The credit code an enterprise account acts for.")] = None,
    site: Base = SITE,
) -> None:
    """Make an account and print the one-time link with which its owner sets a password."""
    house = common.open_house()
    if role not in tuple(Role):
        raise unknown("role", role, Role)
    code = house.atlas.place(place).code if place.isdigit() else house.atlas.find(place).code
    link(site, Accounts(house.desk.ledger).add(name, Role(role), code, enterprise, getpass.getuser(), origin(), now()))


@app.command()
def invite(name: str, site: Base = SITE) -> None:
    """Print a new one-time link to set a password; the one before ends."""
    link(site, Accounts(common.open_house().desk.ledger).invite(name, getpass.getuser(), origin(), now()))


@app.command()
def codes(name: str) -> None:
    """Ask a one-time code of an account at each sign-in, and print the secret for its authenticator."""
    secret = Accounts(common.open_house().desk.ledger).ask_codes(name, getpass.getuser(), origin(), now())
    common.console.print(f"otpauth://totp/lantian:{name}?secret={secret}&issuer=lantian", highlight=False, soft_wrap=True)


@app.command()
def close(name: str) -> None:
    """Close an account and end its sessions."""
    Accounts(common.open_house().desk.ledger).set_active(name, active=False, by=getpass.getuser(), origin=origin(), at=now())


@app.command("open")
def open_(name: str) -> None:
    """Open a closed account again."""
    Accounts(common.open_house().desk.ledger).set_active(name, active=True, by=getpass.getuser(), origin=origin(), at=now())


@app.command("list")
def list_(lang: Lang = None, json: Json = False) -> None:
    """List the accounts; no secret is shown."""
    words = common.language(lang)
    rows = [
        {"name": each.name, "role": each.role, "place": each.place, "enterprise": each.enterprise, "active": each.active, "codes": each.totp is not None}
        | {"password": each.password is not None, "failures": each.failures}
        for each in Accounts(common.open_house().desk.ledger).every()
    ]
    if json:
        common.print_json(rows, words)
        return
    head = common.heads(words, "name", "role", "place", "active", "password set", "codes")
    marks = ("active", "password", "codes")
    common.table("", head, [(r["name"], r["role"], r["place"], *(common.yes(bool(r[mark]), words) for mark in marks)) for r in rows])
