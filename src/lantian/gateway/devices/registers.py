"""The simulated stacks as the committed registers and ``demo.yaml`` describe them."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import yaml

from lantian.gateway.devices.faults import KINDS
from lantian.gateway.devices.model import Curtailment, Fault, Habit, Stack
from lantian.kernel.errors import InputError, unknown

TABLES = ("outlets", "loggers", "analysers", "permits", "controls")
STEAM = 3.1
"""Tonnes of steam an hour that make one megawatt in these units."""
EQUIPMENT = {"fgd": "wet_fgd", "denox": "scr", "dedust_upgrade": "esp"}


def read_stacks(folder: Path, faults: Path | None = None, interval: int | None = None) -> tuple[Stack, ...]:
    """Read the stacks of a folder of registers; ``faults`` is another file in the shape of ``demo.yaml``, ``interval`` another than the registers' [minutes].

    What lacks or is not known raises ``InputError``.
    """
    tables = {name: _table(folder, name) for name in TABLES}
    plan = _plan(faults or folder / "demo.yaml")
    by: dict[str, dict[str, list[dict[str, str]]]] = {name: defaultdict(list) for name in TABLES}
    for name in TABLES:
        for row in tables[name]:
            by[name][row["unit" if name == "controls" else "outlet"]].append(row)
    known = {row["outlet"]: row["place"] for row in tables["outlets"]}
    _checked(plan, known)
    made = (_stack(row, by, plan) for row in tables["outlets"] if by["loggers"][row["outlet"]])
    return tuple(made) if interval is None else tuple(replace(each, interval=interval) for each in made)


def _table(folder: Path, name: str) -> list[dict[str, str]]:
    path = folder / name / f"{name}.csv"
    if not path.is_file():
        raise InputError(f"no {path}; run from the repository, or give the folder of registers with --registers")
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _plan(path: Path) -> Mapping[str, Any]:
    if not path.is_file():
        raise InputError(f"no {path}; it says how the simulated stacks are run")
    told = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    if not isinstance(told, dict) or not isinstance(told.get("reference_oxygen"), dict):
        raise InputError(f"{path} gives no reference_oxygen by type of unit; take data/stacks/demo.yaml as the pattern")
    return told


def _checked(plan: Mapping[str, Any], known: Iterable[str]) -> None:
    known = set(known)
    named = [row["outlet"] for row in plan.get("faults", ())] + [
        name for what in ("trips", "deviations", "clock", "ratio", "versions") for name in plan.get(what, {})
    ]
    for name in named:
        if name not in known:
            raise unknown("outlet", name, known)
    for row in plan.get("faults", ()):
        if row["kind"] not in KINDS:
            raise unknown("kind of fault", row["kind"], KINDS)


def _moment(value: object) -> datetime:
    """Take what YAML made of a moment: a moment, a day, or words."""
    if isinstance(value, datetime):
        return value
    return datetime(value.year, value.month, value.day) if isinstance(value, date) else datetime.fromisoformat(str(value))


def _stack(row: Mapping[str, str], by: Mapping[str, Mapping[str, list[dict[str, str]]]], plan: Mapping[str, Any]) -> Stack:
    outlet = row["outlet"]
    logger, controls = by["loggers"][outlet][-1], {EQUIPMENT.get(each["control"], each["control"]) for each in by["controls"][outlet]}
    reference = plan["reference_oxygen"]
    if row["unit_type"] not in reference:
        raise unknown("type of unit with a reference oxygen", row["unit_type"], reference)
    return Stack(
        outlet,
        logger["device"],
        row["fuel"],
        row["unit_type"],
        float(row["capacity"]) / (STEAM if row["capacity_unit"] == "t/h" else 1),
        float(row["area"]),
        {each["pollutant"]: float(each["limit"]) for each in by["permits"][outlet]},
        float(reference[row["unit_type"]]),
        {each["factor"]: float(each["range_top"]) for each in by["analysers"][outlet]},
        frozenset(controls),
        logger["label"],
        int(logger["interval"]),
        logger["st"],
        serials={each["factor"]: each["serial"] for each in by["analysers"][outlet]},
        place=row["place"],
        habit=_habit(outlet, row["place"], plan),
    )


def _habit(outlet: str, place: str, plan: Mapping[str, Any]) -> Habit:
    def told(what: str, default: Any) -> Any:
        return plan.get(what, {}).get(outlet, default)

    curtailments = tuple(
        Curtailment(_moment(each["from"]), _moment(each["until"]), float(each["cut"]))
        for each in plan.get("curtailments", ())
        if each["place"] == place
        and any(fnmatch(outlet, pattern) for pattern in each.get("only", ["*"]))
        and not any(fnmatch(outlet, pattern) for pattern in each.get("except", ()))
    )
    faults = tuple(
        Fault(each["kind"], _moment(each["from"]), _moment(each["until"]), tuple(each.get("factors", ())), each.get("settings", {}))
        for each in plan.get("faults", ())
        if each["outlet"] == outlet
    )
    process = any(fnmatch(outlet, pattern) for pattern in plan.get("process", ()))
    clock, version = float(told("clock", 0.0)), int(told("versions", 2017))
    return Habit(told("ratio", {}), told("trips", {}), curtailments, faults, tuple(told("deviations", ())), clock, version, process)
