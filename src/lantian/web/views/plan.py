"""The opened finding of the plan page: the course of its values beside the required path, and the decisive words of its quotation."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup, escape


def course(finding: dict[str, Any]) -> dict[str, Any] | None:
    """Give year by year what was measured and what was required, with the current value; None where the goal has no path in numbers."""
    details = finding["details"]
    path = details.get("path")
    if not path:
        return None
    measured = {row["year"]: row["value"] for row in details["history"]} | {details["base"]["year"]: details["base"]["value"]}
    required = {row["year"]: row["required"] for row in path}
    last = int(finding["as_of"][:4])
    years = range(min(required), max(required) + 1)
    rows = [{"year": year, "value": measured.get(year), "required": required.get(year), "past": year < last or year in measured} for year in years]
    return {"rows": rows, "unit": finding["unit"], "now": {"as_of": finding["as_of"], "value": finding["value"]}}


def marked(quote: str, words: list[str]) -> Markup:
    """Write a quotation with its decisive words marked.

    >>> str(marked("下降25%左右", ["左右"]))
    '下降25%<mark>左右</mark>'
    """
    text = str(escape(quote))
    for word in words:
        text = text.replace(str(escape(word)), f"<mark>{escape(word)}</mark>", 1)
    return Markup(text)  # noqa: S704 - every part is escaped above
