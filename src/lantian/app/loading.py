"""Loading files of every room: which formats there are, and what the registers may name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path

from lantian.air.service.load import LAYOUTS, Layouts, load_files
from lantian.app.network import station_atlas
from lantian.app.workbooks import load_sheets
from lantian.lake.load import LoadReport
from lantian.lake.store import Lake
from lantian.plan.model import Plan
from lantian.plan.readers import plan
from lantian.plan.readers.registers import CALLED, COMPLETE, register_layouts
from lantian.response.activity import COLUMNS, parse_activity
from lantian.sources.readers.forms import CALLED_AS
from lantian.sources.readers.registers import sheet_layouts


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
    return {**LAYOUTS, **register_layouts(asked_for(plan())), ("activity", "tidy"): (COLUMNS, parse_activity), **sheet_layouts()}


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
    """Load files of any room into the lake; a workbook is loaded whole or not at all, and ``sources`` means one with a sheet for each register of sources."""
    if dataset == "sources":
        atlas = station_atlas(lake)
        return [report for path in paths for report in load_sheets(lake, atlas, path, now)]
    whole = strict or any(path.suffix == ".xlsx" for path in paths)
    return load_files(
        lake, station_atlas(lake), dataset, layout, paths, now, strict=whole, progress=progress, layouts=layouts(), called=(CALLED | CALLED_AS).get(dataset)
    )
