"""Trains the forecast models that the repository ships, from the sample data alone; the same data give the same files.

Beijing by its hours, without a weather forecast and with a forecast-like one, trained to the day before the replay of December 2015; all cities by
their days, trained to August 2015. How the errors hang together over the leads is learned from models that end earlier, so that no replayed day is used.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from lantian.air.service.edition import index_table
from lantian.app.forecast_data import city_days, city_hours, station_days
from lantian.app.forecasts import VALID_SHARE
from lantian.app.house import House
from lantian.app.settings import settings
from lantian.forecast.model import Bundle
from lantian.forecast.readers import methods
from lantian.forecast.service.rolling import verify_daily, verify_hourly
from lantian.forecast.service.training import rounded, train_cities, train_city, write_bundle
from lantian.law import book

OUT = Path(__file__).resolve().parents[1] / "src" / "lantian" / "forecast" / "models"
BEIJING = "110000"
LEADS = range(1, 8)
YEAR_END, REPLAY_EVE, HOURS_END = date(2015, 2, 28), date(2015, 11, 24), date(2016, 2, 29)
EARLIER, DAYS_TRAINED, DAYS_END = date(2015, 5, 31), date(2015, 8, 31), date(2015, 12, 31)


def main(asked: Sequence[str]) -> None:
    """Train what is asked for: none, forecast, daily; all without words."""
    house = House.open(settings().home)
    told = methods()
    table = index_table(book(), "2012")
    wanted = asked or ("none", "forecast", "daily")
    for variant in ("none", "forecast"):
        if variant in wanted:
            hours = city_hours(house, BEIJING)
            if hours is None:
                raise SystemExit("no hours of Beijing are loaded; run lantian up --no-serve first")
            days = station_days(house, BEIJING, table)
            early = train_city(hours, YEAR_END, variant, told, table, VALID_SHARE)
            after = date.fromordinal(YEAR_END.toordinal() + 1)
            year = verify_hourly(hours, days, early, after, HOURS_END, told, table, variant, LEADS)
            before = verify_hourly(hours, days, early, after, REPLAY_EVE, told, table, variant, LEADS)
            bundle = train_city(hours, REPLAY_EVE, variant, told, table, VALID_SHARE)
            later = verify_hourly(hours, days, bundle, date.fromordinal(REPLAY_EVE.toordinal() + 1), HOURS_END, told, table, variant, LEADS)
            keep(f"beijing-{variant}", bundle, {"before": before, "year": year, "after": later}, before["dependence"])
    if "daily" in wanted:
        cities = city_days(house, table)
        early = train_cities(cities, EARLIER, told, table)
        before = verify_daily(cities, early, date(2015, 6, 1), DAYS_TRAINED, told, table, LEADS)
        bundle = train_cities(cities, DAYS_TRAINED, told, table)
        later = verify_daily(cities, bundle, date(2015, 9, 1), DAYS_END, told, table, LEADS)
        keep("cities-none", bundle, {"before": before, "after": later}, before["dependence"])


def keep(name: str, bundle: Bundle, scores: Mapping[str, Any], dependence: list[list[float]]) -> None:
    """Write a bundle in the place of the one before, and print its scores."""
    shutil.rmtree(OUT / name, ignore_errors=True)
    write_bundle(bundle, OUT / name, scores, dependence)
    size = sum(path.stat().st_size for path in (OUT / name).iterdir())
    print(f"{name}: {size / 1e6:.1f} MB")
    for which, each in scores.items():
        for lead in each["leads"]:
            aqi, fine, heavy = lead["targets"]["aqi"], lead["targets"]["pm25"], lead["events"]["200"]
            row = {"PM2.5": fine["mae"], "of persistence": fine["share_of_persistence"], "AQI": aqi["mae"], "AQI of persistence": aqi["share_of_persistence"]}
            row |= {"climatology": aqi["climatology_mae"], "blend": aqi["blend_mae"], "covers": [fine["coverage"], aqi["coverage"]]}
            row |= {"POD": heavy["pod"], "FAR": heavy["far"], "CSI": heavy["csi"]}
            print(which, f"D+{lead['lead']}", json.dumps(rounded(row)))


if __name__ == "__main__":
    main(sys.argv[1:])
