"""Decisions: a state moves by a table of allowed moves, with who may make each; nobody approves what they submitted (DESIGN §9)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from lantian.kernel.finding import Message
from lantian.kernel.place_id import above, within


class Role(StrEnum):
    """What somebody is, at a place."""

    MINISTRY = "ministry"
    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    FORECASTER = "forecaster"
    APPROVER = "approver"
    ENTERPRISE = "enterprise"
    AUDITOR = "auditor"
    READER = "reader"


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who acts: account name, role, the place they are bound to, and of an enterprise its credit code."""

    name: str
    role: Role
    place: str
    enterprise: str | None = None


@dataclass(frozen=True, slots=True)
class Title:
    """A name in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Field:
    """What a record of a flow states: its title, what sort of value, whether it must be given."""

    name: str
    title: Title
    sort: str = "text"
    needed: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Move:
    """One line of the table: from which states to which, by which roles, standing where, apart from whom, and what it asks for.

    ``level`` is ``within`` (the record's place lies in the actor's), ``above`` (truly below the actor's), ``own`` (the same place) or ``invited``
    (within, or a place asked to consult). An empty ``end`` leaves the state as it is; without roles only a rule moves.
    ``apart_from`` names earlier moves whose actor may not make this one; ``made`` stands for making the record.
    ``official`` moves may not rest on law values that nobody compared with the official text.
    """

    name: str
    title: Title
    starts: tuple[str, ...]
    end: str
    who: frozenset[Role]
    level: str = "within"
    apart_from: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    official: bool = False


@dataclass(frozen=True, slots=True)
class Flow:
    """The life of one kind of record; ``public`` are the states in which everybody may read it, ``made_by`` the roles that may make one.

    ``kept`` are the states in which the enterprise that it concerns may not read it yet: a clue, an investigation under way.
    """

    name: str
    title: Title
    states: Mapping[str, Title]
    first: str
    made_by: frozenset[Role]
    made_level: str
    fields: tuple[Field, ...]
    moves: tuple[Move, ...]
    public: frozenset[str] = frozenset()
    closed: frozenset[str] = frozenset()
    made_with: tuple[str, ...] = ()
    kept: frozenset[str] = frozenset()

    @property
    def begun_with(self) -> tuple[Field, ...]:
        """Give the fields that are stated when a record is made: all, unless the table names them."""
        return tuple(each for each in self.fields if not self.made_with or each.name in self.made_with)

    def move(self, name: str) -> Move | None:
        """Find a move."""
        return next((each for each in self.moves if each.name == name), None)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a record stands: state, place, the enterprise it concerns, who made which move so far, evidence attached, unsigned law values, places invited."""

    state: str
    place: str
    owner: str | None = None
    done: tuple[tuple[str, str], ...] = ()
    evidence: int = 0
    unsigned: tuple[str, ...] = ()
    invited: tuple[str, ...] = ()


def reaches(actor: Actor, place: str, owner: str | None, level: str = "within") -> bool:
    """Tell whether a record lies where the actor stands; an enterprise reaches only what is its own (DESIGN §14)."""
    if actor.role == Role.ENTERPRISE:
        return owner is not None and owner == actor.enterprise
    if level == "own":
        return place == actor.place
    return above(actor.place, place) if level == "above" else within(place, actor.place)


def may_read(flow: Flow, standing: Standing, actor: Actor | None) -> bool:
    """Tell whether somebody, or the public, may read a record."""
    if actor is not None and actor.role == Role.ENTERPRISE and standing.state in flow.kept:
        return False
    return standing.state in flow.public or (actor is not None and (reaches(actor, standing.place, standing.owner) or invited(standing, actor)))


def invited(standing: Standing, actor: Actor) -> bool:
    """Tell whether somebody's place was asked to consult."""
    return actor.role not in (Role.ENTERPRISE, Role.READER) and any(within(each, actor.place) for each in standing.invited)


def refusal(flow: Flow, move: Move, standing: Standing, actor: Actor, given: Mapping[str, Any]) -> Message | None:
    """Say why a move may not be made, or None when it may; ``given`` holds the ground and what else came with it."""
    if standing.state not in move.starts:
        return Message("acting.wrong_state", {"move": _said(move.title), "state": _said(flow.states[standing.state])})
    if actor.role not in move.who:
        return Message("acting.wrong_role", {"move": _said(move.title), "roles": [_role(each) for each in sorted(move.who)]})
    if not reaches(actor, standing.place, standing.owner, move.level) and not (move.level == "invited" and invited(standing, actor)):
        return Message(f"acting.not_{move.level}", {"place": standing.place, "own": actor.place})
    for earlier in move.apart_from:
        if (earlier, actor.name) in standing.done:
            return Message("acting.not_your_own", {"move": _said(move.title), "earlier": _earlier(flow, earlier)})
    if "ground" in move.asks and not str(given.get("ground") or "").strip():
        return Message("acting.no_ground", {"move": _said(move.title)})
    if "evidence" in move.asks and not standing.evidence:
        return Message("acting.no_evidence", {"move": _said(move.title)})
    if move.official and standing.unsigned:
        return Message("acting.not_signed_off", {"values": list(standing.unsigned)})
    return None


def open_moves(flow: Flow, standing: Standing, actor: Actor) -> list[tuple[Move, Message | None]]:
    """Give the moves that leave the present state and that the actor's role and place allow, each with what still closes it."""
    closing = {"acting.not_your_own", "acting.no_evidence", "acting.not_signed_off"}
    found = []
    for move in flow.moves:
        told = refusal(flow, move, standing, actor, {"ground": "given"})
        if told is None or told.key in closing:
            found.append((move, told))
    return found


def faults(flow: Flow) -> Iterable[str]:
    """List what is wrong with a table: states nobody can reach, moves between unknown states, separation from unknown moves."""
    names = {move.name for move in flow.moves} | {"made"}
    reached = {flow.first}
    for _ in flow.moves:
        reached |= {move.end for move in flow.moves if move.end and reached & set(move.starts)}
    yield from (f"{flow.name}: nothing leads to {state}" for state in sorted(set(flow.states) - reached))
    for move in flow.moves:
        yield from (f"{flow.name}.{move.name}: no state {state}" for state in (*move.starts, move.end) if state and state not in flow.states)
        yield from (f"{flow.name}.{move.name}: no move {earlier}" for earlier in move.apart_from if earlier not in names)
        yield from (f"{flow.name}.{move.name}: no field {name}" for name in move.fields if name not in {f.name for f in flow.fields})
    yield from (f"{flow.name}: no field {name}" for name in flow.made_with if name not in {f.name for f in flow.fields})
    yield from (f"{flow.name}: no state {state}" for state in sorted((flow.public | flow.closed | flow.kept) - set(flow.states)))


def _said(title: Title) -> dict[str, Any]:
    """Give a title as words in both languages."""
    return {"key": "acting.word", "values": {"zh": title.zh, "en": title.en}}


def _earlier(flow: Flow, name: str) -> dict[str, Any]:
    move = flow.move(name)
    return {"key": "acting.made", "values": {}} if move is None else _said(move.title)


def _role(role: Role) -> dict[str, Any]:
    return {"key": f"acting.role.{role}", "values": {}}
