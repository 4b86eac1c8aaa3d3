"""The gateway as master, against a device played by hand: orders and their answers, time-outs and resends, the clock, gaps."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest

from lantian.app.acting import now
from tests.gateway.tools import Caller, Gateway, enclose, every_row, frame, home_with, lantian, mn, number, until

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return home_with(tmp_path_factory.mktemp("master"), [mn(n) for n in range(1, 9)])


@pytest.fixture(scope="module")
def gateway(home):
    with Gateway(home, "--no-writer", over_time=1, resend=2) as running:
        yield running


def reply(device, qn, cn, body, flag=4):
    return enclose(f"QN={qn};ST=91;CN={cn};PW=123456;MN={device};Flag={flag};CP=&&{body}&&")


def qn_of(line):
    return re.search(rb"QN=(\d{17})", line)[1].decode()


@contextmanager
def connected(gateway, device):
    with Caller(gateway.port) as caller:
        caller.send(frame(device, number(now(), 1), [("a21026", "Rtd", "1")], moment=now()))
        assert caller.answer()
        yield caller


@contextmanager
def asking(gateway, *words):
    command = [sys.executable, "-m", "lantian", "gateway", "ask", *words, "--json"]
    with subprocess.Popen(command, env=gateway.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        yield process


def test_asked_answered_done(gateway):
    with connected(gateway, mn(1)) as device, asking(gateway, mn(1), "1061") as process:
        order = device.answer(b"1061", 30)
        assert b"Flag=5;CP=&&&&" in order
        assert b"PW=123456" in order
        qn = qn_of(order)
        device.send(reply(mn(1), qn, "9011", "QnRtn=1"))
        device.send(reply(mn(1), qn, "1061", "RtdInterval=30"))
        device.send(reply(mn(1), qn, "9012", "ExeRtn=1"))
        told = json.loads(process.communicate(timeout=30)[0])
        assert (told["outcome"], told["tries"], told["qn"], told["frames"]) == ("done", 1, qn, 1)
        assert "RtdInterval=30" in told["answers"][0]
        assert process.returncode == 0


def test_sent_again_with_the_same_number_then_given_up(gateway):
    with connected(gateway, mn(2)) as device, asking(gateway, mn(2), "1062", "RtdInterval=60") as process:
        orders = [device.answer(b"1062", 30) for _ in range(3)]
        assert len(set(orders)) == 1
        assert b"CP=&&RtdInterval=60&&" in orders[0]
        told = json.loads(process.communicate(timeout=30)[0])
        assert (told["outcome"], told["tries"]) == ("no answer", 3)
        assert process.returncode == 1


def test_refused_says_why(gateway):
    with connected(gateway, mn(3)) as device, asking(gateway, mn(3), "1072", "NewPW=654321") as process:
        device.send(reply(mn(3), qn_of(device.answer(b"1072", 30)), "9011", "QnRtn=3"))
        assert json.loads(process.communicate(timeout=30)[0])["outcome"] == "wrong password"


def test_a_set_timeout_is_kept_to(gateway):
    with connected(gateway, mn(4)) as device:
        with asking(gateway, mn(4), "1000", "OverTime=1", "ReCount=1") as process:
            qn = qn_of(device.answer(b"1000", 30))
            device.send(reply(mn(4), qn, "9011", "QnRtn=1") + reply(mn(4), qn, "9012", "ExeRtn=1"))
            assert json.loads(process.communicate(timeout=30)[0])["outcome"] == "done"
        with asking(gateway, mn(4), "1061") as process:
            assert json.loads(process.communicate(timeout=30)[0])["tries"] == 2


def test_an_order_nobody_can_carry_out_is_told(gateway, home):
    told = lantian(home, "gateway", "ask", mn(99), "1061")
    assert told.returncode == 2
    assert "is not connected to this gateway" in " ".join(told.stderr.split())
    with connected(gateway, mn(5)):
        told = lantian(home, "gateway", "ask", mn(5), "1062", "RtdInterval=30&&##")
        assert told.returncode == 2
        assert "is no command" in " ".join(told.stderr.split())


def test_a_device_that_calls_for_the_time_is_noticed_and_gets_it(gateway):
    with connected(gateway, mn(6)) as device:
        device.send(enclose(f"QN={number(now(), 5)};ST=31;CN=1013;PW=123456;MN={mn(6)};Flag=5;CP=&&PolId=a21026&&"))
        found = {re.search(rb"CN=(\d{4})", device.line())[1] for _ in range(2)}
        assert found == {b"9013", b"1012"}


def test_a_clock_that_is_off_is_set(gateway, home):
    with Caller(gateway.port) as device:
        at = now() - timedelta(hours=1)
        device.send(frame(mn(7), number(at, 1), [("a21026", "Rtd", "1")], moment=at))
        order = device.answer(b"1012")
        told = datetime.strptime(re.search(rb"SystemTime=(\d{14})", order)[1].decode(), "%Y%m%d%H%M%S")
        assert abs(told - now()) < timedelta(seconds=10)
        qn = qn_of(order)
        device.send(reply(mn(7), qn, "9011", "QnRtn=1") + reply(mn(7), qn, "9012", "ExeRtn=1"))
    found = until(lambda: next((row for row in json.loads(lantian(home, "gateway", "status", "--json").stdout)["devices"] if row["skew"] < -3000), None))
    assert found["device"] == mn(7)


def test_a_gap_is_asked_for_and_filled_late_data_known_as_late(gateway, home):
    first = now().replace(minute=0, second=0) - timedelta(hours=5)
    with Caller(gateway.port) as device:

        def minute(n):
            moment = first + timedelta(minutes=10 * n)
            return frame(mn(8), number(now(), n), [("a21026", "Avg", f"{n}.5")], cn="2051", moment=moment)

        device.send(minute(0))
        assert device.answer()
        device.send(minute(4))
        order = device.answer(b"2051")
        assert f"BeginTime={first + timedelta(minutes=10):%Y%m%d%H%M%S};EndTime={first + timedelta(minutes=30):%Y%m%d%H%M%S}".encode() in order
        qn = qn_of(order)
        device.send(reply(mn(8), qn, "9011", "QnRtn=1"))
        for n in (1, 2, 3):
            device.send(minute(n))
        device.send(reply(mn(8), qn, "9012", "ExeRtn=1"))
        for _ in range(3):
            assert device.answer()
        time.sleep(0.5)
    told = until(
        lambda: next((r for r in json.loads(lantian(home, "gateway", "status", "--json").stdout)["devices"] if r["device"] == mn(8) and r["frames"] >= 5), None)
    )
    assert told["gaps"] == []
    assert told["late"] == 5
    assert lantian(home, "gateway", "drain").returncode == 0
    values = sorted((row["time"], str(row["value"])) for row in every_row(home) if row["device"] == mn(8))
    assert [value for _, value in values] == ["0.500000", "1.500000", "2.500000", "3.500000", "4.500000"]
