"""A law value and where it is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from lantian.kernel.finding import Confidence


@dataclass(frozen=True, slots=True)
class LawValue:
    """One number or word of a standard: what it is for (``key``), its value and unit, when it holds, where it is written, how sure it is."""

    table: str
    standard: str
    edition: str
    key: dict[str, Any]
    value: Any
    unit: str
    valid_from: date
    valid_to: date | None
    source: str
    clause: str
    confidence: Confidence
    note: str

    def __hash__(self) -> int:
        """Hash by what the value is for and when it holds."""
        return hash((self.table, self.standard, self.edition, tuple(self.key.items())))

    def holds(self, on: date) -> bool:
        """Tell whether the value is in force on a day."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)

    @property
    def name(self) -> str:
        """Name the value as errors and pages do."""
        return f"{self.table}({', '.join(f'{k}={v}' for k, v in self.key.items())})"
