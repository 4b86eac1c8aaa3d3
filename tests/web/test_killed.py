"""The real process killed without warning between approving and sending: no letter is lost, none goes out that nobody approved, none twice by its key."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.request import urlopen

import httpx
import pytest

from lantian.app.acting import now
from lantian.kernel.decision import Role
from lantian.ledger import Ledger, Outbox, Records, Subscriptions
from lantian.ledger.accounts import Accounts

ROUNDS = 4
SUBSCRIBERS = 12
PEOPLE = {"forecaster": Role.FORECASTER, "chief": Role.APPROVER}


class Slowly(BaseHTTPRequestHandler):
    """Takes a letter after a while, so that a kill falls between others."""

    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        time.sleep(0.05)
        self.server.taken.append((self.path, self.headers["idempotency-key"]))
        with suppress(OSError):
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def receiver():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Slowly)
    server.taken, server.daemon_threads = [], True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Process:
    """A served site as its own process."""

    def __init__(self, home, url):
        port = free_port()
        self.address = f"http://127.0.0.1:{port}"
        own = {"LANTIAN_HOME": str(home), "LANTIAN_LEDGER_URL": url, "LANTIAN_PRIVATE_WEBHOOKS": "1", "LANTIAN_LETTER_LEASE": "1"}
        words = ["-m", "lantian", "serve", "--port", str(port), "--as-of", "2016-01-01T01:00"]
        self.process = subprocess.Popen([sys.executable, *words], env=os.environ | own, stdout=subprocess.DEVNULL)
        limit = time.monotonic() + 60
        while True:
            try:
                with urlopen(f"{self.address}/login") as answer:
                    assert answer.status == 200
                return
            except OSError:
                assert time.monotonic() < limit
                assert self.process.poll() is None
                time.sleep(0.1)

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


def home_of(sample, tmp_path):
    """Give a home that shares the loaded data and keeps everything else to itself."""
    home = tmp_path / "home"
    home.mkdir()
    for each in sample.home.iterdir():
        if each.is_dir():
            (home / each.name).symlink_to(each)
    return home


def form(client, address):
    text = client.get(address).text
    return text.split('name="form" value="', 1)[1].split('"', 1)[0]


def test_killed_between_approving_and_sending(sample, tmp_path, url, receiver):
    home = home_of(sample, tmp_path)
    ledger = Ledger(url)
    ledger.upgrade()
    accounts = Accounts(ledger)
    tokens = {}
    for name, role in PEOPLE.items():
        accounts.add(name, role, "130100", None, "test", "test", now())
        tokens[name] = accounts.enter(name, "test", now(), "test")
    for number in range(SUBSCRIBERS):
        Subscriptions(ledger).add("webhook", f"http://127.0.0.1:{receiver.server_port}/{number}", "130100", "blue", "test", now())
    chance = random.Random(7)
    site = Process(home, url)
    issued, unsent = [], []
    earlier = ""
    for turn in range(ROUNDS):
        clients = {name: httpx.Client(base_url=site.address, cookies={"lantian": token}, timeout=60) for name, token in tokens.items()}
        first, chief = clients["forecaster"], clients["chief"]
        given = {"place": "石家庄", "level": "red", "start": "2016-01-01T12:00", "end": "2016-01-03T12:00", "updates": earlier}
        made = first.post("/desk/new/warning", data={"form": form(first, "/desk"), **given})
        assert made.status_code == 303, made.text
        name = made.headers["location"].rsplit("/", 1)[-1]
        first.post(f"/record/{name}/submit", data={"form": form(first, "/desk"), "version": "1"})
        word = form(chief, "/desk")
        asking = threading.Thread(target=post_and_forget, args=(site.address, tokens["chief"], name, word))
        asking.start()
        if turn == ROUNDS - 1 and not issued:
            asking.join()  # where every kill came before the answer, one comes after it
        time.sleep(chance.uniform(0, 0.4))
        site.kill()
        asking.join()
        for client in clients.values():
            client.close()
        state = Records(ledger).get(name).state
        assert state in ("submitted", "issued")
        (issued if state == "issued" else unsent).append(name)
        earlier = name if state == "issued" else earlier
        site = Process(home, url)
    limit = time.monotonic() + 60
    while Outbox(ledger).counts().get("waiting") and time.monotonic() < limit:
        time.sleep(0.2)
    site.kill()
    letters = Outbox(ledger).find()
    assert {each.state for each in letters} <= {"sent"}
    assert sorted(each.letter.record for each in letters) == sorted(issued * SUBSCRIBERS)
    by_receiver = {path: {key for other, key in receiver.taken if other == path} for path, _ in receiver.taken}
    assert {len(keys) for keys in by_receiver.values()} <= {len(issued)}  # once by its key, at every receiver
    assert len(by_receiver) == (SUBSCRIBERS if issued else 0)
    assert not any(name in key for name in unsent for _, key in receiver.taken)
    assert issued
    assert ledger.verify() == []
    ledger.close()


def post_and_forget(address, token, name, word):
    """Approve; the process may die before it answers."""
    with suppress(httpx.HTTPError), httpx.Client(base_url=address, cookies={"lantian": token}, timeout=60) as client:
        client.post(f"/record/{name}/issue", data={"form": word, "version": "2", "once": "issue"})
