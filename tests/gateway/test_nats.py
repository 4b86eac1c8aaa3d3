"""JetStream between gateways and the writer: a real server, killed under load; several gateways, one writer; each value once."""

from __future__ import annotations

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.gateway.sender import check, finish, start
from tests.gateway.tools import Gateway, every_row, home_with, lantian, mn, until

pytestmark = pytest.mark.slow


def server_program():
    """Find the server that the wheel brings."""
    found = shutil.which("nats-server", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    if found is None:
        pytest.fail("nats-server is missing; requirements-dev.lock brings it: make lint")
    return found


class Server:
    """A real NATS server with its store on disk."""

    def __init__(self, folder):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.words = [server_program(), "--jetstream", "--store_dir", str(folder), "--addr", "127.0.0.1", "--port", str(self.port)]
        self.address = f"nats://127.0.0.1:{self.port}"
        self.start()

    def start(self):
        self.process = subprocess.Popen(self.words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        limit = time.monotonic() + 20
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                assert time.monotonic() < limit
                time.sleep(0.05)

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


@pytest.fixture
def server(tmp_path):
    made = Server(tmp_path / "jetstream")
    yield made
    made.kill()


def drained(home, server, senders):
    """Drain through NATS until everything acknowledged is there."""
    wanted = sum(len(each.acknowledged) for each in senders) * 3

    def all_there():
        done = lantian(home, "gateway", "drain", "--nats", server.address)
        assert done.returncode == 0, done.stderr
        return len(every_row(home)) >= wanted

    until(all_there)


def test_nats_killed_under_load(tmp_path, server):
    home = home_with(tmp_path, [mn(n) for n in range(1, 5)])
    chance = random.Random(3)
    with Gateway(home, "--nats", server.address, flush=0.05) as gateway:
        senders = start(4, [gateway.port], pause=0.01)
        until(lambda: every_row(home))
        for _ in range(2):
            time.sleep(chance.uniform(0, 0.5))
            server.kill()
            time.sleep(0.3)
            server.start()
            booked = len(every_row(home))
            until(lambda: len(every_row(home)) > booked)  # noqa: B023 - asked at once
        finish(senders)
        time.sleep(1)
    with Gateway(home, "--nats", server.address, "--no-writer"):
        drained(home, server, senders)
    assert check(home, senders)


def test_several_gateways_one_writer(tmp_path, server):
    home = home_with(tmp_path, [mn(n) for n in range(1, 7)])
    with Gateway(home, "--name", "one", "--nats", server.address, "--no-writer") as one:
        two = Gateway(home, "--name", "two", "--nats", server.address, "--no-writer")
        senders = start(6, [one.port, two.port], pause=0.004)
        time.sleep(1)
        two.kill()  # its devices call the other; what it had acknowledged waits in its spool
        time.sleep(1)
        with Gateway(home, "--name", "two", "--nats", server.address, "--no-writer", port=two.port):
            time.sleep(0.5)
            finish(senders)
            drained(home, server, senders)
    assert check(home, senders)


def test_no_server_is_told(tmp_path):
    home = home_with(tmp_path, [mn(1)])
    told = lantian(home, "gateway", "drain", "--nats", "nats://127.0.0.1:1")
    assert told.returncode == 2
    assert "start nats-server with --jetstream, or leave --nats out" in " ".join(told.stderr.split())
