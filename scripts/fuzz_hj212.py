"""Mutated streams of frames against the codec: no crash, bounded memory, and every sound frame between rubbish is read.

``N=5000000 SEED=7 make fuzz`` makes five million mutations; a failure prints the seed of its stream, which is enough to see it again.
"""

from __future__ import annotations

import os
import random
import sys
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from lantian.sources.hj212 import Frame, Outgoing, StreamDecoder, body, encode, qn
from lantian.sources.hj212.batch import decode_batch
from lantian.sources.hj212.framing import MAX_FRAME

DENSITIES = (1, 3, 10, 60, 300)
"""Mutations of one frame."""
TELLING = b"##&&==;;,,--..0059NFQCPM\r\n\0\xff"
"""Bytes that mean something to the codec, drawn more often than others."""
FACTORS = ("a21026", "a21002", "a34013", "a19001", "a00000", "a01011", "a01012", "a01013", "a01014", "a24088", "02", "S01", "SO2")
FRAMES = 60
PIECES = (1, 7, 64, 700, 100_000)
START = datetime(2016, 8, 1)


@dataclass(frozen=True, slots=True)
class Fuzzed:
    """What a run did."""

    mutations: int
    streams: int
    sent: int
    sound: int
    frames: int
    seconds: float


def message(rng: random.Random, number: int) -> bytes:
    """Write a minute frame of a stack."""
    when = START + timedelta(minutes=number)
    factors = rng.sample(FACTORS, rng.randrange(1, 9))
    values = {name: {"Min": round(rng.random(), 3), "Avg": round(99 * rng.random(), 2), "Max": rng.randrange(100), "Flag": "N"} for name in factors}
    sent = Outgoing(st="31", cn="2051", mn=f"{rng.randrange(10**24):024d}", qn=qn(when), version=rng.choice((2005, 2017, 2025)), body=body(when, values))
    return encode(sent)


def mutated(rng: random.Random, frame: bytes, count: int) -> bytes:
    """Change, take out, put in, double, swap or cut bytes of a frame, so many times."""
    data = bytearray(frame)
    for _ in range(count):
        size = len(data)
        at, kind = int(rng.random() * size), int(rng.random() * 8)
        if kind == 0 and size > 1:
            del data[at]
        elif kind == 1:
            data.insert(at, TELLING[int(rng.random() * len(TELLING))])
        elif kind == 2:
            data[at:at] = data[at : at + int(rng.random() * 30)]
        elif kind == 3:
            data[at], data[-1] = data[-1], data[at]
        elif kind == 4 and size > 40:
            del data[at : at + int(rng.random() * 20)]
        elif kind < 7:
            data[at] = TELLING[int(rng.random() * len(TELLING))]
        else:
            data[at] = int(rng.random() * 256)
        if not data:
            data.append(0)
    return bytes(data)


def one_stream(seed: int) -> tuple[bytes, list[bytes], int]:
    """Write a stream of mutated frames with sound ones between them: the bytes, the sound frames, the mutations made."""
    rng = random.Random(seed)  # noqa: S311 - a seeded stream can be made again
    density = rng.choice(DENSITIES)
    parts, sound, made = [], [], 0
    for number in range(FRAMES):
        parts.append(mutated(rng, message(rng, number), density))
        made += density
        if rng.random() < 0.3:
            kept = message(rng, number)
            parts += [rng.choice((b"", b"\r\n", b"#")), kept]
            sound.append(kept[:-2])
    return b"".join(parts), sound, made


def check(seed: int) -> tuple[int, int, int, int]:
    """Read one stream in pieces and as a batch; any broken promise raises ``AssertionError`` with the seed."""
    data, sound, made = one_stream(seed)
    decoder = StreamDecoder()
    step = PIECES[seed % len(PIECES)]
    found = []
    for start in range(0, len(data), step):
        found += decoder.feed(data[start : start + step])
        if decoder.pending > MAX_FRAME:
            raise AssertionError(f"seed {seed}: {decoder.pending} bytes held back")
    found += decoder.finish()
    frames = [each for each in found if isinstance(each, Frame)]
    read = {frame.raw for frame in frames if frame.crc_ok}
    lost = [each for each in sound if each not in read]
    if lost:
        raise AssertionError(f"seed {seed}: {len(lost)} of {len(sound)} sound frames were not read, first {lost[0]!r}")
    if sum(len(each.raw) for each in found) > len(data):
        raise AssertionError(f"seed {seed}: more bytes given than taken")
    batch = decode_batch(data)
    if [bytes(batch.data[start:stop]) for start, stop in zip(batch.start, batch.stop, strict=True)] != [frame.raw for frame in frames]:
        raise AssertionError(f"seed {seed}: the batch found other frames than the stream")
    return made, len(data), len(sound), len(frames)


def fuzz(count: int, seed: int = 0) -> Fuzzed:
    """Make at least so many mutations."""
    started = time.process_time()
    made = sent = sound = frames = streams = 0
    while made < count:
        more = check(seed + streams)
        made, sent, sound, frames = made + more[0], sent + more[1], sound + more[2], frames + more[3]
        streams += 1
    return Fuzzed(made, streams, sent, sound, frames, time.process_time() - started)


if __name__ == "__main__":
    done = fuzz(int(os.environ.get("N", "10000000")), int(os.environ.get("SEED", "1")))
    print(
        f"{done.mutations} mutations in {done.streams} streams, {done.sent} bytes: {done.frames} frames read, all {done.sound} sound ones; {done.seconds:.0f} CPU s"
    )
    sys.exit(0)
