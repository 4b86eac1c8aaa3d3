"""Forty-seven frames from public repositories, each classified rightly: a frame that is wrong on purpose is reported, not lost."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
import yaml

from lantian.sources.hj212 import StreamDecoder
from lantian.sources.hj212.batch import decode_batch
from tests.sources.hj212.streams import frames_of

HERE = Path(__file__).parent
FRAMES = HERE.joinpath("messages.txt").read_bytes().splitlines()
EXPECTED = yaml.safe_load(HERE.joinpath("messages.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("raw", "expected"), list(zip(FRAMES, EXPECTED, strict=True)), ids=[f"{place}-{raw[:6].decode()}" for place, raw in enumerate(FRAMES)])
def test_each_is_classified(raw, expected):
    [frame] = StreamDecoder().feed(raw + b"\r\n")
    assert frame.raw == raw
    assert (frame.crc_ok, frame.crc_kind) == ((True, "annex_a") if expected["crc"] == "sound" else (False, None))
    assert (frame.length_ok, frame.length_kind) == ((True, "bytes") if expected["length"] == "sound" else (False, None))
    assert (frame.version or "-", frame.flag if frame.flag is not None else "-") == (expected["version"], expected["flag"])
    assert (frame.st, frame.cn, frame.mn) == (expected["st"], expected["cn"], expected["mn"])
    assert frame.data_time == (None if expected["time"] == "-" else datetime.strptime(expected["time"], "%Y%m%d%H%M%S"))
    assert len(frame.values) == expected["values"]
    assert list(frame.deviations) == expected["deviations"]


def test_the_set_is_whole():
    assert len(FRAMES) == len(EXPECTED) == 47
    assert sum(each["crc"] == "wrong" for each in EXPECTED) == 7
    assert sum(each["length"] == "wrong" for each in EXPECTED) == 3


def test_values_are_read_under_the_codes_of_2017():
    """The frame of a stack with codes of 2005: S08 is pressure, B02 flow, 01 to 03 particles, SO2 and NOx with their corrected values."""
    [raw] = [each for each in FRAMES if b"TY0102183V0001" in each]
    [frame] = StreamDecoder().feed(raw)
    values = frame.values
    assert (values["a01013-Rtd"], values["a00000-Rtd"], values["a19001-Rtd"]) == (1.349, 3600.0, 14.913)
    assert (values["a34013-ZsRtd"], values["a21026-Rtd"], values["a21002-ZsRtd"]) == (63.6616, 20.34, 125.051)
    assert frame.items[1].name == "S03"
    assert frame.items[1].factor == "a01012"


@pytest.mark.parametrize("ending", [b"\n", b"\r\n", b"\n# a comment between frames, with = and ;\n", b""])
def test_a_file_of_them_is_read_whole(ending):
    data = ending.join(FRAMES) + ending
    decoder = StreamDecoder()
    found = frames_of(decoder.feed(data) + decoder.finish())
    assert [frame.raw for frame in found] == FRAMES
    assert list(decode_batch(data).frames()) == found
