"""The writer and its booking: once, revisions, restarts at every step, split packets, history, quarantine; spools that are drained."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta
from decimal import Decimal

import pyarrow as pa
import pytest

from lantian.app.intake import FEED, NUMBER, ORDER, Intake
from lantian.gateway import stream
from lantian.gateway.settings import GatewaySettings, gateway_settings
from lantian.gateway.sorting import VALUES, schema_of
from lantian.gateway.spool import Batch, Held, Spool
from lantian.gateway.writer import Writer, write
from lantian.kernel.errors import InputError
from lantian.lake.store import Lake
from tests.gateway.tools import enclose, every_row, frame, home_with, mn

RECEIVED = "2026-01-01 08:00:05.250000"
AT = datetime(2026, 1, 1, 8)
SPOOL = "gateway/main/spool.sqlite"


def spooled(home, *frames, reasons=None, received=RECEIVED):
    spool = Spool(home / SPOOL)
    spool.commit([Batch(received, tuple(frames), ("10.0.0.1:5",) * len(frames), reasons or ("",) * len(frames))])
    spool.close()


def sent(value="1.5", minutes=0, device=1, thousandth=0, cn="2011", field="Rtd"):
    return frame(mn(device), f"20260101080000{thousandth:03d}", [("a21026", field, value)], moment=AT + timedelta(minutes=minutes), cn=cn)


def drain(home, **more):
    return write(home, GatewaySettings(**more), watch=False)


@pytest.fixture
def home(tmp_path):
    return home_with(tmp_path, [mn(1), mn(2)])


def values(home):
    return sorted((row["device"][-1], row["time"].minute, row["revision"], str(row["value"])) for row in every_row(home))


def test_equal_values_are_once_others_are_revisions_in_their_order(home):
    spooled(home, sent("1.5"), sent("1.5"), sent("2.5"), sent("1.5"), sent("9", 1))
    assert drain(home) == {"frames": 5, "added": 2, "revised": 2, "unchanged": 1}
    spooled(home, sent("1.5"), sent("9", 1), sent("8", 1), received="2026-01-01 09:00:00.000000")
    drain(home)
    assert values(home) == [("1", 0, 0, "1.500000"), ("1", 0, 1, "2.500000"), ("1", 0, 2, "1.500000"), ("1", 1, 0, "9.000000"), ("1", 1, 1, "8.000000")]
    assert {row["known_at"] for row in every_row(home) if row["time"].minute == 1} == {datetime(2026, 1, 1, 8, 0, 5), datetime(2026, 1, 1, 9)}


def test_history_is_known_when_it_would_have_been_published(home):
    spooled(home, sent("1.5", cn="2061", field="Avg"))
    drain(home, history=True)
    assert [(row["time"], row["known_at"]) for row in every_row(home)] == [(AT, AT + timedelta(minutes=5))]


class DiedError(Exception):
    """The writer is gone."""


@pytest.mark.parametrize("step", range(6))
def test_a_writer_that_dies_at_any_step_doubles_nothing(home, step, monkeypatch):
    for n in range(3):
        spooled(
            home,
            sent(f"{n}.5", n),
            frame(mn(2), f"2026010108000{n}001", [("SB1", "RS", "1"), ("a21002", "Rtd", "abc")], moment=AT + timedelta(minutes=n)),
            b"junk",
            reasons=("", "", "rubbish"),
        )
    spooled(home, sent("3.25", 3, thousandth=9).replace(b"a21026", b"a21026"))
    count = itertools.count()
    whole = Lake.append, Spool.drained

    def dying(original):
        def call(*given, **more):
            if next(count) == step:
                raise DiedError
            original(*given, **more)
            if next(count) == step:
                raise DiedError

        return call

    writer = Writer(home, GatewaySettings())
    with monkeypatch.context() as patch:
        patch.setattr(Lake, "append", dying(whole[0]))
        patch.setattr(Spool, "drained", dying(whole[1]))
        with pytest.raises(DiedError):
            writer.turn()
    writer.close()
    spooled(home, sent("7.5", 7))
    drain(home)
    assert [each for each in values(home) if each[0] == "1"] == [
        ("1", n, 0, f"{text}0000") for n, text in ((0, "0.50"), (1, "1.50"), (2, "2.50"), (3, "3.25"), (7, "7.50"))
    ]
    assert len(every_row(home, "device_notes")) == 6  # SB1-RS and SB1-Flag, three times
    counted = [row for row in every_row(home, "device_deviations") if row["code"] == "value_not_numeric"]
    assert sum(row["count"] for row in counted) == 3
    assert sorted(row["reason"] for row in every_row(home, "quarantine")) == ["rubbish", "value_not_numeric"]


def part(n, body, time=True, device=1):
    when = "DataTime=20260101080000;" if time else ""
    return enclose(f"QN=2026010108000{n}000;ST=31;CN=2051;PW=123456;MN={mn(device)};Flag=7;PNUM=2;PNO={n};CP=&&{when}{body}&&")


def test_parts_of_a_packet_meet_across_batches_and_restarts(home):
    spooled(home, part(1, "a21026-Avg=1.5,a21026-Fl"))
    drain(home)
    assert every_row(home) == []
    spooled(home, part(2, "ag=N;a21002-Avg=2.5,a21002-Flag=D", time=False))
    drain(home)
    assert sorted((row["factor"], row["value"], row["flag"]) for row in every_row(home)) == [("a21002", Decimal("2.5"), "D"), ("a21026", Decimal("1.5"), "N")]


def test_parts_each_complete_are_merged(home):
    spooled(home, part(2, "a21002-Avg=2"), part(1, "a21026-Avg=1"), part(1, "a21026-Avg=5", device=2))
    drain(home)
    assert sorted(row["factor"] for row in every_row(home)) == ["a21002", "a21026"]


def test_deviations_are_counted_with_an_example_and_those_of_the_line_too(home):
    frames = [sent("1", n).replace(b"Flag=5", b"Flag=5") for n in range(3)]
    old = [enclose(each[6:-6].replace(b"a21026", b"02")) for each in frames]
    spooled(home, *old, reasons=("", "", "+line_end_missing"))
    drain(home)
    found = {row["code"]: (row["frames"], row["count"]) for row in every_row(home, "device_deviations")}
    assert found == {"factor_old_code": (3, 3), "line_end_missing": (3, 1)}
    assert all("02-Rtd" in row["example"] for row in every_row(home, "device_deviations"))


def booking(time, value, feed="f", number=1, place=0):
    row = {"device": "d", "cn": "2011", "factor": "a21026", "time": time, "day": time.date(), "minutes": 0, "value": Decimal(value), "known_at": time}
    return row | {FEED: feed, NUMBER: number, ORDER: place}


def test_only_files_whose_times_overlap_are_read(tmp_path):
    intake = Intake(Lake(tmp_path))
    for day in range(5):
        intake.book(VALUES, pa.Table.from_pylist([booking(AT + timedelta(days=day), "1", number=day + 1)], schema=schema_of(VALUES)), {"f": day + 1}, AT)
    late = pa.Table.from_pylist([booking(AT + timedelta(days=2), "1", number=6), booking(AT + timedelta(days=9), "1", number=6)], schema=schema_of(VALUES))
    from lantian.lake.declaration import dataset

    assert len(intake._stored(dataset(VALUES), late)) == 1
    done = intake.book(VALUES, late, {"f": 6}, AT)
    assert (done.added, done.unchanged) == (1, 1)


def test_what_the_mark_covers_is_not_booked_again(tmp_path):
    intake = Intake(Lake(tmp_path))
    rows = pa.Table.from_pylist([booking(AT, "1"), booking(AT, "2", place=1)], schema=schema_of(VALUES))
    assert intake.book(VALUES, rows, {"f": 1}, AT).revised == 1
    assert intake.book(VALUES, rows, {"f": 1}, AT).again == 2
    assert len(every_row(tmp_path)) == 2


def test_many_small_files_are_joined(tmp_path):
    intake = Intake(Lake(tmp_path))
    for n in range(50):
        intake.book(VALUES, pa.Table.from_pylist([booking(AT + timedelta(seconds=n), "1", number=n + 1)], schema=schema_of(VALUES)), {"f": n + 1}, AT)
    assert len(intake.lake.files(VALUES)) < 10
    assert len(every_row(tmp_path)) == 50


def test_batches_come_back_as_they_were_stored(tmp_path):
    spool = Spool(tmp_path / "s.sqlite")
    batch = Batch(RECEIVED, (b"##a\r\n", b"", "乱码".encode()), ("p:1", "q:2", "p:1"), ("", "rubbish", "+line_end_missing"))
    spool.commit([batch, batch])
    found = spool.batches()
    assert [each.number for each in found] == [1, 2]
    assert (found[0].bodies, found[0].peers, found[0].reasons) == (batch.bodies, batch.peers, batch.reasons)
    spool.drained(1)
    spool.commit([batch])
    assert [each.number for each in spool.batches()] == [2, 3]
    spool.drained(3)
    spool.commit([batch])
    assert [each.number for each in spool.batches()] == [4]  # numbers are never used again
    assert stream.batch_of(stream.message("feed", found[1])[1]) == ("feed", found[1])
    spool.close()


def numbered(*numbers):
    return [("feed", Batch(RECEIVED, (b"##",), ("p:1",), ("",), number)) for number in numbers]


def test_batches_that_jetstream_passes_over_are_noticed_once():
    reading = object.__new__(stream.Stream)
    reading.last, reading.missing = {}, set()
    assert reading._passed(numbered(4, 5)) is None  # the first that is seen may bear any number
    assert reading._passed(numbered(5, 6)) is None  # given again
    assert reading._passed(numbered(8, 9)) == ("feed", 8)
    reading.missing.add(("feed", 8))
    assert reading._passed(numbered(7, 8)) is None
    assert reading._passed(numbered(10)) == ("feed", 10)
    reading.missing.add(("feed", 10))
    assert reading._passed(numbered(10)) is None  # asked for again in vain: told, and gone on


def test_parts_are_not_forgotten_by_a_turn_that_failed(home, monkeypatch):
    spooled(home, part(1, "a21026-Avg=1.5"))
    writer = Writer(home, GatewaySettings())
    writer.turn()
    spooled(home, part(2, "a21002-Avg=2.5"))
    with monkeypatch.context() as patch:
        patch.setattr(Lake, "append", lambda *_, **__: (_ for _ in ()).throw(OSError("no space left on device")))
        with pytest.raises(OSError, match="no space"):
            writer.turn()
    writer.restart()
    writer.turn()
    writer.close()
    assert sorted(row["factor"] for row in every_row(home)) == ["a21002", "a21026"]


def test_what_is_kept_apart_is_bounded_and_let_go_by_password(tmp_path):
    spool = Spool(tmp_path / "s.sqlite")
    spool.commit([], [Held("d", "waiting", RECEIVED, "p:1", pw, b"%d" % n) for n, pw in enumerate(["a", "a", "b", "a", "b"])], bound=4)
    assert spool.held()[0]["frames"] == 4
    assert spool.passwords("d") == {"a", "b"}
    assert spool.release("d", ["a"]) == 2
    assert [each.bodies for each in spool.batches()] == [(b"1",), (b"3",)]
    assert spool.held()[0]["frames"] == 2
    spool.close()


def test_settings_that_cannot_be_read_are_told(monkeypatch):
    monkeypatch.setenv("LANTIAN_GATEWAY_TICK", "soon")
    with pytest.raises(InputError, match="LANTIAN_GATEWAY_TICK is 'soon'; give a number such as 0.004"):
        gateway_settings()
    monkeypatch.setenv("LANTIAN_GATEWAY_TICK", "-1")
    with pytest.raises(InputError, match="LANTIAN_GATEWAY_TICK is -1; give 0 or more"):
        gateway_settings()
    monkeypatch.delenv("LANTIAN_GATEWAY_TICK")
    with pytest.raises(InputError, match="'../x' cannot name a gateway"):
        gateway_settings(name="../x")
