"""What a correction changes: worked out from one city's year, it is what computing everything anew in another lake gives."""

from __future__ import annotations

import re
import shutil
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lantian.app.house import House
from lantian.app.impact import changes, corrected_house, impact
from lantian.app.overlay import Correction, parse_row
from lantian.app.resting import decide_again, rests_on
from lantian.kernel.errors import InputError
from lantian.kernel.period import month, quarter, year
from lantian.kernel.pollutant import POLLUTANTS
from lantian.lake.declaration import dataset
from lantian.lake.load import load_file
from lantian.lake.store import Lake
from lantian.ledger import By, Record

STATIONS = ("1001A", "1003A", "1004A")
FIRST = date(2015, 12, 1)
DAYS = 4
CITY = "110000"
LOADED = datetime(2026, 3, 1)
LATER = datetime(2026, 3, 2)
TABLES = ("station_day", "city_index", "city_value", "period_value", "period_days", "period_index", "period_rank")


def hour_row(station, at, number, line):
    day = (at - timedelta(hours=1)).date()
    values = {p.column: Decimal((number * 37 + place * 11) % 180) for place, p in enumerate(POLLUTANTS)}
    values["co"] = Decimal(number % 30) / 10
    # Every ninth hour of one station is missing, so that days stand near the border of validity.
    gone = {p.column: None for p in POLLUTANTS} if station == STATIONS[0] and number % 6 == 0 else {}
    rest = dict.fromkeys(("temperature", "pressure", "dew_point", "rain", "wind_speed", "wind_direction"))
    return {"station": station, "time": at, "day": day, "hour": at.hour or 24, "line": line} | values | gone | rest


def hours():
    start = datetime(2015, 12, 1, 1)
    places = [(station, start + timedelta(hours=number)) for station in STATIONS for number in range(24 * DAYS)]
    return [hour_row(station, at, number, number + 1) for number, (station, at) in enumerate(places)]


def book(home, rows, now):
    return load_file(Lake(home), dataset("air_hourly"), "test.csv", "0", rows, "test", now)


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    home = tmp_path_factory.mktemp("impact") / "home"
    assert book(home, hours(), LOADED).added == len(hours())
    return House.open(home)


def corrected_copy(small, folder, correction):
    """Load the correction into a copy of the lake, where everything is computed anew."""
    shutil.copytree(small.home / "lake", folder / "lake")
    row = next(row for row in hours() if (row["station"], row["time"]) == (correction.station, correction.time))
    report = book(folder, [row | {correction.column: correction.value}], LATER)
    assert report.added == 0
    return House.open(folder)


def rows_of(house, name):
    rows = house.derived.shelf.table(name).to_pylist()
    return sorted((tuple((key, round(value, 9) if isinstance(value, float) else str(value)) for key, value in sorted(row.items())) for row in rows), key=str)


corrections = st.builds(
    Correction,
    st.sampled_from(STATIONS),
    st.integers(0, 24 * DAYS - 1).map(lambda number: datetime(2015, 12, 1, 1) + timedelta(hours=number)),
    st.sampled_from([p.key for p in POLLUTANTS]),
    st.none() | st.integers(0, 5000).map(lambda number: Decimal(number) / 10),
)


@given(correction=corrections)
@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
def test_what_is_worked_out_of_one_city_is_what_a_lake_with_the_correction_says(small, tmp_path_factory, correction):
    full = corrected_copy(small, tmp_path_factory.mktemp("full"), correction)
    on = (correction.time - timedelta(hours=1)).date()
    with corrected_house(small, correction) as after:
        for period in (month(2015, 12), quarter(2015, 4), year(2015)):
            after.derived.period(period)
        for name in TABLES:
            assert rows_of(after, name) == rows_of(full, name), name
        told = changes(small, after, correction.station, CITY, on, correction)
        anew = changes(small, full, correction.station, CITY, on, correction)
    key = lambda each: (each["id"], each["what"])  # noqa: E731 - the order only
    assert [(key(a), str(a["before"])) for a in sorted(told, key=key)] == [(key(a), str(a["before"])) for a in sorted(anew, key=key)]
    assert not changes(after, full, correction.station, CITY, on, correction)


def test_a_correction_to_what_is_known_changes_nothing(small):
    row = hours()[5]
    correction = Correction(row["station"], row["time"], "PM2.5", row["pm25"])
    found = impact(small, correction)
    assert (found["changes"], found["records"], found["pages"]) == ([], [], [])


def test_a_day_mean_moves_by_the_share_of_one_hour(small):
    """Worked by hand: 24 valid hours of 1003A; one of them raised by 24 µg/m³ raises its mean by 1 µg/m³."""
    row = next(row for row in hours() if row["station"] == "1003A" and row["time"] == datetime(2015, 12, 2, 12))
    found = impact(small, Correction("1003A", row["time"], "PM2.5", row["pm25"] + 24))
    change = next(each for each in found["changes"] if each["id"] == "station:1003A:2015-12-02" and each["what"] == "PM2.5")
    assert change["after"] - change["before"] == pytest.approx(1)
    assert f"/city/{CITY}?on=2015-12-02" in found["pages"]


def test_nothing_is_written(small):
    before = small.lake.versions()
    impact(small, Correction("1003A", datetime(2015, 12, 2, 12), "PM2.5", Decimal(1)))
    assert small.lake.versions() == before
    assert not list((small.home / "derived").glob("*.draft"))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("air_hourly:1001A:2015-12-08T18:PM2.5", "write it as air_hourly:STATION:2015-12-08T18:PM2.5=35"),
        ("device_values:1001A:2015-12-08T18:PM2.5=1", "no impact of 'device_values' is worked out; the dataset is air_hourly"),
        ("air_hourly:1001A:noon:PM2.5=1", "no hour 'noon'; write its end as 2015-12-08T18"),
        ("air_hourly:1001A:2015-12-08T18:PM3=1", "no pollutant 'PM3'"),
        ("air_hourly:1001A:2015-12-08T18:PM2.5=much", "'much' is no value; write a number, or none"),
        ("air_hourly:1001A:2015-12-08T18:PM2.5=-1", "'-1' is no concentration"),
        ("air_hourly:1001A:2015-12-08T18:PM2.5=NaN", "'NaN' is no concentration"),
        ("air_hourly:1001A:2015-12-08T18:PM2.5=1e9", "'1e9' is no concentration"),
    ],
)
def test_a_row_that_cannot_be_read_is_told_with_the_cure(text, told):
    with pytest.raises(InputError, match=re.escape(told)):
        parse_row(text)


def test_a_row_is_read_with_or_without_minutes():
    assert parse_row("air_hourly:1001A:2015-12-08T18:00:PM2.5=none") == Correction("1001A", datetime(2015, 12, 8, 18), "PM2.5", None)
    assert parse_row("air_hourly:1001A:2015-12-08T18:PM2.5=1").time == datetime(2015, 12, 8, 18)


def test_an_hour_that_was_never_loaded_cannot_be_corrected(small):
    with pytest.raises(InputError, match="no hour of 1003A that ends at 2016-01-08 18:00 is loaded; correct one that is"):
        impact(small, Correction("1003A", datetime(2016, 1, 8, 18), "PM2.5", None))


AT = datetime(2026, 3, 1, 12)


def warning(house, body, flow="warning", place=CITY):
    return house.desk.records.make(flow, place, None, "drafted", body, By("somebody", "test", "", AT))


def test_each_act_that_rests_on_a_correction_is_put_before_people_once(small, tmp_path):
    row = next(row for row in hours() if row["station"] == "1003A" and row["time"] == datetime(2015, 12, 2, 12))
    house = corrected_copy(small, tmp_path, Correction("1003A", row["time"], "PM2.5", row["pm25"] + 24))
    resting = warning(house, {"start": "2015-12-01T00:00", "end": "2015-12-03T00:00"})
    warning(house, {"start": "2015-12-03T00:00", "end": "2015-12-04T00:00"})
    warning(house, {"start": "2015-12-01T00:00", "end": "2015-12-03T00:00"}, place="130100")
    made = decide_again(house, "test", LATER)
    assert [each.body["record"] for each in made] == [resting.id]
    assert (made[0].flow, made[0].state, made[0].place) == ("task", "planned", CITY)
    assert decide_again(house, "test", LATER + timedelta(days=1)) == []
    house.desk.ledger.close()


def test_what_was_decided_after_a_correction_is_not_asked_again(small, tmp_path):
    row = next(row for row in hours() if row["station"] == "1003A" and row["time"] == datetime(2015, 12, 2, 12))
    house = corrected_copy(small, tmp_path, Correction("1003A", row["time"], "PM2.5", row["pm25"] + 24))
    by = By("somebody", "test", "", LATER + timedelta(hours=1))
    house.desk.records.make("warning", CITY, None, "drafted", {"start": "2015-12-01T00:00", "end": "2015-12-03T00:00"}, by)
    assert decide_again(house, "test", LATER + timedelta(days=1)) == []
    house.desk.ledger.close()


@pytest.mark.parametrize(
    ("flow", "place", "body", "rests"),
    [
        ("warning", CITY, {"start": "2015-12-01T00:00", "end": "2015-12-03T00:00"}, True),
        ("warning", CITY, {"start": "2015-12-03T00:00", "end": "2015-12-05T00:00"}, False),
        ("bulletin", "000000", {"period": "2015-12"}, True),
        ("bulletin", "000000", {"period": "2015-11"}, False),
        ("bulletin", "000000", {"period": "2015Q4"}, True),
        ("assessment", "110000", {"year": 2015}, True),
        ("assessment", "130000", {"year": 2015}, False),
        ("case", "130100", {"evidence": ["air_hourly 1003A 2015-12-02"]}, True),
        ("exceedance", CITY, {"outlet": "stack-1", "start": "2015-12-01T00:00", "finish": "2015-12-03T00:00"}, False),
        ("task", CITY, {"rests_on_data": "station:1003A:2015-12-02"}, False),
    ],
)
def test_a_record_rests_on_the_days_and_periods_that_it_names(flow, place, body, rests):
    record = Record(f"{flow}-1", flow, place, None, "drafted", 1, body, "somebody", AT, AT)
    assert rests_on(record, "1003A", CITY, date(2015, 12, 2)) is rests
