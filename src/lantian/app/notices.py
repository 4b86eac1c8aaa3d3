"""The six notices of article 17: who must stop supplying a project that passed no review; drafted by rule, receipted by the receiver, lifted when cured."""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from lantian.app.calendar import secret_of
from lantian.app.post import MAIL, WEBHOOK, check_webhook
from lantian.app.settings import site_address
from lantian.kernel.errors import InputError
from lantian.ledger import By, Follows, Letter, Record, Turn, make_in, move_in, put

if TYPE_CHECKING:
    from lantian.app.house import House

FLOW = "notice"
RULE = "lantian 规则"
RECEIVER = "receiver"
"""Who acknowledges through the link of a letter: nobody is named."""
KINDS = {
    "land": ("C179", "国土资源部门", "the land authority"),
    "construction": ("C180", "住房城乡建设部门", "the construction authority"),
    "licences": ("C181", "质检、安全监管、环境保护部门", "the licensing authorities"),
    "credit": ("C182", "银行业金融机构", "banks"),
    "power": ("C183", "供电企业", "the power supplier"),
    "water": ("C183", "供水企业", "the water supplier"),
}
"""Each notice: the provision it stands on, and to whom it goes."""
IN_FORCE = ("sent", "receipted")
REVIEWS = ("eia_report", "energy_review")
_CODE = re.compile(r"[0-9A-Z-]{6,40}")
_MAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}")


@dataclass(frozen=True)
class Notices:
    """The notices of an installation."""

    house: House

    def of(self, application: str) -> list[Record]:
        """Give the notices of one application in the order of the article."""
        found = [each for each in self.house.desk.records.find([FLOW]) if each.body["application"] == application]
        return sorted(found, key=lambda each: (list(KINDS).index(each.body["kind"]), each.made_at))

    def draft(self, record: Record, by: By) -> Follows:
        """Draft, in the turn of a refusal, the notices that are not open already."""
        known = {each.body["kind"] for each in self.of(record.id) if each.state not in ("lifted", "withdrawn")}
        lacking = [each for each in REVIEWS if each not in record.body["application"]["documents"]]
        duties = self.house.duties.by_id

        def follows(turn: Turn, after: Record) -> None:
            for kind, (clause, to, to_en) in KINDS.items():
                if kind in known:
                    continue
                duty = duties[clause]
                body = {"kind": kind, "title": record.body["title"], "application": after.id, "receiver": to, "receiver_en": to_en, "lacking": lacking}
                body |= {"clause": clause, "quote": f"{duty.lead}，{duty.quote}" if duty.lead else duty.quote, "english": duty.english}
                body |= {"rests_on": after.body["rests_on"], "simulated": bool(record.body.get("simulated"))}
                make_in(turn, FLOW, after.place, after.owner, "drafted", body, By(RULE, by.origin, f"行动计划第十七条 {after.id}", by.at))

        return follows

    def cure(self, record: Record, by: By) -> Follows:
        """Withdraw, in the turn of an approval, notices nobody approved, and propose lifting the others."""
        known = [each for each in self.of(record.id) if each.state not in ("lifted", "withdrawn")]

        def follows(turn: Turn, after: Record) -> None:
            for each in known:
                rule = By(RULE, by.origin, after.id, by.at)
                cured = each.body | {"cured_by": after.id, "cured_on": by.at.date().isoformat()}
                move, state = ("withdraw", "withdrawn") if each.state == "drafted" else ("cure", each.state)
                move_in(turn, each.id, each.version, move, state, cured, rule)

        return follows

    def moved(self, record: Record, move: str, given: Any, by: By) -> tuple[dict[str, Any], Follows | None]:
        """Give what a move states and the letters that follow from it in the same turn."""
        contact = str(given.get("contact") or record.body.get("contact") or "").strip()
        if move in ("address", "send"):
            _check(contact)
        if move == "send":
            return {"sent_on": by.at.date().isoformat()}, self._letter("", contact)
        if move == "acknowledge":
            return {"receipted_at": by.at.isoformat(), "receipted_by": by.actor}, None
        if move == "lift":
            told = record.state in IN_FORCE
            return {"lifted_on": by.at.date().isoformat()}, self._letter(":lift", str(record.body.get("contact") or "")) if told else None
        return {}, None

    def word(self, name: str) -> str:
        """Give the word of the link by which the receiver of a notice acknowledges it."""
        return hmac.new(secret_of(self.house.home), f"notice receipt {name}".encode(), hashlib.sha256).hexdigest()[:40]

    def opened(self, name: str, word: str) -> Record:
        """Give the notice of a receiver's link; a wrong word, like an unknown name, raises ``InputError``."""
        found = [each for each in self.house.desk.records.find([FLOW]) if each.id == name and each.state not in ("drafted", "approved", "withdrawn")]
        if not hmac.compare_digest(word.encode(), self.word(name).encode()) or not found:
            raise InputError("这个链接无效；请核对通知中给出的链接。This link is not valid; use the one given in the notice.")
        return found[0]

    def acknowledge(self, name: str, word: str, said: str, at: datetime) -> Record:
        """Note that the receiver has the notice, once; a second time changes nothing."""
        record = self.opened(name, word)
        if record.state != "sent":
            return record
        body = record.body | {"receipt": said.strip()[:400], "receipted_at": at.isoformat(), "receipted_by": RECEIVER}
        by = By(RECEIVER, "one-time link", "送达回执", at, f"receipt:{name}")
        return self.house.desk.records.move(name, record.version, "acknowledge", "receipted", body, by)

    def supply(self, code: str) -> dict[str, Any]:
        """Say whether an enterprise may be supplied: of each service yes or no, since when, on which notice."""
        code = code.strip().upper()
        if not _CODE.fullmatch(code):
            raise InputError(f"{code[:60]!r} is no credit code; write its 18 figures and letters")
        held = self.house.desk.records.find([FLOW], owner=code, states=IN_FORCE)
        rows = [_told(each) for each in sorted(held, key=lambda each: each.body["sent_on"])]
        services = {kind: [each for each in rows if each["service"] == kind] for kind in KINDS}
        return {
            "credit_code": code,
            "may_be_supplied": not rows,
            "services": {kind: {"may": not found, "since": found[0]["since"] if found else None} for kind, found in services.items()},
            "notices": rows,
        }

    def _letter(self, what: str, contact: str) -> Follows:
        def follows(turn: Turn, after: Record) -> None:
            if contact:
                put(turn, [self.letter(after, contact, what)], datetime.fromisoformat(after.moved_at.isoformat()))

        return follows

    def letter(self, record: Record, contact: str, what: str = "") -> Letter:
        """Give the letter of a notice, or of its lifting, with the link that acknowledges it."""
        body, link = record.body, f"{site_address()}/notice/{record.id}/{self.word(record.id)}"
        subject = f"{'解除' if what else ''}停办通知 {record.id} {body['title']}"
        said = "该通知自即日起解除。" if what else f"依据《大气污染防治行动计划》第十七条：“{body['quote']}”。请停止办理。\n请打开下面的链接确认收到：\n{link}"
        text = f"{body['receiver']}：\n{body['title']}（{record.owner or '—'}）\n{said}\n{site_address()}/record/{record.id}\n"
        if contact.startswith(("http://", "https://")):
            kept = {"type": "notice_lifted" if what else "notice", "id": record.id, "notice": dict(body), "credit_code": record.owner}
            return Letter(f"notice:{record.id}{what}", WEBHOOK, contact, kept | ({} if what else {"receipt": link}), record.id)
        return Letter(f"notice:{record.id}{what}", MAIL, contact, {"subject": " ".join(subject.split()), "text": text}, record.id)


def _told(record: Record) -> dict[str, Any]:
    body = record.body
    names = ("application", "title", "quote", "clause", "receiver", "cured_by", "simulated")
    return {"service": body["kind"], "since": body["sent_on"], "notice": record.id, "state": record.state} | {name: body.get(name) for name in names}


def _check(contact: str) -> None:
    """Check an address of a receiver; none is one too, for a notice handed over on paper."""
    if contact.startswith(("http://", "https://")):
        check_webhook(contact)
    elif contact and not _MAIL.fullmatch(contact):
        raise InputError(f"{contact[:80]!r} is neither a mail address nor an https address; leave it empty for a notice on paper")
