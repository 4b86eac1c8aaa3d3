"""The door of device data: labels, units, decimals, what becomes a note, what cannot be stored; many frames at once as one by one."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lantian.kernel.errors import InputError
from lantian.sources.hj212 import StreamDecoder
from lantian.sources.hj212.batch import decode_batch
from lantian.sources.service.door import lake_units, multiplier, open_frame, setting
from lantian.sources.service.door_columns import open_batch
from tests.gateway.tools import enclose, mn

RECEIVED = datetime(2026, 1, 1, 12)


def opened(body, cn="2051", logger=None, moment="20260101080000", qn="20260101080001000"):
    time = f"DataTime={moment};" if moment else ""
    [frame] = StreamDecoder().feed(enclose(f"QN={qn};ST=31;CN={cn};PW=123456;MN={mn(1)};Flag=5;CP=&&{time}{body}&&"))
    return open_frame(frame, logger or setting("start", 10, ""), RECEIVED)


@pytest.mark.parametrize(
    ("cn", "label", "time", "day", "minutes"),
    [
        ("2011", "start", datetime(2026, 1, 1, 0, 0), date(2025, 12, 31), 0),
        ("2051", "start", datetime(2026, 1, 1, 0, 10), date(2026, 1, 1), 10),
        ("2051", "end", datetime(2026, 1, 1, 0, 0), date(2025, 12, 31), 10),
        ("2061", "start", datetime(2026, 1, 1, 1, 0), date(2026, 1, 1), 60),
        ("2061", "end", datetime(2026, 1, 1, 0, 0), date(2025, 12, 31), 60),
        ("2031", "start", datetime(2026, 1, 2, 0, 0), date(2026, 1, 1), 1440),
        ("2031", "end", datetime(2026, 1, 1, 0, 0), date(2025, 12, 31), 1440),
    ],
)
def test_times_are_turned_to_the_end_of_their_period(cn, label, time, day, minutes):
    field = "Rtd" if cn == "2011" else "Avg"
    [row] = opened(f"a21026-{field}=1,a21026-Flag=N", cn, setting(label, 10, ""), "20260101000000").values
    assert (row["time"], row["day"], row["minutes"]) == (time, day, minutes)


def test_every_field_finds_its_column():
    [row] = opened("a21026-Min=1,a21026-Avg=2,a21026-Max=3,a21026-Cou=4.5,a21026-ZsAvg=6,a21026-Flag=N").values
    assert [row[name] for name in ("value", "low", "high", "total", "corrected", "flag")] == [*(Decimal(each) for each in ("2", "1", "3", "4.5", "6")), "N"]


def test_what_has_no_column_becomes_a_note():
    found = opened("a21026-Avg=2,a21026-ZsMin=1,a21026-EFlag=A01,a21026-Flag=N;SB1-RS=1;i12001-Info=//1;2,3//")
    assert len(found.values) == 1
    notes = {note["name"]: note["text"] for note in found.notes}
    assert notes == {"a21026-ZsMin": "1", "a21026-EFlag": "A01", "SB1-RS": "1", "i12001-Info": "//1;2,3//"}


def test_units_become_the_lakes():
    logger = setting("end", 10, "a34004=µg/m³; a34002=mg/m3; a00000=m³/h; a01013=Pa; a21026-Cou=g")
    sent = "a34004-Avg=35;a34002-Avg=0.07;a34001-Avg=70000;a00000-Avg=3600;a01013-Avg=-250;a21026-Avg=1,a21026-Cou=1500"
    found = {row["factor"]: row for row in opened(sent, logger=logger).values}
    wanted = {"a34004": "35", "a34002": "70", "a34001": "70", "a00000": "1", "a01013": "-0.25", "a21026": "1"}
    assert {factor: row["value"] for factor, row in found.items()} == {factor: Decimal(text) for factor, text in wanted.items()}
    assert found["a21026"]["total"] == Decimal("1.5")


def test_units_of_other_quantities_are_refused_with_the_text_kept():
    found = opened("a21026-Avg=7,a21026-Flag=N;a21002-Avg=8", logger=setting("end", 10, "a21026=Pa"))
    assert [row["factor"] for row in found.values if row["value"] is not None] == ["a21002"]
    assert [(fault.reason, fault.text) for fault in found.faults] == [("unit_unknown", "a21026-Avg=7")]
    with pytest.raises(InputError, match="'Pa' cannot be turned into 'mg/m³'; give one of"):
        multiplier("Pa", "mg/m³")
    assert multiplier("t", "kg") == Fraction(1000)


def test_numbers_are_rounded_half_to_even_at_six_decimals():
    found = opened("a21026-Avg=0.0000005;a21002-Avg=0.0000015;a34013-Avg=1.2345675;a19001-Avg=-0.0000025").values
    assert [str(row["value"]) for row in found] == ["0.000000", "0.000002", "1.234568", "-0.000002"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("abc", "value_not_numeric"),
        ("nan", "value_not_numeric"),
        ("1e12", "value_too_large"),
        ("-1000000000000", "value_too_large"),
        ("1e999999", "value_too_large"),
    ],
)
def test_what_cannot_be_stored_is_a_fault_with_its_text(text, reason):
    found = opened(f"a21026-Avg={text},a21026-Flag=N")
    assert [(fault.reason, fault.text) for fault in found.faults] == [(reason, f"a21026-Avg={text}")]


def test_edges_that_can_be_stored():
    found = opened("a21026-Avg=999999999999.999999;a21002-Avg=-0;a19001-Avg=,a19001-Flag=D").values
    assert str(found[0]["value"]) == "999999999999.999999"
    assert found[1]["value"] == 0
    assert (found[2]["value"], found[2]["flag"]) == (None, "D")  # absent, and the flag says why


def test_periods_without_a_time_cannot_be_placed():
    assert [fault.reason for fault in opened("a21026-Avg=1", moment="").faults] == ["no_time"]
    assert [fault.reason for fault in opened("a21026-Avg=1", moment="18990101000000").faults] == ["no_time"]
    [row] = opened("a21026-Rtd=1", cn="2011", moment="").values
    assert row["time"] == datetime(2026, 1, 1, 8, 0, 1)  # an instant bears its exchange's time


def test_unknown_factors_keep_their_code_and_old_ones_get_the_new():
    found = opened("x99999-Avg=5;02-Avg=6;CONC9-Avg=7").values
    assert [row["factor"] for row in found] == ["x99999", "a21026", "CONC9"]


def test_every_factor_of_the_law_has_units_in_the_lake():
    assert all(isinstance(value, str) and value for value, _ in lake_units().values())


LOGGERS = {mn(1): setting("start", 5, "a34004=ug/m3;a00000=m3/h"), mn(2): setting("end", 10, ""), mn(3): setting("start", 10, "a21026=foo")}
NUMBERS = st.one_of(
    st.decimals(-10, 5000, places=2).map(str),
    st.decimals(0, 10**11, places=6).map(str),
    st.sampled_from(["", "1e3", "abc", "0.1234565", "-0", "1e12", ".5", "5.", "+3", "00012", "999999999999.999999"]),
)
FIELDS = st.sampled_from(["Rtd", "Avg", "Min", "Max", "Cou", "ZsRtd", "ZsAvg", "ZsMax", "avg", "Flag", "SampleTime"])
ITEMS = st.lists(st.tuples(st.sampled_from(["a21026", "a21002", "a34004", "a00000", "a19001", "02", "x99999", "SB1"]), FIELDS, NUMBERS), max_size=8)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(sorted(LOGGERS)), st.sampled_from(["2011", "2051", "2061", "2031", "2021", "1011"]), ITEMS), min_size=1, max_size=6))
def test_many_at_once_as_one_by_one(sent):
    frames = [
        enclose(
            f"QN=20260101080001{n:03d};ST=31;CN={cn};PW=123456;MN={device};Flag=5;CP=&&DataTime=20260101080000;{';'.join(f'{f}-{k}={t}' for f, k, t in items)}&&"
        )
        for n, (device, cn, items) in enumerate(sent)
    ]
    agree(decode_batch(b"".join(frames)))


def test_many_plain_frames_at_once():
    chance = random.Random(4)
    frames = []
    for n in range(400):
        cn = chance.choice(["2011", "2051", "2061", "2031"])
        names = ["Rtd"] if cn == "2011" else ["Min", "Avg", "Max", "Cou", "ZsAvg"]
        items = ";".join(
            ",".join(f"{f}-{k}={chance.uniform(-5, 900):.{chance.randint(0, 6)}f}" for k in names) + f",{f}-Flag=N" for f in ("a21026", "a34004", "a00000")
        )
        moment = RECEIVED + timedelta(minutes=n)
        text = f"QN=20260101080001000;ST=31;CN={cn};PW=123456;MN={mn(n % 2 + 1)};Flag=5;CP=&&DataTime={moment:%Y%m%d%H%M%S};{items}&&"
        frames.append(enclose(text))
    assert len(agree(decode_batch(b"".join(frames)))) == 0


def agree(batch):
    """Compare the columns with each frame opened alone; give the frames left to care."""
    found = open_batch(batch, LOGGERS.__getitem__)
    rows = {}
    for place, row in zip(found.frame.tolist(), found.rows.to_pylist(), strict=True):
        rows.setdefault(place, []).append(row)
    for place in sorted(set(range(len(batch))) - set(found.careful.tolist())):
        alone = open_frame(batch.frame(place), LOGGERS[batch.mn(place)], RECEIVED)
        assert (alone.notes, alone.faults) == ([], [])
        assert sorted(rows.pop(place, []), key=lambda row: row["factor"]) == sorted(alone.values, key=lambda row: row["factor"])
    assert not rows
    return found.careful
