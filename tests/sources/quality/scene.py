"""Cases of the checks: words of an inspector into readings, and readings through both twins, the pure functions and the SQL rules."""

from __future__ import annotations

import random
import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache

import pyarrow as pa

from lantian.lake.declaration import DATASETS
from lantian.law import book
from lantian.sources.rules.quality.change import Note, Visit
from lantian.sources.rules.quality.device import Deviating, Receipt
from lantian.sources.rules.quality.model import HOUR, POLLUTANT_OF, Judged, Reading
from lantian.sources.rules.quality.outlet import OutletData, look
from lantian.sources.service.quality import INPUTS, checks, found_leads, parameter_names, parameters, run_quality

START = datetime(2015, 3, 1)
DAY = date(2015, 3, 1)
FACTORS = {
    "SO2": "a21026",
    "NOx": "a21002",
    "PM": "a34013",
    "oxygen": "a19001",
    "flow": "a00000",
    "temperature": "a01012",
    "moisture": "a01014",
    "load": "i33400",
    "bypass": "g11601",
    "acidity": "g11101",
    "pump": "g10301",
}
SEGMENT = re.compile(
    r"(?P<hours>\d+) h (?:at (?P<level>-?[\d.]+)(?: ± (?P<spread>[\d.]+))?|silent|again from hour (?P<again>\d+))"
    r"(?: by (?P<length>\d+) min)?(?: to steps of (?P<step>[\d.]+))?(?: total (?P<total>[\d.]+))?(?: at most (?P<top>[\d.]+))?(?: flag (?P<flag>\w+))?$"
)


@cache
def drawn(salt: int) -> list[float]:
    """Draw numbers with mean 0 and standard deviation 1, the same in every run."""
    source = random.Random(salt)
    return [(source.random() * 2 - 1) * 3**0.5 for _ in range(30_000)]


def wobble(place: int, salt: int) -> float:
    """Give the number of a place in a drawn row."""
    return drawn(salt)[place]


def readings(factor: str, segments: list[str]) -> list[Reading]:
    """Turn '60 h at 20 ± 1', '2 h at 20', '3 h silent', '8 h again from hour 10' into minute values."""
    made: list[Reading] = []
    hour = 0
    for text in segments:
        found = SEGMENT.match(text)
        assert found, f"{text!r} is no segment; write '60 h at 20 ± 1'"
        hours, length = int(found["hours"]), int(found["length"] or 1)
        flag = found["flag"] or "N"
        for k in range(hours * 60 // length):
            end = START + hour * HOUR + timedelta(minutes=(k + 1) * length)
            total = float(found["total"]) * length / 60 if found["total"] else None
            if found["level"]:
                value = float(found["level"]) + float(found["spread"] or 0) * wobble(hour * 60 + k, len(factor) + int(factor[-2:]))
                value = min(value, float(found["top"] or value))
                step = float(found["step"] or 0.01)
                made.append(Reading(factor, end, round(round(value / step) * step, 6), length, total, flag))
            elif found["again"]:
                old = START + int(found["again"]) * HOUR - HOUR + timedelta(minutes=k + 1)
                made.append(Reading(factor, end, next(each.value for each in made if each.time == old), length, total, flag))
        hour += hours
    return made


def numbers(segments: list[str]) -> list[float | None]:
    """Turn '3 h at 34.5', '2 h silent' into hourly numbers; '± s' wobbles from hour to hour."""
    out: list[float | None] = []
    for text in segments:
        found = SEGMENT.match(text)
        assert found, text
        for _ in range(int(found["hours"])):
            out.append(None if not found["level"] else round(float(found["level"]) + float(found["spread"] or 0) * wobble(len(out), 1), 4))
    return out


def at(hour: float) -> datetime:
    """Give the moment so many hours after the first."""
    return START + timedelta(hours=hour)


def scene_of(case: dict) -> OutletData:
    """Make what the checks read from a case."""
    sent = [each for name, segments in case.get("minutes", {}).items() for each in readings(FACTORS.get(name, name), segments)]
    judged = {}
    for name, segments in case.get("corrected", {}).items():
        for place, value in enumerate(numbers(segments)):
            judged[FACTORS[name], at(place + 1)] = Judged(FACTORS[name], at(place + 1), "N", value, None, case.get("limit", {}).get(name))
    for name, segments in case.get("reported", {}).items():
        for place, value in enumerate(numbers(segments)):
            old = judged[FACTORS[name], at(place + 1)]
            judged[FACTORS[name], at(place + 1)] = Judged(old.factor, old.time, old.state, old.corrected, value, old.limit)
    for name, first, last, state in case.get("marks", []):
        for hour in range(first, last + 1):
            for factor in POLLUTANT_OF if name == "all" else (FACTORS[name],):
                old = judged.get((factor, at(hour)))
                judged[factor, at(hour)] = Judged(factor, at(hour), state, None, None, old.limit if old else None)
    visits = [Visit(at(first), None if last is None else at(last)) for first, last in case.get("visits", [])]
    notes = [Note("D", name, at(hour), str(text)) for hour, name, text in case.get("notes", [])]
    receipts = [
        Receipt("D", cn, at(hour) + timedelta(minutes=k), at(hour) + timedelta(minutes=k, seconds=delay + (k % 3) * jitter))
        for hour, count, delay, jitter, cn in case.get("receipts", [])
        for k in range(count)
    ]
    deviating = [Deviating("D", code, DAY + timedelta(days=day), count, frames) for day, code, count, frames in case.get("deviations", [])]
    last = max([each.time for each in sent] + [at(24)])
    return OutletData(
        "X",
        at(case["until"]) if "until" in case else last,
        sent,
        tuple(judged.values()),
        tops_of(case),
        case.get("wet", False),
        visits,
        notes,
        receipts,
        deviating,
    )


def tops_of(case: dict) -> dict[str, float]:
    """Give the ranges registered in a case."""
    return {FACTORS[name]: float(top) for name, top in case.get("range", {}).items()}


def by_functions(data: OutletData) -> list:
    """Read the scene with the pure functions."""
    return look(data, parameter_names(book(), DAY), {code: each.severity for code, each in checks().items()}, parameters(book(), DAY))


def _lake(name: str, rows: list[dict]) -> pa.Table:
    schema = DATASETS[name].schema
    return pa.Table.from_pylist([{field.name: row.get(field.name) for field in schema} for row in rows], schema=schema)


def _exact(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value)).quantize(Decimal("0.000001"))


OUTLET_HOUR = pa.schema(
    [
        ("outlet", pa.string()),
        ("pollutant", pa.string()),
        ("time", pa.timestamp("us")),
        ("valid_minutes", pa.int32()),
        ("state", pa.string()),
        ("corrected", pa.float64()),
        ("corrected_reported", pa.float64()),
        ("limit_value", pa.float64()),
    ]
)
SPAN = [("valid_from", pa.date32()), ("valid_to", pa.date32())]
OUTLET_DEVICE = pa.schema([("outlet", pa.string()), ("device", pa.string()), ("label", pa.string()), ("interval", pa.int32()), *SPAN])
OUTLET_ANALYSER = pa.schema([("outlet", pa.string()), ("factor", pa.string()), ("pollutant", pa.string()), ("range_top", pa.float64()), *SPAN])


def tables_of(data: OutletData) -> dict[str, pa.Table]:
    """Give the scene as the lake and the registers would."""
    values = [
        {
            "device": "D",
            "cn": "2061" if each.minutes >= 60 else "2051",
            "factor": each.factor,
            "time": each.time,
            "day": (each.time - HOUR).date(),
            "minutes": each.minutes,
            "value": _exact(each.value),
            "total": _exact(each.total),
            "flag": each.flag,
            "known_at": each.time + timedelta(minutes=5),
        }
        for each in data.readings
    ] + [
        {
            "device": each.device,
            "cn": each.cn,
            "factor": "a21026",
            "time": each.time,
            "day": (each.time - HOUR).date(),
            "minutes": 0,
            "flag": "N",
            "known_at": each.received,
        }
        for each in data.receipts
    ]
    span = {"valid_from": date(2010, 1, 1), "valid_to": None}
    analysers = [{"outlet": "X", "factor": factor, "pollutant": name, "range_top": data.tops.get(factor), **span} for factor, name in POLLUTANT_OF.items()]
    analysers += [{"outlet": "X", "factor": factor, "range_top": top, **span} for factor, top in data.tops.items() if factor not in POLLUTANT_OF]
    hours = [
        {
            "outlet": "X",
            "pollutant": POLLUTANT_OF[each.factor],
            "time": each.time,
            "valid_minutes": each.minutes,
            "state": each.state,
            "corrected": each.corrected,
            "corrected_reported": each.reported,
            "limit_value": each.limit,
        }
        for each in data.judged
    ]
    return {
        "device_values": _lake("device_values", values),
        "device_notes": _lake(
            "device_notes",
            [
                {"device": each.device, "cn": "3020", "name": each.name, "time": each.time, "day": (each.time - HOUR).date(), "text": each.text}
                for each in data.notes
            ],
        ),
        "device_deviations": _lake(
            "device_deviations",
            [{"device": each.device, "code": each.code, "batch": "b", "day": each.day, "frames": each.frames, "count": each.count} for each in data.deviating],
        ),
        "site_visits": _lake(
            "site_visits",
            [{"outlet": "X", "kind": "inspection", "time": each.arrived, "day": (each.arrived - HOUR).date(), "until": each.left} for each in data.visits],
        ),
        "outlet_hour": pa.Table.from_pylist(hours, schema=OUTLET_HOUR),
        "outlet_device": pa.Table.from_pylist([{"outlet": "X", "device": "D", "label": "end", "interval": 1, **span}], schema=OUTLET_DEVICE),
        "outlet_analyser": pa.Table.from_pylist(analysers, schema=OUTLET_ANALYSER),
        "outlet_serial": INPUTS["outlet_serial"].empty_table(),
        "outlet_permit": INPUTS["outlet_permit"].empty_table(),
        "outlet_wet": pa.Table.from_pylist([{"outlet": "X"}] if data.wet else [], schema=INPUTS["outlet_wet"]),
        "asked_span": pa.Table.from_pylist([{"first_hour": START + HOUR, "last_hour": data.last}], schema=INPUTS["asked_span"]),
    }


def by_sql(engine, tables: dict[str, pa.Table]) -> list:
    """Read the scene with the SQL rules."""
    for name, rows in tables.items():
        if name not in INPUTS:
            engine.table(name, rows)
    run_quality(engine, book(), DAY, {name: rows for name, rows in tables.items() if name in INPUTS})
    return found_leads(engine)


def spoken(found) -> list[str]:
    """Write leads as the cases do: check, factor, hours counted from the first."""
    names = {code: name for name, code in FACTORS.items()}

    def place(when):
        return round((when - START) / HOUR)

    return sorted(
        " ".join(part for part in (each.code, names.get(each.factor, each.factor), f"{place(each.first_hour)}-{place(each.last_hour)}") if part)
        for each in found
    )
