"""A logger's line: everything is acknowledged once and booked, whatever the other end does."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest

from lantian.gateway.devices.caller import Caller
from lantian.gateway.devices.device import Device
from lantian.gateway.devices.fleet import Sending, deliver, live, with_deviations
from lantian.gateway.devices.ledger import Ledger
from tests.gateway.devices.answering import Answering
from tests.gateway.devices.stacks import COAL, FIRST, TURBINE, doing

UNTIL = FIRST + timedelta(hours=6)
FRAMES = 36 + 6 + 6
"""Six hours: minutes, hours, and the instants of the last."""


def delivered(stack=COAL, mood=lambda frame, seen: True, patience=20.0, over_time=0.3, window=64):
    """Send six hours of one stack and give what both ends hold."""

    async def run():
        async with Answering(mood) as gateway:
            ledger = Ledger()
            device = Device(stack, 5, lambda: UNTIL)
            device.over_time = over_time
            caller = Caller(device, "127.0.0.1", gateway.port, ledger, window=window, patience=patience)
            await caller.call()
            await caller.send(device.history(FIRST, UNTIL))
            await caller.settle()
            await caller.hang_up()
            return gateway, caller.tally, ledger

    return asyncio.run(run())


def test_everything_is_sent_acknowledged_and_booked():
    gateway, tally, ledger = delivered()
    assert (tally.sent, tally.acknowledged, tally.resent, tally.given_up, tally.calls) == (FRAMES, FRAMES, 0, 0, 1)
    assert ledger.counts() == (FRAMES, FRAMES, FRAMES)
    assert Counter(frame.cn for frame in gateway.frames) == {"2051": 36, "2061": 6, "2011": 6}


def test_the_book_holds_the_values_that_arrived():
    gateway, _, ledger = delivered()
    arrived = {
        (frame.mn, frame.cn, frame.data_time.strftime("%Y%m%d%H%M%S"), name, str(value))
        for frame in gateway.frames
        for name, value in frame.values.items()
        if "-" in name
    }
    booked = {(each.device, each.cn, each.data_time, f"{each.factor}-{each.field}", each.text) for each in ledger.values() if each.acknowledged}
    assert {(*key[:4],) for key in booked} == {(*key[:4],) for key in arrived}
    assert {(*key[:4], float(key[4])) for key in booked if not key[3].endswith("Flag")} == {
        (*key[:4], float(key[4])) for key in arrived if not key[3].endswith("Flag")
    }


def test_what_is_not_answered_is_sent_again():
    gateway, tally, ledger = delivered(mood=lambda frame, seen: seen >= 2)
    assert (tally.acknowledged, tally.given_up) == (FRAMES, 0)
    assert tally.resent >= FRAMES
    assert ledger.counts()[:2] == (FRAMES, FRAMES)
    assert {frame.qn for frame in gateway.frames if gateway.seen[frame.mn, frame.qn] > 1} == {frame.qn for frame in gateway.frames}


def test_a_broken_line_is_called_again_and_nothing_is_lost():
    broken = []

    def mood(frame, seen):
        if len(broken) < 3 and seen == 1 and frame.data_time.minute == 50:
            broken.append(frame.qn)
            raise ConnectionError
        return True

    _, tally, ledger = delivered(mood=mood)
    assert tally.calls == 1 + len(broken)
    assert ledger.counts()[:2] == (FRAMES, FRAMES)


def test_a_gateway_that_never_answers_is_given_up_and_the_book_says_so():
    _, tally, ledger = delivered(mood=lambda frame, seen: frame.cn == "2061", patience=1.5)
    assert tally.given_up == FRAMES - 6
    assert ledger.counts()[1] == 6
    assert {each.cn for each in ledger.values() if each.acknowledged} == {"2061"}


def test_no_more_than_the_window_is_unanswered():
    gateway, tally, _ = delivered(window=5, over_time=60)
    assert tally.acknowledged == FRAMES
    assert gateway.widest <= 5


@pytest.mark.parametrize("name", ["halved", "glued", "split", "qn_missing", "flag_missing", "line_end_missing"])
def test_deviations_of_the_stream_arrive_whole(name):
    gateway, tally, _ = delivered(doing(COAL, deviations=(name,)))
    frames = FRAMES * (2 if name == "split" else 1)
    assert len(gateway.frames) >= frames - (name == "line_end_missing")
    assert tally.sent == frames
    assert (tally.acknowledged, tally.unasked) == ((0, frames) if name == "flag_missing" else (frames, 0))


def test_many_stacks_deliver_at_once_and_without_a_gateway_it_is_said():
    async def run(stacks, patience):
        async with Answering() as gateway:
            sending = Sending("127.0.0.1", gateway.port, FIRST, UNTIL, None, 5, 2, patience)
            tally = await deliver(stacks, sending)
        with pytest.raises(OSError, match="Connect call failed"):
            await deliver(stacks[:1], sending)
        return gateway, tally

    gateway, tally = asyncio.run(run(with_deviations([COAL, TURBINE], ["crc_lower_case", "split"]), 0.3))
    assert (tally.sent, tally.acknowledged, tally.calls) == (3 * FRAMES, 3 * FRAMES, 2)
    assert {frame.mn for frame in gateway.frames} == {COAL.device, TURBINE.device}


def test_live_loggers_say_what_their_history_would_have_said():
    """An hour at six thousand times real time; the same values are drawn again afterwards as history."""

    async def run():
        async with Answering() as gateway:
            sending = Sending("127.0.0.1", gateway.port, FIRST, UNTIL, None, 5)
            tally = await live([COAL], sending, 6000, None, 60)
            return gateway, tally

    gateway, tally = asyncio.run(run())
    told = {(frame.cn, frame.data_time): dict(frame.values) for frame in gateway.frames}
    _, _, ledger = delivered()
    assert tally.acknowledged == 1 + 6 + 1 + 6
    assert gateway.frames[0].cn == "1013"
    later = Device(COAL, 5).history(FIRST, UNTIL + timedelta(hours=1))
    for message in later:
        moment = next((key for key in told if key[0] == message.cn and key[1].strftime("%Y%m%d%H%M%S") == message.data_time), None)
        if moment is not None and message.cn in ("2051", "2061"):
            assert f"a21026-Avg={told[moment]['a21026-Avg']:g}" in message.body.replace(".0,", ",")
    assert {key[0] for key in told} == {"1013", "2051", "2061", "2011"}
    ledger.close()
