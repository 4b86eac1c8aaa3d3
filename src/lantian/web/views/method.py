"""The method page: every law value the air room uses, by standard, with source and confidence."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

import yaml

from lantian.web.views.clock import Clock

STANDARDS = ("gb_3095", "hj_633", "hj_663", "ranking", "change_ranking", "plausibility", "assessment", "letters")
"""Standards that stand first; every other one in force follows by name."""
LONG = ("law_breakpoint", "law_advice", "law_trend", "law_edition", "law_factor", "law_command")
"""Tables whose values are not listed one by one, unless they are recalled or unsure."""


def method(clock: Clock) -> dict[str, Any]:
    """Give the values in force on the clock's day, and all that are recalled or unsure."""
    book = clock.house.law
    standards = []
    doubtful = []
    known = {v.standard for v in book.values("law_edition", on=clock.day)}
    for name in (*STANDARDS, *sorted(known - set(STANDARDS))):
        edition = book.edition(name, clock.day)
        title = next(row for row in book.rows("law_edition") if row["standard"] == name and row["edition"] == edition)
        values = [v for table in book.tables for v in book.values(table, on=clock.day, standard=name) if table != "law_edition"]
        short = [_row(v) for v in values if v.table not in LONG]
        standards.append({"name": name, "edition": edition, "title": title, "rows": short, "count": len(values)})
        doubtful += [_row(v) | {"standard": name} for v in values if v.confidence in ("recalled", "unsure")]
    return {"rules": rules(), "standards": standards, "doubtful": doubtful, "unsure": sum(row["confidence"] == "unsure" for row in doubtful)}


@cache
def rules() -> dict[str, Any]:
    """Give what each SQL rule of the air room does, in both languages, with its ground."""
    text = resources.files("lantian.air").joinpath("methods.yaml").read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.load(text, Loader=yaml.CSafeLoader)
    return found


def _row(value: Any) -> dict[str, Any]:
    held = value.value
    text = ", ".join(str(each) for each in held) if isinstance(held, list) else held.get("en", "") if isinstance(held, dict) else str(held)
    return {
        "table": value.table,
        "item": " ".join(str(part) for part in value.key.values()),
        "value": text,
        "unit": value.unit,
        "clause": value.clause,
        "source": value.source,
        "confidence": str(value.confidence),
        "note": value.note,
    }
