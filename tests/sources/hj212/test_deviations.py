"""The register of deviations as a set, and one frame for each."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from lantian.sources.hj212 import StreamDecoder, crc, deviations, mask, unmask
from lantian.sources.hj212 import frame as framed
from lantian.sources.hj212.items import read_parameters, read_thoroughly
from lantian.sources.hj212.scan import BITS

HERE = Path(__file__).parent
CASES = yaml.safe_load(HERE.joinpath("deviations.yaml").read_text(encoding="utf-8"))
HEAD = "QN=20160801085857223;ST=31;CN=2011;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&DataTime=20160801085800"
ELSEWHERE = {"part_missing", "part_repeated"}
"""Shown in the tests of parts."""


def sent(case):
    if "raw" in case:
        return case["raw"].encode()
    text = (case.get("segment") or case["characters"]).replace("H", HEAD, 1) if "H" in (case.get("segment") or case["characters"])[:1] else case["segment"]
    text = text.replace("LONG", "x" * 1000)
    if "characters" in case:
        return b"##%04d%b%04X\r\n" % (len(text), text.encode(), crc(text.encode()))
    return framed(text.encode(case.get("encoding", "utf-8")))


@pytest.mark.parametrize("case", CASES, ids=[case["says"].replace(" ", "-") for case in CASES])
def test_each_is_reported_and_nothing_else(case):
    [found] = StreamDecoder().feed(sent(case) + b"##")
    assert list(found.deviations) == case["deviations"]


def test_the_register_is_whole():
    register = deviations()
    assert all(set(entry) == {"sort", "zh", "en"} and entry["zh"] and entry["en"] for entry in register.values())
    assert {entry["sort"] for entry in register.values()} == {"frame", "checksum", "field", "part", "item", "value", "unreadable"}
    assert len({entry["en"] for entry in register.values()}) == len({entry["zh"] for entry in register.values()}) == len(register)
    assert len(register) < 63, "a batch keeps them as bits of one number"
    assert set(BITS) <= set(register)


def test_every_deviation_of_the_register_has_a_case_and_is_named_in_the_code():
    frames = {code for code, entry in deviations().items() if entry["sort"] != "unreadable"}
    shown = {code for case in CASES for code in case["deviations"]}
    assert frames - shown == ELSEWHERE
    code = "\n".join(path.read_text(encoding="utf-8") for path in Path(__file__).parents[3].glob("src/lantian/sources/hj212/*.py"))
    missing = {name for name in frames if not re.search(rf'"{name}"', code)}
    assert missing == {"st_missing", "cn_missing", "pw_missing", "mn_missing", "factor_unknown", "factor_vendor_name"} - {"factor_vendor_name"}


def test_bits_hold_them_all():
    everything = tuple(deviations())
    assert unmask(mask(everything)) == everything
    assert unmask(0) == ()


ITEMS = st.lists(
    st.sampled_from(
        [
            "a21026-Rtd=1.5",
            "a21026-Flag=N",
            "a21002-Rtd=-2",
            "a01013-Rtd=-0.5",
            "02-Avg=3",
            "SO2-Rtd=1",
            "LA-Rtd=N",
            "a1-Flag=5",
            "a21026-Flag=P",
            "a34013-RT=5",
            "SB1-RS=1",
            "b12345-Cou=0.25",
        ]
    ),
    max_size=6,
)


@settings(max_examples=300, deadline=None)
@given(ITEMS, st.lists(st.sampled_from(";,"), min_size=6, max_size=6))
def test_the_quick_way_gives_what_the_thorough_way_gives(items, separators):
    content = "DataTime=20160801085800" + "".join(separator + item for separator, item in zip(separators, items, strict=False))
    assert read_parameters(content) == read_thoroughly(content)
