"""A feed of warnings (Atom, RFC 4287): one entry a message, its CAP file linked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from xml.etree import ElementTree as ET

from lantian.alerts.cap import Alert, Info, stamp
from lantian.kernel.errors import FaultsError, InputError

ATOM = "http://www.w3.org/2005/Atom"
XML = "http://www.w3.org/XML/1998/namespace"
CAP_TYPE = "application/cap+xml"


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed: an IRI that never changes, its title and author in its language, its own address, the page it belongs to, when it last changed.

    ``cap`` is the address of a message's CAP file, with {identifier} where its name stands.
    """

    id: str
    title: str
    author: str
    language: str
    address: str
    page: str
    cap: str
    updated: datetime


def write_feed(feed: Feed, alerts: Sequence[Alert]) -> bytes:
    """Write the messages of a feed, newest first, in the feed's language; a message without it or an address that is none raises ``FaultsError``."""
    found = [
        f"{name} {getattr(feed, name)!r} is no absolute address; write it with http:// or https://"
        for name in ("address", "page", "cap")
        if not re.match(r"https?://[^\s<>\"]+$", getattr(feed, name))
    ]
    found += [] if "{identifier}" in feed.cap else [f"cap {feed.cap!r} has no {{identifier}}; put it where the message's name stands"]
    found += [f"{each.identifier} says nothing in {feed.language}; leave it out or say it" for each in alerts if _info(each, feed.language) is None]
    twice = {each.identifier for each in alerts if sum(other.identifier == each.identifier for other in alerts) > 1}
    found += [f"{name} stands in the feed twice; keep one" for name in sorted(twice)]
    if found:
        raise FaultsError(f"feed {feed.id}", found)
    ET.register_namespace("", ATOM)
    root = ET.Element(f"{{{ATOM}}}feed", {f"{{{XML}}}lang": feed.language})
    _add(root, "id", feed.id)
    _add(root, "title", feed.title)
    _add(root, "updated", stamp(feed.updated))
    _add(ET.SubElement(root, f"{{{ATOM}}}author"), "name", feed.author)
    ET.SubElement(root, f"{{{ATOM}}}link", {"rel": "self", "type": "application/atom+xml", "href": feed.address})
    ET.SubElement(root, f"{{{ATOM}}}link", {"rel": "alternate", "type": "text/html", "href": feed.page})
    for alert in sorted(alerts, key=lambda each: (each.sent, each.identifier), reverse=True):
        _entry(root, feed, alert)
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def _info(alert: Alert, language: str) -> Info | None:
    return next((info for info in alert.infos if info.language == language), None)


def _entry(root: ET.Element, feed: Feed, alert: Alert) -> None:
    """Write one message; its texts are plain text, so a reader shows markup in them as it stands."""
    info = _info(alert, feed.language)
    if info is None:
        raise InputError(f"{alert.identifier} says nothing in {feed.language}; leave it out or say it")
    entry = ET.SubElement(root, f"{{{ATOM}}}entry")
    _add(entry, "id", f"urn:x-lantian:{alert.identifier}")
    _add(entry, "title", info.headline)
    _add(entry, "updated", stamp(alert.sent))
    _add(entry, "published", stamp(alert.sent))
    _add(entry, "summary", info.description)
    ET.SubElement(entry, f"{{{ATOM}}}category", {"term": info.parameters.get("level", alert.kind), "label": info.event})
    ET.SubElement(entry, f"{{{ATOM}}}link", {"rel": "alternate", "type": CAP_TYPE, "href": feed.cap.replace("{identifier}", alert.identifier)})


def _add(node: ET.Element, name: str, text: str) -> None:
    ET.SubElement(node, f"{{{ATOM}}}{name}").text = text
