"""Proposals and messages as they are kept in a record, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from lantian.alerts.cap import Alert, Area, Info, Reference
from lantian.alerts.model import Chance, Level, Proposal
from lantian.kernel.finding import Message


def freeze(alert: Alert) -> dict[str, Any]:
    """Give a message as plain data; ``thaw`` gives it back the same."""
    found: dict[str, Any] = _plain(asdict(alert))
    return found


def thaw(kept: Mapping[str, Any]) -> Alert:
    """Give a message from plain data."""
    infos = tuple(_info(each) for each in kept["infos"])
    references = tuple(Reference(each["sender"], each["identifier"], datetime.fromisoformat(each["sent"])) for each in kept["references"])
    sent = datetime.fromisoformat(kept["sent"])
    return Alert(kept["identifier"], kept["sender"], sent, kept["status"], kept["kind"], infos, references, kept["note"])


def _info(kept: Mapping[str, Any]) -> Info:
    times = {name: datetime.fromisoformat(kept[name]) for name in ("effective", "onset", "expires")}
    polygons = tuple(tuple((float(latitude), float(longitude)) for latitude, longitude in each) for each in kept["area"]["polygons"])
    area = Area(kept["area"]["words"], kept["area"]["geocode"], polygons)
    return Info(**{**kept, **times, "area": area})


def _plain(value: Any) -> Any:
    """Turn moments into text and tuples into lists, all the way down."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    return value


def proposal_of(kept: Mapping[str, Any], place: str) -> Proposal:
    """Give a proposal from the answer that a record keeps of it."""
    return Proposal(
        rules=kept["rule"]["name"],
        place=place,
        now=datetime.fromisoformat(kept["now"]),
        action=kept["action"],
        level=level_of(kept["level"]),
        possible=level_of(kept["possible"]),
        start=_moment(kept["start"]),
        end=_moment(kept["end"]),
        open_end=kept["open_end"],
        days=tuple(date.fromisoformat(each) for each in kept["days"]),
        because=tuple(Message(each["key"], each["values"]) for each in kept["because"]),
        readings={reading: level_of(word) for reading, word in kept["readings"].items()},
        by_value={name: level_of(word) for name, word in kept["by_value"].items()},
        chances={Level[word.upper()]: Chance(**chance) for word, chance in kept["chances"].items()},
        worst_aqi=kept["worst_aqi"],
        shift=kept["day_begins"],
    )


def level_of(word: str | None) -> Level | None:
    """Give a level from its word."""
    return None if word is None else Level[word.upper()]


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
