"""The parts of the forecast against slow readings of their definitions, and the laws they must keep."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lantian.air.rules.index import air_quality_index
from lantian.air.service.edition import index_table
from lantian.forecast.model import COLUMNS, Days, Hours
from lantian.forecast.readers import methods
from lantian.forecast.rules.calibration import conformal_quantile, distribution, equal_steps, probability_above
from lantian.forecast.rules.daily import day_features, distances, rings, sectors
from lantian.forecast.rules.hourly import air_features, calendar_features, eight_hours, weather_features, window_values
from lantian.forecast.rules.hourly import logs as hour_logs
from lantian.forecast.rules.index import DAILY, index_of, levels_of, primary_of, thresholds
from lantian.forecast.rules.rolling import lagged, nan_mean, rolling_max, rolling_mean, weighted_mean
from lantian.forecast.rules.scores import coverage, crps, errors, events, forecast_mqi
from lantian.forecast.rules.weather import ahead, forecast_like, path_features, relative_humidity
from lantian.forecast.service.rolling import dependence, joint_draws
from lantian.law import book

TABLE = index_table(book(), "2012")
OWN = methods()
NUMBERS = st.one_of(st.just(float("nan")), st.floats(0, 900, allow_nan=False))


@settings(max_examples=80, deadline=None)
@given(values=st.lists(NUMBERS, min_size=1, max_size=40), width=st.integers(1, 12), share=st.sampled_from([0.0, 0.5, 0.75, 1.0]))
def test_running_means_and_greatest_values_are_those_of_a_slow_loop(values, width, share):
    found, top = rolling_mean(np.array(values), width, share), rolling_max(np.array(values), width)
    for at in range(len(values)):
        window = [each for each in values[max(0, at - width + 1) : at + 1] if not np.isnan(each)]
        enough = len(window) >= max(1, share * width)
        assert (np.isnan(found[at]) and not enough) or found[at] == pytest.approx(sum(window) / len(window), abs=1e-6)
        assert (np.isnan(top[at]) and not window) or top[at] == max(window)


@settings(max_examples=120, deadline=None)
@given(values=st.lists(st.one_of(st.just(float("nan")), st.floats(0, 700).map(lambda x: round(x, 1))), min_size=6, max_size=6))
def test_the_index_of_arrays_is_the_scalar_rule_of_the_air_room(values):
    held = {column: np.array([value]) for column, value in zip(COLUMNS, values, strict=True)}
    aqi, parts = index_of(held, TABLE)
    slow = {DAILY[column]: None if np.isnan(value) else Fraction(str(value)) for column, value in zip(COLUMNS, values, strict=True)}
    wanted = air_quality_index(slow, TABLE)
    assert (None if np.isnan(aqi[0]) else int(aqi[0])) == wanted.aqi
    if wanted.aqi is not None:
        assert levels_of(aqi, TABLE)[0] == wanted.level
        assert (primary_of(parts, aqi, TABLE)[0] is None) == (not wanted.primary)


def test_the_thresholds_are_the_tops_of_levels_three_to_five():
    assert thresholds(TABLE) == (150, 200, 300)


@settings(max_examples=60, deadline=None)
@given(members=st.lists(st.floats(0, 500), min_size=2, max_size=30), came=st.floats(0, 500))
def test_the_crps_is_that_of_the_ensemble(members, came):
    """E|X − y| − E|X − X'| / 2 over all members and pairs."""
    ensemble = np.sort(members)
    slow = np.abs(ensemble - came).mean() - np.abs(ensemble[:, None] - ensemble[None, :]).mean() / 2
    assert crps(ensemble[None, :], np.array([came]))[0] == pytest.approx(slow, abs=1e-9)


def test_scores_of_a_hand_made_week():
    said, came, before = np.array([100.0, 220, 90, 310, 50]), np.array([120.0, 180, 90, 350, np.nan]), np.array([80.0, 120, 180, 90, 350])
    assert errors(said, came) == {"count": 4, "mae": 25.0, "rmse": pytest.approx(np.sqrt((400 + 1600 + 0 + 1600) / 4)), "bias": pytest.approx(-5.0)}
    assert errors(said * np.nan, came)["mae"] is None
    assert events(said > 200, came > 200) == {"hits": 1, "misses": 0, "false_alarms": 1, "pod": 1.0, "far": 0.5, "csi": 0.5}
    assert events(said > 900, came > 900)["csi"] is None
    assert coverage(said - 30, said + 30, came) == 0.5
    about = {"relative": 0.36, "reference": 25, "alpha": 0.5}
    wide = [abs(c - b) + 0.36 * np.sqrt(0.75 * b**2 + 0.25 * 25**2) for c, b in zip(came[:4], before[:4], strict=True)]
    gap = [(s - c) ** 2 for s, c in zip(said[:4], came[:4], strict=True)]
    assert forecast_mqi(said, came, before, about) == pytest.approx(np.sqrt(sum(gap) / sum(each**2 for each in wide)))
    assert forecast_mqi(said * np.nan, came, before, about) is None


def test_conformal_bounds_hold_for_what_comes_next_whatever_the_law():
    """Over many samples of a skewed law the next value lies below the bound at least as often as promised, and not much more often."""
    random = np.random.default_rng(3)
    for level in (0.9, 0.8):
        inside = [np.exp(random.normal()) <= conformal_quantile(np.exp(random.normal(size=60)), level) for _ in range(4000)]
        assert level - 0.015 <= np.mean(inside) <= level + 0.03
    assert np.isnan(conformal_quantile(np.array([np.nan]), 0.9))


@settings(max_examples=60, deadline=None)
@given(centre=st.floats(2, 6), spread=st.floats(0.01, 2), thresholds_=st.lists(st.floats(1, 600), min_size=2, max_size=6))
def test_quantiles_never_fall_and_chances_never_rise_with_the_threshold(centre, spread, thresholds_):
    steps = np.sort(np.random.default_rng(1).normal(size=50))
    quantiles = distribution(np.array([centre]), np.array([spread]), steps)
    assert (np.diff(quantiles[0]) >= 0).all()
    chances = [float(probability_above(quantiles, each)[0]) for each in sorted(thresholds_)]
    assert chances == sorted(chances, reverse=True)
    assert all(0 <= each <= 1 for each in chances)


def test_joint_futures_keep_each_days_quantiles_and_hang_together():
    quantiles = np.vstack([np.linspace(50, 300, 50), np.linspace(80, 200, 50)])
    tied = np.array([[1.0, 0.8], [0.8, 1.0]])
    drawn = joint_draws(quantiles, tied, 20_000, 1)
    for lead in range(2):
        assert np.percentile(drawn[:, lead], [10, 50, 90]) == pytest.approx(np.interp([0.1, 0.5, 0.9], equal_steps(50), quantiles[lead]), rel=0.02)
    assert np.corrcoef(drawn.T)[0, 1] == pytest.approx(0.8, abs=0.04)
    assert (joint_draws(quantiles, tied, 10, 1) == joint_draws(quantiles, tied, 10, 1)).all()
    random = np.random.default_rng(2)
    common = random.normal(size=500)
    ranks = [{n: 0.8 * common[n] + 0.6 * random.normal() for n in range(500)} for _ in range(3)]
    found = np.array(dependence(ranks))
    assert (np.linalg.eigvalsh(found) > 0).all()
    assert found[0, 1] == pytest.approx(0.64 * 0.95, abs=0.06)


def hours(count=24 * 40, seed=1):
    random = np.random.default_rng(seed)
    air = {name: np.exp(random.normal(4, 1, count)) for name in COLUMNS}
    shape = {name: random.normal(size=count) for name in ("spread", "slope_east", "slope_north")}
    weather = {name: random.normal(size=count) for name in ("temperature", "dew_point", "pressure", "rain", "wind_u", "wind_v")}
    return Hours("110000", datetime(2015, 1, 1, 1), air, shape, weather)


@pytest.mark.parametrize("part", ["air", "shape", "weather"])
@pytest.mark.parametrize("at", [24 * 9, 24 * 20 + 14])
def test_no_feature_of_an_issue_sees_an_hour_after_it(part, at):
    """Every value of every column after the issue is changed; no feature moves. One hour earlier, and some do."""
    before = hours()

    def features(held):
        where = np.array([at])
        return air_features(held, where, OWN) | weather_features(held, where) | calendar_features(held, where)

    def changed(since):
        own = {name: np.where(np.arange(len(values)) >= since, 12345.0, values) for name, values in getattr(before, part).items()}
        return Hours(before.place, before.start, *(own if each == part else getattr(before, each) for each in ("air", "shape", "weather")))

    same, other = features(before), features(changed(at + 1))
    assert all(np.array_equal(same[name], other[name], equal_nan=True) for name in same)
    assert any(not np.array_equal(same[name], features(changed(at))[name], equal_nan=True) for name in same)
    assert set(hour_logs(before, OWN)) == set(COLUMNS)


def test_no_feature_of_a_city_sees_a_day_after_it():
    random = np.random.default_rng(4)
    names = (*COLUMNS, "aqi")
    values = {name: np.exp(random.normal(4, 1, (60, 5))) for name in names}
    days = Days(tuple("abcde"), np.linspace(110, 120, 5), np.linspace(30, 40, 5), date(2015, 1, 1), values)
    later = {name: np.where(np.arange(60)[:, None] > 40, 9999.0, each) for name, each in values.items()}
    first, second = (day_features(Days(days.places, days.longitude, days.latitude, days.start, each), OWN) for each in (values, later))
    assert all(np.array_equal(first[name][:41], second[name][:41], equal_nan=True) for name in first)
    far, way = distances(days.longitude, days.latitude)
    assert np.allclose(far, far.T)
    assert len(rings(days, OWN)) == len(OWN["ring_km"])
    assert sum(each.sum() for each in sectors(days, OWN).values()) <= 20
    assert way[0, 1] == pytest.approx(np.arctan2(2.5, 2.5 * np.cos(np.deg2rad(31.25))))


def test_the_weather_ahead_is_the_weather_after_the_issue_and_noise_grows_with_the_lead():
    held = hours(24 * 30)
    at = np.arange(24 * 9, 24 * 20)
    path = ahead(held.weather, at, 81)
    assert path["temperature"][0, 0] == held.weather["temperature"][at[0] + 1]
    noisy = forecast_like(path, OWN, 9, 1)
    gap = (noisy["temperature"] - path["temperature"]).std(axis=0)
    assert gap[9 + 12 : 9 + 18].mean() == pytest.approx(1.5, rel=0.25)
    assert gap[-6:].mean() == pytest.approx(3.5, rel=0.25)
    assert all(len(each) == len(at) for each in path_features(path, 9).values())
    assert relative_humidity(np.array([20.0]), np.array([9.3]))[0] == pytest.approx(50, abs=0.5)  # a table of psychrometry


def test_a_day_of_hours_is_its_mean_and_ozone_its_greatest_eight_hours():
    held = hours(48)
    held.air["o3"][:] = np.arange(48)
    found = window_values(held, np.array([47]), 20 / 24)
    assert found["pm25"][0] == pytest.approx(held.air["pm25"][24:].mean())
    assert found["o3"][0] == np.mean(range(40, 48))
    assert eight_hours(held.air["o3"])[7] == 3.5
    held.air["pm25"][30:36] = np.nan
    assert np.isnan(window_values(held, np.array([47]), 20 / 24)["pm25"][0])
    assert np.isnan(window_values(held, np.array([48]), 20 / 24)["so2"][0])  # beyond what is known
    assert lagged(np.arange(3.0), 2)[2] == 0
    assert nan_mean(np.array([[1.0, np.nan]]))[0] == 1
    assert weighted_mean(np.array([[1.0, 3.0]]), np.array([[0, 1.0], [1, 1]])).tolist() == [[3.0, 2.0]]
    assert timedelta(hours=1) * 24 == timedelta(days=1)
