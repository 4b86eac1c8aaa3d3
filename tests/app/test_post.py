"""Letters on real sockets: a mail catcher, webhooks that are well, dead, slow, endless, lying, redirecting; signatures; a sender that dies."""

from __future__ import annotations

import hashlib
import hmac
import socket
import threading
import time
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from aiosmtpd.controller import Controller

from lantian.app.post import DELAYS, Sender, check_webhook, leads_inside, webhook_secret
from lantian.app.settings import PostSettings
from lantian.kernel.errors import InputError
from lantian.ledger import Ledger, Letter, Outbox, put

AT = datetime(2015, 12, 7, 18)


class Receiver(BaseHTTPRequestHandler):
    """Answers as the path says, and remembers what it took."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.taken.append((self.path, dict(self.headers), body))
        getattr(self, self.path.strip("/"))()

    def well(self):
        self._say(204)

    def busy(self):
        self._say(503)

    def elsewhere(self):
        self._say(302, location="/well")

    def another(self):
        self._say(200, **{"idempotency-key": "another"})

    def slow(self):
        self.send_response(200)
        self.end_headers()
        for _ in range(40):
            try:
                self.wfile.write(b"x")
                self.wfile.flush()
            except OSError:
                return
            time.sleep(0.1)

    def endless(self):
        self.send_response(200)
        self.end_headers()
        try:
            while True:
                self.wfile.write(b"x" * 65536)
        except OSError:
            return

    def short(self):
        self.send_response(200)
        self.send_header("content-length", "100")
        self.end_headers()
        self.wfile.write(b"x")

    def rubbish(self):
        self.wfile.write(b"\x00\x01 what?\r\n\r\n")

    def _say(self, status, **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def receiver():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    server.taken = []
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def lite_ledger(tmp_path):
    opened = Ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    opened.upgrade()
    yield opened
    opened.close()


def posted(ledger, address, channel="webhook", key="w-1:s"):
    with ledger.turn() as turn:
        content = {"cap": "<alert/>"} if channel == "webhook" else {"subject": "红色预警", "text": "请留在室内\n", "leave": "http://site/leave/1/x"}
        put(turn, [Letter(key, channel, address, content, None)], AT)


def sender(ledger, tmp_path, smtp="", **more):
    return Sender(ledger, tmp_path, PostSettings(smtp, "duty@example.cn", private=True), deadline=1.0, **more)


def test_a_webhook_is_signed_and_names_its_letter(lite_ledger, tmp_path, receiver):
    address = f"http://127.0.0.1:{receiver.server_port}/well"
    posted(lite_ledger, address)
    assert sender(lite_ledger, tmp_path).run(AT) == (1, 0)
    _, headers, body = receiver.taken[0]
    headers = {name.lower(): value for name, value in headers.items()}
    moment, signature = (part.partition("=")[2] for part in headers["lantian-signature"].split(","))
    wanted = hmac.new(webhook_secret(tmp_path, address).encode(), moment.encode() + b"." + body, hashlib.sha256).hexdigest()
    assert signature == wanted
    assert headers["idempotency-key"] == "w-1%3As"
    assert Outbox(lite_ledger).counts() == {"sent": 1}
    assert sender(lite_ledger, tmp_path).run(AT) == (0, 0)


@pytest.mark.parametrize("path", ["busy", "elsewhere", "another", "slow", "endless", "short", "rubbish"])
def test_a_receiver_that_is_not_well_is_tried_again_and_at_last_given_up(lite_ledger, tmp_path, receiver, path):
    posted(lite_ledger, f"http://127.0.0.1:{receiver.server_port}/{path}")
    own = sender(lite_ledger, tmp_path, delays=(30, 120))
    at, begun = AT, time.monotonic()
    for wait in (30, 120):
        assert own.run(at) == (0, 1)
        assert own.run(at + timedelta(seconds=wait - 1)) == (0, 0)
        at += timedelta(seconds=wait)
    assert own.run(at) == (0, 1)
    assert own.run(at + timedelta(days=9)) == (0, 0)
    dead = Outbox(lite_ledger).find(state="dead")
    assert [each.tries for each in dead] == [3]
    assert dead[0].error
    assert {path for path, _, _ in receiver.taken} == {f"/{path}"}  # no redirect was followed
    assert time.monotonic() - begun < 60


def test_a_dead_receiver_and_one_without_a_name_are_failures_not_faults(lite_ledger, tmp_path):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    posted(lite_ledger, f"http://127.0.0.1:{port}/", key="a")
    posted(lite_ledger, "http://no-such-host.invalid/", key="b")
    assert sender(lite_ledger, tmp_path).run(AT) == (0, 2)
    assert Outbox(lite_ledger).counts() == {"waiting": 2}


def test_one_bad_receiver_does_not_hold_up_the_others(lite_ledger, tmp_path, receiver):
    for number, path in enumerate(["slow", "well", "busy", "well"]):
        posted(lite_ledger, f"http://127.0.0.1:{receiver.server_port}/{path}", key=f"k{number}")
    assert sender(lite_ledger, tmp_path).run(AT) == (2, 2)


def test_webhooks_do_not_lead_inside_unless_that_is_meant(lite_ledger, tmp_path, receiver):
    posted(lite_ledger, f"http://127.0.0.1:{receiver.server_port}/well")
    strict = Sender(lite_ledger, tmp_path, PostSettings())
    assert strict.run(AT) == (0, 1)
    assert receiver.taken == []
    assert Outbox(lite_ledger).counts() == {"dead": 1}
    assert all(leads_inside(f"http://{host}/") for host in ("127.0.0.1", "10.1.2.3", "[::1]", "169.254.169.254", "localhost", "192.168.0.1"))
    assert not leads_inside("http://8.8.8.8/")


@pytest.mark.parametrize("address", ["ftp://x.cn/", "x.cn", "https://u:p@x.cn/", "https://", "javascript:alert(1)", "http://x:99999/", "http://x\n.cn/"])
def test_an_address_that_is_none_is_refused(address):
    with pytest.raises(InputError):
        check_webhook(address)


class Catcher:
    """Keeps the mails it gets; refuses while ``closed``."""

    def __init__(self):
        self.mails, self.closed = [], False

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - the catcher's own name
        if self.closed:
            return "451 come again later"
        self.mails.append(envelope)
        return "250 taken"


@pytest.fixture
def catcher():
    kept = Catcher()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    control = Controller(kept, hostname="127.0.0.1", port=port)
    control.start()
    kept.smtp = f"smtp://127.0.0.1:{port}"
    yield kept
    control.stop()


def test_a_mail_waits_for_a_server_goes_out_once_and_can_be_left_with_one_click(lite_ledger, tmp_path, catcher):
    posted(lite_ledger, "a@example.cn", "mail")
    assert sender(lite_ledger, tmp_path).run(AT) == (0, 0)  # no server is set: it waits and is not given up
    own = sender(lite_ledger, tmp_path, catcher.smtp)
    catcher.closed = True
    assert own.run(AT) == (0, 1)
    catcher.closed = False
    assert own.run(AT + timedelta(seconds=DELAYS[0])) == (1, 0)
    text = catcher.mails[0].content.decode()
    assert len(catcher.mails) == 1
    assert catcher.mails[0].rcpt_tos == ["a@example.cn"]
    assert "List-Unsubscribe: <http://site/leave/1/x>" in text
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in text
    assert f"Message-ID: <{hashlib.sha256(b'w-1:s').hexdigest()[:32]}@example.cn>" in text


def test_a_mail_server_that_is_not_there_costs_a_try(lite_ledger, tmp_path):
    posted(lite_ledger, "a@example.cn", "mail")
    assert sender(lite_ledger, tmp_path, "smtp://127.0.0.1:9").run(AT) == (0, 1)
