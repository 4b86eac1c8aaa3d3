"""A site over a part of the sample data on a real port, and a real Chromium with a fresh profile."""

from __future__ import annotations

import re
import shutil
import socket
import threading
import time
from contextlib import contextmanager
from datetime import datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import sync_playwright

from lantian.app.acting import now
from lantian.app.house import House
from lantian.app.post import Sender
from lantian.app.settings import PostSettings
from lantian.kernel.decision import Role
from lantian.kernel.period import Moment, close_of
from lantian.kernel.place_id import NATION
from lantian.ledger.accounts import Accounts
from lantian.web.app import create_app, guarded
from tests.sample import DAY
from tests.site import Site

ROOT = Path(__file__).parents[2]
SHOTS = ROOT / "build" / "screenshots"
BEIJING = {
    "drafter": (Role.FORECASTER, None),
    "approver_bj": (Role.APPROVER, None),
    "office": (Role.CITY, None),
    "firm": (Role.ENTERPRISE, "ILLUSTRATIVE-110000-001"),
}
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]


@contextmanager
def served(app):
    """Serve an application on a real port; give its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


@pytest.fixture(scope="package")
def address(sample):
    """Serve the sample as of the day of the red alert of December 2015; give its address."""
    house = House.open(sample.home, moment=Moment(close_of(DAY)))
    with served(guarded(create_app(house), lambda: house.version)) as found:
        yield found


@pytest.fixture
def lite_site(lite):
    """Serve a site with an empty ledger; give its address and the first account's link."""
    secret = Accounts(lite.house.desk.ledger).add("keeper", Role.MINISTRY, NATION, None, "test", "test", now())
    with served(lite.app) as found:
        lite.address, lite.first_link = found, f"/welcome?token={secret}"
        lite.act = lambda task: (lite.move("shijiazhuang", task, "start"), lite.attach("shijiazhuang", task), lite.move("shijiazhuang", task, "claim"))
        yield lite


@pytest.fixture
def beijing(sample, tmp_path, monkeypatch, request):
    """Serve a site at the eve of the red alert of December 2015 with people of Beijing, a mail server and an address of its own."""
    monkeypatch.setenv("LANTIAN_DATA", str(ROOT / "data"))
    house = House(tmp_path, moment=Moment(datetime(2015, 12, 7, 18)))
    house.__dict__.update(lake=sample.lake, atlas=sample.atlas, derived=sample.derived)
    site = Site(house)
    accounts = Accounts(house.desk.ledger)
    site.tokens = {}
    for name, (role, code) in BEIJING.items():
        accounts.add(name, role, "110000", code, "test", "test", now())
        site.tokens[name] = accounts.enter(name, "test", now(), "test")
    with served(site.app) as found:
        monkeypatch.setenv("LANTIAN_SITE", found)
        site.address = found
        smtp = request.getfixturevalue("catcher").smtp
        site.send = lambda: Sender(house.desk.ledger, house.home, PostSettings(smtp)).run(now())
        site.link_in = lambda mail: re.search(r"http://\S+/warnings/confirm/\S+", text_of(mail)).group(0)
        site.subject_of = lambda mail: str(make_header(decode_header(message_from_bytes(mail.content)["Subject"])))
        yield site
    house.desk.ledger.close()


def text_of(mail):
    """Give the text of a caught mail."""
    return message_from_bytes(mail.content).get_payload(decode=True).decode()


@pytest.fixture(scope="package")
def chromium():
    """Start Debian's Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        yield browser
        browser.close()


class Visit:
    """One page at one width; gathers errors and every address asked for."""

    def __init__(self, browser, site, width):
        self.site = site
        self.context = browser.new_context(viewport={"width": width, "height": 900}, reduced_motion="reduce")
        self.page = self.context.new_page()
        self.errors, self.asked = [], []
        self.page.on("console", lambda message: self.errors.append(message.text) if message.type == "error" else None)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))

    def go(self, path):
        """Open a page and wait until fonts, charts and maps stand."""
        self.page.goto(self.site + path, wait_until="load")
        self.page.evaluate("document.fonts.ready")
        if self.page.locator("#map").count():
            self.page.wait_for_selector("html[data-ready=map]", timeout=60_000)
        return self.page

    def outside(self):
        """List addresses outside the site."""
        return [url for url in self.asked if not url.startswith((self.site, "data:", "blob:"))]


@pytest.fixture
def visit(chromium, address):
    """Open pages at a width."""
    opened = []

    def at(width=1440, other=None):
        opened.append(Visit(chromium, other or address, width))
        return opened[-1]

    yield at
    for each in opened:
        each.context.close()
