"""Disks that are full or slow, clocks that jump: nothing acknowledged is lost, and the gateway recovers by itself."""

from __future__ import annotations

import random
import time
from datetime import timedelta

import pytest

from lantian.gateway.spool import Batch, Spool
from tests.gateway.sender import BASE, check, finish, start
from tests.gateway.tools import Caller, Gateway, frame, home_with, lantian, mn, number, until

pytestmark = pytest.mark.slow


def test_full_disk_stops_acknowledging_and_recovers(tmp_path):
    home = home_with(tmp_path, [mn(n) for n in range(1, 9)])
    with Gateway(home, "--no-writer", spool_limit=20 * 16_384, backlog=200_000) as gateway:
        senders = start(8, [gateway.port], pause=0.001)
        until(lambda: "takes nothing" in (home / "gateway.log").read_text())
        taken = sum(len(each.acknowledged) for each in senders)
        time.sleep(1)
        assert sum(len(each.acknowledged) for each in senders) <= taken + 8 * 16  # what was under way
        told = lantian(home, "gateway", "status", "--json").stdout
        assert '"gateway.trouble"' in told
        assert "full" in told
        for each in senders:
            each.stop.set()
        for _ in range(20):  # drained again and again, the gateway goes on by itself
            assert lantian(home, "gateway", "drain").returncode == 0
            if not any(each.is_alive() for each in senders):
                break
        finish(senders)
        assert "takes frames again" in (home / "gateway.log").read_text()
    assert lantian(home, "gateway", "drain").returncode == 0
    assert check(home, senders)


def test_slow_disk_only_delays(tmp_path):
    home = home_with(tmp_path, [mn(n) for n in range(1, 5)])
    with Gateway(home, "--no-writer", commit_delay=0.3) as gateway:
        with Caller(gateway.port) as caller:
            begun = time.monotonic()
            caller.send(frame(mn(1), number(BASE, 999), [("a01012", "Rtd", "1")], cn="2061", moment=BASE))
            assert caller.answer()
            assert time.monotonic() - begun >= 0.3
        senders = start(4, [gateway.port])
        time.sleep(2)
        finish(senders)
    assert lantian(home, "gateway", "drain").returncode == 0
    assert check(home, senders, but={"a01012"})


def test_clocks_that_jump_lose_and_double_nothing(tmp_path):
    home = home_with(tmp_path, [mn(n) for n in range(1, 5)])
    jumps = [timedelta(days=random.Random(n // 40).randint(-4000, 4000)) for n in range(0, 100_000, 40)]
    with Gateway(home, "--no-writer") as gateway:
        senders = start(4, [gateway.port], pause=0.002, clock=lambda n: BASE + timedelta(minutes=n) + jumps[n // 40])
        time.sleep(1)
        finish(senders)
    assert lantian(home, "gateway", "drain").returncode == 0
    assert check(home, senders)


def test_a_commit_that_fails_leaves_nothing_half(tmp_path):
    spool = Spool(tmp_path / "spool.sqlite", limit=16 * 16_384)
    big = Batch("2026-01-01 00:00:00.000000", tuple(random.Random(n).randbytes(1000) for n in range(400)), ("p",) * 400, ("",) * 400)
    with pytest.raises(Exception, match="full"):
        spool.commit([big])
    assert spool.backlog() == (0, 0)
    spool.commit([Batch("2026-01-01 00:00:00.000000", (b"##",), ("p",), ("",))])
    assert spool.backlog() == (1, 1)
    spool.close()
