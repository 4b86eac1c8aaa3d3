"""The stations of an installation: those that the package ships, and those loaded as the dataset ``stations``, which go first."""

from __future__ import annotations

from lantian.kernel.period import NOW, Moment
from lantian.lake.engine import open_engine
from lantian.lake.read import open_dataset
from lantian.lake.store import Lake
from lantian.places import Atlas, atlas
from lantian.places.model import Station


def station_atlas(lake: Lake, moment: Moment = NOW) -> Atlas:
    """Give the atlas with the stations that were loaded and known at a moment."""
    if not lake.exists("stations"):
        return atlas()
    from pypinyin import lazy_pinyin  # its tables take long to read, and most installations list no stations of their own

    with open_engine("duckdb") as engine:
        open_dataset(engine, lake, "stations", moment)
        rows = engine.fetch("SELECT station, name, place, longitude, latitude, control FROM stations ORDER BY station").to_pylist()
    return atlas().with_stations(
        Station(row["station"], row["name"], "".join(lazy_pinyin(row["name"])).capitalize(), row["place"], row["longitude"], row["latitude"], row["control"])
        for row in rows
    )
