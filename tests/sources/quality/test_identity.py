"""IDENT-A to IDENT-E: what is sent held against the registers; by the pure function and by SQL."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pyarrow as pa

from lantian.lake.engine import open_engine
from lantian.law import book
from lantian.sources.model import Analyser, Outlet, Permit, Registry
from lantian.sources.rules.quality.device import Sent, Span, unfitting
from lantian.sources.service.quality import INPUTS, register_tables
from tests.sources.quality.scene import DAY, OUTLET_ANALYSER, OUTLET_DEVICE, by_sql, scene_of, tables_of

FROM = date(2010, 1, 1)
DEVICES = (Span("X", "D", FROM), Span("Y", "E", FROM), Span("Z", "E", FROM))
ANALYSERS = (Span("X", "a21026", FROM, None, "S1"), Span("Y", "a21026", FROM), Span("Z", "a21026", FROM))
PERMITS = (Span("X", "NOx", FROM, DAY), Span("Z", "SO2", FROM, DAY - timedelta(days=1)))
SENT = (
    Sent("D", DAY, "a21026", 60),
    Sent("D", DAY, "a21002", 60),
    Sent("D", DAY, "a21026", serial="S2"),
    Sent("E", DAY, "a21026", 24),
    Sent("F", DAY, "a01012", 10),
)


def told(found):
    return sorted((each.code, outlet, each.device, each.factor, each.readings) for outlet, own in found.items() for each in own)


EXPECTED = [
    ("IDENT-A", "", "F", "", 10),
    ("IDENT-B", "X", "D", "a21002", 60),
    ("IDENT-C", "X", "D", "a21026", 1),
    ("IDENT-D", "X", "D", "a21026", 60),
    ("IDENT-D", "Z", "E", "a21026", 24),
    ("IDENT-E", "Y", "E", "", 48),
]


def test_what_does_not_fit_the_registers():
    assert told(unfitting(SENT, DEVICES, ANALYSERS, PERMITS)) == EXPECTED


def test_what_fits_is_none_and_an_outlet_without_permits_is_not_asked():
    sent = (Sent("D", DAY, "a21026", 60), Sent("D", DAY, "a21026", serial="S1"), Sent("D", DAY, "a01012", 60))
    assert unfitting(sent, DEVICES, ANALYSERS, ()) == {}
    assert unfitting(sent, DEVICES, ANALYSERS, (Span("X", "SO2", FROM, DAY),)) == {}


def test_sql_finds_the_same():
    values = tables_of(scene_of({"minutes": {}}))
    rows = [
        {"device": each.device, "cn": "2051", "factor": each.factor, "time": datetime(2015, 3, 1, 1, k), "day": DAY, "minutes": 1, "value": 1 + k, "flag": "N"}
        for each in SENT
        if each.serial is None
        for k in range(each.readings if each.readings < 60 else 59)
    ] + [
        {"device": "D", "cn": "2051", "factor": f, "time": datetime(2015, 3, 1, 2, 0), "day": DAY, "minutes": 1, "value": 3, "flag": "N"}
        for f in ("a21026", "a21002")
    ]
    schema = values["device_values"].schema
    values["device_values"] = pa.Table.from_pylist([{field.name: row.get(field.name) for field in schema} for row in rows], schema=schema)
    notes = values["device_notes"].schema
    note = {"device": "D", "name": "a21026-SN", "time": datetime(2015, 3, 1, 8), "day": DAY, "text": "S2"}
    values["device_notes"] = pa.Table.from_pylist([{field.name: note.get(field.name) for field in notes}], schema=notes)
    values["outlet_device"] = pa.Table.from_pylist(
        [{"outlet": s.outlet, "device": s.name, "valid_from": s.valid_from, "valid_to": s.valid_to} for s in DEVICES], schema=OUTLET_DEVICE
    )
    values["outlet_analyser"] = pa.Table.from_pylist(
        [{"outlet": s.outlet, "factor": s.name, "valid_from": s.valid_from} for s in ANALYSERS], schema=OUTLET_ANALYSER
    )
    serials = [{"outlet": s.outlet, "factor": s.name, "serial": s.serial, "valid_from": s.valid_from} for s in ANALYSERS]
    values["outlet_serial"] = pa.Table.from_pylist(serials, schema=INPUTS["outlet_serial"])
    permits = [{"outlet": s.outlet, "pollutant": s.name, "valid_from": s.valid_from, "valid_to": s.valid_to} for s in PERMITS]
    values["outlet_permit"] = pa.Table.from_pylist(permits, schema=INPUTS["outlet_permit"])
    with open_engine("duckdb") as engine:
        found = [each for each in by_sql(engine, values) if each.code.startswith("IDENT")]
    assert sorted((each.code, each.outlet, each.device, each.factor, each.readings) for each in found) == EXPECTED
    assert all((each.first_hour, each.last_hour, each.hours) == (datetime(2015, 3, 1, 1), datetime(2015, 3, 2, 0), 24) for each in found)


def test_registers_become_tables():
    outlet = Outlet(
        "X",
        "E",
        "P",
        "L",
        "name",
        "",
        "110000",
        None,
        None,
        "main",
        None,
        None,
        "gb_13223",
        "coal_boiler",
        "coal",
        300.0,
        "MW",
        None,
        None,
        None,
        None,
        None,
        True,
        FROM,
    )
    analyser = Analyser("A", "X", "a21026", "", "S1", 100.0, "dry", "", date(2014, 1, 1), date(2015, 1, 1), FROM)
    permit = Permit("P1", "E", "X", "SO2", 35.0, None, date(2014, 6, 1), None, FROM)
    made = register_tables(Registry(outlet_rows=(outlet,), analyser_rows=(analyser,), permit_rows=(permit,)), DAY, DAY, wet=["X"])
    assert made["outlet_serial"].to_pylist() == [
        {"outlet": "X", "factor": "a21026", "serial": "S1", "valid_from": date(2014, 1, 1), "valid_to": date(2014, 12, 31)}
    ]
    assert made["outlet_permit"].to_pylist() == [{"outlet": "X", "pollutant": "SO2", "valid_from": date(2014, 6, 1), "valid_to": None}]
    assert made["outlet_wet"].to_pylist() == [{"outlet": "X"}]
    assert made["asked_span"].to_pylist() == [{"first_hour": datetime(2015, 3, 1, 1), "last_hour": datetime(2015, 3, 2, 0)}]
    assert book()
