"""Forecasts on real data: nothing later is known, what is reached on Beijing, labels, model files, the command line."""

from __future__ import annotations

import json
import sys
from datetime import date, datetime
from types import SimpleNamespace

import numpy as np
import pytest

from lantian.air.service.edition import index_table
from lantian.app.forecast_data import city_days, city_hours, station_days
from lantian.app.forecasting import as_json, kept, skill, train
from lantian.app.forecasts import VALID_SHARE, draws_of
from lantian.app.house import House
from lantian.app.replay import Asked, announced, replay
from lantian.app.speech import say
from lantian.forecast.model import TARGETS, CityForecast, Methods, Trained
from lantian.forecast.readers import methods, read_bundle, read_model, write_model
from lantian.forecast.service import learn
from lantian.forecast.service.hourly import foretell_hourly, padded, persisted, train_hourly
from lantian.forecast.service.learn import library
from lantian.forecast.service.rolling import verify_daily, verify_hourly
from lantian.forecast.service.training import train_cities, write_bundle
from lantian.kernel.errors import InputError
from lantian.kernel.finding import Message
from lantian.law import book

TABLE = index_table(book(), "2012")
BEIJING = "110000"
EVE = datetime(2015, 12, 7, 17)


@pytest.fixture(scope="module")
def eve(sample):
    return sample.at(EVE)


def test_a_forecast_at_a_clock_is_the_replay_of_that_issue(sample, eve):
    """The one sees data only as known at the clock, the other was made with all later data at hand: they must not differ."""
    at_clock = eve.forecasts.city(BEIJING, "none")
    again = sample.forecasts.replayed(BEIJING, date(2015, 12, 5), date(2015, 12, 9), "none")[2]
    assert isinstance(at_clock, CityForecast)
    assert at_clock.issued_at == again.issued_at == datetime(2015, 12, 7, 16)
    assert [each.day for each in at_clock.days] == [date(2015, 12, 8 + n) for n in range(7)]
    for one, other in zip(at_clock.days, again.days, strict=True):
        assert one.aqi.median == pytest.approx(other.aqi.median, rel=1e-9)
        assert one.values["pm25"].high == pytest.approx(other.values["pm25"].high, rel=1e-9)
        assert one.probability == pytest.approx(other.probability)
    assert next(at for at, _ in at_clock.hours) == datetime(2015, 12, 7, 16)
    assert len(at_clock.hours) == 72


def test_a_days_range_holds_its_median_and_its_levels_rise(eve):
    told = eve.forecasts.city(BEIJING)
    for day in told.days:
        assert 0 < day.aqi.low <= day.aqi.median <= day.aqi.high
        assert list(day.level) == sorted(day.level)
        assert list(day.probability.values()) == sorted(day.probability.values(), reverse=True)
        assert all(0 <= each <= 1 for each in day.probability.values())
        assert all(each.low <= each.median <= each.high for each in day.values.values())
    drawn = draws_of(told)
    assert drawn.shape == (2000, 7)
    for number, day in enumerate(told.days):
        share = (drawn[:, number] > 200).mean()
        assert abs(share - np.mean(np.array(day.quantiles) > 200)) < 0.06
    assert (draws_of(told) == drawn).all()


def test_every_city_of_the_reports_is_forecast_or_says_why(sample):
    house = sample.at(datetime(2015, 12, 8, 1, 30))
    told = house.forecasts.cities()
    good = {code: each for code, each in told.items() if isinstance(each, CityForecast)}
    assert len(told) >= 360
    assert len(good) >= 350
    for each in list(good.values())[:20]:
        assert [day.day for day in each.days] == [date(2015, 12, 8 + n) for n in range(7)]
    assert all(isinstance(each, Message) and each.key == "forecast.stale" for code, each in told.items() if code not in good)
    single = house.forecasts.city("130100")
    assert single.days[0].aqi == good["130100"].days[0].aqi


def test_what_a_forecast_rests_on_is_said(sample, eve):
    keys = {each.key for each in eve.forecasts.city(BEIJING).because}
    assert keys == {"forecast.no_weather"}
    assert {each.key for each in eve.forecasts.city(BEIJING, "forecast").because} == {"forecast.noisy_weather"}
    assert eve.forecasts.city(BEIJING, "perfect").key == "forecast.no_model"
    early = sample.at(datetime(2015, 6, 1, 18))
    assert "forecast.in_sample" in {each.key for each in early.forecasts.city(BEIJING).because}
    told = as_json(eve, BEIJING, eve.forecasts.city(BEIJING))
    assert told["model"]["last_day"] == "2015-11-24"
    assert {(each["first"], each["last"]) for each in skill(eve, BEIJING)} == {("2015-03-01", "2015-11-24")}  # no score of days that were not over
    assert skill(sample.at(datetime(2016, 3, 1, 18)), BEIJING)[0]["last"] == "2016-02-29"
    assert skill(sample.at(datetime(2015, 6, 1, 18)), "130100") == []
    assert as_json(eve, BEIJING, Message("forecast.stale", {"place": "x", "days": 3}))["days"] == []


def test_a_station_that_went_silent_is_stale_and_not_guessed(sample):
    hours = city_hours(sample.at(EVE), BEIJING, date(2015, 10, 20))
    assert hours.count < padded(hours, hours.count + 24).count
    silent = {name: np.where(np.arange(hours.count) > hours.count - 24 * 5, np.nan, values) for name, values in hours.air.items()}
    held = type(hours)(hours.place, hours.start, silent, hours.shape, hours.weather)
    room = sample.at(EVE).forecasts
    found = room._foretell(held, [date(2015, 12, 7)], "none", None, room.choose("hourly", "none", BEIJING))
    assert [each.key for each in found] == ["forecast.stale"]


@pytest.mark.slow
def test_what_is_reached_on_beijing_a_day_ahead(sample):
    """Trained to February 2015, verified on the year after: better than persistence by a quarter, than climatology, and ranges that hold."""
    own = Methods({**methods().told, "lead_groups": {"hourly": [[1]], "daily": [[1]]}})
    hours, days = city_hours(sample, BEIJING), station_days(sample, BEIJING, TABLE)
    last = date(2015, 2, 28)
    parts, names = train_hourly(hours, 24 * ((last - hours.start.date()).days + 1) - 1, own, TABLE, "none", VALID_SHARE)
    bundle = {name: Trained("hourly", "none", name, (BEIJING,), hours.start.date(), last, names, "", "", "", tuple(parts[name])) for name in TARGETS}
    found = verify_hourly(hours, days, bundle, date(2015, 3, 1), date(2016, 2, 29), own, TABLE, "none", [1])["leads"][0]
    fine, aqi, heavy = found["targets"]["pm25"], found["targets"]["aqi"], found["events"]["200"]
    assert fine["count"] >= 355
    assert fine["share_of_persistence"] <= 0.78
    assert aqi["mae"] <= 44
    assert aqi["mae"] < min(aqi["persistence_mae"], aqi["climatology_mae"], aqi["blend_mae"])
    assert 0.76 <= aqi["coverage"] <= 0.84
    assert 0.76 <= fine["coverage"] <= 0.84
    assert heavy["csi"] >= 0.40
    shuffled, _ = foretell_hourly(hours, np.array([24 * 400 + 14]), 1, bundle, own, TABLE, None)
    again, before = foretell_hourly(hours, np.array([24 * 400 + 14]), 1, bundle, own, TABLE, None)
    assert shuffled.median["aqi"] == again.median["aqi"]
    assert before["aqi"] == persisted(hours, np.array([24 * 400 + 14]), TABLE)["aqi"]


@pytest.mark.slow
def test_the_cities_are_never_worse_than_climatology(sample):
    """The shipped model of all cities on days after its window, held against climatology learned from its window."""
    room = sample.forecasts
    path = room.choose_before("daily", "none", None, date(2015, 9, 1))
    found = verify_daily(city_days(sample, TABLE), read_bundle(path), date(2015, 9, 1), date(2015, 12, 31), methods(), TABLE, [1, 4, 7])
    for each in found["leads"]:
        aqi = each["targets"]["aqi"]
        assert aqi["mae"] < aqi["climatology_mae"]
    first = found["leads"][0]["targets"]["aqi"]
    assert first["share_of_persistence"] <= 0.85
    told = json.loads((path / "manifest.json").read_text(encoding="utf-8"))["scores"]["after"]["leads"][0]["targets"]["aqi"]
    assert told["mae"] == pytest.approx(first["mae"], rel=0.001)  # the manifest says what is measured again here


def test_a_model_file_is_given_back_the_same_and_a_broken_one_is_told(sample, tmp_path):
    path = sample.forecasts.choose_before("hourly", "none", BEIJING, date(2015, 12, 1))
    model = read_bundle(path)["so2"]
    write_model(model, tmp_path)
    assert read_model(tmp_path / "so2.json.xz") == model
    assert (tmp_path / "so2.json.xz").read_bytes() == (path / "so2.json.xz").read_bytes()
    (tmp_path / "so2.json.xz").write_bytes(b"no model")
    with pytest.raises(InputError, match="train it again"):
        read_model(tmp_path / "so2.json.xz")
    write_bundle({"so2": model}, tmp_path / "x", {}, [[1.0]])
    assert json.loads((tmp_path / "x" / "manifest.json").read_text(encoding="utf-8"))["last_day"] == "2015-11-24"


def test_too_few_days_train_nothing(sample):
    days = city_days(sample, TABLE, date(2015, 6, 1))
    with pytest.raises(InputError, match="a model must have seen the seasons"):
        train_cities(days, date(2015, 8, 31), methods(), TABLE)
    with pytest.raises(InputError, match="no hours"):
        train(sample, "石家庄", "none", date(2015, 8, 31), None)


def test_the_replay_of_december_2015(sample, tmp_path):
    house = House(tmp_path)
    house.__dict__.update(lake=sample.lake, atlas=sample.atlas, derived=sample.derived)
    asked = Asked(BEIJING, date(2015, 12, 5), date(2015, 12, 10), "none", auto_approve=True)
    found = replay(house, asked)
    assert [step["date"] for step in found["steps"]] == [f"2015-12-{day:02}" for day in range(5, 11)]
    assert [step["announced"] for step in found["steps"]] == [[], [], [], ["red"], ["red"], ["red"]]
    assert [step["aqi"] for step in found["steps"]][2:5] == [230, 295, 295]
    assert len(found["hours"]) == 6 * 24
    for step in found["steps"]:
        assert step["forecast"]["issued_at"] == f"{step['date']}T16:00:00"
        assert step["proposal"]["rule"]["zh"] == "北京市空气重污染应急预案（2015年3月）"
    assert any(each["action"] == "issue" for each in found["ordered"])
    assert replay(house, asked) == found
    quiet = replay(house, Asked(BEIJING, date(2015, 12, 5), date(2015, 12, 10)))
    assert quiet["ordered"] == []
    assert {step["held"] for step in quiet["steps"]} == {None}
    assert announced(BEIJING)[1]["end"] == datetime(2015, 12, 23)
    for bad in ((date(2015, 12, 10), date(2015, 12, 5)), (date(2013, 1, 1), date(2015, 12, 5))):
        with pytest.raises(InputError, match="does not span"):
            replay(house, Asked(BEIJING, *bad))
    with pytest.raises(InputError, match="trained on days before"):
        replay(house, Asked(BEIJING, date(2014, 12, 5), date(2014, 12, 6)))
    assert SimpleNamespace(**found).variant == "none"


def test_without_openmp_the_reason_is_said_and_nothing_breaks(sample, monkeypatch):
    """The boosting library cannot be loaded: the city page says what to install instead of failing."""

    class Broken:
        def find_spec(self, name, *_):
            if name == "lightgbm":
                message = "libgomp.so.1: cannot open shared object file"
                raise OSError(message)

    kept_before = dict(sys.modules)
    for name in [name for name in sys.modules if name.split(".")[0] == "lightgbm"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", [Broken(), *sys.meta_path])
    library.cache_clear()
    learn._opened.cache_clear()
    try:
        told = kept(sample.at(datetime(2015, 12, 3, 17, 3)), BEIJING)
    finally:
        library.cache_clear()
        sys.modules.update({name: each for name, each in kept_before.items() if name.split(".")[0] == "lightgbm"})
    assert told["days"] == []
    assert "libgomp1" in say(told["because"][0], "zh")
