"""How a gateway stands, read from its spool and, while it runs, from itself; what needs a person is said as messages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lantian.gateway import control
from lantian.gateway.hub import SPOOL
from lantian.gateway.settings import GatewaySettings, folder
from lantian.gateway.spool import Spool
from lantian.gateway.text import shown
from lantian.kernel.errors import InputError
from lantian.kernel.finding import Message

QUICK = 5.0


def status_of(home: Path, settings: GatewaySettings) -> dict[str, Any]:
    """Give devices as last seen, what is kept apart, what is yet to be drained, and what somebody should look at."""
    own = folder(home, settings.name)
    if not (own / SPOOL).is_file():
        raise InputError(f"no gateway {settings.name!r} has run under {home}; start it with: lantian gateway --name {settings.name}")
    spool = Spool(own / SPOOL)
    try:
        devices, held, (batches, frames) = spool.seen(), spool.held(), spool.backlog()
    finally:
        spool.close()
    for row in [*devices, *held]:
        row["device"] = shown(row["device"])
    try:
        live: dict[str, Any] | None = control.ask(own, {"do": "status"}, QUICK)
    except InputError:
        live = None
    told = {"name": settings.name, "live": live, "to_drain": {"batches": batches, "frames": frames}, "devices": devices, "held": held}
    because = [{"key": each.key, "values": each.values} for each in messages(devices, held, live)]
    return told | {"because": because}


def messages(devices: list[dict[str, Any]], held: list[dict[str, Any]], live: dict[str, Any] | None) -> list[Message]:
    """Say what somebody should look at: silence, one device at two addresses, altered repeats, gaps, the waiting, the disk.

    >>> [each.key for each in messages([{"device": "M1", "at": "2026-01-01 08:00:00", "silent": True, "addresses": {}, "altered": 0, "gaps": []}], [], None)]
    ['gateway.silent']
    """
    found = []
    for row in devices:
        name = {"device": row["device"]}
        if row["silent"]:
            found.append(Message("gateway.silent", name | {"at": row["at"] or "—"}))
        if row["addresses"]:
            found.append(Message("gateway.two_addresses", name | {"addresses": ", ".join(row["addresses"])}))
        if row["altered"]:
            found.append(Message("gateway.altered", name | {"count": row["altered"]}))
        if row["gaps"]:
            first = row["gaps"][0]
            found.append(Message("gateway.gap", name | {"count": len(row["gaps"]), "first": first["first"], "last": first["last"]}))
    for row in held:
        found.append(Message(f"gateway.held_{row['why']}", {"device": row["device"], "count": row["frames"]}))
    if live is not None and live["trouble"]:
        found.append(Message("gateway.trouble", {"what": live["trouble"]}))
    return found
