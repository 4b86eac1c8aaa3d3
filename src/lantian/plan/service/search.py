"""Finding provisions by their words."""

from __future__ import annotations

from typing import Any

from lantian.kernel.errors import InputError
from lantian.plan.model import Plan
from lantian.plan.service.goals import both


def search(plan: Plan, text: str) -> list[dict[str, Any]]:
    """Find the provisions whose quotation, title or rendering holds every word of a text; an empty text raises ``InputError``.

    >>> from lantian.plan.readers import plan
    >>> [each["id"] for each in search(plan(), "北京市 60微克")]
    ['C011']
    """
    words = text.casefold().split()
    if not words:
        raise InputError("nothing to look for; give a word such as 锅炉 or boiler")
    goals = [(each.id, 0, each.title, each.quote, each.english) for each in plan.provisions]
    duties = [(each.id, each.article, each.title, each.lead + each.quote, each.english) for each in plan.duties]
    return [
        {"id": key, "article": article, "title": both(title), "quote": quote, "english": english}
        for key, article, title, quote, english in (*goals, *duties)
        if all(word in f"{key} {title.zh} {title.en} {quote} {english}".casefold() for word in words)
    ]
