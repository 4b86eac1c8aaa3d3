"""Which credits a project may be offset by: the industry they came from, how they came about, how far they lie (环发〔2014〕197号, the replacement rules)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lantian.kernel.finding import Message

REACHES = ("city", "province", "nation")
"""How far a credit lies from the project, from near to far."""


@dataclass(frozen=True, slots=True)
class UseLimits:
    """The limits in force on a day: industries bound to their own credits by (item, industry), natures excluded by (item, nature), how far by item."""

    own_industry: Mapping[tuple[str, str], str] = field(default_factory=dict)
    excluded: Mapping[tuple[str, str], str] = field(default_factory=dict)
    reach: Mapping[str, str] = field(default_factory=dict)


def credit_excluded(limits: UseLimits, item: str, industry: str, nature: str, project_industry: str, reach: str) -> Message | None:
    """Say why a credit may not offset a project, None where it may; ``reach`` is the smallest of city, province, nation that holds both.

    >>> limits = UseLimits({("SO2", "power"): "power"}, {("capacity:steel", "strip_steel"): "地条钢"}, {"SO2": "city", "capacity": "nation"})
    >>> credit_excluded(limits, "SO2", "cement", "closed", "power", "city").key
    'credit.own_industry'
    >>> credit_excluded(limits, "SO2", "power", "closed", "power", "city") is None
    True
    >>> credit_excluded(limits, "SO2", "power", "closed", "power", "province").key
    'credit.too_far.city'
    >>> credit_excluded(limits, "capacity:steel", "steel", "strip_steel", "steel", "nation").values["why"]
    '地条钢'
    """
    bound = limits.own_industry.get((item, project_industry))
    if bound is not None and industry != bound:
        return Message("credit.own_industry", {"item": item, "industry": project_industry, "own": bound, "given": industry})
    why = limits.excluded.get((item, nature))
    if why is not None:
        return Message("credit.excluded", {"item": item, "nature": nature, "why": why})
    far = limits.reach.get(item.partition(":")[0])
    if far is not None and REACHES.index(reach) > REACHES.index(far):
        return Message(f"credit.too_far.{far}", {"item": item})
    return None
