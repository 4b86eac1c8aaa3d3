"""The calendar of somebody's dated tasks (RFC 5545), under an address that only they know."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import date, datetime, timedelta
from pathlib import Path

from lantian.app.acting import Desk
from lantian.app.flows import flow_of
from lantian.kernel.decision import Actor

FOLD = 73
"""Octets of a line before it is folded: 75 with the line break (RFC 5545 3.1)."""


def secret_of(home: Path) -> bytes:
    """Give the secret of an installation, made when it is first asked for; only its owner may read the file."""
    path = home / "secret"
    if not path.is_file():
        home.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{secrets.token_hex(4)}")
        draft.touch(mode=0o600)
        draft.write_bytes(secrets.token_bytes(32))
        draft.rename(path)
    return path.read_bytes()


def feed_key(home: Path, name: str) -> str:
    """Give the word in the address of somebody's calendar."""
    return hmac.new(secret_of(home), f"calendar {name}".encode(), hashlib.sha256).hexdigest()[:40]


def calendar(desk: Desk, actor: Actor, lang: str, at: datetime) -> str:
    """Write the open records with a day as all-day events, each with a reminder a week before."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//lantian//tasks//" + lang.upper(), "CALSCALE:GREGORIAN"]
    for record in desk.visible(actor):
        due = record.body.get("due") or record.body.get("until")
        flow = flow_of(record.flow)
        if not due or record.state in flow.closed:
            continue
        day = date.fromisoformat(str(due))
        place = desk.atlas.place(record.place)
        named = place.short if lang == "zh" else place.name_en
        said = record.body.get("title") or record.body.get("kind") or record.body.get("pollutant") or ""
        state = getattr(flow.states[record.state], lang)
        lines += [
            "BEGIN:VEVENT",
            f"UID:{record.id}@lantian",
            f"DTSTAMP:{at - timedelta(hours=8):%Y%m%dT%H%M%SZ}",
            f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
            f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}",
            f"SEQUENCE:{record.version}",
            f"SUMMARY:{_escaped(f'{named} {getattr(flow.title, lang)} {said}')}",
            f"DESCRIPTION:{_escaped(f'{record.id} {state}')}",
            "BEGIN:VALARM",
            "ACTION:DISPLAY",
            f"DESCRIPTION:{_escaped(str(said) or record.id)}",
            "TRIGGER:-P7D",
            "END:VALARM",
            "END:VEVENT",
        ]
    return "".join(_folded(line) + "\r\n" for line in [*lines, "END:VCALENDAR"])


def _escaped(text: str) -> str:
    """Escape a text value (RFC 5545 3.3.11)."""
    for mark, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        text = text.replace(mark, written)
    return "".join(letter for letter in text if letter.isprintable())


def _folded(line: str) -> str:
    """Fold a line after at most 75 octets, never inside a character."""
    parts, size = [""], 0
    for letter in line:
        octets = len(letter.encode())
        if size + octets > FOLD:
            parts.append(" ")
            size = 1
        parts[-1] += letter
        size += octets
    return "\r\n".join(parts)
