"""Recall by kind of fault and false alarms of the plausibility checks, on simulated hours: `python bench/quality.py [stacks] [days] [minutes] [seed]`.

The simulator draws honest minutes and lays faults over them; the checks know none of its numbers, and their parameters were chosen on other seeds. Each
outlet is read for a span of days; a fault lasts three of them. A fault counts as found when a check that speaks of such a thing gives a lead that overlaps
it, at its outlet. Every lead at an honest outlet counts as a false alarm, by severity; hours are stack-hours with readings.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from lantian.gateway.devices.faults import HONEST, KINDS, Tampered, apply
from lantian.gateway.devices.model import Fault, Habit, Stack
from lantian.gateway.devices.physics import honest
from lantian.gateway.devices.registers import read_stacks
from lantian.gateway.devices.reporting import device_values
from lantian.lake.declaration import DATASETS
from lantian.lake.engine import open_engine
from lantian.law import book
from lantian.sources.service.quality import INPUTS, RECORDED, found_leads, run_quality

ROOT = Path(__file__).resolve().parents[1]
START = datetime(2015, 9, 1)
LASTS = timedelta(days=3)
SPEAKS = {
    "flat_line": ("FLAT-A", "COLLAPSE-A", "FLAT-B"),
    "limit_plateau": ("LIMIT-A", "LIMIT-B"),
    "range_plateau": ("RANGE-A",),
    "variance_collapse": ("COLLAPSE-A", "FLAT-A"),
    "digit_preference": ("DIGIT-A",),
    "dilution": ("DILUTE-A", "STEP-A"),
    "reported_stop": ("STOP-A",),
    "no_mass": ("MASS-A", "MASS-C"),
    "visit_step": ("VISIT-A", "STEP-A"),
    "clock_skew": ("CLOCK-A",),
    "parameter_changed": ("PARAM-A",),
    "identity_mismatch": ("IDENT-C",),
    "slow_drift": (),
    "overrun": (),
}
"""Which checks speak of a kind of fault; none speaks of a slow drift (calibration finds it) or of an honest exceedance."""
HOURS = """
WITH hours AS (
  SELECT device_values.device AS outlet, law.pollutant, CAST(date_trunc('hour', time - INTERVAL '1' MINUTE) AS TIMESTAMP) + INTERVAL '1' HOUR AS time,
    SUM(minutes) AS minutes, MAX_BY(flag, CASE WHEN flag = 'N' THEN 0 ELSE 1 END) AS flag, SUM(CASE WHEN flag = 'N' THEN minutes ELSE 0 END) AS normal,
    AVG(CASE WHEN flag = 'N' THEN CAST(value AS DOUBLE) END) AS value, AVG(CASE WHEN flag = 'N' THEN CAST(corrected AS DOUBLE) END) AS reported,
    MAX(law.limit_value) AS limit_value, MAX(law.reference) AS reference
  FROM device_values JOIN law ON law.outlet = device_values.device AND law.factor = device_values.factor
  WHERE cn = '2051' GROUP BY 1, 2, 3
), oxygen AS (
  SELECT device AS outlet, CAST(date_trunc('hour', time - INTERVAL '1' MINUTE) AS TIMESTAMP) + INTERVAL '1' HOUR AS time, AVG(CAST(value AS DOUBLE)) AS oxygen
  FROM device_values WHERE cn = '2051' AND factor = 'a19001' AND flag = 'N' GROUP BY 1, 2
)
SELECT hours.outlet, pollutant, hours.time, CAST(normal AS INTEGER) AS valid_minutes, CASE WHEN normal >= 45 THEN 'N' ELSE flag END AS state,
  CASE WHEN normal >= 45 AND oxygen < 20 THEN value * (21 - reference) / (21 - oxygen) END AS corrected, reported AS corrected_reported, limit_value
FROM hours LEFT JOIN oxygen ON oxygen.outlet = hours.outlet AND oxygen.time = hours.time
"""


def scenes(stacks: list[Stack], days: int, seed: int) -> list[tuple[str, Stack, Fault | None, Tampered]]:
    """Draw an honest span for each stack, and for each kind of fault another one with the fault in it."""
    end, made = START + timedelta(days=days), []
    for number, stack in enumerate(stacks):
        stack = replace(stack, habit=Habit(ratio=stack.habit.ratio))
        chance = random.Random(seed * 1000 + number)
        made.append(("honest", stack, None, Tampered(honest(stack, START, end, seed + number), ())))
        for kind in KINDS:
            drawn = honest(stack, START, end, seed + number + 500)
            fault = Fault(kind, begins := START + timedelta(days=days // 2, hours=chance.randrange(48)), begins + LASTS)
            made.append((kind, stack, fault, apply(drawn, fault, stack, seed + number)))
    return made


def read(made, minutes: int, seed: int) -> tuple[list, int]:
    """Put scenes into tables, each under a name of its own, run the checks, give leads and honest stack-hours."""
    values, notes, visits, law, tops, serials, known = [], [], [], [], [], [], []
    chance = random.Random(seed)
    for number, (_, stack, _, told) in enumerate(made):
        name = f"S{number}"
        rows = device_values(told.table, replace(stack, device=name), minutes)
        values.append(rows.append_column("known_at", pc.add(rows["time"], pa.scalar(timedelta(minutes=5)))))
        first, last = told.table["time"][0].as_py(), told.table["time"][-1].as_py()
        values.append(instants(name, first, last, told.clock_error, chance))
        day = first.date()
        serial = stack.serials | dict(told.identity)
        visits += [{"outlet": name, "kind": "inspection", "time": arrived, "until": left} for arrived, left in told.visits]
        while day < last.date():
            notes += [(name, f"{factor}-SN", datetime(day.year, day.month, day.day, 8), text) for factor, text in serial.items()]
            day += timedelta(days=1)
            if chance.random() < 1 / 7 and not told.visits:
                at = datetime(day.year, day.month, day.day, 10)
                visits.append({"outlet": name, "kind": "maintenance", "time": at, "until": at + timedelta(hours=2)})
        notes += [(name, f"{factor}-{code}-Info", first, text) for factor in stack.ranges for code, text in (("i13008", "1"), ("i13007", "0"))]
        notes += [(name, f"{each.factor}-{each.name}-Info", each.time, each.text) for each in told.notes]
        span = {"outlet": name, "valid_from": date(2010, 1, 1), "valid_to": None}
        names = {"a21026": "SO2", "a21002": "NOx", "a34013": "PM"}
        law += [
            {"outlet": name, "factor": f, "pollutant": p, "limit_value": stack.limits.get(p), "reference": stack.reference_oxygen} for f, p in names.items()
        ]
        tops += [{**span, "factor": factor, "pollutant": names.get(factor), "range_top": top} for factor, top in stack.ranges.items()]
        serials += [{**span, "factor": factor, "serial": text} for factor, text in stack.serials.items()]
        known.append({**span, "device": name, "label": "end", "interval": minutes})
    with open_engine("duckdb") as engine:
        engine.table("device_values", pa.concat_tables(values))
        engine.table("law", pa.Table.from_pylist(law))
        engine.run("outlet_hour", HOURS)
        engine.table("device_notes", noted(notes))
        engine.table("device_deviations", DATASETS["device_deviations"].schema.empty_table())
        engine.table(
            "site_visits",
            pa.Table.from_pylist(visits, schema=pa.schema([(n, DATASETS["site_visits"].schema.field(n).type) for n in ("outlet", "kind", "time", "until")])),
        )
        dates = [("valid_from", pa.date32()), ("valid_to", pa.date32())]
        engine.table("outlet_device", pa.Table.from_pylist(known, schema=pa.schema([("outlet", pa.string()), ("device", pa.string()), *dates])))
        analyser = pa.schema([("outlet", pa.string()), ("factor", pa.string()), ("pollutant", pa.string()), ("range_top", pa.float64()), *dates])
        engine.table("outlet_analyser", pa.Table.from_pylist(tops, schema=analyser))
        wet = [{"outlet": f"S{number}"} for number, (_, stack, _, _) in enumerate(made) if "wet_fgd" in stack.controls]
        last = max(told.table["time"][-1].as_py() for *_, told in made)
        small = {
            "outlet_serial": pa.Table.from_pylist(serials, schema=INPUTS["outlet_serial"]),
            "outlet_permit": INPUTS["outlet_permit"].empty_table(),
            "outlet_wet": pa.Table.from_pylist(wet, schema=INPUTS["outlet_wet"]),
            "asked_span": pa.Table.from_pylist([{"first_hour": START + timedelta(hours=1), "last_hour": last}], schema=INPUTS["asked_span"]),
        }
        run_quality(engine, book(), START.date(), small)
        hours = engine.fetch("SELECT outlet, COUNT(DISTINCT time) AS hours FROM quality_series GROUP BY outlet").to_pylist()
        honest_ones = {f"S{number}" for number, (kind, *_) in enumerate(made) if kind == "honest" or kind in HONEST}
        return found_leads(engine), sum(row["hours"] for row in hours if row["outlet"] in honest_ones)


def instants(name: str, first: datetime, last: datetime, ahead: float, chance: random.Random) -> pa.Table:
    """Give instants every five minutes, by the logger's own clock, received a few seconds after the true moment."""
    true = [first + k * timedelta(minutes=5) for k in range(int((last - first) / timedelta(minutes=5)))]
    stated = [at + timedelta(seconds=ahead) for at in true]
    received = [at + timedelta(seconds=chance.uniform(1, 8)) for at in true]
    schema = DATASETS["device_values"].schema
    wanted = [*(column.name for column in DATASETS["device_values"].values), "known_at"]
    held = {
        "device": pa.repeat(name, len(true)),
        "cn": pa.repeat("2011", len(true)),
        "factor": pa.repeat("a21026", len(true)),
        "time": pa.array(stated, pa.timestamp("us")),
    }
    held |= {
        "day": pa.array([(at - timedelta(hours=1)).date() for at in stated]),
        "minutes": pa.repeat(pa.scalar(0, pa.int32()), len(true)),
        "known_at": pa.array(received, pa.timestamp("us")),
    }
    return pa.table([held.get(n, pa.nulls(len(true), schema.field(n).type)) for n in wanted], schema=pa.schema([schema.field(n) for n in wanted]))


def noted(notes) -> pa.Table:
    """Give notes as the lake would."""
    schema = pa.schema([(n, DATASETS["device_notes"].schema.field(n).type) for n in ("device", "cn", "name", "time", "day", "text")])
    return pa.Table.from_pylist(
        [{"device": d, "cn": "3020", "name": n, "time": t, "day": (t - timedelta(hours=1)).date(), "text": x} for d, n, t, x in notes], schema=schema
    )


def scores(made, leads, hours: int) -> dict:
    """Count found faults by kind and false alarms a thousand honest stack-hours by check."""
    of = {}
    for lead in leads:
        of.setdefault(lead.outlet, []).append(lead)
    found, total, by = Counter(), Counter(), {}
    for number, (kind, _, fault, _) in enumerate(made):
        if kind == "honest" or kind in HONEST:
            continue
        total[kind] += 1
        hit = {
            lead.code
            for lead in of.get(f"S{number}", ())
            if lead.code in SPEAKS[kind] and lead.first_hour - timedelta(hours=1) <= fault.until + timedelta(hours=1) and lead.last_hour >= fault.start
        }
        found[kind] += bool(hit)
        by.setdefault(kind, Counter()).update(hit)
    honest_ones = {f"S{number}" for number, (kind, *_) in enumerate(made) if kind == "honest" or kind in HONEST}
    false = Counter(lead.code for lead in leads if lead.outlet in honest_ones)
    weighty = sum(lead.severity in RECORDED for lead in leads if lead.outlet in honest_ones)
    return {
        "honest_hours": hours,
        "false_per_1000": round(1000 * sum(false.values()) / hours, 2),
        "weighty_false_per_1000": round(1000 * weighty / hours, 2),
        "false": dict(false.most_common()),
        "recall": {kind: round(found[kind] / total[kind], 2) for kind in sorted(total)},
        "by": {kind: dict(counts) for kind, counts in by.items()},
    }


def measure(count: int, days: int, minutes: int, seed: int) -> dict:
    """Draw, read and score."""
    every = [stack for stack in read_stacks(ROOT / "data" / "stacks") if stack.st == "31"]
    stacks = random.Random(seed).sample(every, count)
    made = scenes(stacks, days, seed)
    began = time.monotonic()
    leads, hours = read(made, minutes, seed)
    return {"stacks": count, "days": days, "minutes": minutes, "seed": seed, "seconds": round(time.monotonic() - began, 1), **scores(made, leads, hours)}


if __name__ == "__main__":
    words = [int(word) for word in sys.argv[1:]]
    count, days, minutes, seed = [*words, *(12, 28, 10, 7001)[len(words) :]]
    print(json.dumps(measure(count, days, minutes, seed), indent=1))
