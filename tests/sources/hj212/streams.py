"""What the tests of the codec share: sound frames, streams of them, and slow answers known elsewhere."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from lantian.sources.hj212 import Frame, Outgoing, body, encode, qn

EXAMPLE = b"QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&"
GOOD = b"##0101" + EXAMPLE + b"1C80\r\n"
START = datetime(2016, 8, 1, 8, 0)
FACTORS = ("a21026", "a21002", "a34013", "a19001", "a00000", "a01011", "a01012", "a01013", "a01014", "a24088")


def minute(rng, number=0, device="010000A8900016F000169DC0", factors=6):
    """Write a minute frame of a stack."""
    time = START + timedelta(minutes=number)
    values = {
        name: {"Min": round(rng.uniform(0, 40), 3), "Avg": round(rng.uniform(40, 60), 3), "Max": round(rng.uniform(60, 99), 3), "Flag": rng.choice("NNNNDM")}
        for name in rng.sample(FACTORS, factors)
    }
    return encode(Outgoing(st="31", cn="2051", mn=device, qn=qn(time), asks_answer=True, body=body(time, values)))


def stream(count, seed=1):
    rng = random.Random(seed)
    return [minute(rng, number) for number in range(count)]


def frames_of(found):
    return [each for each in found if isinstance(each, Frame)]


def slow_crc(data):
    """Annex A as it is printed, bit by bit."""
    register = 0xFFFF
    for byte in data:
        register = (register >> 8) ^ byte
        for _ in range(8):
            low, register = register & 1, register >> 1
            if low:
                register ^= 0xA001
    return register
