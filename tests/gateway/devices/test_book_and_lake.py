"""Simulated stacks against a real gateway that is killed in the middle: every acknowledged value stands in the lake once, as the simulator's own book has it."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import Counter
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from lantian.gateway.devices.fleet import Sending, deliver
from lantian.gateway.devices.ledger import Ledger
from tests.gateway.devices.stacks import COAL, FIRST, TURBINE, doing
from tests.gateway.tools import Gateway, every_row, home_with, lantian

UNTIL = FIRST + timedelta(hours=18)
LENGTH = {"2051": timedelta(minutes=10), "2061": timedelta(hours=1), "2031": timedelta(days=1), "2011": timedelta(0)}
COLUMN = {"Rtd": "value", "Avg": "value", "Min": "low", "Max": "high", "Cou": "total", "ZsAvg": "corrected"}
pytestmark = pytest.mark.slow


def test_what_was_acknowledged_is_in_the_lake_once(tmp_path):
    stacks = [COAL, doing(TURBINE, deviations=("crc_lower_case", "split"))]
    home = home_with(tmp_path, [stack.device for stack in stacks], label="start")
    gateway, tallies, ledger = Gateway(home, "--history", "--no-writer", tick=0.05, device_rate=10**6), [], Ledger(tmp_path / "book.sqlite")
    sending = Sending("127.0.0.1", gateway.port, FIRST, UNTIL, None, 5)
    ledger.close()

    def run():
        book = Ledger(tmp_path / "book.sqlite")
        tallies.append(asyncio.run(deliver(stacks, sending, book)))
        book.close()

    sender = threading.Thread(target=run)
    sender.start()
    time.sleep(0.4)
    gateway.kill()
    with Gateway(home, "--history", "--no-writer", port=gateway.port, tick=0.05, device_rate=10**6):
        sender.join(90)
    assert lantian(home, "gateway", "drain", "--history").returncode == 0
    book = Ledger(tmp_path / "book.sqlite")
    sent, acknowledged, _ = book.counts()
    assert (sent, acknowledged, tallies[0].given_up) == (tallies[0].sent, tallies[0].sent, 0)
    rows = every_row(home)
    keys = Counter((row["device"], row["cn"], row["factor"], row["time"]) for row in rows)
    assert max(keys.values()) == 1
    held = {(row["device"], row["cn"], row["factor"], row["time"]): row for row in rows}
    checked = 0
    for each in book.values():
        if each.field in COLUMN:
            moment = datetime.strptime(each.data_time, "%Y%m%d%H%M%S") + LENGTH[each.cn]
            assert held[each.device, each.cn, each.factor, moment][COLUMN[each.field]] == Decimal(each.text), each
            checked += 1
    assert checked > 2 * 18 * 6 * 30
    book.close()
