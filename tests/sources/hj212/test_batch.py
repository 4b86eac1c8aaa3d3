"""The compiled reader and the single-frame reader give the same, whatever stands in the stream."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lantian.sources.hj212 import StreamDecoder, Unreadable
from lantian.sources.hj212 import frame as framed
from lantian.sources.hj212.batch import _fingerprint, decode_batch
from tests.sources.hj212.streams import GOOD, frames_of, stream
from tests.sources.hj212.test_deviations import CASES, sent

SOUND = stream(20)
ODD = [sent(case) for case in CASES]


def agree(data):
    """Compare every column with what the single-frame reader says."""
    decoder = StreamDecoder()
    found = decoder.feed(data) + decoder.finish()
    frames = frames_of(found)
    batch = decode_batch(data)
    assert list(batch.frames()) == frames
    assert b"".join(each.raw for each in batch.unreadable) == b"".join(each.raw for each in found if isinstance(each, Unreadable))
    values = []
    for place, frame in enumerate(frames):
        assert data[batch.start[place] : batch.stop[place]] == frame.raw
        assert batch.deviations_of(place) == frame.deviations
        assert batch.version[place] == (frame.version or 0)
        assert batch.flag[place] == (-1 if frame.flag is None else frame.flag)
        assert bool(batch.crc[place]) == frame.crc_ok
        assert bool(batch.length_ok[place]) == frame.length_ok
        assert batch.mn(place) == frame.mn
        assert batch.mn_hash[place] == (_fingerprint(frame.mn.encode()) if frame.mn else 0)
        assert batch.data_time[place].item() == frame.data_time
        for name, number in ((frame.st, batch.st[place]), (frame.cn, batch.cn[place])):
            assert number == -1 or int(name) == number
        for key, value in frame.values.items():
            if isinstance(value, float):
                flag = frame.values.get(key.partition("-")[0] + "-Flag", "")
                values.append((place, key, value, ord(flag) if len(flag) == 1 and flag.isascii() else 0))
    columns = (batch.value_frame, batch.value_factor, batch.value_field, batch.value, batch.value_flag)
    rows = [
        (frame, f"{batch.factors[factor]}-{batch.fields[field]}", value, flag)
        for frame, factor, field, value, flag in zip(*(c.tolist() for c in columns), strict=True)
    ]
    assert rows == values
    return batch


def test_sound_frames_never_need_the_other_reader():
    batch = agree(b"".join(SOUND))
    assert len(batch) == len(SOUND)
    assert not batch.odd
    assert (batch.deviations == 0).all()
    assert batch.value.dtype == np.float64


def test_devices_of_old_habits_do_not_need_it_either():
    """No QN, no Flag, fourteen characters of MN, codes of 2005, a line feed alone, a checksum in small letters, a semicolon too many."""
    old = b"ST=31;CN=2011;PW=123456;MN=88888880000001;CP=&&DataTime=20160824003817;02-Rtd=1.5,02-Flag=N;S08-Rtd=-0.25;&&"
    sent = framed(old)
    batch = agree(sent + sent[:-6] + sent[-6:-2].lower() + b"\n")
    assert not batch.odd
    assert batch.deviations_of(0) == ("qn_missing", "flag_missing", "separator_trailing")
    assert batch.deviations_of(1) == ("line_end_other", *(("crc_lower_case",) if sent[-6:-2].lower() != sent[-6:-2] else ()), *batch.deviations_of(0))


@pytest.mark.parametrize("place", range(len(ODD)), ids=[case["says"].replace(" ", "-") for case in CASES])
def test_each_deviation_between_sound_frames(place):
    agree(SOUND[0] + ODD[place] + SOUND[1] + SOUND[2])


@pytest.mark.parametrize(
    "item",
    [
        *(
            "a21026-Rtd=0",
            "a21026-Rtd=-0",
            "a21026-Rtd=00012.50",
            "a21026-Rtd=123456789012345",
            "a21026-Rtd=1234567890123456",
            "a21026-Rtd=0.1",
            "a21026-Rtd=.5",
        ),
        *("a21026-Rtd=5.", "a21026-Rtd=+5", "a21026-Rtd=--5", "a21026-Rtd=1.2.3", "a21026-Rtd=-", "a21026-Flag=N", "a21026-Rtd=1,a21026-Flag=N,a21026-Flag=D"),
        *(
            "a21026-Rtd=1,a21026-Rtd=2",
            "a21026-Rtd=1,a21002-Rtd=2",
            "b12345-Rtd=1",
            "LA-Rtd=50",
            "abcdefghi-Rtd=1",
            "-Rtd=1",
            "a21026-=1",
            "SO2-Rtd=1",
            "so2-Rtd=1",
        ),
        *(
            "SB1-RS=1",
            "a21026-NightData=5",
            "a21026-SampleTime=20160801085800",
            "a21026-Rtd=1,",
            "a21026-Rtd=1,a21026-",
            "a21026-Rtd=1;;LA-Rtd=2",
            "PolId=w01018",
        ),
        *(
            "a34013-Rtd=7.82610135461488",
            "a34013-Rtd=0.000001",
            "a34013-Rtd=33.969578236467",
            "é-Rtd=1",
            "a21026-Rtd=1,a21026-Flag=NN",
            "a21026-Rtd=1,a21026-Flag=",
        ),
    ],
)
def test_each_way_of_writing_an_item(item):
    head = "QN=20160801085857223;ST=31;CN=2011;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&DataTime=20160801085800;"
    agree(framed(f"{head}{item}&&".encode()) + GOOD)


@pytest.mark.parametrize(
    "time",
    [
        "20160229000000",
        "20150229000000",
        "20000229235959",
        "19000229000000",
        "21000228235959",
        "20161231235960",
        "19691231235959",
        "00010101000000",
        "20160431000000",
    ],
)
def test_each_day_of_the_calendar(time):
    agree(framed(f"QN={time}000;ST=31;CN=2011;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&DataTime={time};a21026-Rtd=1&&".encode()) + GOOD)


PIECES = st.lists(
    st.one_of(st.sampled_from([*SOUND[:6], *ODD, GOOD[:-2], GOOD[:50], b"##", b"\r\n", b"# a comment\n", b"##0100"]), st.binary(max_size=20)), max_size=10
)


@settings(max_examples=150, deadline=None)
@given(PIECES)
def test_any_mixture(pieces):
    agree(b"".join(pieces))


@pytest.mark.parametrize("seed", range(20))
def test_mutated_streams(seed):
    rng = random.Random(seed)
    data = bytearray(b"".join(stream(30, seed)))
    for _ in range(rng.randrange(1, 200)):
        place = rng.randrange(len(data))
        data[place] = rng.choice((rng.randrange(256), *b"#&=;,-.0N\r"))
    agree(bytes(data))


def test_names_beyond_the_table_are_left_to_the_other_reader():
    head = "QN=20160801085857223;ST=31;CN=2011;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&DataTime=20160801085800;"
    frames = [framed((head + ";".join(f"z{number:05d}-Rtd=1" for number in range(start, start + 50)) + "&&").encode()) for start in range(0, 3000, 50)]
    batch = agree(b"".join(frames))
    assert batch.odd
    assert len(batch.factors) > 3000


def test_nothing_in_gives_nothing():
    batch = decode_batch(b"")
    assert (len(batch), len(batch.value), batch.unreadable) == (0, 0, ())
