"""A lake with one correction laid over it: what would be read if the correction had been known with the value itself. Nothing is written into the lake."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from lantian.app.trace.rows import raw_rows
from lantian.kernel.errors import InputError, unknown
from lantian.kernel.period import Moment, monitoring_day
from lantian.kernel.pollutant import POLLUTANTS, pollutant
from lantian.lake.declaration import dataset
from lantian.lake.store import Lake

HOURS = "air_hourly"
NONE = "none"


@dataclass(frozen=True, slots=True)
class Correction:
    """A raw hour of a station, and the value it should have had; None says that the hour is not valid."""

    station: str
    time: datetime
    pollutant: str
    value: Decimal | None

    @property
    def column(self) -> str:
        """Name the column of the value."""
        return pollutant(self.pollutant).column


def parse_row(text: str) -> Correction:
    """Read DATASET:STATION:TIME:POLLUTANT=VALUE; anything else raises ``InputError``.

    >>> parse_row("air_hourly:dongsi:2015-12-08T18:00:PM2.5=35.5").value
    Decimal('35.5')
    """
    left, _, given = text.partition("=")
    words = left.split(":")
    if len(words) < len(("dataset", "station", "time", "pollutant")) or not given:
        raise InputError(f"no row {text!r}; write it as {HOURS}:STATION:2015-12-08T18:PM2.5=35, or =none for an hour that is not valid")
    name, station, when, key = words[0], words[1], ":".join(words[2:-1]), words[-1]
    if name != HOURS:
        raise InputError(f"no impact of {name!r} is worked out; the dataset is {HOURS}")
    if key not in {each.key for each in POLLUTANTS}:
        raise unknown("pollutant", key, (each.key for each in POLLUTANTS))
    try:
        time = datetime.fromisoformat(when)
    except ValueError:
        raise InputError(f"no hour {when!r}; write its end as 2015-12-08T18") from None
    try:
        value = None if given.strip() == NONE else Decimal(given.strip())
    except InvalidOperation:
        raise InputError(f"{given!r} is no value; write a number, or none") from None
    decimals = dataset(HOURS).schema.field(pollutant(key).column).type.scale
    if value is not None and (not value.is_finite() or value < 0 or value >= 10 ** (9 - decimals) or round(value, decimals) != value):
        raise InputError(f"{given!r} is no concentration; give a number from 0 below {10 ** (9 - decimals)} with {decimals} decimals at most")
    return Correction(station, time, key, value)


def corrected_row(lake: Lake, correction: Correction) -> dict[str, Any]:
    """Give the row as it would stand, one revision above the newest; an hour that was never loaded raises ``InputError``."""
    month = f"{monitoring_day(correction.time):%Y-%m}"
    found = raw_rows(lake, HOURS, {month}, {"station": correction.station, "time": correction.time}, Moment())
    if not found:
        raise InputError(f"no hour of {correction.station} that ends at {correction.time:%Y-%m-%d %H:%M} is loaded; correct one that is")
    newest = next(row for row in found if row["used"])
    first = found[-1]
    names = dataset(HOURS).schema.names
    return {name: newest[name] for name in names} | {
        correction.column: correction.value,
        "revision": newest["revision"] + 1,
        "known_at": first["known_at"],
        "loaded_at": first["loaded_at"],
    }


class CorrectedLake(Lake):
    """A lake that also reads one row kept in a folder of its own."""

    def __init__(self, home: Path, row: dict[str, Any], folder: Path) -> None:
        """Keep the row as one more file of the dataset."""
        super().__init__(home)
        self._month = row["month"]
        own = folder / f"month={row['month']}"
        own.mkdir(parents=True)
        self._file = own / "correction.parquet"
        schema = dataset(HOURS).schema
        table = pa.Table.from_pylist([row], schema=schema)
        pq.write_table(table.drop_columns(["month"]), self._file)

    def files(self, name: str, months: Sequence[str] | None = None) -> list[str]:
        """Give the files of a table, with the correction among those of its month."""
        found = super().files(name, months)
        return [*found, str(self._file)] if name == HOURS and (months is None or self._month in months) else found

    def revised(self, name: str) -> bool:
        """Tell that the hours hold a correction."""
        return name == HOURS or super().revised(name)
