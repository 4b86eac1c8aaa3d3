"""From computed episodes and leads to records: one record each, owned by the enterprise, seen by its officers, with a letter where a contact is known."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from lantian.app.acting import now
from lantian.app.post import notice_letter
from lantian.app.settings import site_address
from lantian.ledger import By, Follows, Letter, Record, Turn, make_in, put
from lantian.sources.model import Enterprise, Outlet

if TYPE_CHECKING:
    from lantian.app.stacks import SourceRoom

RULE = "lantian 规则"
LOOK_BACK = timedelta(days=31)
"""How far back an episode may lie that becomes a record when it is first seen (our choice)."""


def episode_key(outlet: str, pollutant: str, start: datetime) -> str:
    """Name an episode for ever: the outlet, the pollutant and its first hour; an episode that grows stays the same one.

    >>> episode_key("stack-1", "NOx", datetime(2015, 12, 4, 5))
    'exceedance:stack-1:NOx:2015-12-04T05:00'
    """
    return f"exceedance:{outlet}:{pollutant}:{start:%Y-%m-%dT%H:%M}"


def raise_exceedances(room: SourceRoom, origin: str) -> list[Record]:
    """Make a record of every episode of the last month that has none; a second call makes nothing."""
    until = room.known.until
    held = room.episode_records()
    made = []
    for row in room.episodes(start=until - LOOK_BACK, end=until):
        key = episode_key(row["outlet"], row["pollutant"], datetime.fromisoformat(row["start"]))
        if key not in held:
            made.append(_raise(room, row, key, origin))
    return made


def raise_leads(room: SourceRoom, origin: str) -> list[Record]:
    """Make a record of every lead that the checks put before people and that has none."""
    held = {each.body["key"] for each in room.records.find(["lead"])}
    made = []
    for lead in room.leads():
        if lead["raise"] and lead["key"] not in held:
            outlet = room.known.registry.outlet(lead["outlet"])
            body = {name: lead[name] for name in ("key", "check", "outlet", "pollutant", "severity", "first_hour", "last_hour", "hours", "evidence", "because")}
            body |= {"title": room.outlet_title(outlet), "simulated": outlet.simulated}
            made.append(_make(room, "lead", "noted", outlet, body, lead["key"], origin, None))
    return made


def _raise(room: SourceRoom, row: dict[str, Any], key: str, origin: str) -> Record:
    outlet = room.known.registry.outlet(row["outlet"])
    limit = room.limit(row["outlet"], row["pollutant"], datetime.fromisoformat(row["peak_time"]).date())
    body = {name: row[name] for name in ("outlet", "pollutant", "start", "finish", "hours", "peak", "peak_time", "multiple", "limit", "provisional")}
    body |= {"key": key, "seen_at": room.known.until.isoformat(), "rests_on": limit["rests_on"], "simulated": outlet.simulated}
    body["title"] = room.outlet_title(outlet)

    enterprise = room.known.registry.enterprise_reports.get(outlet.enterprise)

    def letters(turn: Turn, made: Record) -> None:
        if enterprise is not None and not outlet.simulated:
            put(turn, exceedance_letters(made, enterprise), now())

    return _make(room, "exceedance", "open", outlet, body, key, origin, letters)


def exceedance_letters(record: Record, enterprise: Enterprise) -> list[Letter]:
    """Tell an enterprise of an exceedance, by mail or webhook as its contact says; a contact that is neither gets none."""
    if not ("@" in enterprise.contact or enterprise.contact.startswith(("http://", "https://"))):
        return []
    body = record.body
    subject = f"超标告警 {record.id}"
    text = (
        f"{body['title']} {body['pollutant']} {body['start'][:16].replace('T', ' ')} 起超过 {body['limit']} mg/m³，最高 {body['peak']} mg/m³。请收悉并说明：\n"
    )
    text += f"{body['pollutant']} exceeded {body['limit']} mg/m³ from {body['start'][:16].replace('T', ' ')}, at most {body['peak']} mg/m³. Please acknowledge and explain:\n"
    return [notice_letter(record, enterprise.contact, subject, f"{text}{site_address()}/record/{record.id}\n")]


def _make(room: SourceRoom, flow: str, state: str, outlet: Outlet, body: dict[str, Any], key: str, origin: str, then: Follows | None) -> Record:
    by = By(RULE, origin, key, now(), key)
    with room.records.ledger.turn() as turn:
        return make_in(turn, flow, outlet.place, outlet.enterprise, state, body, by, then)
