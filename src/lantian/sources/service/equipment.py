"""Use case of the equipment duties of article 1: the SQL rules over hours and process data, and what each outlet's controls came to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pyarrow as pa

from lantian.kernel.finding import Message
from lantian.lake.engine import Engine
from lantian.lake.runner import run_steps
from lantian.law import LawBook
from lantian.sources.rules.equipment import UNKNOWN, EquipmentRules, month_state

STEPS = ("process_hour", "equipment_hour", "equipment_month")
"""The SQL rules; they leave ``equipment_month``."""
SCHEMAS = {
    "rule_process": pa.schema([("code", pa.string()), ("item", pa.string())]),
    "rule_control": pa.schema([("control", pa.string()), ("pollutant", pa.string()), ("least", pa.float64())]),
    "rule_equipment": pa.schema([(name, pa.float64()) for name in ("bypass_open", "load_least", "rate_most")]),
}


@dataclass(frozen=True, slots=True)
class ControlState:
    """What a control of an outlet came to in a month: running, not_running or unknown, with the hours behind it."""

    outlet: str
    control: str
    month: str
    state: str
    working_hours: int
    running_hours: int
    idle_hours: int
    removal: float | None = None
    because: tuple[Message, ...] = field(default=())


def equipment_rules(law: LawBook, on: date) -> EquipmentRules:
    """Give the numbers by which running is told on a day."""
    rule = {str(each.key["rule"]): float(each.value) for each in law.values("law_equipment_rule", on=on)}
    return EquipmentRules({str(each.key["control"]): float(each.value) for each in law.values("law_equipment_least", on=on)}, **rule)


def equipment_tables(law: LawBook, on: date) -> dict[str, list[dict[str, Any]]]:
    """Give the same numbers as the small tables that the SQL rules join."""
    rules = equipment_rules(law, on)
    controls = {str(each.key["control"]): str(each.value) for each in law.values("law_equipment_control", on=on)}
    return {
        "rule_process": [{"code": each.key["code"], "item": each.value} for each in law.values("law_process_item", on=on)],
        "rule_control": [{"control": control, "pollutant": pollutant, "least": rules.least[control]} for control, pollutant in controls.items()],
        "rule_equipment": [{"bypass_open": rules.bypass_open, "load_least": rules.load_least, "rate_most": rules.rate_most}],
    }


def run_equipment(engine: Engine, law: LawBook, on: date) -> None:
    """Run the rules from ``factor_hour`` and ``outlet_hour``; leaves ``equipment_hour`` and ``equipment_month``."""
    for name, rows in equipment_tables(law, on).items():
        engine.table(name, pa.Table.from_pylist(rows, schema=SCHEMAS[name]))
    run_steps(engine, "lantian.sources", STEPS)


def control_states(law: LawBook, rows: Iterable[Mapping[str, Any]]) -> list[ControlState]:
    """Say of each row of ``equipment_month`` whether the control ran."""
    found = []
    for row in rows:
        rules = equipment_rules(law, date.fromisoformat(f"{row['month']}-01"))
        working, running, idle = (int(row[name] or 0) for name in ("working_hours", "running_hours", "idle_hours"))
        state, because = month_state(working, running, idle, rules)
        found.append(ControlState(row["outlet"], row["control"], row["month"], state, working, running, idle, row["removal"], because))
    return sorted(found, key=lambda each: (each.outlet, each.control, each.month))


def newest_told(states: Iterable[ControlState], month: str) -> dict[tuple[str, str], ControlState]:
    """Give for each outlet and control the newest month up to one in which anything could be told, or its newest month."""
    newest: dict[tuple[str, str], ControlState] = {}
    for each in sorted(states, key=lambda one: (one.state != UNKNOWN, one.month)):
        if each.month <= month:
            newest[each.outlet, each.control] = each
    return newest
