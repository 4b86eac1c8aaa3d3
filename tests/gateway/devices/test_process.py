"""Control equipment tells of itself what the stack shows: it works while the unit does, and what is tripped there rises here."""

from datetime import timedelta

import numpy as np
import pytest

from lantian.gateway.devices import happenings
from lantian.gateway.devices.deviations import write
from lantian.gateway.devices.device import Device
from lantian.gateway.devices.physics import honest, minutes_of
from lantian.gateway.devices.process import process
from lantian.sources.hj212 import StreamDecoder
from tests.gateway.devices.stacks import COAL, FIRST, LAST, TURBINE, doing

MINUTES = minutes_of(FIRST, LAST)


def test_pumps_stop_and_the_bypass_opens_while_desulphurisation_is_tripped():
    stack = doing(COAL, trips={"SO2": 1.0})
    load = np.full(len(MINUTES), 0.8)
    told, rise = process(stack, MINUTES, load, 3), happenings.trips(stack, MINUTES, 3, "SO2")
    assert (rise > 1.3).sum() > 60
    assert set(told["g103"][rise > 1.3]) == {0.0}
    assert set(told["g116"][rise > 1.3]) == {45.0}
    assert set(told["g103"][rise == 1]) == {1.0}
    assert set(told["g116"][rise == 1]) == {0.0}
    assert told["g301"].min() > 20


def test_nothing_runs_in_a_unit_that_is_out():
    told = process(COAL, MINUTES, np.zeros(len(MINUTES)), 3)
    assert {code for code in told if told[code].any()} == {"g111"}
    assert process(TURBINE, MINUTES, np.ones(len(MINUTES)), 3) == {}


def test_the_gas_that_enters_is_dirtier_than_what_leaves():
    table = honest(COAL, FIRST, LAST, 3)
    normal = np.array(table["a21002-Flag"].to_pylist()) == "N"
    told = process(COAL, MINUTES, table["i33400"].to_numpy() / 100, 3)
    assert (told["g120"][normal] > 2 * table["a21002"].to_numpy()[normal]).mean() > 0.98
    assert told["g124"][normal & (told["g124"] > 0)].min() > 100 * COAL.limits["PM"]


def test_the_hours_go_over_the_same_line_as_another_system():
    day = FIRST + timedelta(days=1)
    sent = [message for message in Device(doing(COAL, process=True), 3).history(FIRST, day) if message.st]
    assert len(sent) == 24
    [frame] = StreamDecoder().feed(write(sent[3], COAL)[0].data)
    assert (frame.st, frame.cn, frame.mn, frame.deviations) == ("51", "2061", COAL.device, ())
    assert frame.data_time == FIRST + timedelta(hours=3)
    assert frame.values["g10301-Avg"] == 1
    assert frame.values["g11101-Avg"] == pytest.approx(5.5, abs=0.5)
    numbers = [message.qn for message in Device(doing(COAL, process=True), 3).history(FIRST, day)]
    assert len(set(numbers)) == len(numbers)
    assert not [message for message in Device(COAL, 3).history(FIRST, day) if message.st]
