"""Use case of the plausibility checks: law and registers in, leads out; explained in words, and told which become records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from importlib import resources
from typing import Any

import pyarrow as pa
import yaml

from lantian.kernel.errors import InputError
from lantian.kernel.finding import Evidence, LawUsed, Message
from lantian.lake.declaration.sources import DEVICE_VALUES
from lantian.lake.engine import Engine
from lantian.lake.runner import run_steps
from lantian.law import LawBook
from lantian.sources.model import Registry
from lantian.sources.rules.quality.lead import SEVERITIES, because, parameter
from lantian.sources.rules.quality.model import HOUR, MOVES, POLLUTANT_OF, STEPS, Lead
from lantian.sources.rules.quality.pattern import display_steps

Rows = list[dict[str, Any]]
TABLE = "law_source_quality"
BASES = ("quality_series", "quality_usual", "quality_wide")
CHECKS = tuple(
    f"quality_{name}"
    for name in ("level", "limit", "repeat", "digit", "process", "mass", "step", "visit", "clock", "parameter", "identity", "silence", "deviation")
)
STEPS_OF_QUALITY = (*BASES, *CHECKS, "quality_lead")
"""The SQL rules in their order."""
ABOUT_LEAD = tuple(name for name in Lead.__slots__ if name)
RECORDED = SEVERITIES[: SEVERITIES.index("NONCRIT")]
"""Severities of leads that become records for a person to settle; lighter ones are only shown."""
_SPAN = [("valid_from", pa.date32()), ("valid_to", pa.date32())]
INPUTS = {
    "outlet_serial": pa.schema([("outlet", pa.string()), ("factor", pa.string()), ("serial", pa.string()), *_SPAN]),
    "outlet_permit": pa.schema([("outlet", pa.string()), ("pollutant", pa.string()), *_SPAN]),
    "outlet_wet": pa.schema([("outlet", pa.string())]),
    "asked_span": pa.schema([("first_hour", pa.timestamp("us")), ("last_hour", pa.timestamp("us"))]),
}
"""Small tables of the registers that the checks join beside outlet_device and outlet_analyser."""


@dataclass(frozen=True, slots=True)
class Check:
    """One check as the pages name it: its weight, its titles, what it looks at and what it misses, in both languages."""

    code: str
    severity: str
    title: Mapping[str, str]
    looks: Mapping[str, str]
    misses: Mapping[str, str]


@cache
def checks() -> dict[str, Check]:
    """Give the register of checks by code."""
    text = resources.files("lantian.sources").joinpath("checks.yaml").read_text(encoding="utf-8")
    found = yaml.load(text, Loader=yaml.CSafeLoader)
    return {
        code: Check(code, each["severity"], {"zh": each["zh"], "en": each["en"]}, dict(each["looks"]), dict(each["misses"])) for code, each in found.items()
    }


def parameters(law: LawBook, on: date) -> dict[str, float]:
    """Give the parameters of all checks in force on a day, by check and name as ``flat_a_minutes``."""
    found = {parameter(v.key["check"], v.key["parameter"]): v.value for v in law.values(TABLE, on=on)}
    return {**found, "clock_a_deemed": DEVICE_VALUES.lag.total_seconds()}


def parameter_names(law: LawBook, on: date) -> list[str]:
    """Give the codes of instrument parameters whose change is looked at."""
    return [v.key["name"] for v in law.values("law_quality_parameter", on=on)]


def rule_tables(law: LawBook, on: date) -> dict[str, pa.Table]:
    """Give law and registers of factors as the small tables that the SQL rules join."""
    known = parameters(law, on)
    bridge = int(known["all_bridge_hours"])
    factors = dict.fromkeys((*MOVES, *STEPS, *POLLUTANT_OF))
    rule_factor: Rows = [{"factor": each, "pollutant": POLLUTANT_OF.get(each), "moves": int(each in MOVES), "steps": int(each in STEPS)} for each in factors]
    rule_check: Rows = [
        {"code": each.code, "severity": each.severity, "least_hours": int(known[parameter(each.code, "least_hours")]), "bridge_hours": bridge}
        for each in checks().values()
    ]
    return {
        "rule_quality": pa.Table.from_pylist([{name: _typed(name, value) for name, value in known.items()}]),
        "rule_check": pa.Table.from_pylist(rule_check),
        "rule_factor": pa.Table.from_pylist(rule_factor),
        "rule_digit": pa.table({"step": pa.array(display_steps(), pa.int64())}),
        "rule_parameter": pa.table({"pattern": [f"%{name}%" for name in parameter_names(law, on)]}),
    }


def _typed(name: str, value: float) -> float | int:
    """Keep counts of hours whole, so that they can multiply an hour in SQL."""
    return int(value) if name.endswith(("_hours", "_window")) else float(value)


def register_tables(registry: Registry, first: date, last: date, wet: Iterable[str] = ()) -> dict[str, pa.Table]:
    """Give serial numbers, permitted pollutants and outlets behind a wet scrubber as tables; ``wet`` names those outlets."""
    serials: Rows = []
    permits: Rows = []
    for outlet in registry.outlets():
        serials += [
            {"outlet": each.outlet, "factor": each.factor, "serial": each.serial, "valid_from": each.installed or first, "valid_to": _day_before(each.removed)}
            for each in registry.analysers_of(outlet.outlet)
            if each.serial
        ]
        permits += [
            {"outlet": outlet.outlet, "pollutant": each.pollutant, "valid_from": each.valid_from or first, "valid_to": each.valid_to}
            for each in registry.permits_of(outlet)
        ]
    span = [{"first_hour": datetime(first.year, first.month, first.day) + HOUR, "last_hour": datetime(last.year, last.month, last.day) + 24 * HOUR}]
    rows: dict[str, Rows] = {
        "outlet_serial": serials,
        "outlet_permit": permits,
        "outlet_wet": [{"outlet": each} for each in sorted(set(wet))],
        "asked_span": span,
    }
    return {name: pa.Table.from_pylist(own, schema=INPUTS[name]) for name, own in rows.items()}


def _day_before(day: date | None) -> date | None:
    return day and day - timedelta(days=1)


def run_quality(engine: Engine, law: LawBook, on: date, tables: Mapping[str, pa.Table]) -> None:
    """Compute the table ``quality_lead``.

    The engine must hold device_values, device_notes, device_deviations and site_visits (views of the lake), outlet_device and outlet_analyser (registers), and
    outlet_hour (the hour-chain); ``tables`` adds what ``register_tables`` gives. Parameters are those in force on a day.
    """
    lacking = sorted(set(INPUTS) - set(tables))
    if lacking:
        raise InputError(f"the checks need the tables {', '.join(lacking)}; make them with register_tables, or empty ones of their schema in INPUTS")
    for name, rows in {**rule_tables(law, on), **tables}.items():
        engine.table(name, rows)
    run_steps(engine, "lantian.sources", STEPS_OF_QUALITY)


def found_leads(engine: Engine) -> list[Lead]:
    """Give the computed leads, heaviest first, then by outlet and time."""
    rows = engine.fetch(f"SELECT {', '.join(ABOUT_LEAD)} FROM quality_lead").to_pylist()
    made = [Lead(**row) for row in rows]
    return sorted(made, key=lambda each: (SEVERITIES.index(each.severity), each.outlet, each.device, each.first_hour, each.code, each.factor))


@dataclass(frozen=True, slots=True)
class Explained:
    """A lead in words as data: what was seen, what the check looks at and misses, the rows it rests on, the parameters that chose it."""

    lead: Lead
    title: Message
    because: tuple[Message, ...]
    evidence: tuple[Evidence, ...]
    parameters: tuple[LawUsed, ...]


def explain(lead: Lead, law: LawBook) -> Explained:
    """Say why a lead was made: numbers, rows, and every parameter of its check with where it is written; an unknown check raises ``InputError``."""
    if lead.code not in checks():
        raise InputError(f"no check {lead.code!r}; known are {', '.join(checks())}")
    check = checks()[lead.code]
    used = [
        LawUsed(v.standard, v.name, v.value, v.unit, v.clause, v.source, v.confidence)
        for v in law.values(TABLE, on=(lead.first_hour - HOUR).date())
        if v.key["check"] == lead.code
    ]
    period = f"{lead.first_hour - HOUR:%Y-%m-%d %H:%M}/{lead.last_hour:%Y-%m-%d %H:%M}"
    return Explained(
        lead,
        Message("acting.word", dict(check.title)),
        (because(lead),),
        (Evidence("device_values", lead.outlet or lead.device, period, lead.readings, note=Message("acting.word", dict(check.looks))),),
        tuple(used),
    )


def records(leads: Iterable[Lead], known: Iterable[str] = ()) -> list[Lead]:
    """Give the leads that become records of the flow ``lead``: heavy enough to settle, and none twice (``Lead.once``).

    ``known`` names those that are records already; a lead that only grew longer is the same.
    """
    seen = set(known)
    made = []
    for each in leads:
        if each.severity in RECORDED and each.once not in seen:
            seen.add(each.once)
            made.append(each)
    return made
