"""Done when 2: Beijing and the 74 cities from the shipped files against the published figures."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from lantian.air.service.load import load_files
from lantian.app.house import House
from lantian.places import atlas

pytestmark = pytest.mark.slow
NOW = datetime(2026, 3, 1)
# published: annual means (35 stations), days with AQI up to 100, days above 200
OFFICIAL = {
    "2014": {"PM2.5": 85.9, "PM10": 115.8, "SO2": 21.8, "NO2": 56.7, "good": 172, "heavy": 47},
    "2015": {"PM2.5": 80.6, "PM10": 101.5, "SO2": 13.5, "NO2": 50.0, "good": 186, "heavy": 46},
}
WORST_2014 = {"保定", "邢台", "石家庄", "唐山", "邯郸", "衡水", "济南", "廊坊", "郑州", "天津"}


@pytest.fixture
def house(sample):
    return sample


@pytest.mark.parametrize("year", ["2014", "2015"])
def test_beijing_is_within_five_per_cent_of_the_published_means(house, year):
    found = house.air.evaluate("北京", year)["pollutants"]
    for key in ("PM2.5", "PM10", "SO2", "NO2"):
        assert found[key]["mean"] == pytest.approx(OFFICIAL[year][key], rel=0.05)


@pytest.mark.parametrize("year", ["2014", "2015"])
def test_good_and_heavy_days_agree_in_one_of_the_two_readings(house, year, capsys):
    near = []
    for reading in ("evaluation", "all"):
        found = house.air.evaluate("北京", year, reading)
        with capsys.disabled():
            print(f"\n{year} {reading}: good {found['good_days']} heavy {found['heavy_days']} of {found['valid_days']} days")
        near.append(abs(found["good_days"] - OFFICIAL[year]["good"]) <= 4 and abs(found["heavy_days"] - OFFICIAL[year]["heavy"]) <= 3)
    assert any(near)


@pytest.mark.parametrize("day", [date(2014, 2, 25), date(2014, 2, 26)])
def test_a_severe_episode_without_particle_values_is_not_called_good(house, day):
    found = house.air.day("北京", day)
    assert found["aqi"] is None
    assert found["because"]


def test_the_published_worst_ten_of_2014(house):
    rows = house.air.rank("2014", "key74")["rows"]
    assert len(rows) == 74
    assert {row["name"] for row in rows[-10:]} == WORST_2014


def test_the_clock_hides_what_was_not_yet_known(house):
    early = house.at(datetime(2015, 12, 8, 1))
    assert early.air.evaluate("北京", "2015")["end"] == "2015-12-07"
    assert early.air.cities_on(date(2015, 12, 8)) == []
    assert early.air.cities_on(date(2015, 12, 7))


def test_a_correction_is_a_revision_that_earlier_moments_do_not_see(house, tmp_path):
    path = tmp_path / "fix.csv"
    path.write_text("place,date,pm25,pm10,so2,no2,co,o3\n北京,2015-06-01,500,500,10,10,1,10\n", encoding="utf-8")
    before = house.air.day("天津", date(2015, 6, 1))
    report = load_files(house.lake, atlas(), "air_city_daily", "tidy", [path], datetime(2026, 4, 1))[0]
    assert (report.added, report.revised) == (0, 1)
    fresh = House.open(house.home)
    assert fresh.air.series("北京", date(2015, 6, 1), date(2015, 6, 1), stations="published")["rows"][0]["values"]["PM2.5"] == 500
    past = House.open(house.home).at(datetime(2026, 3, 15))
    assert past.air.series("北京", date(2015, 6, 1), date(2015, 6, 1), stations="published")["rows"][0]["values"]["PM2.5"] < 500
    assert fresh.air.day("天津", date(2015, 6, 1))["values"] == before["values"]
