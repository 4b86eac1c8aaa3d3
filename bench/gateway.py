"""The gateway under load: frames acknowledged after they are durable, a second of its CPU; idle connections and their memory.

The load comes from processes of its own, with frames written beforehand; the writer runs apart, and its speed is measured after the load.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import resource
import selectors
import socket
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.gateway.tools import enclose, home_with, mn  # noqa: E402

TICK = os.sysconf("SC_CLK_TCK")
FACTORS = ("a21026", "a21002", "a34013", "a19001", "a00000", "a01011", "a01012", "a01013", "a01014", "a21005")
BASE = datetime(2026, 1, 1)
WINDOW = 4


def usage(pid):
    """Give CPU seconds of all threads and the largest resident size [MB] of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    peak = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmHWM"))
    return (int(fields[11]) + int(fields[12])) / TICK, int(peak.split()[1]) / 1024


def written(device, n):
    """Write a frame of ten factors, some 600 bytes."""
    moment = BASE + timedelta(seconds=30 * n)
    items = ";".join(f"{factor}-Rtd={(n * 37 + place * 11) % 900 + 0.25:.2f},{factor}-Flag=N" for place, factor in enumerate(FACTORS))
    at = moment + timedelta(seconds=1)
    return enclose(f"QN={at:%Y%m%d%H%M%S}{n % 1000:03d};ST=31;CN=2011;PW=123456;MN={device};Flag=5;CP=&&DataTime={moment:%Y%m%d%H%M%S};{items}&&")


def load(port, devices, frames, start, told):
    """Send every frame of some devices, each on a connection of its own, never more than the window unanswered."""
    work = [[written(device, n) for n in range(frames)] for device in devices]
    lines = [socket.create_connection(("127.0.0.1", port)) for _ in devices]
    waiting = selectors.DefaultSelector()
    for index, line in enumerate(lines):
        line.setblocking(False)
        waiting.register(line, selectors.EVENT_READ, index)
    sent, taken, open_ = [0] * len(lines), [0] * len(lines), len(lines)
    start.wait()
    begun = time.time()
    for index, line in enumerate(lines):
        line.send(b"".join(work[index][:WINDOW]))
        sent[index] = WINDOW
    while open_:
        for key, _ in waiting.select(30):
            index = key.data
            got = lines[index].recv(65536)
            answers = got.count(b"CN=9014")
            taken[index] += answers
            more = work[index][sent[index] : sent[index] + answers]
            if more:
                lines[index].send(b"".join(more))
                sent[index] += len(more)
            if taken[index] >= frames or not got:
                waiting.unregister(lines[index])
                open_ -= 1
    told.put((begun, time.time(), sum(taken)))


def gateway(home, **settings):
    """Start a gateway without a writer."""
    own = {f"LANTIAN_GATEWAY_{name.upper()}": str(value) for name, value in settings.items()}
    words = [sys.executable, "-m", "lantian", "gateway", "--listen", "127.0.0.1:0", "--admit-simulated", "--no-writer"]
    process = subprocess.Popen(words, env=os.environ | {"LANTIAN_HOME": str(home)} | own, stdout=subprocess.PIPE, text=True)
    return process, int(process.stdout.readline().split()[1])


def acknowledged(connections, frames, processes):
    """Measure frames acknowledged, against the gateway's own CPU."""
    devices = [mn(n) for n in range(connections)]
    with tempfile.TemporaryDirectory() as folder:
        home = home_with(Path(folder), devices)
        process, port = gateway(home, device_rate=10**9, skew=0, fill=0)
        start, told = multiprocessing.Event(), multiprocessing.Queue()
        loads = [multiprocessing.Process(target=load, args=(port, devices[k::processes], frames, start, told)) for k in range(processes)]
        for each in loads:
            each.start()
        time.sleep(2 + connections * frames / 40_000)
        before, _ = usage(process.pid)
        start.set()
        found = [told.get() for _ in loads]
        cpu, peak = usage(process.pid)
        process.terminate()
        process.wait()
        seconds = max(each[1] for each in found) - min(each[0] for each in found)
        count = sum(each[2] for each in found)
        size = len(written(devices[0], 1))
        print(json.dumps({"frames": count, "bytes a frame": size, "s": round(seconds, 2), "frames/s": round(count / seconds), "CPU-s": round(cpu - before, 2)}))
        print(json.dumps({"frames/CPU-s": round(count / (cpu - before)), "peak MB": round(peak)}))
        begun, cpus = time.time(), os.times()
        subprocess.run(
            [sys.executable, "-m", "lantian", "gateway", "drain"], env=os.environ | {"LANTIAN_HOME": str(home)}, check=True, stdout=subprocess.DEVNULL
        )
        took, after = time.time() - begun, os.times()
        used = after.children_user + after.children_system - cpus.children_user - cpus.children_system
        print(json.dumps({"drained frames/s": round(count / took), "CPU-s": round(used, 1), "frames/CPU-s": round(count / used)}))


def idle(connections):
    """Measure the memory of connections on which nothing comes."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(connections + 500, resource.getrlimit(resource.RLIMIT_NOFILE)[1]),) * 2)
    with tempfile.TemporaryDirectory() as folder:
        process, port = gateway(home_with(Path(folder), [mn(1)]))
        before = usage(process.pid)[1]

        async def call():
            return await asyncio.gather(*(asyncio.open_connection("127.0.0.1", port) for _ in range(500)))

        async def all_of_them():
            lines = []
            for _ in range(connections // 500):
                lines += await call()
            await asyncio.sleep(1)
            peak = usage(process.pid)[1]
            for _, writer in lines:
                writer.transport.abort()
            return peak

        peak = asyncio.run(all_of_them())
        process.terminate()
        process.wait()
        print(json.dumps({"idle connections": connections, "MB before": round(before), "MB": round(peak)}))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--connections", type=int, default=2000)
    parser.add_argument("--frames", type=int, default=50, help="of each connection")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--idle", type=int, default=10_000)
    given = parser.parse_args()
    acknowledged(given.connections, given.frames, given.processes)
    idle(given.idle)


if __name__ == "__main__":
    main()
