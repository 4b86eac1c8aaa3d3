"""What each dataset holds: columns with units and titles, key, when a value is deemed published, version."""

from __future__ import annotations

import pyarrow as pa

from lantian.kernel.errors import unknown
from lantian.lake.declaration.ambient import AIR_CITY_DAILY, AIR_HOURLY, CONCENTRATION, DECIMALS, STATIONS, WEATHER, WEATHER_FORECAST
from lantian.lake.declaration.base import BOOKKEEPING, STAMP, Column, Declaration
from lantian.lake.declaration.registers import ACCESS_LIST, ACTIVITY, ACTS, CONTROLS, STATISTICS, TOTAL_CONTROL, UNITS
from lantian.lake.declaration.sources import SOURCE_DATASETS

__all__ = ["BOOKKEEPING", "CONCENTRATION", "DATASETS", "DECIMALS", "QUARANTINE", "STAMP", "Column", "Declaration", "dataset"]

_EARLIER = (AIR_HOURLY, AIR_CITY_DAILY, STATIONS, STATISTICS, UNITS, CONTROLS, ACTS, WEATHER, WEATHER_FORECAST, ACTIVITY, ACCESS_LIST, TOTAL_CONTROL)
DATASETS = {each.name: each for each in (*_EARLIER, *SOURCE_DATASETS)}
QUARANTINE = pa.schema(
    [
        ("dataset", pa.string()),
        ("file", pa.string()),
        ("digest", pa.string()),
        ("line", pa.int64()),
        ("reason", pa.string()),
        ("text", pa.string()),
        ("loaded_at", STAMP),
    ]
)


def dataset(name: str) -> Declaration:
    """Give a declared dataset; an unknown name raises ``InputError``."""
    if name not in DATASETS:
        raise unknown("dataset", name, DATASETS)
    return DATASETS[name]
