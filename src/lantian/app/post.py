"""Letters: what goes out with a warning, and how a letter is handed to a mail server or a webhook, again and again until it is taken."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import json
import logging
import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

import httpx

from lantian.alerts.cap import Alert, Info, write_cap
from lantian.alerts.model import Level
from lantian.app.acting import now
from lantian.app.calendar import secret_of
from lantian.app.settings import PostSettings, post_settings, site_address
from lantian.kernel.errors import InputError
from lantian.ledger import Ledger, Letter, Outbox, Posted, Record, Subscription, Subscriptions

if TYPE_CHECKING:
    from lantian.app.house import House

LANGUAGE = {"zh": "zh-CN", "en": "en"}
DELAYS = (30, 120, 600, 3600, 3 * 3600, 12 * 3600)
"""How long to wait after each failed try [s] (our choice); after the last the letter is dead and somebody must look."""
DEADLINE = 10.0
"""How long one delivery may take in all [s]."""
LARGEST_ANSWER = 65_536
SENDERS = 8
MAIL, WEBHOOK = "mail", "webhook"


class NotTakenError(Exception):
    """A receiver did not take a letter; the text says why. ``final``: it never will."""

    def __init__(self, why: str, *, final: bool = False) -> None:
        """Keep why."""
        super().__init__(why)
        self.final = final


def link_key(home: Path, id: str, purpose: str) -> str:  # noqa: A002 - the subscription's id
    """Give the word in a link that confirms or ends a subscription; it works for this one only."""
    return hmac.new(secret_of(home), f"subscription {purpose} {id}".encode(), hashlib.sha256).hexdigest()[:40]


def question_letter(home: Path, asked: Subscription, name: str) -> Letter:
    """Ask an address whether it wants the warnings of a place; nothing else is ever sent to it before it says yes."""
    link = f"{site_address()}/warnings/confirm/{asked.id}/{link_key(home, asked.id, 'confirm')}"
    zh = f"有人（也许是您）请求向本地址发送{name}的重污染天气预警。\n确认请打开：\n{link}\n不确认则不会再收到邮件。"
    en = f"Somebody, perhaps you, asked for warnings of heavy pollution in {name} to be sent to this address.\nTo confirm, open:\n{link}\nIf you do not, nothing more is sent."
    content = {"subject": "请确认预警订阅 / Please confirm", "text": f"{zh}\n\n{en}\n"}
    return Letter(f"question:{asked.id}", asked.channel, asked.address, content, None)


def warning_letters(house: House, record: Record, alert: Alert) -> list[Letter]:
    """Give the letters of a message: one to each confirmed subscriber of the place whose level is reached, in their language."""
    level = Level[record.body["level"].upper()]
    cap = write_cap(alert).decode()
    found = []
    for each in Subscriptions(house.desk.ledger).matching(record.place):
        if Level[each.least.upper()] > level:
            continue
        key = f"{alert.identifier}:{each.id}"
        if each.channel == WEBHOOK:
            content: dict[str, Any] = {"type": "warning", "id": alert.identifier, "record": record.id, "cap": cap}
        else:
            content = _mail(house.home, next(info for info in alert.infos if info.language == LANGUAGE[each.language]), alert, each)
        found.append(Letter(key, each.channel, each.address, content, record.id))
    return found


def order_letter(order: Record, contact: str) -> Letter:
    """Give the letter of an order to its enterprise, by mail or webhook as its contact says."""
    body = order.body
    text = f"{body['to']}：\n自 {body['start'][:16].replace('T', ' ')} 至 {body['end'][:16].replace('T', ' ')} 执行：\n{body['tasks']}\n{body['tasks_en']}\n\n{site_address()}/record/{order.id}\n"
    channel = WEBHOOK if contact.startswith(("http://", "https://")) else MAIL
    content = {"subject": f"应急指令 {order.id}", "text": text} if channel == MAIL else {"type": "order", "id": order.id, "order": dict(body)}
    return Letter(f"order:{order.id}", channel, contact, content, order.id)


def notice_letter(record: Record, contact: str, subject: str, text: str) -> Letter:
    """Give the letter that tells somebody of a record that concerns them, by mail or webhook as the contact says."""
    channel = WEBHOOK if contact.startswith(("http://", "https://")) else MAIL
    content = {"subject": subject, "text": text} if channel == MAIL else {"type": record.flow, "id": record.id, "record": dict(record.body)}
    return Letter(f"{record.flow}:{record.id}", channel, contact, content, record.id)


def _mail(home: Path, info: Info, alert: Alert, to: Subscription) -> dict[str, Any]:
    leave = f"{site_address()}/warnings/leave/{to.id}/{link_key(home, to.id, 'leave')}"
    mark = "" if alert.status == "Actual" else "【回放】" if info.language == "zh-CN" else "[replay] "
    end = "退订" if info.language == "zh-CN" else "Leave"
    parts = (info.description, info.instruction, info.web, f"{end}: {leave}")
    return {"subject": f"{mark}{info.headline}", "text": "\n\n".join(part for part in parts if part) + "\n", "leave": leave}


@dataclass
class Sender:
    """Hands letters out: by SMTP, and by HTTP with a signature and the letter's key, by which a receiver knows a second delivery of the same."""

    ledger: Ledger
    home: Path
    settings: PostSettings = field(default_factory=post_settings)
    delays: tuple[float, ...] = DELAYS
    deadline: float = DEADLINE

    @property
    def channels(self) -> tuple[str, ...]:
        """Give the channels that are set up; letters of others wait."""
        return (MAIL, WEBHOOK) if self.settings.smtp else (WEBHOOK,)

    def run(self, at: datetime, limit: int = 40) -> tuple[int, int]:
        """Try the letters that are due, several at a time so that a slow receiver holds up nobody; give how many were taken and how many not."""
        outbox = Outbox(self.ledger)
        claimed = outbox.claim(at, timedelta(seconds=self.settings.lease), limit, self.channels)
        if not claimed:
            return 0, 0
        with ThreadPoolExecutor(SENDERS) as pool:
            taken = sum(pool.map(lambda posted: self._try(outbox, posted, at), claimed))
        return taken, len(claimed) - taken

    def _try(self, outbox: Outbox, posted: Posted, at: datetime) -> bool:
        """Hand out one letter and note what became of it."""
        try:
            self.deliver(posted)
        except NotTakenError as error:
            last = error.final or posted.tries > len(self.delays)
            again = None if last else at + timedelta(seconds=self.delays[posted.tries - 1])
            outbox.failed(posted.letter.key, str(error)[:500], again)
            return False
        outbox.sent(posted.letter.key, at)
        return True

    def deliver(self, posted: Posted) -> None:
        """Hand out one letter; a receiver that does not take it raises ``NotTakenError``."""
        (self._mail if posted.letter.channel == MAIL else self._post)(posted.letter)

    def _mail(self, letter: Letter) -> None:
        settings = self.settings
        message = EmailMessage()
        message["Subject"], message["From"], message["To"] = letter.content["subject"], settings.sender, letter.address
        message["Message-ID"] = f"<{hashlib.sha256(letter.key.encode()).hexdigest()[:32]}@{settings.sender.rpartition('@')[2] or 'localhost'}>"
        message["Date"] = format_datetime(datetime.now().astimezone())
        message["Idempotency-Key"] = quote(letter.key)
        if leave := letter.content.get("leave"):
            message["List-Unsubscribe"] = f"<{leave}>"
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        message.set_content(letter.content["text"])
        try:
            with self._server() as server:
                server.send_message(message)
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused) as error:
            raise NotTakenError(f"the mail server refuses {letter.address}: {error}") from None
        except (OSError, smtplib.SMTPException) as error:
            raise NotTakenError(f"the mail server {settings.smtp} does not take it: {error}") from None

    @contextmanager
    def _server(self) -> Iterator[smtplib.SMTP]:
        parts = urlsplit(self.settings.smtp)
        host, secure = parts.hostname or "localhost", parts.scheme == "smtps"
        kind = smtplib.SMTP_SSL if secure else smtplib.SMTP
        with kind(host, parts.port or (465 if secure else 25), timeout=self.deadline) as server:
            if parts.scheme == "smtp+starttls":
                server.starttls(context=ssl.create_default_context())
            if parts.username:
                server.login(parts.username, parts.password or "")
            yield server

    def _post(self, letter: Letter) -> None:
        """Post JSON; taken is a 2xx without a redirect, within the deadline, that names no other letter than this one."""
        if not self.settings.private and leads_inside(letter.address):
            raise NotTakenError(f"{letter.address} leads into this network, which is not allowed", final=True)
        body = json.dumps(letter.content, ensure_ascii=False, sort_keys=True).encode()
        moment = f"{int(time.time())}"
        signature = sign(webhook_secret(self.home, letter.address), moment, body)
        headers = {"content-type": "application/json", "idempotency-key": quote(letter.key), "lantian-signature": f"t={moment},v1={signature}"}
        end = time.monotonic() + self.deadline
        try:
            with (
                httpx.Client(timeout=self.deadline, follow_redirects=False, trust_env=False) as client,
                client.stream("POST", letter.address, content=body, headers=headers) as answer,
            ):
                size = 0
                for part in answer.iter_raw():
                    size += len(part)
                    if size > LARGEST_ANSWER or time.monotonic() > end:
                        raise NotTakenError(f"{letter.address} answers without end")
        except httpx.HTTPError as error:
            raise NotTakenError(f"{letter.address}: {type(error).__name__} {error}") from None
        if not answer.is_success:
            raise NotTakenError(f"{letter.address} answers {answer.status_code}")
        if answer.headers.get("idempotency-key", quote(letter.key)) != quote(letter.key):
            raise NotTakenError(f"{letter.address} says it took another letter")


def sign(secret: str, moment: str, body: bytes) -> str:
    """Sign a webhook's moment and body: HMAC-SHA256, hexadecimal."""
    return hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()


def webhook_secret(home: Path, address: str) -> str:
    """Give the secret that a receiver checks signatures with; it is shown once to whoever sets the webhook up."""
    return hmac.new(secret_of(home), f"webhook {address}".encode(), hashlib.sha256).hexdigest()


def check_webhook(address: str) -> str:
    """Check that a webhook's address is an absolute one without a password in it; another raises ``InputError``."""
    try:
        parts = urlsplit(address.strip())
        port = parts.port
    except ValueError as error:
        raise InputError(f"{address!r} is no address ({error}); write https://…") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or port == 0 or not address.strip().isprintable():
        raise InputError(f"{address!r} is no webhook address; write https://host/path without a password in it")
    return address.strip()


def leads_inside(address: str) -> bool:
    """Tell whether an address leads into this machine or its network; a name that cannot be resolved does not."""
    try:
        found = socket.getaddrinfo(urlsplit(address).hostname, None)
    except (OSError, UnicodeError):
        return False
    return any(not ipaddress.ip_address(str(each[4][0]).partition("%")[0]).is_global for each in found)


def keep_sending(sender: Sender, stop: threading.Event, pause: float = 1.0) -> None:
    """Hand out letters as they fall due until told to stop; a fault of one round is told and does not end the sending."""
    while not stop.is_set():
        try:
            taken, missed = sender.run(now())
        except Exception:
            logging.getLogger("lantian.post").exception("letters could not be handed out; trying again")
            taken = missed = 0
        if not taken + missed:
            stop.wait(pause)
