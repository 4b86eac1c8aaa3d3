"""Sources at a clock: runs over the turn of a quarter, late values, records by rule once, marks that lapse, what is computed and cleared away."""

from __future__ import annotations

import os
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from lantian.app.exceedances import raise_exceedances
from lantian.app.house import House
from lantian.app.source_tables import clear_away, quarter_before, quarter_of, quarters
from lantian.app.watching import lapse_marks, watch_once
from lantian.kernel.decision import Actor, Role
from lantian.kernel.errors import InputError
from lantian.kernel.period import HOUR, Moment
from lantian.lake.store import Lake
from lantian.ledger import By, Outbox
from tests.sources.equipment.test_plan import REPORT, rows, stack

TURN = datetime(2016, 1, 1)
LIMIT = 100.0
"""GB 13223-2011 table 1: NOx of a coal boiler commissioned after 2003."""
STEADY = {"a21026": 40.0, "a34013": 10.0, "a19001": 6.0, "a00000": 300.0, "a01012": 50.0, "a01013": -0.1, "a01014": 8.0}


def value(time, factor, number, known=None):
    row = {"device": "Ma", "cn": "2061", "factor": factor, "time": time, "day": (time - HOUR).date(), "minutes": 60, "flag": "N"}
    return row | {"value": Decimal(str(number)), "known_at": known or time + timedelta(minutes=5)}


def sent(first, last, nox, known=None):
    """Give the hours of stack a: steady, NOx by a function of the hour; at 6 % oxygen nothing is to be corrected."""
    found, time = [], first
    while time <= last:
        found += [value(time, factor, number, known) for factor, number in (STEADY | {"a21002": nox(time)}).items()]
        time += HOUR
    return found


def home_of(folder, values, *, simulated=False, contact=""):
    lake = Lake(folder)
    enterprise = {"enterprise": "E", "name": "某电厂", "place": "130100", "sector": "power", "contact": contact}
    lake.append("enterprises", rows("enterprises", [enterprise]))
    lake.append("outlets", rows("outlets", [stack("a", simulated=simulated)]))
    lake.append("loggers", rows("loggers", [{"device": "Ma", "outlet": "a", "st": "31", "label": "start", "interval": 60, "installed": date(2015, 12, 28)}]))
    analysers = [{"analyser": f"a{factor}", "outlet": "a", "factor": factor, "basis": "dry"} for factor in ("a21026", "a21002", "a34013")]
    lake.append("analysers", rows("analysers", analysers))
    for month in sorted({f"{row['day']:%Y-%m}" for row in values}):
        lake.append("device_values", rows("device_values", [row for row in values if f"{row['day']:%Y-%m}" == month]))
    return folder


def at(home, clock):
    return House.open(home, moment=Moment(clock))


def turning(time):
    """NOx stands at 150 from 20:00 on the last evening of the year to 03:00, its height at the third hour of the new year."""
    return (160.0 if time == TURN + 3 * HOUR else 150.0) if TURN - 4 * HOUR < time <= TURN + 3 * HOUR else 60.0


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return home_of(tmp_path_factory.mktemp("turn") / "home", sent(datetime(2015, 12, 29, 1), TURN + 12 * HOUR, turning))


def test_a_run_over_the_turn_of_a_quarter_is_told_once_and_whole(home):
    (run,) = at(home, TURN + 13 * HOUR).sources.episodes(start=datetime(2015, 12, 29))
    assert (run["outlet"], run["pollutant"], run["start"], run["finish"]) == ("a", "NOx", "2015-12-31T21:00:00", "2016-01-01T03:00:00")
    assert (run["hours"], run["peak"], run["peak_time"], run["limit"]) == (7, 160, "2016-01-01T03:00:00", LIMIT)
    assert run["multiple"] == pytest.approx(0.6)


@pytest.mark.parametrize(("clock", "hours"), [(TURN - 4 * HOUR, 0), (TURN - 2 * HOUR, 1), (TURN + timedelta(minutes=4), 3), (TURN + timedelta(minutes=5), 4)])
def test_the_clock_knows_a_run_only_as_far_as_its_hours_were_received(home, clock, hours):
    runs = at(home, clock).sources.episodes(start=datetime(2015, 12, 29))
    assert [run["hours"] for run in runs] == ([hours] if hours else [])


def test_lists_hours_and_latest_agree_with_each_other(home):
    room = at(home, TURN + 2 * HOUR + timedelta(minutes=30)).sources
    (line,) = room.list()["rows"]
    assert (line["state"], line["time"], line["lag_minutes"]) == ("exceeding", "2016-01-01T02:00:00", 30)
    assert line["pollutants"]["NOx"] == {"value": 150, "limit": LIMIT, "exceeds": True, "provisional": line["pollutants"]["NOx"]["provisional"]}
    told = room.hours("a", "NOx", TURN - 2 * HOUR, TURN + 6 * HOUR)
    assert [(row["time"][11:13], row["corrected"], row["exceeds"]) for row in told] == [(hour, 150, True) for hour in ("23", "00", "01", "02")]
    assert room.list(state="normal")["rows"] == []
    assert room.list(q="某电厂")["counts"] == {"exceeding": 1}
    with pytest.raises(InputError, match="no outlet 'b'"):
        room.outlet("b")


def test_a_source_that_fell_silent_is_not_called_good(home):
    (line,) = at(home, TURN + 16 * HOUR).sources.list()["rows"]
    assert (line["state"], line["lag_minutes"]) == ("silent", 240)


def test_a_value_that_came_late_is_not_known_before_it_came(tmp_path):
    first, last = datetime(2015, 12, 29, 1), datetime(2015, 12, 29, 12)
    values = [*sent(first, last, lambda _: 60.0), *sent(last + HOUR, last + HOUR, lambda _: 150.0, known=datetime(2015, 12, 31, 9))]
    home = home_of(tmp_path, values)
    asked = {"start": datetime(2015, 12, 29), "end": datetime(2015, 12, 30)}
    assert at(home, datetime(2015, 12, 31, 8)).sources.episodes(**asked) == []
    assert [run["peak"] for run in at(home, datetime(2015, 12, 31, 10)).sources.episodes(**asked)] == [150]


def test_an_exceedance_becomes_one_record_with_one_letter(tmp_path):
    home = home_of(tmp_path, sent(datetime(2015, 12, 29, 1), TURN + 6 * HOUR, turning), contact="plant@example.cn")
    house = at(home, TURN + 2 * HOUR)
    (made,) = raise_exceedances(house.sources, "test")
    assert (made.flow, made.state, made.owner, made.place) == ("exceedance", "open", "E", "130100")
    assert made.body["limit"] == LIMIT
    assert made.body["rests_on"]
    assert raise_exceedances(house.sources, "test") == []
    later = at(home, TURN + 7 * HOUR)
    assert raise_exceedances(later.sources, "test") == []  # it only grew
    (run,) = later.sources.episodes(start=datetime(2015, 12, 29))
    assert (run["record"], run["state"], run["hours"]) == (made.id, "open", 7)
    with later.desk.ledger.reading() as connection:
        assert connection.exec_driver_sql("SELECT address, channel FROM letter").fetchall() == [("plant@example.cn", "mail")]
    assert later.desk.ledger.verify() == []


def test_a_simulated_exceedance_writes_to_nobody(tmp_path):
    home = home_of(tmp_path, sent(datetime(2015, 12, 29, 1), TURN, turning), simulated=True, contact="plant@example.cn")
    house = at(home, TURN + HOUR)
    (made,) = raise_exceedances(house.sources, "test")
    assert made.body["simulated"] is True
    assert Outbox(house.desk.ledger).claim(datetime(2030, 1, 1), HOUR, 10, ("mail", "webhook")) == []


def test_a_mark_without_evidence_lapses_on_the_eleventh_of_the_next_month(tmp_path):
    home = home_of(tmp_path, sent(datetime(2015, 12, 29, 1), datetime(2015, 12, 30), lambda _: 150.0))
    plant = Actor("plant", Role.ENTERPRISE, "130100", "E")
    given = {"outlet": "a", "pollutant": "all", "code": "C", "start": "2015-12-29T03:00", "end": "2015-12-29T05:00", "reason": "标定"}
    by = By("plant", "test", "", datetime(2015, 12, 30))
    desk = at(home, datetime(2016, 1, 2)).desk
    bare = desk.make(plant, "mark", "130100", given, by, owner="E")
    proved = desk.make(plant, "mark", "130100", given | {"start": "2015-12-29T06:00", "end": "2015-12-29T07:00"}, by, owner="E")
    desk.records.attach(proved.id, "0" * 64, "report.pdf", 1, by)
    assert lapse_marks(at(home, datetime(2016, 1, 10, 23)), "test") == []
    assert [each.id for each in lapse_marks(at(home, datetime(2016, 1, 11, 1)), "test")] == [bare.id]
    house = at(home, datetime(2016, 1, 12))
    assert house.desk.records.get(bare.id).state == "lapsed"
    assert watch_once(house, "test")["lapsed"] == 0
    told = {row["time"][11:13]: row for row in house.sources.hours("a", "NOx", datetime(2015, 12, 29), datetime(2015, 12, 30))}
    assert (told["04"]["exceeds"], told["04"]["mark"]) == (True, None)  # lapsed: again what the device said
    assert (told["07"]["corrected"], told["07"]["state"], told["07"]["mark"]) == (None, "C", proved.id)


def test_an_installation_without_sources_has_none_and_raises_nothing(tmp_path):
    house = at(tmp_path, TURN)
    assert house.sources.loaded is False
    assert house.sources.list() == {"rows": [], "next": None, "counts": {}}
    assert watch_once(house, "test") == {"exceedance": 0, "lead": 0, "lapsed": 0}


def test_what_devices_send_leaves_the_answers_about_the_air_alone(tmp_path):
    house = at(home_of(tmp_path, sent(datetime(2015, 12, 29, 1), datetime(2015, 12, 29, 3), lambda _: 60.0)), TURN)
    house.renew()
    house.__dict__["air"] = kept = object()
    house.look_again()
    Lake(tmp_path).append("device_values", rows("device_values", sent(datetime(2015, 12, 29, 4), datetime(2015, 12, 29, 4), lambda _: 60.0)))
    house.renew()
    assert house.__dict__["air"] is kept
    house.look_again()
    Lake(tmp_path).append("statistics", rows("statistics", [{"place": "130000", "year": 2014, "indicator": "x", "value": 1.0, "unit": "-", "day": REPORT}]))
    house.renew()
    assert "air" not in house.__dict__


def test_quarters_follow_each_other():
    assert quarter_before(quarter_of(date(2016, 1, 1))).label == "2015Q4"
    assert [each.label for each in quarters(date(2015, 9, 30), date(2016, 1, 1))] == ["2015Q3", "2015Q4", "2016Q1"]


def test_only_what_is_old_is_cleared_away(tmp_path):
    old, new, folder = tmp_path / "old.parquet", tmp_path / "new.parquet", tmp_path / "folder"
    for each in (old, new):
        each.write_text("x")
    folder.mkdir()
    (folder / "part").write_text("x")
    for each in (old, folder):
        os.utime(each, (0, 0))
    clear_away([old, new, folder, tmp_path / "gone"])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["new.parquet"]
