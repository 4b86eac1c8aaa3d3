"""Who acts in the chain: simulated people, each apart from the one whose work they check."""

from __future__ import annotations

from lantian.kernel.decision import Actor, Role
from lantian.kernel.place_id import NATION

BEIJING = "110000"
FIRM = "91110000000000000X"
"""The applicant of the chain; the code is made up and fails its check digit."""


def person(name: str, firm: str | None = None) -> Actor:
    """Give a simulated person; ``firm`` is the enterprise they speak for."""
    role, place = ROLES[name]
    return Actor(f"模拟{name}", role, place, firm)


ROLES = {
    "预报员": (Role.FORECASTER, BEIJING),
    "负责人": (Role.APPROVER, BEIJING),
    "市局甲": (Role.CITY, BEIJING),
    "市局乙": (Role.CITY, BEIJING),
    "部委甲": (Role.MINISTRY, NATION),
    "部委乙": (Role.MINISTRY, NATION),
    "企业": (Role.ENTERPRISE, BEIJING),
}
