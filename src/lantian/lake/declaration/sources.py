"""Emission sources: what devices sent, and the registers that say whose outlet, analyser and logger it was."""

from __future__ import annotations

from datetime import timedelta

import pyarrow as pa

from lantian.kernel.period import HOUR
from lantian.lake.declaration.base import DAY, STAMP, Column, Declaration, label

READING = pa.decimal128(18, 6)
"""A number as a device sent it: twelve digits before the point, six after it."""
SOON = timedelta(minutes=5)
"""When a value is deemed received that is loaded as history: this long after its period ended."""


def _text(name: str, zh: str, en: str) -> Column:
    return label(name, pa.string(), zh, en)


def _date(name: str, zh: str, en: str) -> Column:
    return label(name, pa.date32(), zh, en)


def _number(name: str, unit: str, zh: str, en: str) -> Column:
    return Column(name, pa.float64(), unit, zh, en)


_PLACED = (
    _text("place", "地区", "place"),
    _number("longitude", "°", "经度", "longitude"),
    _number("latitude", "°", "纬度", "latitude"),
)
_REPORT = _date("day", "填报日期", "day of the report")
_SIMULATED = label("simulated", pa.bool_(), "模拟", "simulated")
_SPAN = (_date("installed", "投运日期", "installed"), _date("removed", "停用日期", "removed"))

DEVICE_VALUES = Declaration(
    "device_values",
    1,
    "在线监测数据",
    "values that devices sent",
    ("device", "cn", "factor", "time"),
    (
        _text("device", "设备编号 MN", "device (MN)"),
        _text("cn", "命令编码", "command: 2011 instant, 2051 minutes, 2061 hour, 2031 day"),
        _text("factor", "监测因子", "factor, by its code of HJ 212-2017"),
        label("time", STAMP, "时段结束时刻", "end of the period; of an instant the moment of sampling"),
        DAY,
        label("minutes", pa.int32(), "时段分钟数", "length of the period in minutes, 0 for an instant"),
        Column("value", READING, "see law_factor", "均值或实时值", "mean of the period, or the instant's value"),
        Column("low", READING, "see law_factor", "最小值", "minimum"),
        Column("high", READING, "see law_factor", "最大值", "maximum"),
        Column("total", READING, "kg or m³", "累计量", "total of the period"),
        Column("corrected", READING, "mg/m³", "折算值（设备上报）", "concentration at reference oxygen as the device sent it"),
        _text("flag", "数据标记", "flag of the device (N F M S D C T B, or HJ 75's)"),
    ),
    "time",
    SOON,
)
DEVICE_NOTES = Declaration(
    "device_notes",
    1,
    "设备状态与参数",
    "states, parameters and texts that devices sent",
    ("device", "cn", "name", "time"),
    (
        _text("device", "设备编号 MN", "device (MN)"),
        _text("cn", "命令编码", "command"),
        _text("name", "名称", "name as sent, such as SB1-RS or i12001-Info"),
        label("time", STAMP, "时刻", "time"),
        DAY,
        _text("text", "内容", "text as sent"),
    ),
    "time",
    SOON,
)
DEVICE_DEVIATIONS = Declaration(
    "device_deviations",
    1,
    "报文偏差计数",
    "deviations of a device's frames from HJ 212, counted by batch",
    ("device", "code", "batch"),
    (
        _text("device", "设备编号 MN", "device (MN), empty where unreadable"),
        _text("code", "偏差", "deviation"),
        _text("batch", "批次", "batch of the spool"),
        label("time", STAMP, "接收时刻", "received at"),
        DAY,
        label("frames", pa.int64(), "报文数", "frames in the batch"),
        label("count", pa.int64(), "次数", "frames that deviate so"),
        _text("example", "示例", "one such frame"),
    ),
    "time",
    timedelta(0),
)
ENTERPRISES = Declaration(
    "enterprises",
    1,
    "企业",
    "enterprises",
    ("enterprise", "day"),
    (
        _text("enterprise", "统一社会信用代码", "unified social credit code"),
        _text("name", "名称", "name"),
        _text("name_en", "英文名称", "name in English"),
        *_PLACED,
        _text("sector", "行业", "sector"),
        _text("address", "地址", "address"),
        _text("contact", "联系人", "contact"),
        _SIMULATED,
        _REPORT,
    ),
    "day",
    HOUR,
)
PLANTS = Declaration(
    "plants",
    1,
    "厂区",
    "plants",
    ("plant", "day"),
    (
        _text("plant", "厂区编号", "plant"),
        _text("enterprise", "统一社会信用代码", "unified social credit code"),
        _text("name", "名称", "name"),
        *_PLACED,
        _REPORT,
    ),
    "day",
    HOUR,
)
PROCESS_LINES = Declaration(
    "process_lines",
    1,
    "生产线",
    "process lines",
    ("line", "day"),
    (
        _text("line", "生产线编号", "process line"),
        _text("plant", "厂区编号", "plant"),
        _text("name", "名称", "name"),
        _text("sector", "行业", "sector"),
        _number("capacity", "see capacity_unit", "产能", "capacity"),
        _text("capacity_unit", "产能单位", "unit of capacity"),
        *_SPAN,
        _REPORT,
    ),
    "day",
    HOUR,
)
OUTLETS = Declaration(
    "outlets",
    1,
    "排放口",
    "outlets",
    ("outlet", "day"),
    (
        _text("outlet", "排放口编号", "outlet"),
        _text("enterprise", "统一社会信用代码", "unified social credit code"),
        _text("plant", "厂区编号", "plant"),
        _text("line", "生产线编号", "process line"),
        _text("name", "名称", "name"),
        _text("name_en", "英文名称", "name in English"),
        *_PLACED,
        _text("kind", "类型", "kind: main, general, construction_site, ambient"),
        _number("area", "m²", "烟道截面积", "cross-section of the duct"),
        _number("height", "m", "高度", "height"),
        _text("standard", "执行标准", "standard, such as gb_13223"),
        _text("unit_type", "机组或工艺类型", "type of unit within the standard, such as coal_boiler"),
        _text("fuel", "燃料", "fuel"),
        _number("capacity", "see capacity_unit", "容量", "capacity of the unit"),
        _text("capacity_unit", "容量单位", "unit of capacity"),
        _date("approved", "环评批准日期", "EIA approved"),
        _date("commissioned", "投运日期", "commissioned"),
        _date("retired", "关停日期", "retired"),
        label("urban_core", pa.bool_(), "位于市区", "in the urban core"),
        _date("ultra_low", "超低排放改造完成日期", "day the ultra-low retrofit was done"),
        _SIMULATED,
        _REPORT,
    ),
    "day",
    HOUR,
)
ANALYSERS = Declaration(
    "analysers",
    1,
    "分析仪",
    "analysers",
    ("analyser", "day"),
    (
        _text("analyser", "分析仪编号", "analyser"),
        _text("outlet", "排放口编号", "outlet"),
        _text("factor", "监测因子", "factor, by its code of HJ 212-2017"),
        _text("method", "方法", "method"),
        _text("serial", "出厂编号", "serial number"),
        _number("range_top", "see law_factor", "量程上限", "top of the range"),
        _text("basis", "干湿基", "dry or wet"),
        _text("nox_basis", "氮氧化物基", "what NOx is measured as: NO2, NO, or NO+NO2"),
        *_SPAN,
        _REPORT,
    ),
    "day",
    HOUR,
)
LOGGERS = Declaration(
    "loggers",
    1,
    "数采仪",
    "data loggers",
    ("device", "day"),
    (
        _text("device", "设备编号 MN", "device (MN)"),
        _text("outlet", "排放口编号", "outlet"),
        _text("st", "系统编码", "system type, such as 31"),
        _text("label", "时间标记", "what the device's times mark: start or end of the period"),
        label("interval", pa.int32(), "分钟数据间隔", "minutes between minute data"),
        _text("units", "单位设置", "units that differ from the standard's, as factor=unit; …"),
        *_SPAN,
        _REPORT,
    ),
    "day",
    HOUR,
)
PERMITS = Declaration(
    "permits",
    1,
    "排污许可",
    "discharge permits",
    ("permit", "outlet", "pollutant", "day"),
    (
        _text("permit", "许可证编号", "permit"),
        _text("enterprise", "统一社会信用代码", "unified social credit code"),
        _text("outlet", "排放口编号", "outlet; empty: the whole enterprise"),
        _text("pollutant", "污染物", "SO2, NOx, PM or VOC"),
        _number("limit", "mg/m³", "许可浓度", "permitted concentration"),
        _number("quota", "t/a", "许可排放量", "permitted emission of a year"),
        _date("valid_from", "有效期起", "valid from"),
        _date("valid_to", "有效期止", "valid to"),
        _REPORT,
    ),
    "day",
    HOUR,
)
CALIBRATIONS = Declaration(
    "calibrations",
    1,
    "校准与比对",
    "calibrations and checks of analysers",
    ("analyser", "kind", "time"),
    (
        _text("analyser", "分析仪编号", "analyser"),
        _text("kind", "种类", "zero, span, full_path, verification"),
        label("time", STAMP, "时刻", "time"),
        DAY,
        _number("reference", "see law_factor", "标准值", "value of the standard gas or of the reference method"),
        _number("reading", "see law_factor", "示值", "reading"),
        _text("by", "操作人", "by whom"),
    ),
    "time",
    SOON,
)
REFERENCE_VALUES = Declaration(
    "reference_values",
    1,
    "参比方法数据",
    "hours measured by the reference method",
    ("outlet", "pollutant", "time"),
    (
        _text("outlet", "排放口编号", "outlet"),
        _text("pollutant", "污染物", "SO2, NOx or PM"),
        label("time", STAMP, "小时结束时刻", "end of the hour"),
        DAY,
        _number("concentration", "mg/m³", "标干浓度", "concentration, dry, 273 K"),
        _number("oxygen", "%", "含氧量", "oxygen"),
        _number("flow", "m³/h", "标干流量", "flow, dry, 273 K"),
        _text("evidence", "报告编号", "report"),
    ),
    "time",
    SOON,
)
SITE_VISITS = Declaration(
    "site_visits",
    1,
    "现场检查与运维记录",
    "visits to outlets",
    ("outlet", "kind", "time"),
    (
        _text("outlet", "排放口编号", "outlet"),
        _text("kind", "种类", "inspection, maintenance"),
        label("time", STAMP, "到达时刻", "arrival"),
        DAY,
        label("until", STAMP, "离开时刻", "departure"),
        _text("by", "人员", "by whom"),
        _text("note", "记录", "note"),
    ),
    "time",
    SOON,
)
SOURCE_DATASETS = (
    *(DEVICE_VALUES, DEVICE_NOTES, DEVICE_DEVIATIONS),
    *(ENTERPRISES, PLANTS, PROCESS_LINES, OUTLETS, ANALYSERS, LOGGERS, PERMITS),
    *(CALIBRATIONS, REFERENCE_VALUES, SITE_VISITS),
)
