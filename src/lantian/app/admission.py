"""Which data loggers are let in: the ledger's admissions beside the register of loggers; unknown ones get a record that waits for an officer."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from lantian.app.acting import now
from lantian.kernel.errors import InputError
from lantian.kernel.period import NOW
from lantian.kernel.place_id import NATION
from lantian.lake.engine import open_engine
from lantian.lake.read import open_dataset
from lantian.lake.store import Lake
from lantian.ledger import By, Ledger, Record, Records

FLOW = "device"
ADMITTED, WAITING = "admitted", "waiting"
SIMULATED_RATE = 120_000
"""Frames a minute of a simulated device, which sends its history as fast as it can (our choice)."""
RANK = (ADMITTED, "suspended", WAITING, "refused", "retired")
"""Of several records of one device the first of these states counts."""
HASHED = "sha256"
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Setting:
    """What the register says of a logger: whose outlet, what its times mark, how often it reports [min], which units differ."""

    device: str
    outlet: str = ""
    label: str = "start"
    interval: int = 10
    units: str = ""
    place: str = NATION
    simulated: bool = False


@dataclass(frozen=True, slots=True)
class Admission:
    """Whether a device is let in: state of its record, password as stored, networks it may speak from (none: any), frames a minute (0: the gateway's own)."""

    device: str
    state: str
    password: str = ""
    allow: tuple[Network, ...] = ()
    rate: int = 0

    def closed(self, password: str, address: str) -> str:
        """Say why a frame is kept out: the state, ``address`` or ``password``; empty when it is let in."""
        if self.state != ADMITTED:
            return self.state
        if self.allow and not any(_lies(address, network) for network in self.allow):
            return "address"
        return "" if self.right(password) else "password"

    def right(self, password: str) -> bool:
        """Tell whether a password is the device's; where none was agreed any is."""
        return not self.password or password_is(password, self.password)


def hash_password(password: str, salt: str | None = None) -> str:
    """Hash a device's password as it is kept in its admission; six characters cannot be kept secret for long, but they do not lie open.

    >>> hash_password("123456", "00ff")
    'sha256$00ff$f8e4263540dca52a6c03c32982c6afe5876b5507c101ad79f1b77223a951695a'
    >>> password_is("123456", hash_password("123456")), password_is("123457", hash_password("123456")), password_is("abc", "abc")
    (True, False, True)
    """
    salt = salt or secrets.token_hex(8)
    return f"{HASHED}${salt}${hashlib.sha256(f'{salt}{password}'.encode()).hexdigest()}"


def password_is(given: str, stored: str) -> bool:
    """Compare a password with a stored one, hashed or plain, in the same time whatever it is."""
    parts = stored.split("$")
    hashed = len(parts) == len(("kind", "salt", "hash")) and parts[0] == HASHED
    shown = hash_password(given, parts[1]) if hashed else given
    return hmac.compare_digest(shown.encode(), stored.encode())


def parse_networks(text: str) -> tuple[Network, ...]:
    """Read networks written 10.1.2.0/24, 2001:db8::/32, by commas; another writing raises ``InputError``.

    >>> [str(each) for each in parse_networks("10.1.2.3, 10.2.0.0/16")]
    ['10.1.2.3/32', '10.2.0.0/16']
    """
    found = []
    for part in text.replace("，", ",").split(","):
        if part.strip():
            try:
                found.append(ipaddress.ip_network(part.strip(), strict=False))
            except ValueError:
                raise InputError(f"{part.strip()!r} is no network; write 10.1.2.3 or 10.1.2.0/24, by commas") from None
    return tuple(found)


def _lies(address: str, network: Network) -> bool:
    try:
        place = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(place, ipaddress.IPv6Address) and place.ipv4_mapped is not None:
        place = place.ipv4_mapped
    return place in network


def read_settings(lake: Lake) -> dict[str, Setting]:
    """Read the register of loggers with their outlets, the newest report of each."""
    if not lake.exists("loggers"):
        return {}
    with open_engine("duckdb") as engine:
        open_dataset(engine, lake, "loggers", NOW)
        loggers = engine.fetch("SELECT device, outlet, label, interval, units FROM loggers ORDER BY device, day").to_pylist()
        outlets: dict[str, Any] = {}
        if lake.exists("outlets"):
            open_dataset(engine, lake, "outlets", NOW)
            rows = engine.fetch("SELECT outlet, place, simulated FROM outlets ORDER BY outlet, day").to_pylist()
            outlets = {row["outlet"]: row for row in rows}
    found = {}
    for row in loggers:
        outlet = outlets.get(row["outlet"], {})
        found[row["device"]] = Setting(
            row["device"],
            row["outlet"] or "",
            row["label"] or "start",
            row["interval"] or 10,
            row["units"] or "",
            outlet.get("place") or NATION,
            bool(outlet.get("simulated")),
        )
    return found


def read_admissions(ledger: Ledger, simulated: Iterable[str] = ()) -> dict[str, Admission]:
    """Read the admissions of the ledger; ``simulated`` devices are let in where no record says otherwise."""
    found = {device: Admission(device, ADMITTED, rate=SIMULATED_RATE) for device in simulated}
    told: dict[str, tuple[int, Admission]] = {}
    for record in Records(ledger).find([FLOW]):
        made = _admission(record)
        rank = RANK.index(record.state) if record.state in RANK else len(RANK)
        if rank < told.get(made.device, (len(RANK) + 1, made))[0]:
            told[made.device] = (rank, made)
    return found | {device: made for device, (_, made) in told.items()}


def _admission(record: Record) -> Admission:
    body = record.body
    try:
        allow = parse_networks(str(body.get("allow") or ""))
    except InputError:
        allow = (ipaddress.ip_network("255.255.255.255/32"),)  # what cannot be read lets nobody in
    return Admission(str(body.get("device", "")).strip(), record.state, str(body.get("password") or ""), allow, int(body.get("rate") or 0))


def ask_for(ledger: Ledger, setting: Setting, address: str, gateway: str) -> Record:
    """Make the record of a device that nobody knows, once; it waits for an officer of its outlet's place, or of the ministry where it has none."""
    by = By("gateway", f"gateway {gateway}", "", now(), once=f"device:{setting.device}")
    body = {"device": setting.device, "outlet": setting.outlet, "address": address}
    return Records(ledger).make(FLOW, setting.place, None, WAITING, body, by)


def waiting(ledger: Ledger) -> int:
    """Count the devices that wait."""
    return len(Records(ledger).find([FLOW], states=[WAITING]))
