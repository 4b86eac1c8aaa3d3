"""A home with the registers of the simulated stacks and hours that some of their loggers sent, straight into the lake."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from lantian.app.loading import load
from lantian.app.sample import samples
from lantian.gateway.devices.faults import tamper
from lantian.gateway.devices.physics import honest
from lantian.gateway.devices.registers import read_stacks
from lantian.gateway.devices.reporting import device_values
from lantian.lake.declaration import DATASETS
from lantian.lake.declaration.sources import SOON
from lantian.lake.store import Lake

DATA = Path(__file__).parents[1] / "data"
SEED = 2015
HOUR_MINUTES = 60


def load_stacks(home: Path, outlets: tuple[str, ...], start: datetime, end: datetime) -> Lake:
    """Load every register, and the hours of some stacks from a span, as if a gateway had taken them as they were sent."""
    lake = Lake(home)
    for sample in samples(DATA):
        if sample.folder.startswith("stacks/"):
            reports = load(lake, sample.dataset, sample.layout, list(sample.paths), datetime(2026, 3, 1))
            assert [fault for report in reports for fault in report.faults] == [], sample.folder
    stacks = [each for each in read_stacks(DATA / "stacks") if each.outlet in outlets]
    assert len(stacks) == len(outlets)
    for stack in stacks:
        told = tamper(honest(stack, start, end, SEED), stack, SEED)
        lake.append("device_values", kept(device_values(told.table, stack, HOUR_MINUTES)))
    return lake


def kept(rows: pa.Table) -> pa.Table:
    """Give rows with the bookkeeping of the lake: received a few minutes after their hour."""
    received = pc.add(rows["time"], pa.scalar(SOON, pa.duration("us")))
    more = {"dataset": pa.repeat("device_values", len(rows)), "known_at": received, "loaded_at": received}
    more |= {"revision": pa.repeat(pa.scalar(1, pa.int32()), len(rows)), "month": pc.strftime(rows["day"], "%Y-%m")}
    declared = DATASETS["device_values"]
    columns = {name: rows[name] for name in rows.column_names} | more
    return pa.table({column.name: pc.cast(columns[column.name], column.type) for column in declared.columns})
