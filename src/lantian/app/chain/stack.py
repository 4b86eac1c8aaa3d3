"""The plant that disobeys, as its simulated logger tells it: its frames go through a real gateway and its writer into the lake."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from lantian.app.exceedances import raise_exceedances
from lantian.app.house import House
from lantian.kernel.errors import InputError
from lantian.ledger import Record

OUTLET, POLLUTANT, LINE = "110000-010-1", "NOx", "110000-010"
"""Unit 1 of the simulated Shijingshan plant; the line of the register of the response that the order to it is about."""
FIRST, LAST = "2015-12-08T00:00", "2015-12-09T06:00"
SPAN = ("--hours-from", FIRST, "--from", FIRST, "--until", LAST)
PLAN = """# The plant of the chain under the red alert: it runs higher than before, and its denitrification stands still. Nothing here happened.
simulated: true
reference_oxygen: {coal_boiler: 6}
ratio: {110000-010-1: {SO2: 0.4, NOx: 0.4, PM: 0.4}}
curtailments:
  - {place: "110000", from: 2015-12-08T07:00:00, until: 2015-12-10T12:00:00, cut: -0.2}
faults:
  - {outlet: 110000-010-1, kind: overrun, factors: [a21002], from: 2015-12-08T10:00:00, until: 2015-12-09T04:00:00, settings: {gain: 4.5}}
"""
TABLES = ("outlets", "loggers", "analysers", "permits", "controls")
FRAMES_A_MINUTE = "100000"
WORDS = 2000
"""How much of what a command said last is told when it failed [characters]."""


def exceeded(house: House) -> Record | None:
    """Give the record of what the plant's frames showed first, if they came."""
    raised = house.desk.records.find(["exceedance"])
    found = [each for each in raised if (each.body["outlet"], each.body["pollutant"]) == (OUTLET, POLLUTANT) and FIRST <= each.body["start"] <= LAST]
    return min(found, key=lambda each: str(each.body["start"]), default=None)


def send(house: House, origin: str, reached: Callable[[str], None]) -> None:
    """Let the plant's logger call a gateway, book what came, raise what it shows. A second time doubles nothing: no frame, no row, no record."""
    folder = house.lake.home / "gateway" / "chain"
    folder.mkdir(parents=True, exist_ok=True)
    registers = _registers(folder / "registers")
    with (folder / "chain.log").open("a+b") as log:
        listening = ["gateway", "--name", "chain", "--listen", "127.0.0.1:0", "--admit-simulated", "--history", "--no-writer"]
        with _leashed(house, listening, log) as gateway:
            port = _port(gateway, log)
            reached("listening")
            _run(house, ["simulate", "devices", "--gateway", f"127.0.0.1:{port}", "--registers", str(registers), *SPAN], log)
        reached("sent")
        _run(house, ["gateway", "drain", "--history"], log)
    reached("booked")
    house.source_tables.look_again()
    house.__dict__.pop("sources", None)
    raise_exceedances(house.sources, origin)


def _registers(folder: Path) -> Path:
    """Write the registers of the one plant: what the sample's say of its outlet, and how the simulator is to run it."""
    whole = Path(os.environ.get("LANTIAN_DATA", "data")) / "stacks"
    for name in TABLES:
        path = whole / name / f"{name}.csv"
        if not path.is_file():
            raise InputError(f"no {path}; run from the repository, or set LANTIAN_DATA to its data folder")
        with path.open(encoding="utf-8") as file:
            heads, *rows = csv.reader(file)
        own = heads.index("unit" if name == "controls" else "outlet")
        (folder / name).mkdir(parents=True, exist_ok=True)
        with (folder / name / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([heads, *(row for row in rows if row[own] == OUTLET)])
    (folder / "demo.yaml").write_text(PLAN, encoding="utf-8")
    return folder


@contextmanager
def _leashed(house: House, words: Sequence[str], log: IO[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command of this program for a block; it ends with the block, and with this process however that ends."""
    home = house.lake.home
    lock = home / "gateway" / "chain" / f"{words[0]}-{words[1].strip('-')}.lock"
    own = {"LANTIAN_HOME": str(home), "LANTIAN_GATEWAY_DEVICE_RATE": FRAMES_A_MINUTE}
    command = [sys.executable, "-m", "lantian.app.chain.leash", str(lock), *words]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, env=os.environ | own)  # noqa: S603 - this program's own commands
    try:
        yield process
    finally:
        if process.stdin is not None:
            process.stdin.close()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _run(house: House, words: Sequence[str], log: IO[bytes]) -> None:
    """Run a command to its end; one that fails raises ``InputError`` with what it said last."""
    with _leashed(house, words, log) as process:
        said = process.stdout.read() if process.stdout is not None else b""
        code = process.wait()
    log.write(said)
    if code:
        raise InputError(f"lantian {' '.join(words[:2])} ended with {code}: {_last(log)}")


def _port(gateway: subprocess.Popen[bytes], log: IO[bytes]) -> int:
    """Wait until the gateway says where it listens."""
    word, _, port = gateway.stdout.readline().decode().strip().partition(" ") if gateway.stdout is not None else ("", "", "")
    if word != "listening":
        raise InputError(f"the gateway of the chain did not start: {_last(log)}")
    return int(port)


def _last(log: IO[bytes]) -> str:
    log.flush()
    log.seek(0)
    return log.read().decode("utf-8", "replace")[-WORDS:].strip()
