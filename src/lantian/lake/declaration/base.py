"""How a dataset is declared: columns with units and titles, key, when a value is deemed published, version."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa

from lantian.kernel.period import HOUR, close_of


@dataclass(frozen=True, slots=True)
class Column:
    """One column: name, Arrow type, unit ('' for a label), Chinese and English title."""

    name: str
    type: pa.DataType
    unit: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Declaration:
    """One dataset. ``time`` names the column that dates a row; ``lag`` is added to the end of its hour or day to give when it was published."""

    name: str
    version: int
    zh: str
    en: str
    key: tuple[str, ...]
    values: tuple[Column, ...]
    time: str
    lag: timedelta

    @property
    def columns(self) -> tuple[Column, ...]:
        """Give the dataset's own columns and those that every fact carries."""
        return (*self.values, *BOOKKEEPING)

    @property
    def schema(self) -> pa.Schema:
        """Give the Arrow schema of the stored table."""
        return pa.schema([(column.name, column.type) for column in self.columns])

    @property
    def staged(self) -> pa.Schema:
        """Give the Arrow schema of parsed rows before they are booked."""
        return pa.schema([*((column.name, column.type) for column in self.values), (LINE, pa.int64())])

    def published(self, row: dict[str, Any]) -> datetime:
        """Give when the value of a row of history was published by the dataset's own rule (DESIGN §10)."""
        at = row[self.time]
        return at + self.lag if isinstance(at, datetime) else close_of(at) - HOUR + self.lag


def label(name: str, kind: pa.DataType, zh: str, en: str) -> Column:
    """Declare a column that has no unit."""
    return Column(name, kind, "", zh, en)


STAMP = pa.timestamp("us")
LINE = "line_of_file"
"""The column of staged rows that says on which line each stood; a parser gives it by this name, or as ``line`` where the dataset has no column of that name."""
BOOKKEEPING = (
    label("dataset", pa.string(), "来源格式", "source format"),
    label("known_at", STAMP, "公布时刻", "known at"),
    label("loaded_at", STAMP, "载入时刻", "loaded at"),
    label("revision", pa.int32(), "修订号", "revision"),
    label("month", pa.string(), "月份", "month"),
)

DAY = label("day", pa.date32(), "日", "day")
