"""The tables by which records move, gathered from every room's ``flows.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

import yaml

from lantian.kernel.decision import Field, Flow, Move, Role, Title, faults
from lantian.kernel.errors import FaultsError, unknown

ROOMS = tuple(f"lantian.{room}" for room in ("alerts", "sources", "response", "plan", "assessment", "disclosure", "approvals", "enforcement"))
MOVE = {"title", "starts", "end", "who", "level", "apart_from", "asks", "fields", "official"}


@cache
def flows() -> dict[str, Flow]:
    """Read every table; a state that nothing leads to, or a word that means nothing, raises ``FaultsError``."""
    found: dict[str, Flow] = {}
    for room in ROOMS:
        path = resources.files(room).joinpath("flows.yaml")
        if not path.is_file():
            continue
        text = path.read_text(encoding="utf-8")
        found |= {name: _flow(name, raw) for name, raw in yaml.load(text, Loader=yaml.CSafeLoader).items()}
    wrong = [fault for flow in found.values() for fault in faults(flow)]
    if wrong:
        raise FaultsError("the tables of moves", wrong)
    return found


def flow_of(name: str) -> Flow:
    """Give one table; an unknown name raises ``InputError``."""
    if name not in flows():
        raise unknown("kind of record", name, flows())
    return flows()[name]


def _flow(name: str, raw: Mapping[str, Any]) -> Flow:
    fields = tuple(
        Field(key, Title(**each["title"]), each.get("sort", "text"), each.get("needed", False), tuple(each.get("choices", ())))
        for key, each in raw["fields"].items()
    )
    return Flow(
        name=name,
        title=Title(**raw["title"]),
        states={key: Title(**title) for key, title in raw["states"].items()},
        first=raw["first"],
        made_by=frozenset(Role(each) for each in raw["made_by"]),
        made_level=raw["made_level"],
        fields=fields,
        moves=tuple(_move(key, each) for key, each in raw["moves"].items()),
        public=frozenset(raw["public"]),
        closed=frozenset(raw["closed"]),
        made_with=tuple(raw.get("made_with", ())),
        kept=frozenset(raw.get("kept", ())),
    )


def _move(name: str, raw: Mapping[str, Any]) -> Move:
    if not set(raw) <= MOVE:
        raise unknown("word", ", ".join(sorted(set(raw) - MOVE)), MOVE, where=f" in the move {name}")
    lists = {key: tuple(raw.get(key, ())) for key in ("starts", "apart_from", "asks", "fields")}
    who = frozenset(Role(each) for each in raw["who"])
    return Move(name, Title(**raw["title"]), end=raw["end"], who=who, level=raw.get("level", "within"), official=raw.get("official", False), **lists)
