"""A list of stations that is loaded takes part in the network: hours of a new station count, a control point does not."""

from __future__ import annotations

from datetime import datetime

import pytest

from lantian.air.service.load import load_files
from lantian.app.house import House
from lantian.app.network import station_atlas
from lantian.kernel.errors import FaultsError
from lantian.lake.store import Lake

NOW = datetime(2020, 1, 1)
HEAD = "station,name,place,longitude,latitude,control,first_day\n"


def write(folder, name, text):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_loaded_stations_make_a_city_value_and_control_points_stay_out(tmp_path):
    lake = Lake(tmp_path)
    listed = write(tmp_path, "s.csv", HEAD + "X1,甲站,承德,117.9,40.9,否,2013-01-01\nX2,乙站,承德市,117.8,41.0,是,2013-01-01\n")
    load_files(lake, station_atlas(lake), "stations", "tidy", [listed], NOW)
    atlas = station_atlas(lake)
    assert (atlas.station("X1").city, atlas.station("X1").control, atlas.station("X2").control) == ("130800", False, True)
    rows = [f"{s},2014-03-0{1 + (h == 24)} {h % 24:02d}:00,{v},{v},2,2,0.2,2\n" for s, v in (("X1", 40), ("X2", 10)) for h in range(1, 25)]
    hours = write(tmp_path, "h.csv", "station,time,pm25,pm10,so2,no2,co,o3\n" + "".join(rows))
    load_files(lake, atlas, "air_hourly", "tidy", [hours], NOW)
    air = House.open(tmp_path).air
    day = datetime(2014, 3, 1).date()
    assert air.day("承德", day)["values"]["PM2.5"] == 40
    assert air.day("承德", day, "all")["values"]["PM2.5"] == 25


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("X1,甲站,亚特兰蒂斯,117.9,40.9,否,2013-01-01", "no place"),
        ("X1,甲站,承德,40.9,117.9,否,2013-01-01", "perhaps they are exchanged"),
        ("X1,甲站,承德,117.9,40.9,也许,2013-01-01", "neither 是 nor 否"),
        (",甲站,承德,117.9,40.9,否,2013-01-01", "a code and a name"),
        ("X1,甲站,承德,117.9,40.9,否,soon", "is no day"),
    ],
)
def test_a_faulty_list_is_refused_with_the_reason(tmp_path, row, reason):
    lake = Lake(tmp_path)
    with pytest.raises(FaultsError, match=reason):
        load_files(lake, station_atlas(lake), "stations", "tidy", [write(tmp_path, "s.csv", HEAD + row + "\n")], NOW, strict=True)
