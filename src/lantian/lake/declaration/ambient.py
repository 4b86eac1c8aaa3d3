"""Ambient air and weather: hours, days, stations."""

from __future__ import annotations

from datetime import timedelta

import pyarrow as pa

from lantian.kernel.period import HOUR
from lantian.kernel.pollutant import POLLUTANTS
from lantian.lake.declaration.base import DAY, STAMP, Column, Declaration, label

CONCENTRATION = pa.decimal128(9, 4)
DECIMALS = CONCENTRATION.scale

_SIX = tuple(Column(p.column, CONCENTRATION, p.unit, p.zh, p.en) for p in POLLUTANTS)

AIR_HOURLY = Declaration(
    "air_hourly",
    1,
    "站点小时值",
    "station hours",
    ("station", "time"),
    (
        label("station", pa.string(), "站点", "station"),
        label("time", STAMP, "小时结束时刻", "end of the hour"),
        DAY,
        label("hour", pa.int32(), "时次 1–24", "clock hour 1–24"),
        *_SIX,
        Column("temperature", pa.float64(), "°C", "气温", "temperature"),
        Column("pressure", pa.float64(), "hPa", "气压", "pressure"),
        Column("dew_point", pa.float64(), "°C", "露点", "dew point"),
        Column("rain", pa.float64(), "mm", "降水", "rain"),
        Column("wind_speed", pa.float64(), "m/s", "风速", "wind speed"),
        label("wind_direction", pa.string(), "风向", "wind direction"),
    ),
    "time",
    HOUR,
)
AIR_CITY_DAILY = Declaration(
    "air_city_daily",
    1,
    "城市日报",
    "city daily reports",
    ("place", "day"),
    (
        label("place", pa.string(), "城市", "city"),
        DAY,
        *_SIX,
        Column("aqi_published", pa.int32(), "AQI", "公布的 AQI", "AQI as published"),
    ),
    "day",
    HOUR,
)
STATIONS = Declaration(
    "stations",
    1,
    "站点名录",
    "list of stations",
    ("station",),
    (
        label("station", pa.string(), "站点", "station"),
        label("name", pa.string(), "名称", "name"),
        label("place", pa.string(), "城市", "city"),
        Column("longitude", pa.float64(), "°", "经度", "longitude"),
        Column("latitude", pa.float64(), "°", "纬度", "latitude"),
        label("control", pa.bool_(), "清洁对照点", "control point"),
        label("day", pa.date32(), "起用日", "first day"),
    ),
    "day",
    HOUR,
)
_ELEMENTS = (
    Column("temperature", pa.float64(), "°C", "气温", "temperature"),
    Column("dew_point", pa.float64(), "°C", "露点", "dew point"),
    Column("pressure", pa.float64(), "hPa", "气压", "pressure"),
    Column("wind_speed", pa.float64(), "m/s", "风速", "wind speed"),
    Column("wind_direction", pa.float64(), "°", "风向（来向）", "direction the wind comes from"),
    Column("rain", pa.float64(), "mm", "降水", "rain in the hour"),
)
WEATHER = Declaration(
    "weather",
    1,
    "气象观测",
    "observed weather",
    ("place", "time"),
    (
        label("place", pa.string(), "地区或站点", "place or station"),
        label("time", STAMP, "小时结束时刻", "end of the hour"),
        DAY,
        *_ELEMENTS,
    ),
    "time",
    HOUR,
)
WEATHER_FORECAST = Declaration(
    "weather_forecast",
    1,
    "气象预报",
    "weather forecasts",
    ("place", "issued_at", "valid_at"),
    (
        label("place", pa.string(), "地区或站点", "place or station"),
        label("issued_at", STAMP, "起报时刻", "issued at"),
        label("valid_at", STAMP, "预报时刻", "valid at"),
        DAY,
        *_ELEMENTS,
    ),
    "issued_at",
    timedelta(0),
)
