"""The benchmark of the HJ 212 codec: one file of minute frames through the batch reader, the single-frame reader and a plain split parser.

``python bench/codec.py`` makes the file, measures each in a fresh process and prints JSON and a table; ``python bench/codec.py batch`` is one task.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

from measure import OUT, fresh, machine, markdown, report

FILE = OUT / "codec.bin"
MEAN = 595
"""Bytes of a message, the mean of the task."""
DISTINCT, TIMES = 20_000, 10
RUNS = 3
TASKS = {
    "batch": "lantian, batch: checksum, typed values in columns, deviations",
    "single": "lantian, stream of single frames: the same, as objects",
    "plain": "a plain split parser: table CRC, split at ; and ,, float",
}
FACTORS = ("a21026", "a21002", "a34013", "a19001", "a00000", "a01011", "a01012", "a01013", "a01014", "a24088")


def messages() -> list[bytes]:
    """Write minute frames of stacks with five to seven factors, so that their mean is MEAN bytes."""
    from lantian.sources.hj212 import Outgoing, body, encode, qn

    rng = random.Random(212)
    written, size = [], 0
    for number in range(DISTINCT):
        time_ = datetime(2016, 8, 1) + timedelta(minutes=number)
        factors = rng.sample(FACTORS, 5 if size > MEAN * number else 7)
        values = {
            name: {
                "Min": f"{rng.uniform(0, 30):.3f}",
                "Avg": f"{rng.uniform(30, 60):.3f}",
                "Max": f"{rng.uniform(60, 99):.3f}",
                "Cou": f"{rng.uniform(0, 9):.4f}",
                "Flag": "N",
            }
            for name in factors
        }
        message = Outgoing(st="31", cn="2051", mn=f"{number % 1000:024X}", qn=qn(time_), asks_answer=True, body=body(time_, values))
        written.append(encode(message))
        size += len(written[-1])
    return written


def make() -> dict[str, float]:
    """Write the file once; say what it holds."""
    OUT.mkdir(parents=True, exist_ok=True)
    written = messages()
    FILE.write_bytes(b"".join(written) * TIMES)
    return {"frames": len(written) * TIMES, "mean_bytes": round(statistics.mean(map(len, written)), 1)}


def batch(data: bytes) -> tuple[int, int, float]:
    """Read in buffers of a few megabytes, as the writer of the lake does."""
    from lantian.sources.hj212.batch import decode_batch

    frames = values = 0
    total = 0.0
    step = 4_000_000
    start = 0
    while start < len(data):
        stop = data.rfind(b"\r\n", start, start + step) + 2
        read = decode_batch(data[start:stop])
        frames, values, total = frames + int((read.crc == 1).sum()), values + len(read.value), total + float(read.value.sum())
        start = stop
    return frames, values, total


def single(data: bytes) -> tuple[int, int, float]:
    from lantian.sources.hj212 import Frame, StreamDecoder

    decoder = StreamDecoder()
    frames = values = 0
    total = 0.0
    for start in range(0, len(data), 65_536):
        for found in decoder.feed(data[start : start + 65_536]):
            if isinstance(found, Frame) and found.crc_ok:
                numbers = [value for value in found.values.values() if isinstance(value, float)]
                frames, values, total = frames + 1, values + len(numbers), total + sum(numbers)
    return frames, values, total


def plain(data: bytes) -> tuple[int, int, float]:
    """What most public parsers do, at its best: no resynchronising, no report, a table for the checksum."""
    from lantian.sources.hj212.crc import TABLE

    table = TABLE
    frames = values = 0
    total = 0.0
    for line in data.split(b"\r\n"):
        if not line.startswith(b"##"):
            continue
        size = int(line[2:6])
        segment = line[6 : 6 + size]
        register = 0xFFFF
        for byte in segment:
            register = table[(register >> 8) ^ byte]
        if register != int(line[6 + size :], 16):
            continue
        head, _, content = segment.decode().partition("CP=&&")
        fields = dict(each.split("=", 1) for each in head.split(";") if each)
        items: dict[str, object] = {}
        for group in content[:-2].split(";"):
            for each in group.split(","):
                name, _, text = each.partition("=")
                items[name] = text if name.endswith(("Flag", "Time")) else float(text)
        numbers = [value for value in items.values() if isinstance(value, float)]
        frames, values, total = frames + (fields["CN"] == "2051"), values + len(numbers), total + sum(numbers)
    return frames, values, total


def task(name: str) -> None:
    """Do one task and report it; start-up (imports, compiled code, the file) is reported apart."""
    share = 1 if name == "batch" else 5
    data = FILE.read_bytes()
    data = data[: len(data) // share // TIMES * TIMES] if share == 1 else data[: data.rfind(b"\r\n", 0, len(data) // share) + 2]
    work = {"batch": batch, "single": single, "plain": plain}[name]
    started = time.monotonic()
    work(data[: data.find(b"\r\n") + 2])
    before = time.process_time()
    frames, values, total = work(data)
    spent = time.process_time() - before
    report(started, frames=frames, values=values, total=round(total, 3), work=round(spent, 3), per_second=round(frames / spent))


def main() -> None:
    held = make()
    found = {}
    for name in TASKS:
        runs = [fresh(sys.executable, "codec.py", name) for _ in range(RUNS)]
        found[name] = sorted(runs, key=lambda run: run["per_second"])[RUNS // 2]
    base = found["plain"]["per_second"]
    rows = [[TASKS[name], f"{run['per_second']:,}", f"{run['per_second'] / base:.1f}", f"{run['peak']:.2f}"] for name, run in found.items()]
    print(markdown(["codec", "messages a CPU second", "times plain", "peak GiB"], rows))
    print(json.dumps({"machine": machine(), "file": held, "tasks": found, "aim": {"batch": 100_000}}))


if __name__ == "__main__":
    os.chdir(Path(__file__).resolve().parent)
    task(sys.argv[1]) if sys.argv[1:] else main()
