"""The assessment page: every province's air score in a year, with its ground, and the outcome that was published."""

from __future__ import annotations

from collections import Counter
from typing import Any

from lantian.kernel.errors import InputError
from lantian.kernel.period import year as year_of
from lantian.web.views.clock import Clock

FIRST = 2014


def assessment(clock: Clock, asked: int | None) -> dict[str, Any]:
    """Give the provinces in the year asked for, or the last that was over at the clock; a year not over raises ``InputError``."""
    over = [number for number in range(FIRST, clock.last.year + 1) if clock.house.air.desk.knows(year_of(number).end)]
    if not over:
        raise InputError(f"no year of the assessment was over on {clock.day}; choose a later day")
    number = asked or over[-1]
    rows = clock.house.assessment(number)
    scored = [row for row in rows if row["air"]["points"] is not None]
    reasons = Counter(reason["key"] for row in rows if row["air"]["points"] is None for reason in row["air"]["because"])
    order = sorted(rows, key=lambda row: (row["air"]["points"] is None, -(row["air"]["points"] or 0)))
    risen = [row for row in scored if row["air"]["points"] == 0]
    return {"year": number, "years": over, "rows": order, "scored": len(scored), "risen": risen, "reasons": reasons.most_common()}
