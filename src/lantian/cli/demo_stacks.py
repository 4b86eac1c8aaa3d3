"""The stacks of the demonstration: a real gateway and simulated devices beside the site, ended with it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from lantian.app.house import House
from lantian.cli import common

MINUTES, HOURS = timedelta(days=3), timedelta(days=31)
"""How far back the devices send minute data, and hours (our choice)."""
AGAIN = timedelta(hours=2)
"""How far back they send where they sent everything before."""
PATIENCE = 20.0
FRAMES_A_MINUTE = "100000"


@contextmanager
def demo_stacks(house: House, port: int, lang: str) -> Iterator[None]:
    """Run a gateway and the simulated devices of the sample for a block; their data end at the house's clock. Without the sample, or with port 0, nothing runs."""
    registers = Path(os.environ.get("LANTIAN_DATA", "data")) / "stacks"
    until = house.moment.as_of
    if not port or until is None or not registers.is_dir():
        yield
        return
    if taken(port):
        said = (
            f"127.0.0.1:{port} 已被占用，模拟排放口未启动（--gateway-port）"
            if lang == "zh"
            else f"127.0.0.1:{port} is taken; no simulated stacks (--gateway-port)"
        )
        common.console.print(said, highlight=False)
        yield
        return
    until = until.replace(minute=0, second=0, microsecond=0) - timedelta(hours=until.hour)
    mark = house.home / "loaded" / f"stacks-sent-{until:%Y%m%dT%H}"
    folder = house.home / "gateway"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "demo.log").open("ab") as log:
        gateway = start(["gateway", "--listen", f"127.0.0.1:{port}", "--admit-simulated", "--history"], log.fileno())
        wait_for(port, gateway)
        devices = start(sending(port, registers, until, again=mark.exists()), log.fileno())
        said = (
            f"模拟排放口接入 127.0.0.1:{port}，数据到 {until:%Y-%m-%d %H:%M}"
            if lang == "zh"
            else f"simulated stacks call 127.0.0.1:{port}, data up to {until:%Y-%m-%d %H:%M}"
        )
        common.console.print(said, highlight=False)
        signal.signal(signal.SIGTERM, leave)  # so that the children are ended too
        try:
            yield
        finally:
            if devices.poll() == 0:
                mark.parent.mkdir(parents=True, exist_ok=True)
                mark.touch()
            for each in (devices, gateway):
                stop(each)


def sending(port: int, registers: Path, until: datetime, *, again: bool) -> list[str]:
    """Give the command line of the devices: the last days, or only the last hours where all was sent before."""
    minutes, hours = (AGAIN, AGAIN) if again else (MINUTES, HOURS)
    words = ["simulate", "devices", "--gateway", f"127.0.0.1:{port}", "--registers", str(registers), "--json"]
    return [*words, "--from", f"{until - minutes:%Y-%m-%dT%H:%M}", "--hours-from", f"{until - hours:%Y-%m-%dT%H:%M}", "--until", f"{until:%Y-%m-%dT%H:%M}"]


def start(words: list[str], log: int) -> subprocess.Popen[bytes]:
    """Start a command of this program in a group of its own, its words into a log."""
    limits = {"LANTIAN_GATEWAY_DEVICE_RATE": os.environ.get("LANTIAN_GATEWAY_DEVICE_RATE", FRAMES_A_MINUTE)}
    command = [sys.executable, "-m", "lantian", *words]
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=os.environ | limits)  # noqa: S603 - this program's own commands


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until a port answers, or the process that should open it is gone."""
    limit = time.monotonic() + PATIENCE
    while not taken(port) and process.poll() is None and time.monotonic() < limit:
        time.sleep(0.1)


def taken(port: int) -> bool:
    """Tell whether something answers at a port of this machine."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def leave(*_: object) -> None:
    """End this program as if it had been told to by its user."""
    raise SystemExit(0)


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a process that was started here: asked first, then made to."""
    if process.poll() is not None:
        return
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
