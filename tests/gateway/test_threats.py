"""What docs/threats.md names, tried on a real gateway: forged names, replays, floods, oversize, slow-loris, TLS misuse, texts that would forge a log."""

from __future__ import annotations

import json
import ssl
import subprocess
import time
from datetime import timedelta

import pytest

from lantian.app.acting import now
from lantian.app.admission import FLOW, hash_password
from lantian.ledger import By, Records, open_ledger
from tests.gateway.tools import Caller, Gateway, enclose, every_row, frame, home_with, lantian, mn, number, until

SO2 = [("a21026", "Rtd", "35.5")]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return home_with(tmp_path_factory.mktemp("threats"), [mn(n) for n in range(1, 20)])


@pytest.fixture(scope="module")
def gateway(home):
    with Gateway(home, "--no-writer", half_frame=1, roster=0.3, held=3, waiting=3, skew=0) as running:
        yield running


def admitted(home, device, **body):
    """Have a device admitted by an officer."""
    ledger = open_ledger(home)
    made = Records(ledger).make(FLOW, "130100", None, "admitted", {"device": device} | body, By("officer", "test", "", now()))
    ledger.close()
    return made


def data(device, thousandth, pw="123456", minutes=0, value="35.5", **more):
    at = now().replace(second=0) + timedelta(minutes=minutes)
    return frame(device, number(at, thousandth), [("a21026", "Rtd", value)], pw=pw, moment=at, **more)


def status(home):
    return json.loads(lantian(home, "gateway", "status", "--json", "--lang", "en").stdout)


def kept_apart(home, device):
    return {row["why"]: row["frames"] for row in status(home)["held"] if row["device"] == device}


def test_forged_name_from_a_second_address(home, gateway):
    with Caller(gateway.port) as honest, Caller(gateway.port, source=("127.0.0.2", 0)) as forger:
        honest.send(data(mn(1), 1))
        assert honest.answer()
        forger.send(data(mn(1), 2, value="1.0"))
        assert forger.line(1) == b""
        honest.send(data(mn(1), 3))
        assert honest.answer()
    until(lambda: kept_apart(home, mn(1)) == {"two_addresses": 1})
    until(lambda: any("also speaks from 127.0.0.2" in each["text"] for each in status(home)["because"]), 15)
    assert "from 127.0.0.1 and from 127.0.0.2 at once" in (home / "gateway.log").read_text()


def test_the_second_address_is_heard_when_the_first_is_gone(gateway):
    with Caller(gateway.port) as first:
        first.send(data(mn(2), 1))
        assert first.answer()
    time.sleep(0.2)
    with Caller(gateway.port, source=("127.0.0.2", 0)) as second:
        second.send(data(mn(2), 2))
        assert second.answer()


def test_replay_is_answered_counted_and_changes_nothing(home, gateway):
    old = data(mn(3), 7)
    with Caller(gateway.port) as caller:
        for _ in range(3):
            caller.send(old)
            assert caller.answer()
        caller.send(old.replace(b"35.5", b"99.9")[:-6] + enclose(old.replace(b"35.5", b"99.9")[6:-6])[-6:])
        assert caller.answer()
    found = until(lambda: next((row for row in status(home)["devices"] if row["device"] == mn(3) and row["frames"] == 4), None), 15)
    assert (found["repeated"], found["altered"]) == (2, 1)
    assert any(each["key"] == "gateway.altered" for each in status(home)["because"])
    assert lantian(home, "gateway", "drain").returncode == 0
    rows = [(row["revision"], str(row["value"])) for row in every_row(home) if row["device"] == mn(3)]
    assert sorted(rows) == [(0, "35.500000"), (1, "99.900000")]  # the altered one is a revision, the first stays to be asked for


def test_flooding_is_paced_and_not_lost(home, gateway):
    admitted(home, mn(4), rate=240)
    time.sleep(1.5)
    with Caller(gateway.port) as caller:
        caller.send(b"".join(data(mn(4), n) for n in range(70)))
        begun = time.monotonic()
        assert all(caller.answer() for _ in range(70))
        caller.send(data(mn(4), 70))
        assert caller.answer()
        assert time.monotonic() - begun > 1  # 240 a minute, 60 at once: the rest waits


def test_a_half_frame_never_finished_is_closed(home, gateway):
    begun = time.monotonic()
    with Caller(gateway.port) as caller:
        caller.send(b"##0101QN=2016")
        time.sleep(0.7)
        caller.send(b"0801")  # dribbling helps nothing
        assert caller.closed(10)
    assert time.monotonic() - begun < 8
    assert "did not finish it in 1 s" in (home / "gateway.log").read_text()


def test_oversize_and_rubbish_are_bounded_and_kept(home, gateway):
    with Caller(gateway.port) as caller:
        caller.send(b"##9999" + b"x" * 200_000)
        assert caller.closed(10)
    with Caller(gateway.port) as other:
        other.send(data(mn(5), 1))
        assert other.answer()
    assert lantian(home, "gateway", "drain").returncode == 0
    kept = [row for row in every_row(home, "quarantine") if "xxxx" in row["text"]]
    assert kept
    assert all(len(row["text"]) <= 8193 for row in kept)


def test_wrong_checksum_is_not_acknowledged_and_kept(home, gateway):
    wrong = data(mn(6), 1).replace(b"35.5", b"35.6")
    with Caller(gateway.port) as caller:
        caller.send(wrong)
        assert caller.answer(timeout=1) == b""
        caller.send(data(mn(6), 2))
        assert caller.answer()
    assert lantian(home, "gateway", "drain").returncode == 0
    assert [row["reason"] for row in every_row(home, "quarantine") if mn(6) in row["text"]] == ["crc_wrong"]


def test_passwords_and_addresses_of_an_admission(home, gateway):
    admitted(home, mn(7), password=hash_password("654321"))
    admitted(home, mn(8), allow="10.0.0.0/8")
    time.sleep(1)
    with Caller(gateway.port) as caller:
        caller.send(data(mn(7), 1) + data(mn(8), 1))
        assert caller.answer(timeout=1) == b""
        caller.send(data(mn(7), 2, pw="654321"))
        assert caller.answer()
    assert kept_apart(home, mn(7)) == {"password": 1}
    assert kept_apart(home, mn(8)) == {"address": 1}


def test_an_unknown_device_waits_and_its_frames_come_in_when_it_is_admitted(home, gateway):
    ledger = open_ledger(home)
    records = Records(ledger)
    with Caller(gateway.port) as caller:
        for n in range(5):
            caller.send(data(mn(900), n, minutes=n))
        assert caller.answer(timeout=1) == b""
        [record] = until(lambda: [each for each in records.find([FLOW]) if each.body["device"] == mn(900)])
        assert record.state == "waiting"
        assert kept_apart(home, mn(900)) == {"waiting": 3}  # the last three: so much is kept
        assert lantian(home, "gateway", "drain").returncode == 0
        assert not [row for row in every_row(home) if row["device"] == mn(900)]
        records.move(record.id, record.version, "admit", "admitted", record.body | {"password": "123456"}, By("officer", "test", "", now()))
        until(lambda: kept_apart(home, mn(900)) == {})
        caller.send(data(mn(900), 9, minutes=9))
        assert caller.answer()
    assert lantian(home, "gateway", "drain").returncode == 0
    assert len([row for row in every_row(home) if row["device"] == mn(900)]) == 4
    ledger.close()


def test_only_so_many_wait(home, gateway):
    with Caller(gateway.port) as caller:
        for n in range(910, 918):
            caller.send(data(mn(n), 1))
        time.sleep(1.5)
    ledger = open_ledger(home)
    assert len(Records(ledger).find([FLOW], states=["waiting"])) <= 3
    ledger.close()
    assert "may wait for admission" in (home / "gateway.log").read_text()


def test_a_devices_text_forges_no_line_of_the_log(home, gateway):
    evil = "M1\x1b[2J\u202e2026-01-01 00:00:00 INFO all admitted"
    with Caller(gateway.port) as caller:
        caller.send(enclose(f"QN=20260101000000001;ST=31;CN=2011;PW=123456;MN={evil};Flag=5;CP=&&DataTime=20260101000000;a21026-Rtd=1&&"))
        caller.send(enclose("QN=20260101000000001;ST=31;CN=2011;PW=123456;MN=a\nb ERROR forged;Flag=5;CP=&&DataTime=20260101000000;a21026-Rtd=1&&"))
        time.sleep(1)
    log = (home / "gateway.log").read_text()
    assert "\x1b" not in log
    assert "\u202e" not in log
    assert not any(line.startswith("b ERROR forged") for line in log.splitlines())
    shown = lantian(home, "gateway", "status", "--json").stdout
    assert "\x1b" not in shown
    json.loads(shown)


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    """Make a certificate of the gateway, an authority of devices, a device's certificate and a stranger's."""
    folder = tmp_path_factory.mktemp("keys")

    def openssl(*words):
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)

    for name in ("server", "authority", "stranger"):
        own = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-keyout", f"{name}.key", "-out", f"{name}.pem", *own)
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", "device.key", "-out", "device.csr", "-subj", "/CN=device")
    openssl("x509", "-req", "-in", "device.csr", "-CA", "authority.pem", "-CAkey", "authority.key", "-CAcreateserial", "-days", "30", "-out", "device.pem")
    return folder


def turned_away(port, context):
    """Tell whether a connection with these keys is refused, at once or at the first word."""
    try:
        with Caller(port, context) as caller:
            caller.send(data(mn(1), 2))
            return caller.closed()
    except (ssl.SSLError, ConnectionError):
        return True


def test_tls_and_its_misuse(tmp_path, keys):
    home = home_with(tmp_path, [mn(1)])
    words = ["--tls-cert", str(keys / "server.pem"), "--tls-key", str(keys / "server.key"), "--tls-client-ca", str(keys / "authority.pem")]
    trusting = ssl.create_default_context(cafile=keys / "server.pem")
    with Gateway(home, "--no-writer", *words) as gateway:
        with Caller(gateway.port) as plain:
            plain.send(data(mn(1), 1))
            assert plain.closed(15)
        stranger = ssl.create_default_context(cafile=keys / "server.pem")
        stranger.load_cert_chain(keys / "stranger.pem", keys / "stranger.key")
        for context in (trusting, stranger):
            assert turned_away(gateway.port, context)
        own = ssl.create_default_context(cafile=keys / "server.pem")
        own.load_cert_chain(keys / "device.pem", keys / "device.key")
        with Caller(gateway.port, own) as device:
            device.send(data(mn(1), 3))
            assert b"QN=" in device.answer()
        assert "Traceback" not in (home / "gateway.log").read_text()
    spooled = lantian(home, "gateway", "drain", "--json")
    assert json.loads(spooled.stdout)["frames"] == 1


def test_tls_files_that_do_not_fit_are_told(tmp_path, keys):
    told = lantian(tmp_path, "gateway", "--listen", "127.0.0.1:0", "--tls-cert", str(keys / "server.pem"), "--tls-key", str(keys / "stranger.key"))
    assert told.returncode == 2
    assert "give PEM files of a certificate and its own key" in " ".join(told.stderr.split())
    told = lantian(tmp_path, "gateway", "--tls-cert", str(keys / "server.pem"))
    assert told.returncode == 2
    assert "both --tls-cert and --tls-key" in " ".join(told.stderr.split())
