"""How a gateway is set: where it listens, how much it takes in, when it speaks up; everything from the environment, each with a default of our own choice."""

from __future__ import annotations

import os
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from lantian.kernel.errors import InputError

PREFIX = "LANTIAN_GATEWAY_"


@dataclass(frozen=True, slots=True)
class GatewaySettings:
    """One gateway; times in seconds, sizes in bytes. Each value may be set as ``LANTIAN_GATEWAY_`` and its name in capitals."""

    name: str = "main"
    """Tells gateways of one installation apart; each has a spool of its own."""
    tick: float = 0.004
    """How long frames gather before they are committed together."""
    backlog: int = 32 << 20
    """Bytes not yet committed at which reading pauses."""
    spool_limit: int = 8 << 30
    """Size of the spool at which nothing more is acknowledged until the writer has drained it."""
    connections: int = 20_000
    per_address: int = 20_000
    """Connections at most, in all and from one address; behind a balancer all come from its address."""
    half_frame: float = 30.0
    """A frame begun and not finished within this time ends its connection."""
    idle: float = 7200.0
    """A connection on which nothing came for so long is closed."""
    rubbish: int = 65_536
    """Bytes in which no frame is found, one after another, at which a connection is closed."""
    device_rate: int = 1200
    """Frames a minute that one device may send, where its admission says nothing else."""
    address_rate: int = 0
    """Frames a minute from one address; 0: no limit."""
    waiting: int = 200
    """Unknown devices that may wait for an officer at a time."""
    held: int = 200
    """Frames kept apart for one device that is not admitted."""
    silence: int = 3
    """Intervals without a frame after which a device is called silent."""
    interval: float = 600.0
    """Seconds between the frames of a device of which the registers say nothing."""
    skew: float = 60.0
    """Clock error of a device at which it is sent the time; 0: never."""
    fill: bool = True
    """Ask devices for the data of gaps that are seen."""
    over_time: float = 10.0
    resend: int = 3
    """HJ 212-2017 table 1: wait for an answer, and how often to send again; a device may be told others by 1000."""
    roster: float = 3.0
    """How often admissions are read from the ledger."""
    admit_simulated: bool = False
    """Let in every registered logger of a simulated outlet without an officer's admission; for demonstrations and tests."""
    history: bool = False
    """Replaying old data: a value counts as known when it would have been published, not when it arrived here."""
    flush: float = 2.0
    """How long the writer gathers before it commits to the lake."""
    commit_delay: float = 0.0
    """Slows every commit of the spool; for tests of a slow disk."""
    nats: str = ""
    """Address of NATS JetStream between gateways and the writer; empty: the writer reads the spools."""


def gateway_settings(**given: Any) -> GatewaySettings:
    """Read the environment, then what a command line gave; a value that cannot be read raises ``InputError``."""
    found = {}
    for field in fields(GatewaySettings):
        text = os.environ.get(PREFIX + field.name.upper())
        if text is not None:
            found[field.name] = _read(field.name, text, type(field.default))
    made = replace(GatewaySettings(), **found)
    made = replace(made, **{name: value for name, value in given.items() if value is not None})
    if not made.name.isidentifier():
        raise InputError(f"{made.name!r} cannot name a gateway; use letters, digits and _, beginning with a letter")
    return made


def _read(name: str, text: str, kind: Any) -> Any:
    if kind is str:
        return text
    if kind is bool:
        if text not in ("0", "1"):
            raise InputError(f"{PREFIX}{name.upper()} is {text!r}; write 1 or 0")
        return text == "1"
    try:
        value = kind(text)
    except ValueError:
        raise InputError(f"{PREFIX}{name.upper()} is {text!r}; give a number such as {getattr(GatewaySettings(), name)}") from None
    if value < 0:
        raise InputError(f"{PREFIX}{name.upper()} is {text}; give 0 or more")
    return value


def folder(home: Path, name: str) -> Path:
    """Give the folder of one gateway's spool."""
    return home / "gateway" / name
