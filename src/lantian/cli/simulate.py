"""``lantian simulate``: made-up devices that call a real gateway."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress

from lantian.cli import common
from lantian.cli.common import Json, Lang
from lantian.gateway.devices.caller import Tally
from lantian.gateway.devices.deviations import checked
from lantian.gateway.devices.fleet import Sending, added, deliver, live, with_deviations
from lantian.gateway.devices.ledger import Ledger
from lantian.gateway.devices.model import Stack
from lantian.gateway.devices.registers import read_stacks
from lantian.kernel.errors import InputError
from lantian.kernel.period import parse_moment

app = typer.Typer(no_args_is_help=True, help="Simulated devices for demonstrations, tests and benches.")
INTERVALS = (1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30)
"""HJ 212-2017 table 4: minutes that MinInterval may be."""


@app.callback()
def simulate() -> None:
    """Simulate what is outside of lantian."""


@app.command()
def devices(
    gateway: Annotated[str, typer.Option("--gateway", help="Host and port of the gateway.")] = "127.0.0.1:9212",
    registers: Annotated[Path, typer.Option("--registers", help="Folder of the registers of simulated stacks.")] = Path("data/stacks"),
    start: Annotated[str, typer.Option("--from", help="Minute data from this moment.")] = "2015-12-29",
    until: Annotated[str, typer.Option("--until", help="Everything until this moment.")] = "2016-01-01T00:00",
    hours_from: Annotated[str | None, typer.Option("--hours-from", help="Hourly and daily data from this moment.")] = None,
    interval: Annotated[int | None, typer.Option("--interval", help="Minutes between minute data, instead of what the registers say.")] = None,
    stacks: Annotated[int | None, typer.Option("--stacks", help="Only so many stacks.")] = None,
    deviations: Annotated[str, typer.Option("--deviations", help="Spoil frames in these ways, in turn over the stacks, e.g. crc_lower_case,split.")] = "",
    faults: Annotated[Path | None, typer.Option("--faults", help="Another file in the shape of data/stacks/demo.yaml.")] = None,
    seed: Annotated[int, typer.Option("--seed", help="Seed of all chance.")] = 2015,
    ledger: Annotated[Path | None, typer.Option("--ledger", help="Keep a book of every frame and its acknowledgement (SQLite).")] = None,
    alive: Annotated[bool, typer.Option("--live", help="Live on after the history.")] = False,
    speed: Annotated[float, typer.Option("--speed", help="How much faster than real time they live.")] = 1.0,
    patience: Annotated[float, typer.Option("--patience", help="Seconds for which an unanswering gateway is called again.")] = 30.0,
    lang: Lang = None,
    json: Json = False,
) -> None:
    """Let the stacks' loggers call the gateway and send their history, then live on if asked to."""
    words = common.language(lang)
    host, _, port = gateway.rpartition(":")
    if not host or not port.isdigit():
        raise InputError(f"no address {gateway!r}; write host:port, e.g. 127.0.0.1:9212")
    if interval is not None and interval not in INTERVALS:
        raise InputError(f"no interval of {interval} minutes; choose one of {', '.join(map(str, INTERVALS))}")
    since = _moment(hours_from) if hours_from else None
    sending = Sending(host, int(port), _moment(start), _moment(until), since, seed, patience=patience)
    if sending.start >= sending.until:
        raise InputError(f"nothing to send: {sending.start:%Y-%m-%d %H:%M} is not before {sending.until:%Y-%m-%d %H:%M}; give an earlier --from")
    chosen = with_deviations(read_stacks(registers, faults, interval)[:stacks], checked(filter(None, deviations.split(","))))
    book = Ledger(ledger) if ledger else None
    begun = time.perf_counter()
    try:
        tally = asyncio.run(_run(sending, chosen, book, speed if alive else None))
    except OSError as error:
        raise InputError(f"no gateway answers at {gateway} ({error.strerror or error}); start one with: lantian gateway --listen {gateway}") from None
    finally:
        if book:
            book.close()
    told = {"stacks": len(chosen), **asdict(tally), "seconds": round(time.perf_counter() - begun, 1)}
    if json:
        common.print_json(told, words)
    else:
        common.table("simulate devices", list(told), [tuple(told.values())])


def _moment(text: str) -> datetime:
    """Read a moment; a bare day is its beginning."""
    return parse_moment(f"{text}T00:00" if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) else text)


async def _run(sending: Sending, stacks: Sequence[Stack], book: Ledger | None, speed: float | None) -> Tally:
    """Deliver the history, then live on if a speed is given."""
    with Progress(console=common.errors, transient=True) as progress:
        task = progress.add_task("stacks", total=len(stacks))
        tally = await deliver(stacks, sending, book, lambda done, _: progress.update(task, completed=done))
    return tally if speed is None else added([tally, await live(stacks, sending, speed, book)])
