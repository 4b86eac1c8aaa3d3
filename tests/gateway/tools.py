"""What the tests of the gateway share: an installation with loggers, a real gateway process, a device that keeps a ledger of its own."""

from __future__ import annotations

import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from contextlib import suppress
from datetime import date, datetime, timedelta
from decimal import Decimal

import pyarrow as pa

from lantian.kernel.period import NOW
from lantian.lake.declaration import dataset
from lantian.lake.engine import open_engine
from lantian.lake.read import open_dataset
from lantian.lake.store import Lake
from lantian.sources.hj212 import crc

DAY = date(2015, 1, 1)
PATIENCE = 60


def mn(number):
    """Give a device's name of 24 characters."""
    return f"{number:024d}"


def enclose(segment):
    """Wrap a data segment."""
    data = segment if isinstance(segment, bytes) else segment.encode()
    return b"##%04d%b%04X\r\n" % (len(data), data, crc(data))


def frame(device, qn, data, cn="2011", flag=5, pw="123456", moment=None, st="31"):
    """Write a data frame; ``data`` are (factor, field, text)."""
    items = ";".join(f"{factor}-{field}={text},{factor}-Flag=N" for factor, field, text in data)
    when = f"DataTime={moment:%Y%m%d%H%M%S};" if moment else ""
    return enclose(f"QN={qn};ST={st};CN={cn};PW={pw};MN={device};Flag={flag};CP=&&{when}{items}&&")


def number(at, thousandth):
    """Write a QN."""
    return f"{at:%Y%m%d%H%M%S}{thousandth:03d}"


def rows(name, *each):
    """Give rows of a dataset, with what is not named absent."""
    declared = dataset(name)
    stamp = datetime(2015, 1, 1)
    common = {"day": DAY, "dataset": "test", "known_at": stamp, "loaded_at": stamp, "revision": 0, "month": "2015-01"}
    return pa.Table.from_pylist([dict.fromkeys(declared.schema.names) | common | row for row in each], schema=declared.schema)


def home_with(folder, devices, label="end", interval=10, units="", simulated=True):
    """Make an installation whose registers hold these loggers, each at an outlet of its own."""
    lake = Lake(folder)
    lake.append("outlets", rows("outlets", *({"outlet": f"o{d}", "place": "130100", "simulated": simulated, "name": d} for d in devices)))
    loggers = ({"device": d, "outlet": f"o{d}", "st": "31", "label": label, "interval": interval, "units": units} for d in devices)
    lake.append("loggers", rows("loggers", *loggers))
    return folder


class Gateway:
    """A real gateway process."""

    def __init__(self, home, *words, port=0, **settings):
        own = {f"LANTIAN_GATEWAY_{name.upper()}": str(value) for name, value in settings.items()}
        self.environment = os.environ | {"LANTIAN_HOME": str(home)} | own
        self.log = (home / "gateway.log").open("a")
        listen = ["-m", "lantian", "gateway", "--listen", f"127.0.0.1:{port}", "--admit-simulated", *words]
        self.process = subprocess.Popen([sys.executable, *listen], env=self.environment, stdout=subprocess.PIPE, stderr=self.log, text=True)
        line = self.process.stdout.readline()
        assert line.startswith("listening"), (home / "gateway.log").read_text()
        self.port = int(line.split()[1])

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.close()

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(PATIENCE)
        self.close()

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(PATIENCE)
        self.process.stdout.close()
        self.log.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.end()
        else:
            self.close()


def lantian(home, *words, **settings):
    """Run a command of the installation."""
    own = {f"LANTIAN_GATEWAY_{name.upper()}": str(value) for name, value in settings.items()}
    return subprocess.run(
        [sys.executable, "-m", "lantian", *words], env=os.environ | {"LANTIAN_HOME": str(home)} | own, capture_output=True, text=True, check=False
    )


class Caller:
    """A device's end of a connection, without any cleverness."""

    def __init__(self, port, context=None, source=None):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10, source_address=source)
        if context:
            self.socket = context.wrap_socket(self.socket, server_hostname="localhost")
        self.rest = b""

    def send(self, data):
        self.socket.sendall(data)

    def line(self, timeout=10):
        """Give the next line, or b'' when none comes or the connection ended."""
        self.socket.settimeout(timeout)
        with suppress(TimeoutError, ConnectionError, ssl.SSLError):
            while b"\r\n" not in self.rest:
                got = self.socket.recv(65536)
                if not got:
                    return b""
                self.rest += got
            found, _, self.rest = self.rest.partition(b"\r\n")
            return found
        return b""

    def answer(self, cn=b"9014", timeout=10):
        """Give the next line of a command, passing over others; b'' when none comes."""
        limit = time.monotonic() + timeout
        while (found := self.line(max(limit - time.monotonic(), 0.01))) and b"CN=" + cn + b";" not in found:
            pass
        return found

    def closed(self, timeout=10):
        """Tell whether the other end closes within a time."""
        self.socket.settimeout(timeout)
        try:
            return self.socket.recv(65536) == b""
        except TimeoutError:
            return False
        except OSError:
            return True

    def close(self):
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def stored(home, name="device_values"):
    """Give the newest revisions of a dataset."""
    lake = Lake(home)
    if not lake.exists(name):
        return []
    with open_engine("duckdb") as engine:
        open_dataset(engine, lake, name, NOW)
        return engine.fetch(f"SELECT * FROM {name}").to_pylist()


def every_row(home, name="device_values"):
    """Give all rows of a dataset, whatever their revision."""
    table = Lake(home).table(name)
    return [] if table is None else table.to_pyarrow_table().to_pylist()


def until(what, patience=PATIENCE):
    """Wait until something is so."""
    limit = time.monotonic() + patience
    while not (found := what()):
        assert time.monotonic() < limit, what
        time.sleep(0.1)
    return found


__all__ = ["Caller", "Decimal", "Gateway", "datetime", "enclose", "every_row", "frame", "home_with", "lantian", "mn", "number", "stored", "timedelta", "until"]
