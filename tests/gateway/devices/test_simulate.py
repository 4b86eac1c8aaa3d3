"""The command: whole from the registers to the answers, and what it says when it cannot."""

import json
import sqlite3
import threading
from asyncio import new_event_loop

import pytest
from typer.testing import CliRunner

from lantian.cli.simulate import app
from lantian.kernel.errors import InputError
from tests.gateway.devices.answering import Answering
from tests.gateway.devices.stacks import REGISTERS


def lantian(*words):
    return CliRunner().invoke(app, ["devices", *words])


@pytest.fixture
def gateway():
    """A fake gateway on a thread of its own."""
    loop, fake, ready = new_event_loop(), Answering(), threading.Event()

    def run():
        loop.run_until_complete(fake.__aenter__())
        ready.set()
        loop.run_forever()
        loop.run_until_complete(fake.__aexit__())
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()

    thread = threading.Thread(target=run)
    thread.start()
    ready.wait(10)
    yield fake
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)


def test_three_stacks_deliver_their_day(gateway, tmp_path):
    book = tmp_path / "book.sqlite"
    words = ("--registers", str(REGISTERS), "--stacks", "3", "--from", "2015-12-31", "--hours-from", "2015-12-30", "--ledger", str(book), "--json")
    done = lantian("--gateway", f"127.0.0.1:{gateway.port}", *words)
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert (told["stacks"], told["sent"], told["acknowledged"]) == (3, 3 * (144 + 48 + 2 + 6), 3 * 200)
    assert len(gateway.frames) == 600
    with sqlite3.connect(book) as base:
        assert base.execute("SELECT COUNT(*), SUM(acknowledged) FROM frame").fetchone() == (600, 600)
    base.close()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--gateway", "nowhere"), "no address 'nowhere'; write host:port, e.g. 127.0.0.1:9212"),
        (("--gateway", "127.0.0.1:1", "--stacks", "1", "--patience", "0"), "no gateway answers at 127.0.0.1:1"),
        (("--interval", "7"), "no interval of 7 minutes; choose one of 1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30"),
        (("--deviations", "crc_lower"), "no deviation 'crc_lower'; did you mean 'crc_lower_case'?"),
        (("--registers", "nowhere"), "no nowhere/outlets/outlets.csv"),
        (("--from", "yesterday"), "no moment 'yesterday'"),
        (("--from", "2016-01-02"), "nothing to send: 2016-01-02 00:00 is not before 2016-01-01 00:00"),
    ],
)
def test_what_cannot_be_done_is_said(words, said):
    done = lantian(*words)
    assert isinstance(done.exception, InputError)
    assert said in str(done.exception)
