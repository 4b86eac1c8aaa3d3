"""The page of a trace id: a few of many rows and parts, the rest as data."""

from __future__ import annotations

from typing import Any

from lantian.app.trace import Trace

SHOWN = 100
KEYS = ("station", "device", "place", "factor", "cn", "time", "day", "item", "state", "indicator", "year", "act", "title")


def trace_view(answer: Trace) -> dict[str, Any]:
    """Give an answer for the page: each raw row as its key, its values and where it stands."""
    return {"trace": answer, "rows": [_row(each) for each in answer.rows[:SHOWN]], "parts": answer.parts[:SHOWN], "shown": SHOWN}


def _row(row: Any) -> dict[str, Any]:
    values = row.get("values") or {name: row[name] for name in ("value", "corrected", "flag", "amount") if row.get(name) is not None}
    own = {name: row.get(name) for name in ("table", "file", "revision", "known_at", "loaded_at", "used")}
    return own | {"key": " ".join(str(row[name]) for name in KEYS if row.get(name) is not None), "values": values}
