"""Places: names of the daily reports, tree, stations, groups."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import pytest

from lantian.kernel.errors import InputError
from lantian.places import atlas

ATLAS = atlas()
DAILY = Path(__file__).parents[2] / "data/china_cities_daily/cities_daily_20131202-20151231.csv.gz"


def test_every_city_of_the_daily_reports_is_found_once():
    with gzip.open(DAILY, "rt", encoding="utf-8") as file:
        names = {row["city"] for row in csv.DictReader(file)}
    codes = {ATLAS.find(name).code for name in names}
    assert len(names) == len(codes) == 366


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("北京", "110000"),
        ("Beijing", "110000"),
        ("110000", "110000"),
        ("Ürümqi", "650100"),
        ("Xi'an", "610100"),
        ("吉林", "220200"),
        ("海东地区", "630200"),
        ("恩施州", "422800"),
        ("胶南", "370211"),
    ],
)
def test_names_in_use(text, code):
    assert ATLAS.find(text).code == code


def test_an_unknown_name_says_the_likely_one():
    with pytest.raises(InputError, match="no place 'Bejing'; did you mean 'beijing'?"):
        ATLAS.find("Bejing")


def test_every_place_but_the_nation_lies_in_it():
    for code, place in ATLAS._places.items():
        assert ATLAS.is_within(code, "000000"), place


def test_dingling_is_a_control_point_of_beijing():
    station = ATLAS.find_station("Dingling")
    assert (station.id, station.city, station.control) == ("1002A", "110000", True)


def test_a_municipality_is_a_city_and_a_province_has_its_cities():
    assert [city.code for city in ATLAS.cities("110000")] == ["110000"]
    assert len(ATLAS.cities("130000")) == 11


def test_every_group_has_names_source_and_known_members():
    for group in ATLAS.groups():
        assert group.zh
        assert group.en
        assert group.source
        for code in group.members:
            assert ATLAS.place(code)
