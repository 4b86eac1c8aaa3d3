"""Subscribing to warnings: by mail with a confirmation from the address itself, by webhook for those who are signed in."""

from __future__ import annotations

import hmac
import re

from lantian.alerts.model import Level
from lantian.app.acting import NotAllowedError, now
from lantian.app.house import House
from lantian.app.post import MAIL, WEBHOOK, check_webhook, leads_inside, link_key, question_letter, webhook_secret
from lantian.app.settings import post_settings
from lantian.kernel.decision import Actor, Role
from lantian.kernel.errors import InputError, unknown
from lantian.kernel.finding import Message
from lantian.ledger import Letter, Subscription, Subscriptions

ADDRESS = re.compile(r"[^\s@<>,;:\"\\]{1,64}@[^\s@<>,;:\"\\]{1,190}\.[^\s@<>,;:\"\\]{2,}")
LEVELS = [level.word for level in Level]


def subscribe(house: House, address: str, place: str, least: str, language: str) -> None:
    """Put the question to a mail address whether it wants the warnings of a place from a level on.

    Nothing tells whether the address was known before; a place, level or address that is none raises ``InputError``.
    """
    address = address.strip()
    if not ADDRESS.fullmatch(address):
        raise InputError(f"{address[:80]!r} is no mail address; write it as name@example.cn")
    code, name = _place(house, place)
    if least not in LEVELS:
        raise unknown("warning level", least, LEVELS)

    def question(asked: Subscription) -> Letter:
        return question_letter(house.home, asked, name)

    Subscriptions(house.desk.ledger).ask(MAIL, address, code, least, language, now(), question)


def add_webhook(house: House, actor: Actor, address: str, place: str, least: str) -> tuple[Subscription, str]:
    """Send the warnings of a place to a web address; give the subscription and the secret with which the receiver checks signatures.

    The receiver confirms nothing, so only officers may add one, and an address inside this network raises ``InputError`` unless the settings allow it.
    """
    if actor.role in (Role.ENTERPRISE, Role.READER, Role.AUDITOR):
        raise NotAllowedError(Message("acting.may_not_make", {"place": place, "own": actor.place}))
    target = check_webhook(address)
    if leads_inside(target) and not post_settings().private:
        raise InputError(f"{target} leads into this network; set LANTIAN_PRIVATE_WEBHOOKS=1 where that is meant")
    code, _ = _place(house, place)
    if least not in LEVELS:
        raise unknown("warning level", least, LEVELS)
    book = Subscriptions(house.desk.ledger)
    made = book.add(WEBHOOK, target, code, least, actor.name, now())
    return made, webhook_secret(house.home, target)


def confirm(house: House, name: str, key: str) -> Subscription:
    """Confirm a subscription by the key of its letter; a wrong key raises ``InputError``."""
    _check(house, name, key, "confirm")
    return Subscriptions(house.desk.ledger).confirm(name, now())


def leave(house: House, name: str, key: str) -> Subscription:
    """End a subscription by the key that stands in every letter; a wrong key raises ``InputError``."""
    _check(house, name, key, "leave")
    return Subscriptions(house.desk.ledger).end(name, now())


def _check(house: House, name: str, key: str, purpose: str) -> None:
    if not hmac.compare_digest(key.encode(), link_key(house.home, name, purpose).encode()):
        raise InputError("这个链接无效；请在预警页重新订阅。This link is not valid; ask for a new one on the page of warnings.")


def _place(house: House, text: str) -> tuple[str, str]:
    """Find a city, province or the nation by name or code."""
    text = text.strip()
    if text in ("", "全国", "000000"):
        return "000000", "全国"
    found = house.atlas.place(text) if text.isdigit() else house.atlas.find(text)
    return found.code, found.name
