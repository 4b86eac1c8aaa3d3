"""Frames found in streams: halves, glued, after rubbish, in bounded memory, however the bytes are cut."""

from __future__ import annotations

import random
import time
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lantian.sources.hj212 import Frame, StreamDecoder, Unreadable, read_frame
from lantian.sources.hj212.framing import MAX_FRAME
from tests.sources.hj212.streams import GOOD, frames_of, stream


def fed(*pieces):
    decoder = StreamDecoder()
    return [each for piece in pieces for each in decoder.feed(piece)] + decoder.finish()


def test_halves_are_joined():
    assert [frame.raw for frame in fed(GOOD[:40], GOOD[40:90], GOOD[90:])] == [GOOD[:-2]]


def test_glued_frames_are_parted_and_say_so():
    first, second = fed(GOOD[:-2] + GOOD)
    assert (first.deviations, second.deviations) == (("line_end_missing",), ())


def test_a_frame_is_given_before_its_line_end_and_the_next_one_tells_that_none_came():
    decoder = StreamDecoder()
    [early] = decoder.feed(GOOD[:-2])
    assert early.deviations == ()
    [late] = decoder.feed(GOOD)
    assert late.deviations == ("line_end_missing",)
    [proper] = decoder.feed(GOOD)
    assert proper.deviations == ()


def test_after_a_bad_head_the_search_goes_on_one_byte_later():
    """The bad head claims 999 bytes; skipping them would lose the sound frame inside."""
    rubbish, frame = fed(b"##0999QN=20160801;ST=" + GOOD)
    assert rubbish == Unreadable(b"##0999QN=20160801;ST=", "tail_missing")
    assert frame.raw == GOOD[:-2]
    assert frames_of(fed(b"#" + GOOD)) == frames_of(fed(b"##" + GOOD)) == frames_of(fed(b"##00" + GOOD)) == frames_of(fed(GOOD))


def test_a_head_without_a_tail_longer_than_any_frame_is_let_go():
    decoder = StreamDecoder()
    found = decoder.feed(b"##9999QN=" + b"x" * 30_000)
    assert {each.reason for each in found} == {"too_long"}
    assert max(len(each.raw) for each in found) <= MAX_FRAME
    assert decoder.pending <= 20
    assert frames_of(decoder.feed(GOOD)) == frames_of(fed(GOOD))


def test_nothing_is_lost_silently():
    """Every byte that is not a line end or blank is in a frame or in an unreadable stretch."""
    rng = random.Random(5)
    data = bytearray(b"".join(stream(40)))
    for _ in range(120):
        data[rng.randrange(len(data))] = rng.randrange(256)
    found = fed(bytes(data))
    kept = sum(len(each.raw.translate(None, b"\r\n \t\0")) for each in found)
    assert kept == len(bytes(data).translate(None, b"\r\n \t\0"))


def test_values_of_the_most_that_four_digits_allow():
    body = b"QN=20160801085857223;ST=31;CN=3020;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&DataTime=20160801085857;i11001-Info=//" + b"a" * 9_800
    from lantian.sources.hj212 import frame as framed

    [found] = fed(framed(body + b"//&&"))
    assert found.crc_ok
    assert found.deviations == ("segment_too_long",)


def test_site_information_may_hold_separators():
    from lantian.sources.hj212 import frame as framed

    segment = "QN=20160801085857223;ST=31;CN=3020;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&DataTime=20160801085857;i11001-Info=//开始,清洗;a=b//&&"
    [found] = fed(framed(segment.encode()))
    assert found.values == {"i11001-Info": "//开始,清洗;a=b//"}
    assert found.deviations == ()


FLOODS = [b"#", b"##0100", b"##9999QN=", b"##0100&&A", b"##9990QN=1&&A", b"&&1C80\r\n", b"##QN=&&", b"\0", b"=//;", b"##0020MN=1;CP=&&&&0000"]


@pytest.mark.parametrize("flood", FLOODS)
def test_floods_cost_time_in_proportion_and_no_memory(flood):
    """Twice the bytes cost about twice the time; what is held back stays below one frame."""
    spent = []
    for size in (100_000, 200_000):
        decoder = StreamDecoder()
        data = flood * (size // len(flood))
        started = time.process_time()
        for start in range(0, size, 1000):
            decoder.feed(data[start : start + 1000])
            assert decoder.pending <= MAX_FRAME + 1000
        spent.append(time.process_time() - started)
        [*_, last] = decoder.feed(GOOD) + decoder.feed(GOOD)
        assert isinstance(last, Frame)
        assert last.crc_ok
    assert spent[1] < 5 * spent[0] + 0.2


def test_memory_stays_bounded_under_a_flood():
    decoder = StreamDecoder()
    data = b"##0100&&A" * 2000
    tracemalloc.start()
    for _ in range(6):
        decoder.feed(data)
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held < 1_000_000


PIECES = st.lists(
    st.one_of(
        st.sampled_from([GOOD, GOOD[:-2], GOOD[:50], GOOD[60:], *stream(4), b"##", b"#", b"&&1C80\r\n", b"##0101QN=", b"\r\n", b"# a comment\n"]),
        st.binary(max_size=30),
    ),
    max_size=8,
)


@settings(max_examples=150, deadline=None)
@given(PIECES, st.integers(1, 97))
def test_cutting_the_stream_elsewhere_changes_no_frame(pieces, step):
    """All but one deviation: whether a line end is missing may be known only one frame later."""
    data = b"".join(pieces)
    whole, cut = frames_of(fed(data)), frames_of(fed(*(data[at : at + step] for at in range(0, len(data), step))))

    def told(frame):
        return frame.raw, frame.crc_ok, frame.length_ok, frame.values, tuple(code for code in frame.deviations if not code.startswith("line_end"))

    assert [told(frame) for frame in whole] == [told(frame) for frame in cut]


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200))
def test_a_sound_frame_after_any_rubbish_is_read(rubbish):
    found = frames_of(fed(rubbish + b"\r\n" + GOOD))
    assert found[-1].raw == GOOD[:-2]
    assert found[-1].crc_ok


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=400))
def test_one_kept_frame_is_read_or_unreadable(raw):
    assert isinstance(read_frame(raw), Frame | Unreadable)
