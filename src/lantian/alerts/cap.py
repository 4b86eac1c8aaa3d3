"""CAP 1.2 messages (OASIS Common Alerting Protocol): what they hold, what must be true of them beyond the schema, how they are written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from xml.etree import ElementTree as ET

from lantian.kernel.errors import FaultsError, InputError

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
OFFSET = "+08:00"
GEOCODE = "GB/T 2260"
STATUSES = ("Actual", "Exercise", "System", "Test", "Draft")
KINDS = ("Alert", "Update", "Cancel")
RESPONSES = ("Shelter", "Evacuate", "Prepare", "Execute", "Avoid", "Monitor", "Assess", "AllClear", "None")
URGENCIES = ("Immediate", "Expected", "Future", "Past", "Unknown")
SEVERITIES = ("Extreme", "Severe", "Moderate", "Minor", "Unknown")
CERTAINTIES = ("Observed", "Likely", "Possible", "Unlikely", "Unknown")
LANGUAGES = ("zh-CN", "en")
CORNERS = 4
NORTHERNMOST, EASTERNMOST = 90, 180

Point = tuple[float, float]
"""Latitude, longitude [degrees], in the order of CAP."""


@dataclass(frozen=True, slots=True)
class Area:
    """Where a message holds: words in its language, the six digits of GB/T 2260, outlines (each closed: its last point is its first)."""

    words: str
    geocode: str
    polygons: tuple[tuple[Point, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Info:
    """What a message says in one language."""

    language: str
    event: str
    response: str
    urgency: str
    severity: str
    certainty: str
    effective: datetime
    onset: datetime
    expires: datetime
    sender_name: str
    headline: str
    description: str
    instruction: str
    parameters: Mapping[str, str]
    area: Area
    web: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """An earlier message, as CAP names it."""

    sender: str
    identifier: str
    sent: datetime

    def __str__(self) -> str:
        """Write it as sender,identifier,sent."""
        return f"{self.sender},{self.identifier},{stamp(self.sent)}"


@dataclass(frozen=True, slots=True)
class Alert:
    """A whole message: times are Beijing time without a zone and are written with +08:00."""

    identifier: str
    sender: str
    sent: datetime
    status: str
    kind: str
    infos: tuple[Info, ...]
    references: tuple[Reference, ...] = ()
    note: str = ""

    @property
    def reference(self) -> Reference:
        """Give the name by which a later message refers to this one."""
        return Reference(self.sender, self.identifier, self.sent)


def stamp(moment: datetime) -> str:
    """Write a moment as CAP does, to the second and with the offset of Beijing; one that names a zone raises ``InputError``.

    >>> stamp(datetime(2015, 12, 8, 7))
    '2015-12-08T07:00:00+08:00'
    """
    if moment.tzinfo is not None:
        raise InputError(f"the moment {moment} names a time zone; all times are Beijing time (UTC+8), give it without")
    return moment.replace(microsecond=0).isoformat() + OFFSET


def faults(alert: Alert, earlier: Sequence[Alert] = ()) -> list[str]:
    """Give what is wrong with a message beyond the schema; ``earlier`` are the messages sent before it, against which references are held."""
    moments = [alert.sent, *(each.sent for each in alert.references), *(m for info in alert.infos for m in (info.effective, info.onset, info.expires))]
    zoned = [each for each in moments if each.tzinfo is not None]
    if zoned:
        return [f"the moment {zoned[0]} names a time zone; all times are Beijing time (UTC+8), give it without"]
    return [*_heads(alert), *_references(alert, earlier), *_languages(alert), *(fault for info in alert.infos for fault in _info(info, alert))]


def _heads(alert: Alert) -> Iterator[str]:
    for name in ("identifier", "sender"):
        text = getattr(alert, name)
        if not text or re.search(r"[\s,<&]", text):
            yield f"{name} {text!r} is empty or holds a space, comma, < or &; leave them out"
    if alert.kind not in KINDS:
        yield f"kind {alert.kind!r}; choose {', '.join(KINDS)}"
    if alert.status not in STATUSES:
        yield f"status {alert.status!r}; choose {', '.join(STATUSES)}"
    yield from _text("note", alert.note)


def _references(alert: Alert, earlier: Sequence[Alert]) -> Iterator[str]:
    if alert.kind == "Alert" and alert.references:
        yield f"an Alert refers to {len(alert.references)} earlier messages; a first message has none, send an Update"
    if alert.kind != "Alert" and not alert.references:
        yield f"an {alert.kind} refers to no earlier message; name the one it replaces"
    known = {each.identifier: each.reference for each in earlier}
    if alert.identifier in known:
        yield f"identifier {alert.identifier!r} was used before; every message has its own"
    for each in alert.references:
        if each.identifier == alert.identifier:
            yield f"{alert.identifier!r} refers to itself; name the earlier message"
        elif earlier and known.get(each.identifier) != each:
            yield f"reference {each} is no message that was sent; repeat sender, identifier and sent of the earlier one"
        if each.sent > alert.sent:
            yield f"reference {each} was sent after this message ({stamp(alert.sent)}); mend the times"


def _languages(alert: Alert) -> Iterator[str]:
    told = [info.language for info in alert.infos]
    if sorted(told) != sorted(LANGUAGES):
        yield f"languages {told}; say it once in each of {', '.join(LANGUAGES)}"
    for name in ("response", "urgency", "severity", "certainty", "effective", "onset", "expires"):
        said = {getattr(info, name) for info in alert.infos}
        if len(said) > 1:
            yield f"the languages differ in {name}: {', '.join(sorted(str(each) for each in said))}; say the same in all"
    if len({(info.area.geocode, info.area.polygons) for info in alert.infos}) > 1:
        yield "the languages differ in the area; say the same in all"


def _info(info: Info, alert: Alert) -> Iterator[str]:
    for name, known in (("response", RESPONSES), ("urgency", URGENCIES), ("severity", SEVERITIES), ("certainty", CERTAINTIES)):
        if getattr(info, name) not in known:
            yield f"{info.language}: {name} {getattr(info, name)!r}; choose {', '.join(known)}"
    if info.effective < alert.sent:
        yield f"{info.language}: effective {stamp(info.effective)} lies before it is sent, {stamp(alert.sent)}; make it that moment or later"
    if alert.kind != "Cancel" and info.expires <= max(info.onset, alert.sent):
        yield f"{info.language}: it expires {stamp(info.expires)}, not after its onset {stamp(info.onset)} and its sending {stamp(alert.sent)}; mend the times"
    for name in ("event", "headline", "description", "sender_name"):
        if not getattr(info, name).strip():
            yield f"{info.language}: {name} is empty; say it"
    for name in ("event", "headline", "description", "instruction", "sender_name", "web"):
        yield from _text(f"{info.language}: {name}", getattr(info, name))
    for name, value in info.parameters.items():
        if not name or not value:
            yield f"{info.language}: parameter {name!r} has the value {value!r}; leave out what is not known"
        yield from _text(f"{info.language}: parameter {name}", name + value)
    yield from _area(info.area, info.language)


def _area(area: Area, language: str) -> Iterator[str]:
    if not area.words.strip():
        yield f"{language}: the area is not named; say where"
    yield from _text(f"{language}: area", area.words)
    if not re.fullmatch(r"[0-9]{6}", area.geocode):
        yield f"{language}: geocode {area.geocode!r} is not the six digits of {GEOCODE}"
    for number, polygon in enumerate(area.polygons, 1):
        if len(polygon) < CORNERS:
            yield f"{language}: polygon {number} has {len(polygon)} points; it takes {CORNERS} or more, the first again at the end"
        elif polygon[0] != polygon[-1]:
            yield f"{language}: polygon {number} is not closed; repeat its first point {polygon[0]} at the end"
        odd = [point for point in polygon if not (abs(point[0]) <= NORTHERNMOST and abs(point[1]) <= EASTERNMOST)]
        if odd:
            yield f"{language}: polygon {number} has the point {odd[0]}, which is no latitude and longitude; give latitude first"


def _text(name: str, text: str) -> Iterator[str]:
    """Find characters that XML cannot carry."""
    found = re.search("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", text)
    if found:
        yield f"{name} holds the character U+{ord(found[0]):04X} at {found.start()}, which no XML carries; take it out"


def write_cap(alert: Alert, earlier: Sequence[Alert] = ()) -> bytes:
    """Write a message as CAP 1.2 XML; what is wrong with it raises ``FaultsError`` with every fault, and nothing is written."""
    found = faults(alert, earlier)
    if found:
        raise FaultsError(f"CAP message {alert.identifier}", found)
    ET.register_namespace("", NAMESPACE)
    root = ET.Element(f"{{{NAMESPACE}}}alert")
    heads = [("identifier", alert.identifier), ("sender", alert.sender), ("sent", stamp(alert.sent)), ("status", alert.status), ("msgType", alert.kind)]
    _add(root, [*heads, ("scope", "Public"), ("note", alert.note), ("references", " ".join(str(each) for each in alert.references))])
    for info in alert.infos:
        _write_info(root, info)
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def _write_info(root: ET.Element, info: Info) -> None:
    """Write one language, its elements in the order of the schema."""
    node = ET.SubElement(root, f"{{{NAMESPACE}}}info")
    _add(node, [("language", info.language), ("category", "Env"), ("category", "Health"), ("event", info.event), ("responseType", info.response)])
    _add(node, [("urgency", info.urgency), ("severity", info.severity), ("certainty", info.certainty)])
    _add(node, [("effective", stamp(info.effective)), ("onset", stamp(info.onset)), ("expires", stamp(info.expires))])
    _add(node, [("senderName", info.sender_name), ("headline", info.headline), ("description", info.description)])
    _add(node, [("instruction", info.instruction), ("web", info.web)])
    for name, value in info.parameters.items():
        _add(ET.SubElement(node, f"{{{NAMESPACE}}}parameter"), [("valueName", name), ("value", value)])
    area = ET.SubElement(node, f"{{{NAMESPACE}}}area")
    polygons = (" ".join(f"{latitude:.10g},{longitude:.10g}" for latitude, longitude in polygon) for polygon in info.area.polygons)
    _add(area, [("areaDesc", info.area.words), *(("polygon", polygon) for polygon in polygons)])
    _add(ET.SubElement(area, f"{{{NAMESPACE}}}geocode"), [("valueName", GEOCODE), ("value", info.area.geocode)])


def _add(node: ET.Element, parts: Sequence[tuple[str, str]]) -> None:
    """Add elements with text; an optional one that is empty is left out."""
    for name, text in parts:
        if text:
            ET.SubElement(node, f"{{{NAMESPACE}}}{name}").text = text


def outline(geometry: Mapping[str, object]) -> tuple[tuple[Point, ...], ...]:
    """Turn a GeoJSON Polygon or MultiPolygon (longitude first) into closed outlines of CAP (latitude first); holes are left out.

    >>> outline({"type": "Polygon", "coordinates": [[[116, 39], [117, 39], [117, 40], [116, 39]]]})
    (((39.0, 116.0), (39.0, 117.0), (40.0, 117.0), (39.0, 116.0)),)
    """
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    if kind not in ("Polygon", "MultiPolygon") or not isinstance(coordinates, list):
        raise InputError(f"no outline can be made of a {kind}; give a GeoJSON Polygon or MultiPolygon")
    found = []
    for rings in [coordinates] if kind == "Polygon" else coordinates:
        ring = tuple((float(point[1]), float(point[0])) for point in rings[0])
        found.append(ring if ring[0] == ring[-1] else (*ring, ring[0]))
    return tuple(found)
