"""``lantian up``: load the sample, evaluate it, say what it shows."""

from __future__ import annotations

import getpass
import hashlib
import socket
from datetime import date, datetime, time
from pathlib import Path
from typing import Annotated

import typer

from lantian.app.acting import now
from lantian.app.house import House
from lantian.app.sample import Sample, samples
from lantian.app.settings import settings
from lantian.cli import common
from lantian.cli.common import AsOf, Lang
from lantian.cli.demo_stacks import demo_stacks
from lantian.cli.lake import run_load
from lantian.kernel.decision import Role
from lantian.kernel.errors import InputError
from lantian.kernel.period import close_of
from lantian.kernel.place_id import NATION
from lantian.lake.store import Lake
from lantian.ledger.accounts import Accounts

GatewayPort = Annotated[int, typer.Option("--gateway-port", help="The port on 127.0.0.1 at which simulated stacks call; 0: none are started.")]
Port = Annotated[int, typer.Option("--port", help="The port on 127.0.0.1.")]
DEFAULT_PORT, DEFAULT_GATEWAY = 8600, 9212
FIRST = "keeper"
"""The name of the first account."""


def up(
    port: Port = DEFAULT_PORT,
    as_of: AsOf = None,
    lang: Lang = None,
    serve_site: Annotated[bool, typer.Option("--serve/--no-serve")] = True,
    gateway_port: GatewayPort = DEFAULT_GATEWAY,
) -> None:
    """Load the sample data, evaluate them, print a summary, let simulated stacks call a gateway, and serve the site."""
    words = common.language(lang)
    home = settings().home
    for sample in samples():
        load_sample(home, sample)
    with common.errors.status("评价中 …" if words == "zh" else "evaluating …"):
        house = common.open_house(as_of)
        house = house if as_of else house.at(sample_clock(house))
    summary(house, words)
    first_account(house, port)
    if serve_site:
        with demo_stacks(house, gateway_port, words):
            serve_house(house, port)


def first_account(house: House, port: int) -> None:
    """Print a one-time link for the first account while nobody has set a password; no account has one that is known beforehand."""
    accounts = Accounts(house.desk.ledger)
    known = {each.name: each for each in accounts.every()}
    if any(each.password for each in known.values()):
        return
    at, origin = now(), f"{getpass.getuser()}@{socket.gethostname()} lantian up"
    if FIRST in known:
        secret = accounts.invite(FIRST, FIRST, origin, at)
    else:
        secret = accounts.add(FIRST, Role.MINISTRY, NATION, None, FIRST, origin, at)
    common.console.print(f"第一个账户（一次有效）first account, works once: http://127.0.0.1:{port}/welcome?token={secret}", highlight=False, soft_wrap=True)


def serve_house(house: House, port: int) -> None:
    """Serve a house; the site is imported here so that other commands start without it."""
    from lantian.web.app import serve_house as run

    run(house, port)


def serve(port: Port = DEFAULT_PORT, as_of: AsOf = None) -> None:
    """Serve the site of an installation."""
    house = common.open_house(as_of)
    serve_house(house if as_of else house.at(sample_clock(house)), port)


def sample_clock(house: House) -> datetime:
    """Give the clock the site opens at: the close of the last day that most cities reported."""
    last = house.last_busy_day()
    return close_of(last)


def load_sample(home: Path, sample: Sample) -> None:
    """Load one folder of the sample once; a mark beside the lake remembers its content."""
    digest = hashlib.sha256()
    for path in sample.paths:
        digest.update(path.name.encode())
        digest.update(str(path.stat().st_size).encode())
    mark = home / "loaded" / f"{sample.folder}-{digest.hexdigest()[:16]}"
    if mark.exists():
        common.console.print(f"{sample.folder}: loaded before", highlight=False)
        return
    lake = Lake(home)
    reports = run_load(home, sample.dataset, sample.layout, list(sample.paths))
    added, faults = sum(r.added for r in reports), sum(len(r.faults) for r in reports)
    common.console.print(f"{sample.folder}: {added:,} rows from {len(reports)} files, {faults} in quarantine — {sample.origin}", highlight=False)
    lake.compact([sample.dataset])
    mark.parent.mkdir(parents=True, exist_ok=True)
    mark.touch()


def summary(house: House, lang: str) -> None:
    """Print Beijing's, the region's and the 74 cities' figures and the nine goals at the clock."""
    if house.moment.as_of is None:
        raise InputError("the summary needs a clock; give --as-of 2015-12-31")
    day: date = (house.moment.as_of - (close_of(date(1, 1, 1)) - datetime.combine(date(1, 1, 1), time()))).date()
    rows = []
    for name in ("北京", "京津冀", "key74"):
        answer = house.air.evaluate(name, f"{day.year}")
        pm = answer["pollutants"]["PM2.5"]["mean"]
        rows.append((common.named(answer, lang), answer["period"], pm, answer["pollutants"]["PM10"]["mean"], answer["good_share"], answer["heavy_share"]))
    title = f"{day}" + (" 收盘时" if lang == "zh" else ", at the close of the day")
    head = common.heads(lang, "place", "period", "PM2.5", "PM10", "good %", "heavy %")
    common.table(title, head, rows)
    goals = [(f["provision"], f["title"][lang], common.status_word(f["status"], lang)) for f in house.plan.findings(day)]
    common.table("九项目标" if lang == "zh" else "The nine goals", common.heads(lang, "no.", "provision", "status"), goals)
