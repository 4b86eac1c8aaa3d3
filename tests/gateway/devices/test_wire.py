"""Frames say what the periods hold, in the form of HJ 212-2017, and the codec reads them back; spoiled ones are read with the deviation they bear."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from lantian.gateway.devices.deviations import BODIES, FRAMES, KNOWN, SEGMENTS, STREAM, UNANSWERED, checked, write
from lantian.gateway.devices.device import Device
from lantian.gateway.devices.model import FLOW, SENT, Fault
from lantian.gateway.devices.reporting import periods
from lantian.gateway.devices.wire import Message, framed, instant_message, period_messages
from lantian.kernel.errors import InputError
from lantian.sources.hj212 import Frame, StreamDecoder
from lantian.sources.hj212.crc import crc
from tests.gateway.devices.stacks import COAL, FIRST, doing

UNTIL = FIRST + timedelta(hours=3)
TABLE = Device(COAL, 5).said(FIRST, UNTIL).table
MESSAGES = list(period_messages(COAL, TABLE, "2051", 10))


def decoded(data: bytes):
    return StreamDecoder().feed(data)


def read(message: Message, stack=COAL) -> list[Frame]:
    return [each for written in write(message, stack) for each in decoded(written.data) if isinstance(each, Frame)]


def test_the_example_of_the_standard_is_framed_as_it_is_printed():
    segment = b"QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&"
    assert framed(segment) == b"##0101" + segment + b"1C80\r\n"
    assert framed(segment)[-6:-2] == b"%04X" % crc(segment)


def test_a_frame_is_read_back_without_deviation_and_with_the_values_of_its_period():
    found = periods(TABLE, COAL, 10)
    for place, message in enumerate(MESSAGES):
        [frame] = read(message)
        assert (frame.crc_ok, frame.length_ok, frame.deviations) == (True, True, ())
        assert (frame.st, frame.cn, frame.mn, frame.flag, frame.version) == ("31", "2051", COAL.device, 5, 2017)
        assert frame.data_time == FIRST + timedelta(minutes=10 * place)
        for factor in SENT:
            assert frame.values[f"{factor}-Avg"] == pytest.approx(found[factor].mean[place])
            assert frame.values[f"{factor}-Flag"] == found[factor].flag[place]
        assert frame.values["a21026-ZsAvg"] == pytest.approx(found["a21026"].corrected[place])
        assert frame.values["a21026-Min"] <= frame.values["a21026-Avg"] <= frame.values["a21026-Max"]
        assert frame.values[f"{FLOW}-Cou"] == pytest.approx(found[FLOW].total[place])


def test_frames_stay_under_the_length_of_the_standard():
    assert max(len(message.segment(COAL)) for message in MESSAGES) <= 1024


def test_the_numbers_of_exchanges_are_all_different():
    whole = list(Device(COAL, 5).history(FIRST, FIRST + timedelta(days=1)))
    assert len({message.qn for message in whole}) == len(whole) == 144 + 24 + 1 + 6
    assert {message.cn for message in whole} == {"2051", "2061", "2031", "2011"}


def test_a_period_may_be_labelled_by_its_end():
    [message, *_] = period_messages(replace(COAL, label="end"), TABLE, "2061", 60)
    assert message.data_time == "20151201010000"
    assert next(period_messages(COAL, TABLE, "2061", 60)).data_time == "20151201000000"


def test_an_instant_has_readings_and_the_moment_of_sampling():
    [frame] = read(instant_message(COAL, TABLE, 4))
    assert frame.data_time == datetime(2015, 12, 1, 0, 5)
    assert frame.values["a21026-Rtd"] == pytest.approx(TABLE["a21026"][4].as_py(), abs=0.005)


@pytest.mark.parametrize(("version", "flag"), [(2005, 1), (2025, 9)])
def test_a_logger_may_speak_another_edition(version, flag):
    [frame] = read(MESSAGES[0], doing(COAL, version=version))
    assert (frame.version, frame.flag) == (version, flag)
    assert {item.factor for item in frame.items} >= {*SENT[:9]}
    assert set(frame.deviations) <= {"mn_length"}
    assert (b";02-Cou=" in frame.raw) == (version == 2005)


@pytest.mark.parametrize("name", sorted({*BODIES, *SEGMENTS, *FRAMES}))
def test_a_spoiled_frame_is_read_and_its_deviation_named(name):
    """A checksum shows its case only with a letter, its missing zero only where one stood; a line end is missed when the next frame comes."""
    spoiled = [written for message in MESSAGES for written in write(message, doing(COAL, deviations=(name,)))]
    found = decoded(b"".join(written.data for written in spoiled) + framed(b"ST=31;CN=2011;CP=&&&&"))[: len(spoiled)]
    assert all(isinstance(frame, Frame) and frame.mn == COAL.device and frame.cn == "2051" for frame in found)
    sums = [b"%04X" % crc(framed(message.segment(COAL).encode())[6:-6]) for message in MESSAGES]
    shows = {"crc_lower_case": [not each.isdigit() for each in sums], "crc_unpadded": [each.startswith(b"0") for each in sums]}
    assert [name in frame.deviations for frame in found] == shows.get(name, [True] * len(sums))


@pytest.mark.parametrize("name", sorted({*BODIES, *SEGMENTS, *FRAMES} - {"separator_swapped"}))
def test_a_spoiled_frame_still_says_the_same(name):
    [plain], [spoiled] = read(MESSAGES[3]), read(MESSAGES[3], doing(COAL, deviations=(name,)))
    value = {item.factor: item.fields for item in spoiled.items}
    assert float(value["a21002"].get("Avg", value["a21002"].get("AVG"))) == plain.values["a21002-Avg"]


def test_a_split_packet_is_two_frames_that_bear_all_values_once():
    first, second = read(MESSAGES[0], doing(COAL, deviations=("split",)))
    assert [(each.pnum, each.pno, each.flag, each.deviations) for each in (first, second)] == [(2, 1, 7, ()), (2, 2, 7, ())]
    assert int(second.qn) == int(first.qn) + 1
    assert first.data_time == second.data_time
    [whole] = read(MESSAGES[0])
    named = [name for frame in (first, second) for name in frame.values if name != "DataTime"]
    assert sorted(named) == sorted(name for name in whole.values if name != "DataTime")


def test_a_frame_that_asks_for_nothing_is_not_waited_for():
    for name in KNOWN - set(STREAM):
        [written] = write(MESSAGES[0], doing(COAL, deviations=(name,)))
        assert written.answered == (name not in UNANSWERED)


def test_an_unknown_deviation_is_refused():
    assert checked(["split"]) == ("split",)
    with pytest.raises(InputError, match=r"no deviation 'lower_crc'"):
        checked(["lower_crc"])


def test_a_logger_with_a_wrong_clock_labels_by_it_and_measures_as_before():
    late = Device(doing(COAL, faults=(Fault("clock_skew", FIRST, UNTIL, (), {"seconds": 1500}),)), 5)
    assert late.shift == timedelta(minutes=25)
    said = late.said(FIRST, UNTIL).table
    assert said["time"].equals(TABLE["time"])
    assert said["a21026"].slice(25).equals(TABLE["a21026"].slice(0, len(TABLE) - 25))


def test_parameters_and_serial_numbers_are_told():
    faults = (Fault("parameter_changed", FIRST + timedelta(hours=1), UNTIL), Fault("identity_mismatch", FIRST, FIRST + timedelta(days=2)))
    told = [message for message in Device(doing(COAL, faults=faults), 5).history(FIRST, FIRST + timedelta(days=1)) if message.cn in ("3019", "3020")]
    bodies = [message.body for message in told]
    assert bodies[0] == "DataTime=20151201000000;PolId=a21026;i13008-Info=1;i13007-Info=0"
    assert bodies[1] == "DataTime=20151201010000;PolId=a21026;i13008-Info=0.6;i13007-Info=0"
    assert bodies[2] == "DataTime=20151201030000;PolId=a21026;i13008-Info=1;i13007-Info=0"
    assert bodies[3].startswith("DataTime=20151201000000;a21026-SN=X")
    assert all(frame.crc_ok for message in told for frame in read(message))
