"""Made-up outlets, minutes and hours for the tests of the chain: every basis, gaps, flags, marks, two loggers, resends."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pyarrow as pa

from lantian.kernel.period import HOUR

READING = pa.decimal128(18, 6)
VALUES = pa.schema(
    [
        *(("device", pa.string()), ("cn", pa.string()), ("factor", pa.string()), ("time", pa.timestamp("us")), ("day", pa.date32()), ("minutes", pa.int32())),
        *((name, READING) for name in ("value", "low", "high", "total", "corrected")),
        ("flag", pa.string()),
    ]
)
FIRST, LAST = date(2015, 3, 25), date(2015, 4, 8)
OUTLETS = [
    {
        "outlet": "dry",
        "pollutants": ["SO2", "NOx", "PM"],
        "commissioned": date(2010, 1, 1),
        "reference": {"SO2": 6, "NOx": 6, "PM": 6},
        "limits": {"SO2": Fraction(100), "NOx": Fraction(100), "PM": Fraction(30)},
        "interval": 15,
    },
    {
        "outlet": "wet",
        "pollutants": ["SO2", "NOx", "PM"],
        "commissioned": date(2010, 1, 1),
        "reference": {"SO2": 9, "NOx": 9},
        "limits": {"SO2": Fraction(120)},
        "basis": {"SO2": "wet", "PM": "actual"},
        "area": 12.5,
        "interval": 10,
    },
    {
        "outlet": "new",
        "pollutants": ["SO2", "NOx"],
        "commissioned": date(2015, 3, 28),
        "reference": {"SO2": 6, "NOx": 6},
        "limits": {"SO2": Fraction(90), "NOx": Fraction(150)},
        "nox_basis": "NO",
        "flow_basis": "dry",
        "interval": 5,
    },
]
DEVICES = [
    ("M1", "dry", date(2015, 1, 1), date(2015, 4, 1)),
    ("M2", "dry", date(2015, 4, 2), None),
    ("M3", "wet", date(2015, 1, 1), None),
    ("M4", "new", date(2015, 1, 1), None),
]
GAS = {"a19001": (3, 12), "a00000": (10, 90), "a01012": (40, 140), "a01013": (-1, 1), "a01014": (4, 16), "a01011": (4, 20)}
STACK = {"a21026": (10, 160), "a21002": (20, 180), "a34013": (1, 60), "a21003": (10, 90), "a21004": (1, 20)}
FACTORS = {
    "dry": ["a21026", "a21002", "a34013", "a19001", "a00000", "a01012", "a01013", "a01014"],
    "wet": ["a21026", "a21003", "a21004", "a34013", "a19001", "a01011", "a01012", "a01013", "a01014"],
    "new": ["a21026", "a21002", "a19001", "a00000", "a01012", "a01013", "a01014"],
}
FLAGS = ["N"] * 9 + ["", None, "F", "C", "M", "D", "T", "B", "S", "St", "Sd", "Md"]
MARKS = [
    {
        "outlet": "dry",
        "pollutant": "SO2",
        "code": "C",
        "start": datetime(2015, 4, 2, 9, 50),
        "finish": datetime(2015, 4, 2, 12, 16),
        "state": "stated",
        "mark": "m1",
    },
    {
        "outlet": "wet",
        "pollutant": "all",
        "code": "F",
        "start": datetime(2015, 4, 3, 0, 15),
        "finish": datetime(2015, 4, 4, 6, 0),
        "state": "accepted",
        "mark": "m2",
    },
    {
        "outlet": "new",
        "pollutant": "all",
        "code": "St",
        "start": datetime(2015, 4, 5, 0, 0),
        "finish": datetime(2015, 4, 5, 5, 44),
        "state": "stated",
        "mark": "m3",
    },
    {
        "outlet": "new",
        "pollutant": "all",
        "code": "F",
        "start": datetime(2015, 4, 6, 0, 0),
        "finish": datetime(2015, 4, 6, 5, 0),
        "state": "refused",
        "mark": "m4",
    },
]
REFERENCES = [
    {"outlet": "dry", "pollutant": "SO2", "time": datetime(2015, 4, 2, 12), "concentration": 80.0, "oxygen": 6.0, "flow": 100000.0},
    {"outlet": "dry", "pollutant": "PM", "time": datetime(2015, 4, 2, 15), "concentration": 12.5, "oxygen": 6.0, "flow": None},
]


def number(rng, low, high):
    return Decimal(str(round(rng.uniform(low, high), rng.choice([1, 2, 3]))))


def minute_rows(seed: int) -> list[dict]:
    """Make minutes with moods: steady days, days of faults, silent hours, oxygen of air, negative noise."""
    rng = random.Random(seed)
    rows = []
    for o in OUTLETS:
        end = datetime.combine(FIRST, datetime.min.time())
        stop = datetime.combine(LAST, datetime.min.time()) + timedelta(days=1)
        while end < stop:
            end += HOUR
            mood = rng.choice(["good"] * 7 + ["mixed", "mixed", "bad", "silent", "few"])
            flag = rng.choice(FLAGS)
            for factor in FACTORS[o["outlet"]]:
                rows += hour_rows(rng, o, factor, end, mood, flag)
    return rows


def hour_rows(rng, o, factor, end, mood, flag):
    """Make one hour of one factor: its minutes, at times its own hourly report, at midnight a daily one."""
    low, high = (GAS | STACK)[factor]
    rows = []
    step = o["interval"]
    for k in range(60 // step):
        time = end - HOUR + timedelta(minutes=step * (k + 1))
        told = {"good": "N", "mixed": rng.choice(FLAGS), "bad": flag, "few": "N"}.get(mood)
        if told is None and mood == "silent":
            continue
        if mood == "few" and rng.random() < 0.4:
            continue
        value = None if rng.random() < 0.01 else number(rng, low, high)
        if factor == "a19001" and rng.random() < 0.004:
            value = Decimal("20.95")
        if factor == "a34013" and rng.random() < 0.01:
            value = Decimal("-0.4")
        corrected = number(rng, low, high) if factor in STACK and rng.random() < 0.8 else None
        rows.append(row(o, factor, time, step, "2051", value, corrected, told))
    if rng.random() < 0.5:
        rows.append(row(o, factor, end, 60, "2061", number(rng, low, high), number(rng, low, high), rng.choice(["N", "N", "N", "", "F", "C"])))
    if end.hour == 0 and rng.random() < 0.8:
        rows.append(row(o, factor, end, 1440, "2031", number(rng, low, high), None, "N"))
    return rows


def row(o, factor, time, minutes, cn, value, corrected, flag):
    last = (time - timedelta(minutes=1)).date()
    device = next(d for d, outlet, first, until in DEVICES if outlet == o["outlet"] and first <= last and (until is None or last <= until))
    own = {"device": device, "cn": cn, "factor": factor, "time": time, "day": (time - HOUR).date(), "minutes": minutes}
    return own | {"value": value, "low": None, "high": None, "total": None, "corrected": corrected, "flag": flag}


def registry() -> dict[str, list[dict]]:
    """Give the registers as the chain joins them."""
    code = {"SO2": "a21026", "NOx": "a21002", "PM": "a34013"}
    since = {"valid_from": date(2010, 1, 1), "valid_to": None}
    tables: dict[str, list[dict]] = {"outlet_device": [], "outlet_unit": [], "outlet_analyser": [], "rule_limit": []}
    for device, outlet, first, last in DEVICES:
        tables["outlet_device"].append({"outlet": outlet, "device": device, "label": "end", "interval": 10, "valid_from": first, "valid_to": last})
    for o in OUTLETS:
        tables["outlet_unit"].append({"outlet": o["outlet"], "area": o.get("area"), "commissioned": o["commissioned"], "retired": None} | since)
        analyser = {"outlet": o["outlet"], "range_top": 1000.0, "nox_basis": "NO2"} | since
        for pollutant in o["pollutants"]:
            own = {"factor": code[pollutant], "pollutant": pollutant, "basis": o.get("basis", {}).get(pollutant, "dry")}
            tables["outlet_analyser"].append(analyser | own | ({"nox_basis": o["nox_basis"]} if pollutant == "NOx" and "nox_basis" in o else {}))
            limit = o["limits"].get(pollutant)
            own = {"outlet": o["outlet"], "pollutant": pollutant, "item": "made up", "provisional": 0} | since
            tables["rule_limit"].append(own | {"limit_value": limit and float(limit), "reference_oxygen": o["reference"].get(pollutant)})
        tables["outlet_analyser"].append(analyser | {"factor": "a00000", "pollutant": None, "basis": o.get("flow_basis", "actual")})
    return tables
