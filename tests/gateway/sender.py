"""A device that keeps a ledger: it sends, sends again what was not acknowledged, and remembers what was."""

from __future__ import annotations

import re
import socket
import threading
import time
from contextlib import suppress
from datetime import datetime, timedelta
from decimal import Decimal

from tests.gateway.tools import every_row, frame, mn, number

BASE = datetime(2026, 1, 1)
FACTORS = ("a21026", "a21002", "a19001")
WINDOW = 16
TAKEN = re.compile(rb"QN=(\d{17});ST=91;CN=9014")


class Sender(threading.Thread):
    """One device on one connection; ``ports`` are tried in turn, as a balancer would."""

    def __init__(self, index, ports, pause=0.0, clock=lambda n: BASE + timedelta(minutes=n)):
        super().__init__(daemon=True)
        self.device, self.ports, self.pause, self.clock = mn(index), ports, pause, clock
        self.acknowledged, self.sent = set(), 0
        self.stop, self.waiting = threading.Event(), {}
        self.again = index

    def value(self, n, factor):
        return Decimal(n * 10 + FACTORS.index(factor)) / 100

    def written(self, n):
        data = [(factor, "Rtd", str(self.value(n, factor))) for factor in FACTORS]
        return frame(self.device, number(BASE + timedelta(seconds=n // 1000), n % 1000), data, moment=self.clock(n))

    def run(self):
        while not (self.stop.is_set() and not self.waiting):
            with suppress(OSError):
                self.call()
            time.sleep(0.05)

    def call(self):
        self.again += 1
        port = self.ports[self.again % len(self.ports)]
        with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
            line.settimeout(1)
            for data in list(self.waiting.values()):
                line.sendall(data)
            rest = b""
            while not (self.stop.is_set() and not self.waiting):
                while len(self.waiting) < WINDOW and not self.stop.is_set():
                    self.waiting[self.sent] = self.written(self.sent)
                    line.sendall(self.waiting[self.sent])
                    self.sent += 1
                    if self.pause:
                        time.sleep(self.pause)
                with suppress(TimeoutError):
                    got = line.recv(65536)
                    if not got:
                        return
                    *whole, rest = (rest + got).split(b"\r\n")
                    for found in filter(None, map(TAKEN.search, whole)):  # its master's orders it does not hear
                        self.take(found[1])

    def take(self, qn):
        at = datetime.strptime(qn[:14].decode(), "%Y%m%d%H%M%S")
        n = int((at - BASE).total_seconds()) * 1000 + int(qn[14:])
        self.acknowledged.add(n)
        self.waiting.pop(n, None)


def start(count, ports, **how):
    """Start senders."""
    senders = [Sender(index + 1, ports, **how) for index in range(count)]
    for each in senders:
        each.start()
    return senders


def finish(senders, patience=60):
    """Let the senders end: everything they sent is acknowledged."""
    for each in senders:
        each.stop.set()
    for each in senders:
        each.join(patience)
        assert not each.is_alive(), (each.device, len(each.waiting))


def check(home, senders, but=()):
    """Check that every acknowledged value is in the lake, once and right; give how many there are."""
    found = {}
    for row in every_row(home):
        if row["factor"] in but:
            continue
        found.setdefault((row["device"], row["time"], row["factor"]), []).append((row["revision"], row["value"]))
    count = 0
    for each in senders:
        assert each.acknowledged
        for n in each.acknowledged:
            for factor in FACTORS:
                assert found.pop((each.device, each.clock(n), factor)) == [(0, each.value(n, factor))], (each.device, n)
                count += 1
    assert found == {}
    return count
