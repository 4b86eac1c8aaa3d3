"""The nouns of tracing: an answer, and a raw row it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Trace:
    """What one figure or act is, and what it rests on: reasons, law values, other ids to go on from, raw rows."""

    id: str
    zh: str
    en: str
    value: Any = None
    unit: str = ""
    because: tuple[Mapping[str, Any], ...] = ()
    law: tuple[Mapping[str, Any], ...] = ()
    parts: tuple[str, ...] = ()
    rows: tuple[Mapping[str, Any], ...] = ()
    acts: tuple[Mapping[str, Any], ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Give the answer as plain data."""
        return asdict(self)
