"""``lantian gateway``: takes in what devices send, shows how they stand, gives them orders; see docs/gateway.md."""

from __future__ import annotations

import logging
import re
from pathlib import Path
from typing import Annotated, Any

import typer

from lantian.app.settings import settings
from lantian.cli import common
from lantian.cli.common import Json, Lang
from lantian.kernel.errors import InputError

app = typer.Typer(add_completion=False, help="The door for devices (HJ 212).")
Name = Annotated[str | None, typer.Option("--name", help="Which gateway, where several share an installation.")]
Nats = Annotated[str | None, typer.Option("--nats", help="NATS JetStream between gateways and the writer, e.g. nats://127.0.0.1:4222.")]
History = Annotated[bool, typer.Option("--history", help="Replaying old data: values count as known when they would have been published.")]
DEFAULT = "127.0.0.1:9212"


@app.callback(invoke_without_command=True)
def gateway(
    context: typer.Context,
    listen: Annotated[str, typer.Option("--listen", help="host:port; 0.0.0.0:9212 to be reached from other machines.")] = DEFAULT,
    tls_cert: Annotated[Path | None, typer.Option("--tls-cert", help="Certificate (PEM); devices then speak TLS.")] = None,
    tls_key: Annotated[Path | None, typer.Option("--tls-key", help="Its key (PEM).")] = None,
    tls_client_ca: Annotated[Path | None, typer.Option("--tls-client-ca", help="Only devices with a certificate of this authority (PEM).")] = None,
    name: Name = None,
    nats: Nats = None,
    admit_simulated: Annotated[bool, typer.Option("--admit-simulated", help="Let in registered loggers of simulated outlets.")] = False,
    history: History = False,
    writer: Annotated[bool, typer.Option("--writer/--no-writer", help="Run the writer to the lake beside it.")] = True,
) -> None:
    """Listen for devices until told to end; what comes is on disk before it is acknowledged."""
    if context.invoked_subcommand is not None:
        return
    from lantian.gateway.server import Plan, Tls, parse_address, run
    from lantian.gateway.settings import gateway_settings

    if (tls_cert is None) != (tls_key is None) or (tls_client_ca is not None and tls_cert is None):
        raise InputError("TLS needs both --tls-cert and --tls-key; --tls-client-ca goes with them")
    own = gateway_settings(name=name, nats=nats, admit_simulated=admit_simulated or None, history=history or None)
    tls = Tls(tls_cert, tls_key, tls_client_ca) if tls_cert and tls_key else None
    _log()
    plan = Plan(settings().home, own, parse_address(listen), tls, writer, lambda port: print(f"listening {port}", flush=True))  # noqa: T201 - read by whoever started it
    run(plan)


@app.command()
def drain(
    watch: Annotated[bool, typer.Option("--watch", help="Go on until told to end.")] = False,
    nats: Nats = None,
    history: History = False,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Bring what the spools hold into the lake; without --watch until they are empty."""
    from lantian.gateway.settings import gateway_settings
    from lantian.gateway.writer import write

    _log()
    told = write(settings().home, gateway_settings(nats=nats, history=history or None), watch=watch)
    if json:
        common.print_json(told, common.language(lang))
    else:
        common.console.print(f"入湖 to the lake: {told}", highlight=False)


@app.command()
def status(name: Name = None, lang: Lang = None, json: Json = False) -> None:
    """Show how the gateway and its devices stand; works while it does not run too."""
    from lantian.gateway.settings import gateway_settings
    from lantian.gateway.status import status_of

    words = common.language(lang)
    told = status_of(settings().home, gateway_settings(name=name))
    if json:
        common.print_json(told, words)
        return
    zh = words == "zh"
    common.console.print(
        f"{told['name']}: {'运行中 running' if told['live'] else '未运行 not running'}, 待入湖 to drain {told['to_drain']['frames']}", highlight=False
    )
    for message in told["because"]:
        common.reasons({"because": [message]}, words)
    names = ("device", "at", "address", "frames", "repeated", "late", "altered", "silent")
    heads = ("设备", "最近", "地址", "报文", "重发", "补传", "改动", "静默") if zh else names
    common.table("", heads, [[common.yes(row[n], words) if n == "silent" else row[n] for n in names] for row in told["devices"]])
    if told["held"]:
        kept = ("device", "why", "frames", "first", "last", "peers")
        common.table("另存 kept apart", ("设备", "原因", "报文", "自", "至", "来自") if zh else kept, [[row[n] for n in kept] for row in told["held"]])


@app.command()
def ask(
    device: str,
    command: Annotated[str, typer.Argument(help="Four digits, e.g. 1061, or what they set: 1062 RtdInterval=30.")],
    words: Annotated[list[str] | None, typer.Argument(help="Parameters, e.g. RtdInterval=30 or BeginTime=… EndTime=….")] = None,
    name: Name = None,
    lang: Lang = None,
    json: Json = False,
) -> None:
    """Send a command to a device and show what it answers; leaves with 1 where it was not carried out."""
    from lantian.gateway import control
    from lantian.gateway.settings import folder, gateway_settings

    own = gateway_settings(name=name)
    question: dict[str, Any] = {"do": "ask", "device": device, "cn": command, "body": ";".join(words or ())}
    told = control.ask(folder(settings().home, own.name), question)
    if json:
        common.print_json(told, common.language(lang))
    else:
        common.console.print(f"{told['device']} {told['cn']}: {told['outcome']} ({told['tries']}, QN {told['qn']})", highlight=False, markup=False)
        for each in told["answers"]:
            common.console.print(each, highlight=False, markup=False, soft_wrap=True)
    if not re.fullmatch("done", told["outcome"]):
        raise typer.Exit(common.NO)


def _log() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
