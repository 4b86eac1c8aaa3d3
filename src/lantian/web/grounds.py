"""What the figures of each page rest on, where nothing nearer says so: one trace id a page, or the reason why it has none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

RECORDS = {
    "bulletins": "bulletin",
    "warnings": "warning",
    "replay": "warning",
    "projects": "application",
    "supply": "notice",
    "cases": "case",
    "inspections": "inspection",
    "complaints": "complaint",
}
"""Pages that show the public records of a flow."""
OF_RECORD = ("project", "case", "record", "receipt", "complaint", "visit")
UNTRACED = {
    "error": "form",
    "login": "form",
    "welcome": "form",
    "subscription": "form",
    "complaint_new": "form",
    "complaint_thanks": "form",
    "new": "form",
    "preview": "form",
    "chain": "calendar",
    "desk": "calendar",
    "audit": "calendar",
}
"""Pages without a figure of their own: forms, refusals, lists of one's own work."""


def ground_of(page: str, clock: Any, values: Mapping[str, Any]) -> dict[str, str]:
    """Give the attribute that a page's body carries: its trace id, or the reason why its figures have none; nothing for a page that is not known.

    >>> ground_of("bulletins", None, {}), ground_of("login", None, {})
    ({'data-trace': 'records:bulletin'}, {'data-untraced': 'form'})
    """
    if page in UNTRACED:
        return {"data-untraced": UNTRACED[page]}
    if page in RECORDS:
        return {"data-trace": f"records:{RECORDS[page]}"}
    record = values.get("record") or (values["row"]["record"] if page == "record" and "row" in values else None)
    if page in OF_RECORD and record is not None:
        return {"data-trace": f"record:{record.id}"}
    found = _answered(page, clock, values)
    return {"data-trace": found} if found else {}


def _answered(page: str, clock: Any, values: Mapping[str, Any]) -> str | None:
    """Name the answer that a page shows."""
    if page == "trace":
        return str(values["trace"].id)
    if page in ("method", "sign"):
        return "laws:all"
    if page == "data":
        return "tables:all"
    if page == "credits":
        return "credits:all"
    if page == "assessment":
        return f"score:{values['year']}"
    if page == "ranking":
        return f"rank:{values['cities']}:{values['period']}" + (":change" if values["by"] == "change" else "")
    if page in ("source", "embed"):
        return f"stack:{values['facts']['outlet']}"
    if page == "enterprise":
        return f"firm:{values['enterprise']['enterprise']}"
    return _of_day(page, clock, values)


def _of_day(page: str, clock: Any, values: Mapping[str, Any]) -> str | None:
    """Name the answer of a page that shows a day."""
    if page == "home":
        return f"cities:{clock.day}"
    if page == "city":
        return f"day:{values['city']['place'].code}:{clock.day}"
    if page == "province":
        return f"findings:{values['place'].code}:{clock.day}"
    if page == "plan":
        return f"findings:{values['place']}:{clock.day}"
    if page == "sources":
        return f"outlets:{clock.day}"
    return None
