"""Complaints of the public: taken without an account, guarded against programs, answered through a private link."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lantian.app.acting import now
from lantian.app.calendar import secret_of
from lantian.app.flows import flow_of
from lantian.disclosure.rules import Told, delay_fault, figures, likeness, photo_fault, photo_kind, text_faults
from lantian.kernel.errors import InputError
from lantian.kernel.finding import Message
from lantian.ledger import By, Record

if TYPE_CHECKING:
    from lantian.app.house import House

FLOW = "complaint"
PUBLIC = "public"
"""Who files: nobody is named."""
SATISFIED, UNSATISFIED, REOPENED = "satisfied", "unsatisfied", "reopened"


class NotTakenError(InputError):
    """A complaint was not taken; ``reasons`` say why as data, so that the page can say it in the visitor's language."""

    def __init__(self, reasons: list[Message]) -> None:
        """Keep the reasons."""
        super().__init__("; ".join(each.key for each in reasons))
        self.reasons = reasons


@dataclass(frozen=True, slots=True)
class Filing:
    """What a form brought: where, what, the stamp it was given out with, and from which network address it came."""

    place: str
    kind: str
    text: str
    stamp: str
    address: str
    outlet: str = ""
    contact: str = ""
    photo: bytes = b""


@dataclass
class Turnstile:
    """Counts complaints by network address and in all, in this process only; no address is kept, only a keyed print of it."""

    turns: deque[tuple[datetime, str]] = field(default_factory=deque)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def fault(self, who: str, at: datetime, bounds: dict[str, Any]) -> Message | None:
        """Say why nobody may pass now, or count a turn and give None."""
        with self.lock:
            while self.turns and self.turns[0][0] <= at - timedelta(days=1):
                self.turns.popleft()
            own = sum(each == who for _, each in self.turns)
            if own >= bounds["one_address"]:
                return Message("disclosure.complaint.often", {"count": own})
            if sum(moment > at - timedelta(hours=1) for moment, _ in self.turns) >= bounds["all_addresses"]:
                return Message("disclosure.complaint.busy", {})
            self.turns.append((at, who))
            return None


@dataclass
class ComplaintRoom:
    """The complaints of an installation."""

    house: House
    turnstile: Turnstile = field(default_factory=Turnstile)

    @property
    def bounds(self) -> dict[str, Any]:
        """Give the bounds of the form."""
        return {str(each.key["item"]): each.value for each in self.house.law.values("law_complaint_form", on=now().date())}

    def stamp(self, at: datetime) -> str:
        """Give the word a form is given out with: when, and once."""
        text = f"{at.isoformat()}~{secrets.token_urlsafe(9)}"
        return f"{text}~{self._signed('complaint form ' + text)}"

    def intent(self, stamp: str, at: datetime) -> str:
        """Give the intent of a form by the word it was given out with, for other forms of the public; a forged, hasty or old one raises ``NotTakenError``."""
        return self._once(stamp, at)

    def count(self, address: str, at: datetime) -> None:
        """Count a turn of somebody who sends another form of the public; one turn too many raises ``NotTakenError``."""
        told = self.turnstile.fault(self._signed(f"complaint sender {at.date()} {address}"), at, self.bounds)
        if told:
            raise NotTakenError([told])

    def file(self, filing: Filing, at: datetime) -> tuple[Record, str]:
        """Register a complaint; give it with the word of its private link. One that cannot be taken raises ``NotTakenError``.

        The same form sent twice is one complaint, and gives the same word.
        """
        once = self._once(filing.stamp, at)
        text = " ".join(filing.text.split(" ")).replace("\r\n", "\n").strip()
        kinds = next(each for each in flow_of(FLOW).fields if each.name == "kind").choices
        place = self._place(filing.place)
        faults = text_faults(text, filing.contact.strip(), filing.kind, kinds, self.bounds)
        told = photo_fault(filing.photo, self.bounds) if filing.photo else None
        faults += [told] if told else []
        if faults:
            raise NotTakenError(faults)
        outlet = self._outlet(filing.outlet)
        word = self._signed(f"complaint link {once}")[:40]
        self._guard(filing, once, likeness(text, place, outlet), place, at)
        body = {"kind": filing.kind, "text": text, "link": _hash(word), "likeness": likeness(text, place, outlet)} | ({"outlet": outlet} if outlet else {})
        by = By(PUBLIC, "web form", "", at, once)
        record = self.house.desk.records.make(FLOW, place, None, flow_of(FLOW).first, body, by)
        if filing.contact.strip():
            self._keep_contact(record.id, filing.contact.strip())
        if filing.photo:
            self._keep_photo(record, filing.photo, at)
        return record, word

    def opened(self, name: str, word: str) -> Record:
        """Give the complaint of a private link; a wrong word, like an unknown name, raises ``InputError``."""
        found = [each for each in self.house.desk.records.find([FLOW]) if each.id == name]
        held = str(found[0].body["link"]) if found else _hash("")
        if not hmac.compare_digest(_hash(word), held) or not found:
            raise InputError("这个链接无效；请核对登记时给出的链接。This link is not valid; use the one given when the complaint was filed.")
        return found[0]

    def say(self, name: str, word: str, verdict: str, at: datetime) -> Record:
        """Note whether the answer will do; the first “no” opens the complaint again, a second one is left to be closed with a ground."""
        record = self.opened(name, word)
        if verdict not in (SATISFIED, UNSATISFIED):
            raise InputError(f"no verdict {verdict[:40]!r}; it is {SATISFIED} or {UNSATISFIED}")
        if record.state != "answered":
            return record  # said before, or answered anew meanwhile: the page shows where it stands
        records, by = self.house.desk.records, By(PUBLIC, "private link", "", at)
        moved = records.move(name, record.version, verdict, verdict, record.body, by)
        times = int(record.body.get(REOPENED, 0))
        if verdict == UNSATISFIED and times < self.bounds[REOPENED]:
            return records.move(name, moved.version, "reopen", "accepted", moved.body | {REOPENED: times + 1}, by)
        return moved

    def contact(self, record: Record) -> str | None:
        """Give how to reach who complained, for officers alone, while the complaint is open."""
        path = self._contacts / record.id
        return path.read_text(encoding="utf-8") if path.is_file() else None

    def forget(self, record: Record) -> None:
        """Erase how to reach who complained once the complaint is closed."""
        if record.state in flow_of(FLOW).closed:
            (self._contacts / record.id).unlink(missing_ok=True)

    def public(self, place: str | None = None, outlets: tuple[str, ...] | None = None) -> dict[str, Any]:
        """Give what everybody may know: counts, and the texts that an officer chose to publish with their answer."""
        found = self.house.desk.records.find([FLOW], place)
        if outlets is not None:
            found = [each for each in found if each.body.get("outlet") in outlets]
        shown = [
            each for each in found if each.body.get("published") == "yes" and each.body.get("answer") and each.state not in ("filed", "refused", "accepted")
        ]
        names = ("kind", "text", "outlet", "answer", "answered_at")
        rows = [{"place": each.place, "state": each.state, "filed": each.made_at} | {key: each.body.get(key) for key in names} for each in shown]
        return {"figures": figures(_told(each) for each in found), "rows": rows}

    def _guard(self, filing: Filing, once: str, alike: str, place: str, at: datetime) -> None:
        """Refuse what was sent too often or already; the same form sent again passes, for it is the same complaint."""
        recent = [each for each in self.house.desk.records.find([FLOW], place) if each.made_at > at - timedelta(days=self.bounds["alike"])]
        if any(each.body["link"] == _hash(self._signed(f"complaint link {once}")[:40]) for each in recent):
            return
        if any(each.body["likeness"] == alike for each in recent):
            raise NotTakenError([Message("disclosure.complaint.alike", {"days": self.bounds["alike"]})])
        self.count(filing.address, at)

    def _once(self, stamp: str, at: datetime) -> str:
        """Read the word a form was given out with; a forged, hasty or old one raises ``NotTakenError``."""
        text, _, signature = stamp.rpartition("~")
        if not text or not hmac.compare_digest(signature.encode(), self._signed("complaint form " + text).encode()):
            raise NotTakenError([Message("disclosure.complaint.forged", {})])
        told = delay_fault((at - datetime.fromisoformat(text.partition("~")[0])).total_seconds(), self.bounds)
        if told:
            raise NotTakenError([told])
        return f"complaint:{text}"

    def _place(self, text: str) -> str:
        text = text.strip()
        return self.house.atlas.place(text).code if text.isdigit() else self.house.atlas.find(text).code

    def _outlet(self, text: str) -> str | None:
        """Check that an outlet is one; an unknown one raises ``InputError``."""
        return str(self.house.sources.outlet(text.strip())["outlet"]) if text.strip() else None

    def _keep_photo(self, record: Record, content: bytes, at: datetime) -> None:
        """Keep a photo by the hash of its content, as evidence that only officers can fetch."""
        name = hashlib.sha256(content).hexdigest()
        _write(self.house.desk.home / "evidence" / name, content)
        self.house.desk.records.attach(record.id, name, f"photo.{photo_kind(content)}", len(content), By(PUBLIC, "web form", "", at))

    def _keep_contact(self, name: str, text: str) -> None:
        """Keep a contact outside the chain of acts, so that it can be erased; only the site may read the file."""
        _write(self._contacts / name, text.encode())

    @property
    def _contacts(self) -> Path:
        return self.house.desk.home / "contacts"

    def _signed(self, text: str) -> str:
        return hmac.new(secret_of(self.house.home), text.encode(), hashlib.sha256).hexdigest()


def _hash(word: str) -> str:
    return hashlib.sha256(word.encode()).hexdigest()


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{secrets.token_hex(8)}.draft")
    draft.touch(mode=0o600)
    draft.write_bytes(content)
    draft.replace(path)


def _told(record: Record) -> Told:
    answered = record.body.get("answered_at")
    return Told(record.state, record.made_at, datetime.fromisoformat(answered) if answered else None)
