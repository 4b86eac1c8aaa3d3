"""Real processes killed without warning under load: what was acknowledged is in the lake, once, by the senders' own ledgers."""

from __future__ import annotations

import os
import random
import signal
import time
from pathlib import Path

import pytest

from tests.gateway.sender import check, finish, start
from tests.gateway.tools import Gateway, every_row, home_with, lantian, mn, until

ROUNDS = 2
pytestmark = pytest.mark.slow


def children(pid):
    """Give the processes that a process started."""
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(each) for each in text.split()]


def test_gateway_killed_under_load(tmp_path):
    home = home_with(tmp_path, [mn(n) for n in range(1, 9)])
    chance = random.Random(1)
    gateway = Gateway(home, "--no-writer", tick=0.02)
    senders = start(4, [gateway.port], pause=0.001)
    for _ in range(ROUNDS):
        time.sleep(chance.uniform(0.2, 1.0))
        gateway.kill()
        gateway = Gateway(home, "--no-writer", port=gateway.port, tick=0.02)
    time.sleep(0.5)
    finish(senders)
    gateway.end()
    done = lantian(home, "gateway", "drain", "--json")
    assert done.returncode == 0, done.stderr
    assert check(home, senders) > 100


def test_writer_killed_under_load(tmp_path):
    home = home_with(tmp_path, [mn(n) for n in range(1, 9)])
    chance = random.Random(2)
    with Gateway(home, flush=0.05) as gateway:
        senders = start(4, [gateway.port], pause=0.004)
        until(lambda: every_row(home))
        for _ in range(ROUNDS):
            [writer] = until(lambda: children(gateway.process.pid))
            os.kill(writer, signal.SIGKILL)
            booked = len(every_row(home))
            until(lambda: len(every_row(home)) > booked)  # noqa: B023 - asked at once
            time.sleep(chance.uniform(0, 0.3))
        finish(senders)
    assert lantian(home, "gateway", "drain").returncode == 0
    assert check(home, senders) > 100


def test_both_killed_the_orphan_leaves(tmp_path):
    home = home_with(tmp_path, [mn(n) for n in range(1, 5)])
    gateway = Gateway(home, flush=0.05)
    senders = start(4, [gateway.port], pause=0.004)
    until(lambda: every_row(home))
    [orphan] = children(gateway.process.pid)
    gateway.kill()
    with Gateway(home, port=gateway.port, flush=0.05) as gateway:
        until(lambda: not Path(f"/proc/{orphan}").exists())
        booked = len(every_row(home))
        until(lambda: len(every_row(home)) > booked)
        finish(senders)
    assert lantian(home, "gateway", "drain").returncode == 0
    assert check(home, senders)
