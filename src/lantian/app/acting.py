"""Acting on records: who may, what a form must state, evidence kept by hash; the same rules for the site and the command line."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO

from lantian.app.flows import flow_of, flows
from lantian.app.speech import say
from lantian.kernel.decision import Actor, Flow, Move, Role, Standing, may_read, open_moves, reaches, refusal
from lantian.kernel.errors import FaultsError, InputError
from lantian.kernel.finding import Message
from lantian.kernel.place_id import stem, within
from lantian.ledger import By, Exhibit, Follows, Ledger, Record, Recorded, Records
from lantian.places import Atlas

LARGEST_FILE = 20_000_000
"""Bytes of one piece of evidence at most (our choice)."""
LONGEST = 20_000
"""Characters of one field at most (our choice)."""
BLOCK = 1 << 16


class NotAllowedError(InputError):
    """Somebody asked for what their role, place or earlier part in it forbids; ``reason`` says why as data."""

    def __init__(self, reason: Message) -> None:
        """Keep the reason; the text is English, pages say it in the visitor's language."""
        super().__init__(say(reason, "en"))
        self.reason = reason


@dataclass(frozen=True)
class Desk:
    """The records of an installation for those who act on them; ``unsigned`` gives the law values of a record that nobody has compared."""

    home: Path
    ledger: Ledger
    atlas: Atlas
    unsigned: Callable[[Record], tuple[str, ...]] = field(default=lambda _: ())

    @property
    def records(self) -> Records:
        """Give the records of the ledger."""
        return Records(self.ledger)

    def standing(self, record: Record) -> Standing:
        """Work out how a record stands from the chain of its acts."""
        own = f"{record.flow}."
        done = tuple((act.act.kind.removeprefix(own), act.act.actor) for act in self.records.history(record.id) if act.act.kind.startswith(own))
        evidence = len(self.records.exhibits(record.id))
        return Standing(record.state, record.place, record.owner, done, evidence, self.unsigned(record), consulted(record))

    def read(self, id: str, actor: Actor | None) -> Record:  # noqa: A002 - the record's id
        """Give a record to somebody who may read it; to anybody else it does not exist."""
        record = self.records.get(id)
        if not may_read(flow_of(record.flow), Standing(record.state, record.place, record.owner, invited=consulted(record)), actor):
            raise InputError(f"no record {id!r} that you may read")
        return record

    def visible(self, actor: Actor, names: Iterable[str] | None = None) -> list[Record]:
        """Give the records that somebody may read where they stand, the last moved first."""
        owner = actor.enterprise if actor.role == Role.ENTERPRISE else None
        place = None if actor.role == Role.ENTERPRISE else actor.place
        found = self.records.find(names, place, owner)
        if actor.role == Role.ENTERPRISE:
            return [each for each in found if each.state not in flow_of(each.flow).kept]
        if actor.role == Role.READER or not stem(actor.place):
            return found
        asked = [each for each in self.records.find(names, states=_consulting()) if any(within(code, actor.place) for code in consulted(each))]
        return found + [each for each in asked if all(each.id != own.id for own in found)]

    def public(self, names: Iterable[str]) -> list[Record]:
        """Give the records that everybody may read."""
        return [each for name in names for each in self.records.find([name], states=flow_of(name).public)]

    def moves(self, record: Record, actor: Actor) -> list[tuple[Move, Message | None]]:
        """Give the moves somebody may make now, each with what still closes it."""
        return open_moves(flow_of(record.flow), self.standing(record), actor)

    def make(
        self,
        actor: Actor,
        name: str,
        place: str,
        given: Mapping[str, str],
        by: By,
        *,
        owner: str | None = None,
        more: Mapping[str, Any] | None = None,
        then: Follows | None = None,
    ) -> Record:
        """Make a record; ``more`` is what the house itself states in it, ``then`` what follows from it in the same transaction.

        A fault of the form raises ``FaultsError``, all together.
        """
        flow = flow_of(name)
        found = self.atlas.find(place, on=by.at.date()).code if not place.isdigit() else self.atlas.place(place).code
        if actor.role not in flow.made_by or not reaches(actor, found, owner, flow.made_level):
            raise NotAllowedError(Message("acting.may_not_make", {"place": found, "own": actor.place}))
        body = stated(flow, given, tuple(each.name for each in flow.begun_with)) | dict(more or {})
        return self.records.make(name, found, owner, flow.first, body, by, then)

    def move(
        self,
        actor: Actor,
        id: str,  # noqa: A002 - the record's id
        version: int,
        name: str,
        given: Mapping[str, str],
        by: By,
        more: Mapping[str, Any] | None = None,
        then: Follows | None = None,
    ) -> Record:
        """Move a record by its table; a move that is refused raises ``NotAllowedError`` with the reason."""
        record = self.read(id, actor)
        flow = flow_of(record.flow)
        if by.once is not None and any(act.act.once == by.once for act in self.records.history(id)):
            return record
        move = self.check(actor, record, name, by)
        body = record.body | stated(flow, given, move.fields, partly=True) | dict(more or {})
        return self.records.move(id, version, name, move.end or record.state, body, by, then)

    def check(self, actor: Actor, record: Record, name: str, by: By) -> Move:
        """Give a move that somebody may make; one that is refused raises ``NotAllowedError`` with the reason."""
        flow = flow_of(record.flow)
        move = flow.move(name)
        if move is None:
            raise InputError(f"no move {name!r} of {flow.title.en}; there are {', '.join(each.name for each in flow.moves)}")
        told = refusal(flow, move, self.standing(record), actor, {"ground": by.ground})
        if told is not None:
            raise NotAllowedError(told)
        return move

    def attach(self, actor: Actor, id: str, name: str, content: BinaryIO, by: By) -> Exhibit:  # noqa: A002 - the record's id
        """Keep a file under the hash of its content and attach it; one too large, or on a record that is closed, raises ``InputError``."""
        record = self.read(id, actor)
        flow = flow_of(record.flow)
        if record.state in flow.closed or actor.role in (Role.AUDITOR, Role.READER) or not reaches(actor, record.place, record.owner):
            raise NotAllowedError(Message("acting.may_not_attach", {}))
        folder = self.home / "evidence"
        folder.mkdir(parents=True, exist_ok=True)
        digest, size = hashlib.sha256(), 0
        draft = folder / f".{hashlib.sha256(f'{id}{by.at}{name}'.encode()).hexdigest()}.draft"
        try:
            with draft.open("wb") as out:
                while block := content.read(BLOCK):
                    size += len(block)
                    if size > LARGEST_FILE:
                        raise InputError(f"{file_name(name)} is larger than {LARGEST_FILE // 1_000_000} MB; send a smaller file")
                    digest.update(block)
                    out.write(block)
            if not size:
                raise InputError(f"{file_name(name)} is empty; choose the file again")
            draft.replace(folder / digest.hexdigest())
        finally:
            draft.unlink(missing_ok=True)
        return self.records.attach(id, digest.hexdigest(), file_name(name), size, by)

    def exhibit(self, actor: Actor | None, id: str, hash: str) -> tuple[Exhibit, Path]:  # noqa: A002 - the record's id, the file's hash
        """Give an attached file to somebody who may read its record and signed in; a file that is gone or changed raises ``InputError``."""
        if actor is None:
            raise InputError("evidence is shown to those who are signed in")
        self.read(id, actor)
        found = next((each for each in self.records.exhibits(id) if each.hash == hash), None)
        if found is None:
            raise InputError(f"no file {hash[:12]!r} on {id}")
        path = self.home / "evidence" / found.hash
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != found.hash:
            raise InputError(f"the file {found.name} of {id} is gone or was changed; restore it from a backup")
        return found, path

    def history(self, actor: Actor | None, id: str) -> list[Recorded]:  # noqa: A002 - the record's id
        """Give the acts on a record to somebody who may read it."""
        own = f"{self.read(id, actor).flow}."
        return [each for each in self.records.history(id) if each.act.kind.startswith(own)]  # what else names it, as movements of credits, stands in the audit


def _consulting() -> set[str]:
    """Give the states in which a place that was asked to consult may still do something."""
    return {state for flow in flows().values() for move in flow.moves if move.level == "invited" for state in move.starts}


def consulted(record: Record) -> tuple[str, ...]:
    """Give the places that were asked to consult on a record."""
    return tuple(record.body.get("invited", ()))


def overdue(record: Record, on: date) -> bool:
    """Tell whether a record that is still open is past its day."""
    due = record.body.get("due") or record.body.get("until")
    return bool(due) and record.state not in flows()[record.flow].closed and date.fromisoformat(str(due)) < on


def stated(flow: Flow, given: Mapping[str, str], names: tuple[str, ...], *, partly: bool = False) -> dict[str, Any]:
    """Read what a form states; every fault of the form together. ``partly`` leaves out what the form does not hold."""
    found: dict[str, Any] = {}
    wrong = []
    for each in (one for one in flow.fields if one.name in names):
        text = str(given.get(each.name) or "").strip()
        if not text:
            if each.needed and not (partly and each.name not in given):
                wrong.append(f"{each.title.zh} {each.title.en}: nothing given")
            continue
        try:
            found[each.name] = _value(each.sort, text, each.choices)
        except ValueError as error:
            wrong.append(f"{each.title.zh} {each.title.en}: {error}")
    if wrong:
        raise FaultsError(f"{flow.title.zh} {flow.title.en}", wrong)
    return found


def file_name(name: str) -> str:
    r"""Give the last part of a file's name, of printable characters, for show only: files are kept by hash.

    >>> file_name("../../etc/passwd"), file_name("C:\\reports\\证明.pdf")
    ('passwd', '证明.pdf')
    """
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(each for each in last if each.isprintable())[:120] or "file"


def _value(sort: str, text: str, choices: tuple[str, ...]) -> Any:
    if len(text) > LONGEST:
        raise ValueError(f"{len(text)} characters; give {LONGEST} at most")
    if sort == "number":
        try:
            number = float(text)
        except ValueError:
            raise ValueError(f"{text!r} is no number") from None
        if not abs(number) < float("inf"):
            raise ValueError(f"{text!r} is no number")
        return int(number) if number.is_integer() else number
    if sort == "date":
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError:
            raise ValueError(f"{text!r} is no day; write it as 2015-12-08") from None
    if sort == "moment":
        try:
            moment = datetime.fromisoformat(text.replace("\u3000", " "))
        except ValueError:
            raise ValueError(f"{text!r} is no moment; write it as 2015-12-08 07:00") from None
        if moment.tzinfo is not None:
            raise ValueError(f"{text!r} names a time zone; all times are Beijing time, leave it out")
        return moment.replace(second=0, microsecond=0).isoformat()
    if sort == "choice" and text not in choices:
        raise ValueError(f"{text!r} is not one of {', '.join(choices)}")
    return text.replace("\r\n", "\n")


def now() -> datetime:
    """Give Beijing's time to the second; acts bear the real time, whatever clock a page shows (DESIGN §10)."""
    from datetime import UTC, timedelta

    return (datetime.now(UTC).replace(tzinfo=None) + timedelta(hours=8)).replace(microsecond=0)
