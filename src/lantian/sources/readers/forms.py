"""The forms of the registers of sources and of the history of devices: which columns are filled in, how, with an example; titles come from the declarations."""

from __future__ import annotations

from typing import Any

from lantian.lake.declaration import dataset
from lantian.lake.declaration.sources import SOURCE_DATASETS
from lantian.sources.readers.fields import Field

WEST, EAST, SOUTH, NORTH = 73.0, 136.0, 3.0, 54.0
"""Longitudes and latitudes between which China lies."""
POLLUTANTS = ("SO2", "NOx", "PM")
SMALL = 1e-9
DAY = {"kind": "day", "example": "2015-12-31"}
TELLING = DAY | {"needed": True}
AMOUNT = {"kind": "number", "low": 0.0}
CODE = {"kind": "credit", "example": "91350100M000100Y43", "needed": True}
PLACED: dict[str, dict[str, Any]] = {
    "place": {"kind": "place", "example": "唐山", "needed": True},
    "longitude": {"kind": "number", "example": "118.18", "low": WEST, "high": EAST},
    "latitude": {"kind": "number", "example": "39.63", "low": SOUTH, "high": NORTH},
}
SPAN: dict[str, dict[str, Any]] = {"installed": DAY | {"example": "2014-06-01"}, "removed": DAY | {"example": ""}}
OUTLET = {"kind": "code", "example": "130200-001-1", "needed": True}
MN = {"kind": "device", "example": "010000A8900016F000169DC0", "needed": True}
AT = {"kind": "moment", "example": "2015-12-08 18:00", "needed": True}
FACTOR = {"kind": "code", "example": "a21026", "needed": True}
READING = {"kind": "decimal", "example": "35.2"}

FORMS: dict[str, dict[str, dict[str, Any]]] = {
    "enterprises": {
        "enterprise": CODE,
        "name": {"example": "某热电有限公司", "needed": True},
        "name_en": {"example": "A Heat and Power Co."},
        **PLACED,
        "sector": {"example": "power"},
        "address": {"example": ""},
        "contact": {"example": ""},
        "simulated": {"kind": "truth", "example": "否"},
        "day": TELLING,
    },
    "plants": {
        "plant": {"kind": "code", "example": "130200-001", "needed": True},
        "enterprise": CODE,
        "name": {"example": "一厂区", "needed": True},
        **PLACED,
        "day": TELLING,
    },
    "process_lines": {
        "line": {"kind": "code", "example": "130200-001-A", "needed": True},
        "plant": {"kind": "code", "example": "130200-001", "needed": True},
        "name": {"example": "1号机组"},
        "sector": {"example": "power"},
        "capacity": AMOUNT | {"example": "300"},
        "capacity_unit": {"example": "MW"},
        **SPAN,
        "day": TELLING,
    },
    "outlets": {
        "outlet": OUTLET,
        "enterprise": CODE,
        "plant": {"kind": "code", "example": "130200-001"},
        "line": {"kind": "code", "example": "130200-001-A"},
        "name": {"example": "1号机组烟囱", "needed": True},
        "name_en": {"example": "Stack of unit 1"},
        **PLACED,
        "kind": {"kind": "choice", "example": "main", "choices": ("main", "general", "construction_site", "ambient"), "needed": True},
        "area": {"kind": "number", "example": "28", "low": SMALL, "high": 1000.0},
        "height": {"kind": "number", "example": "180", "low": SMALL, "high": 1000.0},
        "standard": {"kind": "standard", "example": "gb_13223"},
        "unit_type": {"kind": "unit_type", "example": "coal_boiler"},
        "fuel": {"kind": "fuel", "example": "coal"},
        "capacity": AMOUNT | {"example": "1025"},
        "capacity_unit": {"example": "t/h"},
        "approved": DAY | {"example": ""},
        "commissioned": DAY | {"example": "2006-10-01"},
        "retired": DAY | {"example": ""},
        "urban_core": {"kind": "truth", "example": "否"},
        "ultra_low": DAY | {"example": ""},
        "simulated": {"kind": "truth", "example": "否"},
        "day": TELLING,
    },
    "analysers": {
        "analyser": {"kind": "code", "example": "130200-001-1-SO2", "needed": True},
        "outlet": OUTLET,
        "factor": FACTOR,
        "method": {"example": "非分散红外"},
        "serial": {"example": "A123456"},
        "range_top": {"kind": "number", "example": "300", "low": SMALL},
        "basis": {"kind": "choice", "example": "dry", "choices": ("dry", "wet")},
        "nox_basis": {"kind": "choice", "example": "", "choices": ("NO2", "NO", "NO+NO2")},
        **SPAN,
        "day": TELLING,
    },
    "loggers": {
        "device": MN,
        "outlet": OUTLET,
        "st": {"kind": "choice", "example": "31", "choices": ("22", "27", "31", "39", "51")},
        "label": {"kind": "choice", "example": "start", "choices": ("start", "end"), "needed": True},
        "interval": {"kind": "whole", "example": "10", "low": 1, "high": 60},
        "units": {"example": ""},
        **SPAN,
        "day": TELLING,
    },
    "permits": {
        "permit": {"kind": "code", "example": "91350100M000100Y43001P", "needed": True},
        "enterprise": CODE,
        "outlet": OUTLET | {"needed": False},
        "pollutant": {"kind": "choice", "example": "SO2", "choices": (*POLLUTANTS, "VOC"), "needed": True},
        "limit": {"kind": "number", "example": "35", "low": SMALL},
        "quota": AMOUNT | {"example": "154"},
        "valid_from": DAY | {"example": "2014-07-01"},
        "valid_to": DAY | {"example": "2017-06-30"},
        "day": TELLING,
    },
    "calibrations": {
        "analyser": {"kind": "code", "example": "130200-001-1-SO2", "needed": True},
        "kind": {"kind": "choice", "example": "zero", "choices": ("zero", "span", "full_path", "verification"), "needed": True},
        "time": AT,
        "reference": {"kind": "number", "example": "0"},
        "reading": {"kind": "number", "example": "0.5", "needed": True},
        "by": {"example": "某运维公司"},
    },
    "reference_values": {
        "outlet": OUTLET,
        "pollutant": {"kind": "choice", "example": "SO2", "choices": POLLUTANTS, "needed": True},
        "time": AT,
        "concentration": AMOUNT | {"example": "30.5", "needed": True},
        "oxygen": {"kind": "number", "example": "6.2", "low": 0.0, "high": 21.0},
        "flow": AMOUNT | {"example": "950000"},
        "evidence": {"example": "监测报告 2015-123", "needed": True},
    },
    "site_visits": {
        "outlet": OUTLET,
        "kind": {"kind": "choice", "example": "inspection", "choices": ("inspection", "maintenance"), "needed": True},
        "time": AT,
        "until": AT | {"example": "2015-12-08 20:00", "needed": False},
        "by": {"example": "市环境监察支队"},
        "note": {"example": ""},
    },
    "device_values": {
        "device": MN,
        "cn": {"kind": "choice", "example": "2061", "choices": ("2011", "2051", "2061", "2031"), "needed": True},
        "factor": FACTOR,
        "time": AT,
        "minutes": {"kind": "whole", "example": "60", "low": 0, "high": 1440, "needed": True},
        **dict.fromkeys(("value", "low", "high", "total", "corrected"), READING),
        "flag": {"example": "N"},
    },
    "device_notes": {
        "device": MN,
        "cn": {"kind": "code", "example": "2021", "needed": True},
        "name": {"kind": "code", "example": "SB1-RS", "needed": True},
        "time": AT,
        "text": {"example": "1", "needed": True},
    },
    "device_deviations": {
        "device": {"example": "010000A8900016F000169DC0"},
        "code": {"kind": "code", "example": "crc_wrong", "needed": True},
        "batch": {"kind": "code", "example": "history-1", "needed": True},
        "time": AT,
        "frames": {"kind": "whole", "example": "1000", "low": 0, "needed": True},
        "count": {"kind": "whole", "example": "3", "low": 0, "needed": True},
        "example": {"example": ""},
    },
}


def _fields(name: str) -> tuple[Field, ...]:
    titles = {column.name: column for column in dataset(name).values}
    return tuple(Field(each, titles[each].zh, titles[each].en, **({"kind": "text"} | how)) for each, how in FORMS[name].items())


SHEETS: dict[str, tuple[Field, ...]] = {each.name: _fields(each.name) for each in SOURCE_DATASETS}
"""The columns of each register as they are filled in."""
CALLED_AS = {name: {field.zh: field.name for field in fields} for name, fields in SHEETS.items()}
"""The Chinese titles by which a filled-in register may call its columns."""
REFERS: dict[str, tuple[tuple[str, str], ...]] = {
    "plants": (("enterprise", "enterprises"),),
    "process_lines": (("plant", "plants"),),
    "outlets": (("enterprise", "enterprises"), ("plant", "plants"), ("line", "process_lines")),
    "analysers": (("outlet", "outlets"),),
    "loggers": (("outlet", "outlets"),),
    "permits": (("enterprise", "enterprises"), ("outlet", "outlets")),
    "calibrations": (("analyser", "analysers"),),
    "reference_values": (("outlet", "outlets"),),
    "site_visits": (("outlet", "outlets"),),
}
"""Which register a column of another names a row of; an empty cell names none."""
REGISTERED = tuple(name for name in SHEETS if not name.startswith("device_"))
"""The registers that people fill in, in the order in which they rest on each other; the rest is history that devices sent."""
