"""The site under load: the city page cached and on days not asked before, and requests a second of public JSON.

The house of the sample data is served on one core; the client, raw sockets kept alive, runs on another where there is one.
"""

from __future__ import annotations

import argparse
import os
import random
import selectors
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from measure import LANTIAN, OUT, free_port, machine, markdown, sample_house, wait_for

JSON = "/api/v1/air/day?place=110000&date=2015-12-08"
PAGE = "/city/110000?on=2015-12-08"
FIRST, DAYS = date(2014, 1, 2), 700
CACHED, VARIED, SECONDS, CONNECTIONS = 3000, 100, 5, 8


def pin(process: int, core: int) -> None:
    """Bind a process (0: this one) to one of the cores that this one may use, where the system can."""
    if hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(process, {cores[core % len(cores)]})


def cpu_of(process: int) -> float:
    """Give a process's CPU seconds so far, or NaN where the system does not tell."""
    path = Path(f"/proc/{process}/stat")
    if not path.exists():
        return float("nan")
    fields = path.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def request(path: str) -> bytes:
    """Write a request."""
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()


def answer(connection: socket.socket) -> int:
    """Read one whole answer; anything but 200 raises ``RuntimeError``; give its length."""
    got = b""
    while (end := got.find(b"\r\n\r\n")) < 0:
        got += receive(connection)
    if not got.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(got[:200].decode(errors="replace"))
    at = got.lower().index(b"content-length:") + len(b"content-length:")
    length = int(got[at : got.index(b"\r\n", at)])
    have = len(got) - end - 4
    while have < length:
        have += len(receive(connection))
    return length


def receive(connection: socket.socket) -> bytes:
    """Read some bytes; a closed connection raises ``RuntimeError``."""
    part = connection.recv(262144)
    if not part:
        raise RuntimeError("the server closed the connection")
    return part


def times(port: int, paths: Iterator[str]) -> list[float]:
    """Ask one address after the other on one connection; give the milliseconds of each, sorted."""
    taken = []
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for path in paths:
            asked = time.perf_counter()
            connection.sendall(request(path))
            answer(connection)
            taken.append(1000 * (time.perf_counter() - asked))
    return sorted(taken)


def rate(port: int, path: str) -> tuple[int, float]:
    """Keep some connections busy with one address for some seconds; give the answers and the seconds."""
    wanted = request(path)
    with selectors.DefaultSelector() as selector:
        for _ in range(CONNECTIONS):
            connection = socket.create_connection(("127.0.0.1", port))
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            selector.register(connection, selectors.EVENT_READ)
            connection.sendall(wanted)
        started, done = time.perf_counter(), 0
        while time.perf_counter() - started < SECONDS:
            for key, _ in selector.select(1):
                answer(key.fileobj)
                done += 1
                key.fileobj.sendall(wanted)
        seconds = time.perf_counter() - started
        for key in list(selector.get_map().values()):
            key.fileobj.close()
    return done, seconds


def client(port: int, server: int) -> str:
    """Measure; make the table."""
    days = random.Random(1).sample(range(DAYS), VARIED + 1)
    varied = [f"/city/110000?on={FIRST + timedelta(days=n)}" for n in days]
    times(port, iter([varied.pop(), *[PAGE, JSON] * 10]))  # warm
    rows = []
    for what, paths in (("city page, cached", [PAGE] * CACHED), ("city page, a day not asked before", varied), ("JSON of a day, cached", [JSON] * CACHED)):
        before = cpu_of(server)
        taken = times(port, iter(paths))
        spent = 1000 * (cpu_of(server) - before) / len(taken)
        rows.append((what, len(taken), f"{taken[len(taken) // 2]:.2f}", f"{taken[int(0.99 * len(taken))]:.2f}", f"{spent:.2f}", ""))
    before = cpu_of(server)
    done, seconds = rate(port, JSON)
    spent = 1000 * (cpu_of(server) - before) / done
    rows.append((f"JSON of a day, cached, {CONNECTIONS} connections", done, "", "", f"{spent:.3f}", f"{done / seconds:,.0f}"))
    return markdown(("what", "requests", "p50 ms", "p99 ms", "server CPU ms a request", "requests a second"), rows)


def main() -> None:
    """Build the house once, serve it, start the client in its own process."""
    environment = sample_house()
    port = free_port()
    with subprocess.Popen([LANTIAN, "serve", "--port", str(port)], env=environment, cwd=OUT, stdout=subprocess.DEVNULL) as server:
        pin(server.pid, 0)
        try:
            wait_for(port, server)
            command = [sys.executable, __file__, "--client", str(port), str(server.pid)]
            table = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
        finally:
            server.terminate()
    text = f"# The site\n\n- {machine()}; the server on one core, the client on another\n\n{table}"
    (OUT / "web.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--client", nargs=2, type=int)
    asked = parser.parse_args()
    if asked.client:
        pin(0, 1)
        print(client(*asked.client))
    else:
        main()
