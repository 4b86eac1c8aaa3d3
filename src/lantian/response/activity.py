"""Activity of process lines as rows: what online monitoring, electricity meters or inspections saw in each hour."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lantian.air.readers.fields import FieldError, moment, real
from lantian.air.readers.rows import Numbered, Parsed, guard
from lantian.kernel.period import monitoring_day
from lantian.places import Atlas

KINDS = ("online", "electricity", "inspection")
COLUMNS = ("process", "kind", "time", "value", "error")


def parse_activity(rows: Numbered, _: Atlas) -> Parsed:
    """Read activity: process (as the emergency plan names it), kind, time (end of the hour), value (in the line's own unit), relative error or empty."""

    def one(row: Mapping[str, str | None]) -> dict[str, Any]:
        line, kind, at = (row["process"] or "").strip(), (row["kind"] or "").strip(), moment(row["time"])
        if not line:
            raise FieldError("no process is named; write it as the emergency plan does")
        if kind not in KINDS:
            raise FieldError(f"kind {kind!r}; write one of {', '.join(KINDS)}")
        value, error = real(row["value"], "value"), real(row["error"], "error")
        if value is None or value < 0:
            raise FieldError(f"value {row['value']!r}; write an amount from 0")
        if error is not None and not 0 <= error < 1:
            raise FieldError(f"error {error:g}; write a relative error from 0 and below 1")
        return {"process": line, "kind": kind, "time": at, "day": monitoring_day(at), "value": value, "error": error}

    for line, row in rows:
        yield guard(line, row, lambda row=row: one(row))  # type: ignore[misc]
