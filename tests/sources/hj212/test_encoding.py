"""What is written is read again: three editions, answers, splitting, encryption."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lantian.kernel.errors import InputError
from lantian.sources.hj212 import (
    Outgoing,
    StreamDecoder,
    Unreadable,
    acknowledge,
    body,
    decrypt,
    encode,
    encode_parts,
    encrypt,
    flag,
    frame,
    merge_parts,
    qn,
)
from tests.sources.hj212.streams import EXAMPLE, FACTORS, GOOD

KEY = bytes(range(16))
MN = "010000A8900016F000169DC0"
WHEN = datetime(2026, 1, 1, 0, 10)


def test_the_standards_own_example_is_written_to_the_byte():
    message = Outgoing(st="32", cn="1062", pw="100000", mn=MN, qn="20160801085857223", asks_answer=True, body="RtdInterval=30")
    assert encode(message) == GOOD == frame(EXAMPLE)


def test_flag_follows_from_edition_answer_and_splitting():
    wanted = {2005: [0, 1, 2, 3], 2017: [4, 5, 6, 7], 2025: [8, 9, 10, 11]}
    for version, flags in wanted.items():
        assert [flag(version, answer=answer, split=split) for split in (False, True) for answer in (False, True)] == flags
    with pytest.raises(InputError, match="no edition 2011 of HJ 212; choose 2005, 2017, 2025"):
        flag(2011)


def test_an_answer_carries_the_number_of_what_it_answers():
    """HJ 212-2017 C.50: ST=91, the same QN, an empty CP."""
    [received] = StreamDecoder().feed(encode(Outgoing(st="31", cn="2051", mn=MN, qn="20260101001000001", version=2025, asks_answer=True)))
    answer = encode(acknowledge(received))
    assert answer == frame(b"QN=20260101001000001;ST=91;CN=9014;PW=123456;MN=010000A8900016F000169DC0;Flag=8;CP=&&&&")
    [read] = StreamDecoder().feed(answer)
    assert read.deviations == ()
    assert (
        encode(acknowledge(received, "9011", "QnRtn=1"))[6:-6]
        == b"QN=20260101001000001;ST=91;CN=9011;PW=123456;MN=010000A8900016F000169DC0;Flag=8;CP=&&QnRtn=1&&"
    )


NUMBERS = st.floats(0, 1e6).map(lambda value: round(value, 4))
BODIES = st.dictionaries(
    st.sampled_from(FACTORS), st.fixed_dictionaries({"Min": NUMBERS, "Avg": NUMBERS, "Max": NUMBERS, "Flag": st.sampled_from("NFMSDCTB")}), max_size=10
)


@settings(max_examples=100, deadline=None)
@given(BODIES, st.sampled_from([2005, 2017, 2025]), st.booleans(), st.datetimes(datetime(2000, 1, 1), datetime(2099, 1, 1)), st.sampled_from([None, KEY]))
def test_round_trip(values, version, asks, when, key):
    when = when.replace(microsecond=0)
    device = MN if version != 2005 else MN[:14]
    message = Outgoing(st="31", cn="2051", mn=device, qn=qn(when), version=version, asks_answer=asks, body=body(when, values))
    [read] = StreamDecoder(keys={device: KEY}).feed(encode(message, key=key))
    assert (read.version, read.asks_answer, read.mn, read.data_time, read.encrypted) == (version, asks, device, when, key is not None)
    assert read.values == {f"{name}-{label}": value for name, fields in values.items() for label, value in fields.items()}
    assert set(read.deviations) <= {"factor_new_code", "segment_too_long"}


@settings(max_examples=50, deadline=None)
@given(BODIES, st.integers(250, 600))
def test_a_long_packet_is_split_and_merged_again(values, limit):
    message = Outgoing(st="31", cn="2051", mn=MN, qn=qn(WHEN), body=body(WHEN, values))
    parts = encode_parts(message, max_segment=limit)
    assert all(len(part) <= limit + 12 for part in parts)
    decoder = StreamDecoder()
    frames = [each for part in parts for each in decoder.feed(part)]
    assert all(each.deviations == () for each in frames)
    if len(parts) > 1:
        assert [each.qn for each in frames] == [qn(WHEN + timedelta(milliseconds=place)) for place in range(len(parts))]
        assert [(each.pno, each.pnum) for each in frames] == [(place, len(parts)) for place in range(1, len(parts) + 1)]
        assert {each.data_time for each in frames} == {WHEN}
    [merged] = merge_parts(frames)
    assert merged.values == {f"{name}-{label}": value for name, fields in values.items() for label, value in fields.items()}


def test_an_item_too_long_for_any_part_is_refused():
    message = Outgoing(st="31", cn="3020", mn=MN, qn=qn(WHEN), body=f"DataTime=20260101001000;i11001-Info=//{'x' * 2000}//")
    with pytest.raises(InputError, match="an item of 2016 bytes does not fit into a part of 1024 bytes beside 129 of fields; shorten it or raise the limit"):
        encode_parts(message)
    with pytest.raises(InputError, match="a data segment of 10000 bytes; four digits of length say at most 9999; split it"):
        frame(b"x" * 10_000)


def test_encryption_leaves_the_rest_plain_and_the_checksum_as_it_was():
    """As HJ 212-2025 is described second hand: frame and checksum first, then groups of sixteen, the shorter rest plain."""
    message = Outgoing(st="31", cn="2051", mn=MN, qn=qn(WHEN), version=2025, body=body(WHEN, {"a21026": {"Avg": 1.5, "Flag": "N"}}))
    plain, secret = encode(message), encode(message, key=KEY)
    size = int(plain[2:6])
    assert (secret[:6], secret[6 + size :], len(secret)) == (plain[:6], plain[6 + size :], len(plain))
    assert secret[6 + size - size % 16 :] == plain[6 + size - size % 16 :]
    assert secret[6:22] != plain[6:22]
    assert decrypt(encrypt(plain, KEY), KEY) == plain


def test_sm4_is_sm4():
    """The example of GB/T 32907-2016 annex A: key and text 0123456789ABCDEFFEDCBA9876543210."""
    block = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")
    assert encrypt(block, block).hex() == "681edf34d206965e86b3e94f536e4246"


def test_a_key_opens_only_what_its_own_device_sent():
    message = Outgoing(st="31", cn="2051", mn=MN, qn=qn(WHEN), version=2025, body=body(WHEN, {"a21026": {"Avg": 1.5}}))
    secret = encode(message, key=KEY)
    follower = encode(message)
    for keys in ({}, {MN: bytes(16)}, {"B" * 24: KEY}):
        first, second = StreamDecoder(keys=keys).feed(secret + follower)
        assert first == Unreadable(secret[:-2], "encrypted")
        assert second.crc_ok
    [read] = StreamDecoder(keys={"B" * 24: bytes(16), MN: KEY}).feed(secret)
    assert read.encrypted
    assert read.raw == secret[:-2]
    assert read.values == {"a21026-Avg": 1.5}
