"""Split packets of both styles, in and out of order, lost and repeated, in bounded memory."""

from __future__ import annotations

import random

from lantian.sources.hj212 import PartMerger, StreamDecoder, merge_parts
from lantian.sources.hj212 import frame as framed

HEAD = "QN=2016080108585722{qn};ST=31;CN=2051;PW=123456;MN={mn};Flag=7;PNUM={total};PNO={number};CP=&&{body}&&"
MN = "010000A8900016F000169DC0"


def part(number, total, body, mn=MN):
    [read] = StreamDecoder().feed(framed(HEAD.format(qn=number % 10, mn=mn, total=total, number=number, body=body).encode()))
    return read


def own(number, total, factor, minute=58, mn=MN):
    return part(number, total, f"DataTime=201608010{minute}00;{factor}-Avg={number}.5,{factor}-Flag=N", mn)


def full(mn=MN, minute=800):
    names = ("a21026", "a21002", "a34013")
    return [own(number, 3, name, minute, mn) for number, name in enumerate(names, 1)]


EXPECTED = {"a21026-Avg": 1.5, "a21026-Flag": "N", "a21002-Avg": 2.5, "a21002-Flag": "N", "a34013-Avg": 3.5, "a34013-Flag": "N"}


def test_parts_with_their_own_time_are_merged_in_any_order():
    for seed in range(6):
        frames = full()
        random.Random(seed).shuffle(frames)
        [merged] = merge_parts(frames)
        assert merged.values == EXPECTED
        assert merged.deviations == ()
        assert merged.data_time == frames[0].data_time
        assert [item.factor for item in merged.items] == ["DataTime", "a21026", "a21002", "a34013"]
        assert merged.raw == b"\r\n".join(frame.raw for frame in full())


def test_parts_of_two_devices_and_two_minutes_are_kept_apart():
    mixed = [each for four in zip(full(), full("B" * 24), full(minute=801), full("B" * 24, 801), strict=True) for each in four]
    merged = list(merge_parts(mixed))
    assert [(each.mn, each.data_time.minute) for each in merged] == [(MN, 0), ("B" * 24, 0), (MN, 1), ("B" * 24, 1)]
    assert all(each.values == EXPECTED for each in merged)


def test_the_style_that_cuts_one_text():
    """Only the first part has DataTime; an item and even a number may be cut between two parts."""
    text = "DataTime=20160801080000;a21026-Avg=1.5,a21026-Flag=N;a21002-Avg=2.5,a21002-Flag=N;a34013-Avg=3.5,a34013-Flag=N"
    for cuts in ((50, 80), (24, 60), (37, 71)):
        pieces = [text[: cuts[0]], text[cuts[0] : cuts[1]], text[cuts[1] :]]
        [merged] = merge_parts([part(number, 3, piece) for number, piece in enumerate(pieces, 1)])
        assert merged.values == EXPECTED
        assert merged.deviations == ()
        assert merged.data_time is not None


def test_what_never_came_is_told():
    first, _, third = full()
    [merged] = merge_parts([first, third])
    assert merged.deviations == ("part_missing",)
    assert set(merged.values) == {key for key in EXPECTED if "a21002" not in key}


def test_a_part_that_came_twice_is_told_and_not_doubled():
    first, second, third = full()
    [merged] = merge_parts([first, second, second, third])
    assert merged.deviations == ("part_repeated",)
    assert merged.values == EXPECTED


def test_whole_frames_pass_at_once_and_broken_parts_too():
    merger = PartMerger()
    single = own(1, 1, "a21026", 800)
    assert merger.add(single, 0) == [single]
    broken = StreamDecoder().feed(full()[0].raw[:-4] + b"0000\r\n")
    assert merger.add(broken[0], 0) == broken
    assert merger.waiting == 0


def test_waiting_is_bounded_in_time_and_number():
    merger = PartMerger(max_waiting=10, timeout=60)
    first = full()[0]
    assert merger.add(first, 0) == []
    assert merger.add(full("B" * 24)[0], 50) == []
    [late] = merger.add(full("C" * 24)[0], 70)
    assert (late.mn, late.deviations) == (MN, ("part_missing",))
    given = [each for number in range(100) for each in merger.add(full(f"{number:024d}")[0], 71)]
    assert merger.waiting == 10
    assert len(given) == 92
    assert len(merger.flush()) == 10
    assert merger.waiting == 0
