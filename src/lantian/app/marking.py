"""Marks of hours by an enterprise: only of its own outlets, only of time that is over, laid down where the outlet stands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from lantian.app.acting import NotAllowedError, now
from lantian.kernel.decision import Actor
from lantian.kernel.errors import InputError
from lantian.kernel.finding import Message

if TYPE_CHECKING:
    from lantian.app.house import House


def made_mark(house: House, actor: Actor, given: Mapping[str, str]) -> tuple[str, dict[str, Any]]:
    """Give the place of a mark and what the house states in it.

    An outlet of somebody else raises ``NotAllowedError``; one that is none, or time that is not over, raises ``InputError``.
    """
    outlet = house.sources.outlet(given.get("outlet", "").strip())
    if outlet["enterprise"] != actor.enterprise:
        raise NotAllowedError(Message("acting.may_not_make", {"place": outlet["outlet"], "own": actor.enterprise or actor.place}))
    start, end = (_moment(given.get(name, "")) for name in ("start", "end"))
    if start is not None and end is not None:
        if end <= start:
            raise InputError(f"the mark would end {end:%Y-%m-%d %H:%M}, not after its start {start:%Y-%m-%d %H:%M}; give the later moment second")
        if end > now():
            raise InputError(f"the mark would end {end:%Y-%m-%d %H:%M}, which has not come yet; mark hours that are over")
    return str(outlet["place"]), {"title": f"{outlet['enterprise_name']} {outlet['name']}", "simulated": bool(outlet["simulated"])}


def _moment(text: str) -> datetime | None:
    """Read a moment; what cannot be read is told with the form's other faults."""
    try:
        return datetime.fromisoformat(text.strip()).replace(tzinfo=None)
    except ValueError:
        return None
