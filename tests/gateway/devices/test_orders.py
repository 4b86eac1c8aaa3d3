"""A simulated logger obeys its master: times, intervals, history, serial numbers; the answers bear the order's number."""

from datetime import datetime, timedelta
from typing import NamedTuple

import pytest

from lantian.gateway.devices.device import Device
from lantian.gateway.devices.model import Fault
from lantian.gateway.devices.orders import ORDERS, answer
from lantian.sources.hj212 import StreamDecoder
from tests.gateway.devices.stacks import COAL, FIRST, doing

NOW = FIRST + timedelta(hours=12, minutes=34)


class Order(NamedTuple):
    cn: str
    values: dict
    qn: str = "20151201123400123"


def obey(device, cn, **values):
    frames = []
    for reply in answer(device, Order(cn, values)):
        frames += StreamDecoder().feed(reply if isinstance(reply, bytes) else reply.data)
    return frames


def device(**habit):
    return Device(doing(COAL, **habit) if habit else COAL, 5, lambda: NOW)


def test_every_answer_is_framed_well_and_bears_the_number_of_its_order():
    for cn in ORDERS:
        frames = obey(device(), cn, BeginTime="20151130000000", EndTime="20151201060000", SystemTime="20151201123400")
        assert (frames[0].cn, frames[0].st, frames[0].values["QnRtn"]) == ("9011", "91", "1")
        assert (frames[-1].cn, frames[-1].st, frames[-1].values["ExeRtn"]) == ("9012", "91", "1")
        assert {frames[0].qn, frames[-1].qn} == {"20151201123400123"}
        assert all(frame.crc_ok and frame.length_ok for frame in frames)


def test_an_order_that_it_does_not_know_is_refused():
    [frame] = obey(device(), "3013")
    assert (frame.cn, frame.values["QnRtn"]) == ("9011", "8")


def test_the_clock_is_told_and_set():
    logger = device(clock_error=100)
    assert obey(logger, "1011")[1].values["SystemTime"] == "20151201123540"
    obey(logger, "1012", SystemTime="20151201123400")
    assert (logger.clock_error, logger.clock()) == (0, NOW)
    assert obey(logger, "1012", SystemTime="20261125123400")[-1].values["ExeRtn"] == "3"
    assert logger.clock() == NOW


def test_intervals_and_patience_are_set():
    logger = device()
    obey(logger, "1000", OverTime="5", ReCount="2")
    obey(logger, "1062", RtdInterval="30")
    assert (logger.over_time, logger.resends) == (5, 2)
    assert obey(logger, "1061")[1].values["RtdInterval"] == "30"
    assert obey(logger, "1063")[1].values["MinInterval"] == "10"
    assert obey(logger, "1064", MinInterval="5")[-1].values["ExeRtn"] == "3"
    obey(logger, "2012")
    assert not logger.instants_on
    obey(logger, "1072", NewPW="654321")
    assert obey(logger, "1061")[0].pw == "654321"


@pytest.mark.parametrize(
    ("cn", "begin", "end", "first", "last", "count"),
    [
        ("2051", "20151201020000", "20151201025000", "20151201020000", "20151201025000", 6),
        ("2051", "20151201020500", "20151201024900", "20151201021000", "20151201024000", 4),
        ("2061", "20151201000000", "20151201050000", "20151201000000", "20151201050000", 6),
        ("2061", "20151201100000", "20151202000000", "20151201100000", "20151201110000", 2),
        ("2031", "20151130000000", "20151130000000", "20151130000000", "20151130000000", 1),
    ],
)
def test_history_is_sent_again_as_it_was(cn, begin, end, first, last, count):
    frames = obey(device(), cn, BeginTime=begin, EndTime=end)[1:-1]
    labels = [frame.data_time.strftime("%Y%m%d%H%M%S") for frame in frames]
    assert (labels[0], labels[-1], len(labels)) == (first, last, count)
    assert len({frame.qn for frame in frames}) == count
    assert all(frame.flag == 5 for frame in frames)
    sent = {message.data_time: message.body for message in device().history(datetime(2015, 11, 30), NOW) if message.cn == cn}
    for frame in frames:
        label = frame.data_time.strftime("%Y%m%d%H%M%S")
        assert f"CP=&&{sent[label]}&&".encode() in frame.raw


def test_history_that_is_not_there_yet_is_no_data():
    frames = obey(device(), "2061", BeginTime="20151205000000", EndTime="20151206000000")
    assert [frame.cn for frame in frames] == ["9011", "9012"]
    assert frames[-1].values["ExeRtn"] == "100"


def test_serial_numbers_are_the_registered_ones_or_those_of_the_fault():
    [frame] = obey(device(), "3019")[1:-1]
    assert frame.values["a21026-SN"] == "S1"
    swapped = obey(device(faults=(Fault("identity_mismatch", FIRST, FIRST + timedelta(days=2)),)), "3019")[1:-1]
    assert {frame.values.get("a21026-SN", "S1") for frame in swapped} != {"S1"}
