"""Ids taken apart, and the same answers on the command line."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from lantian.app.trace import KINDS, parse_trace, trace
from lantian.app.trace.answer import ANSWERS
from lantian.app.trace.rows import raw_rows
from lantian.cli.main import app
from lantian.kernel.errors import InputError
from lantian.kernel.period import Moment
from lantian.lake.store import Lake
from tests.app.test_impact import LATER, LOADED, book, hours


def test_every_kind_has_an_answer():
    assert set(KINDS) == set(ANSWERS) | {"record"}


@given(st.text(max_size=40))
def test_any_text_is_an_id_or_is_told_how_to_write_one(text):
    try:
        asked = parse_trace(text)
    except InputError:
        return
    assert asked.kind in KINDS


def test_an_outlet_may_have_colons_in_its_name():
    assert parse_trace("outlet:a:b:2015-12-08T18:00:SO2").words == ("a:b", "2015-12-08T18", "SO2")
    assert parse_trace("stack:a:b").words == ("a:b",)


def test_each_revision_of_a_row_is_told_and_the_newest_known_one_is_used(tmp_path):
    rows = hours()
    book(tmp_path, rows, LOADED)
    book(tmp_path, [rows[3] | {"pm25": Decimal(7)}], LATER)
    wanted = {"station": rows[3]["station"], "time": rows[3]["time"]}

    def asked(moment):
        return [(row["revision"], row["used"]) for row in raw_rows(Lake(tmp_path), "air_hourly", {"2015-12"}, wanted, moment)]

    assert asked(Moment()) == [(1, True), (0, False)]
    assert asked(Moment(datetime(2016, 1, 1))) == [(0, True)]
    assert asked(Moment(None, LOADED)) == [(0, True)]


def test_the_mean_of_the_raw_rows_is_the_day(sample):
    """Worked by hand from the raw rows that the trace names: mean of hours by station, then of stations."""
    answer = trace(sample, "day:110000:2015-12-08:PM2.5")
    by_station = {}
    for row in answer.rows:
        if row["values"]["PM2.5"] is not None:
            by_station.setdefault(row["station"], []).append(row["values"]["PM2.5"])
    means = [sum(each) / len(each) for each in by_station.values() if len(each) >= 20]
    assert answer.value == pytest.approx(sum(means) / len(means))
    assert {each["confidence"] for each in answer.law} <= {"confirmed", "secondary", "recalled", "unsure"}


def test_the_command_line_gives_the_same(sample, monkeypatch):
    monkeypatch.setenv("LANTIAN_HOME", str(sample.home))
    answer = CliRunner().invoke(app, ["trace", "hour:1001A:2015-12-08T18:PM2.5", "--json"])
    assert answer.exit_code == 0, answer.output
    assert json.loads(answer.output)["value"] == 247
    shown = CliRunner().invoke(app, ["trace", "hour:1001A:2015-12-08T18:PM2.5", "--lang", "en"])
    assert "247.0 µg/m³" in shown.output
    assert isinstance(CliRunner().invoke(app, ["trace", "nothing:1"]).exception, InputError)
    assert isinstance(CliRunner().invoke(app, ["impact", "--row", "nothing"]).exception, InputError)
