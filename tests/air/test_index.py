"""HJ 633: sub-indices and AQI against the standard's table, golden values and rational arithmetic."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction

import pytest

from lantian.air.rules.index import air_quality_index, iaqi, level
from lantian.air.service.edition import index_table
from lantian.law import book

LAW = book()
OLD, NEW = index_table(LAW, "2012"), index_table(LAW, "2026")
EVERY = [(table, indicator) for table in (OLD, NEW) for indicator in table.breakpoints]


@pytest.mark.parametrize(
    ("table", "indicator", "value", "expected"),
    [
        (OLD, ("PM2.5", "day"), 68, 92),
        (NEW, ("PM2.5", "day"), 68, 108),
        (OLD, ("PM2.5", "day"), 75, 100),
        (NEW, ("PM2.5", "day"), 75, 114),
        (OLD, ("PM10", "day"), 150, 100),
        (NEW, ("PM10", "day"), 150, 112),
        (OLD, ("CO", "day"), 4, 100),
        (OLD, ("O3", "mda8"), 801, None),
        (NEW, ("O3", "mda8"), 801, 300),
        (OLD, ("SO2", "hour"), 801, None),
        (NEW, ("SO2", "hour"), 801, 200),
        (OLD, ("PM2.5", "day"), 501, 500),
        (OLD, ("PM10", "day"), Decimal(-3), 0),
    ],
)
def test_golden_values(table, indicator, value, expected):
    assert iaqi(value, table.breakpoints[indicator]) == expected


@pytest.mark.parametrize(("table", "indicator"), EVERY, ids=lambda x: x.edition if hasattr(x, "edition") else "-".join(x))
def test_every_reportable_value_is_exact_monotonic_and_hits_its_breakpoints(table, indicator):
    column = table.breakpoints[indicator]
    step = Fraction(1, 10**column.decimals)
    previous = 0
    for k in range(int(column.top / step) + 1):
        value = k * step
        got = iaqi(value, column)
        (low, low_index), (high, high_index) = next((a, b) for a, b in zip(column.points, column.points[1:], strict=False) if a[0] <= value <= b[0])
        # cross-multiplied: got is the least whole number not below the interpolated one
        rise = Fraction(high_index - low_index) * (value - low)
        assert (got - 1 - low_index) * (high - low) < rise <= (got - low_index) * (high - low)
        assert got >= previous
        previous = got
    for concentration, index in column.points:
        assert iaqi(concentration, column) == index
    assert math.isclose(float(column.points[0][0]), 0)


def test_input_is_rounded_half_even_once():
    assert iaqi(Fraction("75.5"), OLD.breakpoints["PM2.5", "day"]) == iaqi(76, OLD.breakpoints["PM2.5", "day"])
    assert iaqi(Fraction("74.5"), OLD.breakpoints["PM2.5", "day"]) == iaqi(74, OLD.breakpoints["PM2.5", "day"])
    assert iaqi(Fraction("2.05"), OLD.breakpoints["CO", "day"]) == iaqi(2, OLD.breakpoints["CO", "day"])


def values(**given):
    keys = {"pm25": ("PM2.5", "day"), "pm10": ("PM10", "day"), "so2": ("SO2", "day"), "no2": ("NO2", "day"), "co": ("CO", "day"), "o3": ("O3", "mda8")}
    return {keys[name]: value for name, value in given.items()}


def test_ties_are_primary_together():
    index = air_quality_index(values(pm25=75, pm10=150, so2=10, no2=20, co=1, o3=50), OLD)
    assert (index.aqi, index.primary, index.exceeding) == (100, ("PM2.5", "PM10"), ())


def test_no_primary_pollutant_up_to_fifty():
    assert air_quality_index(values(pm25=35, pm10=20, so2=10, no2=20, co=1, o3=50), OLD).primary == ()


def test_exceeding_pollutants_stand_in_the_old_edition_only():
    day = values(pm25=130, pm10=160, so2=10, no2=20, co=1, o3=50)
    assert air_quality_index(day, OLD).exceeding == ("PM2.5", "PM10")
    assert air_quality_index(day, NEW).exceeding == ()


@pytest.mark.parametrize(
    ("table", "day", "expected"),
    [
        (OLD, values(pm25=None, pm10=None, so2=10, no2=20, co=1, o3=10), None),  # 2014-02-25 in Beijing: ozone alone says nothing
        (OLD, values(pm25=None, pm10=160, so2=10, no2=20, co=1, o3=10), 105),
        (OLD, values(pm25=20, pm10=20, so2=None, no2=20, co=1, o3=10), 29),
        (NEW, values(pm25=20, pm10=20, so2=None, no2=20, co=1, o3=10), None),
        (NEW, values(pm25=70, pm10=20, so2=None, no2=20, co=1, o3=10), 110),
    ],
)
def test_a_missing_pollutant(table, day, expected):
    index = air_quality_index(day, table)
    assert index.aqi == expected
    assert index.because  # a missing pollutant is always spoken of


def test_nothing_valid_is_unknown_with_a_reason():
    index = air_quality_index(values(pm25=None, o3=None), OLD)
    assert index.aqi is None
    assert [message.key for message in index.because] == ["aqi.nothing_valid"]


@pytest.mark.parametrize(
    ("aqi", "expected"), [(0, 1), (50, 1), (51, 2), (100, 2), (101, 3), (150, 3), (151, 4), (200, 4), (201, 5), (300, 5), (301, 6), (500, 6)]
)
def test_level_edges(aqi, expected):
    assert level(aqi, OLD) == level(aqi, NEW) == expected
