"""Registers that places and enterprises fill in: statistics, units, controls, acts, activity."""

from __future__ import annotations

import pyarrow as pa

from lantian.kernel.period import HOUR
from lantian.lake.declaration.base import DAY, STAMP, Column, Declaration, label

STATISTICS = Declaration(
    "statistics",
    1,
    "统计数值",
    "statistics",
    ("place", "year", "indicator", "source"),
    (
        label("place", pa.string(), "地区", "place"),
        label("year", pa.int32(), "年份", "year"),
        label("indicator", pa.string(), "指标", "indicator"),
        Column("value", pa.float64(), "see unit", "数值", "value"),
        label("unit", pa.string(), "单位", "unit"),
        label("source", pa.string(), "出处", "source"),
        label("day", pa.date32(), "年末", "last day of the year"),
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
        label("unit", pa.string(), "编号", "unit"),
        label("facility", pa.string(), "企业或单位", "facility"),
        label("name", pa.string(), "名称", "name"),
        label("place", pa.string(), "地区", "place"),
        label("sector", pa.string(), "行业", "sector"),
        label("kind", pa.string(), "类型", "kind"),
        Column("capacity", pa.float64(), "see capacity_unit", "容量", "capacity"),
        label("capacity_unit", pa.string(), "容量单位", "unit of capacity"),
        label("approved", pa.date32(), "批准日期", "approved"),
        label("commissioned", pa.date32(), "投运日期", "commissioned"),
        label("retired", pa.date32(), "淘汰日期", "retired"),
        label("attributes", pa.string(), "属性", "attributes"),
        label("day", pa.date32(), "填报日期", "day of the report"),
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
        label("unit", pa.string(), "编号", "unit"),
        label("control", pa.string(), "设施类型", "control"),
        label("installed", pa.date32(), "投运日期", "installed"),
        label("removed", pa.date32(), "停用日期", "removed"),
        label("evidence", pa.string(), "证明文件", "evidence"),
        label("day", pa.date32(), "填报日期", "day of the report"),
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
        label("act", pa.string(), "事项", "act"),
        label("place", pa.string(), "地区", "place"),
        label("day", pa.date32(), "日期", "day"),
        label("office", pa.string(), "办理机关", "office"),
        label("title", pa.string(), "文件名称", "title"),
        label("document", pa.string(), "文号", "document"),
        label("source", pa.string(), "出处", "source"),
    ),
    "day",
    HOUR,
)
ACTIVITY = Declaration(
    "activity",
    1,
    "企业活动水平",
    "activity of process lines",
    ("process", "kind", "time"),
    (
        label("process", pa.string(), "生产线", "process line, as the emergency plan names it"),
        label("kind", pa.string(), "方式", "how it was seen: online, electricity or inspection"),
        label("time", STAMP, "小时结束时刻", "end of the hour"),
        DAY,
        Column("value", pa.float64(), "-", "活动量", "amount in the hour, in the line's own unit"),
        Column("error", pa.float64(), "-", "相对误差", "relative error of the meter"),
    ),
    "time",
    HOUR,
)
ACCESS_LIST = Declaration(
    "access_list",
    1,
    "符合准入条件企业名单",
    "lists of compliant firms",
    ("industry", "enterprise", "edition", "day"),
    (
        label("industry", pa.string(), "行业", "industry, as project gates name it"),
        label("edition", pa.string(), "批次", "edition of the list"),
        label("enterprise", pa.string(), "统一社会信用代码", "unified social credit code"),
        label("name", pa.string(), "企业名称", "name"),
        label("listed", pa.date32(), "列入日期", "listed on"),
        label("removed", pa.date32(), "撤销日期", "removed on"),
        label("source", pa.string(), "出处", "source"),
        label("day", pa.date32(), "填报日期", "day of the report"),
    ),
    "day",
    HOUR,
)
TOTAL_CONTROL = Declaration(
    "total_control",
    1,
    "可用总量指标",
    "total-emission quota left for projects",
    ("place", "pollutant", "day"),
    (
        label("place", pa.string(), "地区", "place"),
        label("pollutant", pa.string(), "污染物", "SO2, NOx, PM or VOC"),
        Column("left", pa.float64(), "t/a", "可用总量指标", "left for new projects"),
        label("source", pa.string(), "出处", "source"),
        label("day", pa.date32(), "核定日期", "day on which it was set"),
    ),
    "day",
    HOUR,
)
