"""What each dataset holds: columns with units and titles, key, when a value is deemed published, version."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa

from lantian.kernel.errors import unknown
from lantian.kernel.period import HOUR, close_of
from lantian.kernel.pollutant import POLLUTANTS

CONCENTRATION = pa.decimal128(9, 4)
DECIMALS = CONCENTRATION.scale


@dataclass(frozen=True, slots=True)
class Column:
    """One column: name, Arrow type, unit ('' for a label), Chinese and English title."""

    name: str
    type: pa.DataType
    unit: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Declaration:
    """One dataset. ``time`` names the column that dates a row; ``lag`` is added to the end of its hour or day to give when it was published."""

    name: str
    version: int
    zh: str
    en: str
    key: tuple[str, ...]
    values: tuple[Column, ...]
    time: str
    lag: timedelta

    @property
    def columns(self) -> tuple[Column, ...]:
        """Give the dataset's own columns and those that every fact carries."""
        return (*self.values, *BOOKKEEPING)

    @property
    def schema(self) -> pa.Schema:
        """Give the Arrow schema of the stored table."""
        return pa.schema([(column.name, column.type) for column in self.columns])

    @property
    def staged(self) -> pa.Schema:
        """Give the Arrow schema of parsed rows before they are booked."""
        return pa.schema([*((column.name, column.type) for column in self.values), ("line", pa.int64())])

    def published(self, row: dict[str, Any]) -> datetime:
        """Give when the value of a row of history was published by the dataset's own rule (DESIGN §10)."""
        at = row[self.time]
        return at + self.lag if isinstance(at, datetime) else close_of(at) - HOUR + self.lag


def _label(name: str, kind: pa.DataType, zh: str, en: str) -> Column:
    return Column(name, kind, "", zh, en)


STAMP = pa.timestamp("us")
BOOKKEEPING = (
    _label("dataset", pa.string(), "来源格式", "source format"),
    _label("known_at", STAMP, "公布时刻", "known at"),
    _label("loaded_at", STAMP, "载入时刻", "loaded at"),
    _label("revision", pa.int32(), "修订号", "revision"),
    _label("month", pa.string(), "月份", "month"),
)
_SIX = tuple(Column(p.column, CONCENTRATION, p.unit, p.zh, p.en) for p in POLLUTANTS)
_DAY = _label("day", pa.date32(), "日", "day")

AIR_HOURLY = Declaration(
    "air_hourly",
    1,
    "站点小时值",
    "station hours",
    ("station", "time"),
    (
        _label("station", pa.string(), "站点", "station"),
        _label("time", STAMP, "小时结束时刻", "end of the hour"),
        _DAY,
        _label("hour", pa.int32(), "时次 1–24", "clock hour 1–24"),
        *_SIX,
        Column("temperature", pa.float64(), "°C", "气温", "temperature"),
        Column("pressure", pa.float64(), "hPa", "气压", "pressure"),
        Column("dew_point", pa.float64(), "°C", "露点", "dew point"),
        Column("rain", pa.float64(), "mm", "降水", "rain"),
        Column("wind_speed", pa.float64(), "m/s", "风速", "wind speed"),
        _label("wind_direction", pa.string(), "风向", "wind direction"),
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
        _label("place", pa.string(), "城市", "city"),
        _DAY,
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
        _label("station", pa.string(), "站点", "station"),
        _label("name", pa.string(), "名称", "name"),
        _label("place", pa.string(), "城市", "city"),
        Column("longitude", pa.float64(), "°", "经度", "longitude"),
        Column("latitude", pa.float64(), "°", "纬度", "latitude"),
        _label("control", pa.bool_(), "清洁对照点", "control point"),
        _label("day", pa.date32(), "起用日", "first day"),
    ),
    "day",
    HOUR,
)
STATISTICS = Declaration(
    "statistics",
    1,
    "统计数值",
    "statistics",
    ("place", "year", "indicator", "source"),
    (
        _label("place", pa.string(), "地区", "place"),
        _label("year", pa.int32(), "年份", "year"),
        _label("indicator", pa.string(), "指标", "indicator"),
        Column("value", pa.float64(), "see unit", "数值", "value"),
        _label("unit", pa.string(), "单位", "unit"),
        _label("source", pa.string(), "出处", "source"),
        _label("day", pa.date32(), "年末", "last day of the year"),
    ),
    "day",
    HOUR,
)
UNITS = Declaration(
    "units",
    1,
    "设备与场所登记",
    "register of equipment and sites",
    ("unit", "day"),
    (
        _label("unit", pa.string(), "编号", "unit"),
        _label("facility", pa.string(), "企业或单位", "facility"),
        _label("name", pa.string(), "名称", "name"),
        _label("place", pa.string(), "地区", "place"),
        _label("sector", pa.string(), "行业", "sector"),
        _label("kind", pa.string(), "类型", "kind"),
        Column("capacity", pa.float64(), "see capacity_unit", "容量", "capacity"),
        _label("capacity_unit", pa.string(), "容量单位", "unit of capacity"),
        _label("approved", pa.date32(), "批准日期", "approved"),
        _label("commissioned", pa.date32(), "投运日期", "commissioned"),
        _label("retired", pa.date32(), "淘汰日期", "retired"),
        _label("attributes", pa.string(), "属性", "attributes"),
        _label("day", pa.date32(), "填报日期", "day of the report"),
    ),
    "day",
    HOUR,
)
CONTROLS = Declaration(
    "controls",
    1,
    "治理设施",
    "control equipment",
    ("unit", "control", "day"),
    (
        _label("unit", pa.string(), "编号", "unit"),
        _label("control", pa.string(), "设施类型", "control"),
        _label("installed", pa.date32(), "投运日期", "installed"),
        _label("removed", pa.date32(), "停用日期", "removed"),
        _label("evidence", pa.string(), "证明文件", "evidence"),
        _label("day", pa.date32(), "填报日期", "day of the report"),
    ),
    "day",
    HOUR,
)
ACTS = Declaration(
    "acts",
    1,
    "文件与办理记录",
    "acts and documents",
    ("act", "place", "day", "title"),
    (
        _label("act", pa.string(), "事项", "act"),
        _label("place", pa.string(), "地区", "place"),
        _label("day", pa.date32(), "日期", "day"),
        _label("office", pa.string(), "办理机关", "office"),
        _label("title", pa.string(), "文件名称", "title"),
        _label("document", pa.string(), "文号", "document"),
        _label("source", pa.string(), "出处", "source"),
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
        _label("place", pa.string(), "地区或站点", "place or station"),
        _label("time", STAMP, "小时结束时刻", "end of the hour"),
        _DAY,
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
        _label("place", pa.string(), "地区或站点", "place or station"),
        _label("issued_at", STAMP, "起报时刻", "issued at"),
        _label("valid_at", STAMP, "预报时刻", "valid at"),
        _DAY,
        *_ELEMENTS,
    ),
    "issued_at",
    timedelta(0),
)
ACTIVITY = Declaration(
    "activity",
    1,
    "企业活动水平",
    "activity of process lines",
    ("process", "kind", "time"),
    (
        _label("process", pa.string(), "生产线", "process line, as the emergency plan names it"),
        _label("kind", pa.string(), "方式", "how it was seen: online, electricity or inspection"),
        _label("time", STAMP, "小时结束时刻", "end of the hour"),
        _DAY,
        Column("value", pa.float64(), "-", "活动量", "amount in the hour, in the line's own unit"),
        Column("error", pa.float64(), "-", "相对误差", "relative error of the meter"),
    ),
    "time",
    HOUR,
)
DATASETS = {each.name: each for each in (AIR_HOURLY, AIR_CITY_DAILY, STATIONS, STATISTICS, UNITS, CONTROLS, ACTS, WEATHER, WEATHER_FORECAST, ACTIVITY)}
QUARANTINE = pa.schema(
    [
        ("dataset", pa.string()),
        ("file", pa.string()),
        ("digest", pa.string()),
        ("line", pa.int64()),
        ("reason", pa.string()),
        ("text", pa.string()),
        ("loaded_at", STAMP),
    ]
)


def dataset(name: str) -> Declaration:
    """Give a declared dataset; an unknown name raises ``InputError``."""
    if name not in DATASETS:
        raise unknown("dataset", name, DATASETS)
    return DATASETS[name]
