"""The stacks of the demonstration end with the site that started them, however it ends."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

import pytest

from tests.stacks import DATA, load_stacks

pytestmark = pytest.mark.slow
CLOCK = datetime(2015, 12, 4)
SITE = """
import sys, time
from datetime import datetime
from pathlib import Path
from lantian.app.house import House
from lantian.cli.demo_stacks import demo_stacks
from lantian.kernel.period import Moment
house = House.open(Path(sys.argv[1]), moment=Moment(as_of=datetime(2015, 12, 4)))
with demo_stacks(house, int(sys.argv[2]), "en"):
    print("running", flush=True)
    time.sleep(600)
"""


def free_port() -> int:
    """Give a port that nothing uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    """Tell whether something listens there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_the_gateway_and_the_devices_end_with_the_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: signal.Signals):
    monkeypatch.setenv("LANTIAN_DATA", str(DATA))
    load_stacks(tmp_path, (), CLOCK, CLOCK)
    port = free_port()
    with subprocess.Popen([sys.executable, "-c", SITE, str(tmp_path), str(port)], stdout=subprocess.PIPE, text=True) as site:
        try:
            assert site.stdout is not None
            words = [site.stdout.readline(), site.stdout.readline()]
            assert words[-1] == "running\n", words
            assert answers(port)
            site.send_signal(how)
            site.wait(60)
        finally:
            site.kill()
    limit = time.monotonic() + 10
    while answers(port) and time.monotonic() < limit:
        time.sleep(0.1)
    assert not answers(port)
    log = (tmp_path / "gateway" / "demo.log").read_text(encoding="utf-8")
    assert "Traceback" not in log, log


def test_a_taken_port_is_said_and_nothing_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LANTIAN_DATA", str(DATA))
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = int(other.getsockname()[1])
        done = subprocess.run(
            [sys.executable, "-c", SITE.replace("time.sleep(600)", "pass"), str(tmp_path), str(port)], capture_output=True, text=True, timeout=60, check=False
        )
    assert done.returncode == 0, done.stderr
    assert f"127.0.0.1:{port} is taken" in done.stdout
    assert not (tmp_path / "gateway").exists()
