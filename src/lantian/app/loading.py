"""Loading files of every room: which formats there are, and what the registers may name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path

from lantian.air.service.load import LAYOUTS, Layouts, load_files
from lantian.app.network import station_atlas
from lantian.lake.load import LoadReport
from lantian.lake.store import Lake
from lantian.plan.model import Plan
from lantian.plan.readers import plan
from lantian.plan.readers.registers import CALLED, COMPLETE, register_layouts
from lantian.response.activity import COLUMNS, parse_activity


def asked_for(told: Plan) -> dict[str, frozenset[str]]:
    """Give the kinds of unit, controls and acts that some provision asks for; a register that names another is mistaken."""
    indicators = [duty.indicator for duty in told.duties]
    return {
        "kind": frozenset(kind for each in indicators for kind in each.units),
        "control": frozenset(control for each in indicators for control in each.controls),
        "act": frozenset(each.act for each in indicators if each.act) | {COMPLETE},
    }


@cache
def layouts() -> Layouts:
    """Give every format of every room."""
    return {**LAYOUTS, **register_layouts(asked_for(plan())), ("activity", "tidy"): (COLUMNS, parse_activity)}


def load(
    lake: Lake,
    dataset: str,
    layout: str,
    paths: Sequence[Path],
    now: datetime,
    *,
    strict: bool = False,
    progress: Callable[[Path, int], None] | None = None,
) -> list[LoadReport]:
    """Load files of any room into the lake; a workbook is loaded whole or not at all."""
    whole = strict or any(path.suffix == ".xlsx" for path in paths)
    return load_files(lake, station_atlas(lake), dataset, layout, paths, now, strict=whole, progress=progress, layouts=layouts(), called=CALLED.get(dataset))
