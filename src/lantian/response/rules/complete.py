"""Whether an emergency plan holds what article 30 asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from lantian.kernel.finding import Message
from lantian.response.model import EmergencyPlan

PRESENT: Mapping[str, Callable[[EmergencyPlan], bool]] = {
    "bodies": lambda plan: bool(plan.bodies) and all(each.duty for each in plan.bodies),
    "warning": lambda plan: bool(plan.texts.get("warning")),
    "supplies": lambda plan: bool(plan.texts.get("supplies")),
    "enterprises": lambda plan: any(line.measures for line in plan.lines),
    "vehicles": lambda plan: _area(plan, "vehicles"),
    "dust": lambda plan: _area(plan, "dust"),
    "schools": lambda plan: _area(plan, "schools"),
    "weather": lambda plan: _area(plan, "weather"),
    "published": lambda plan: plan.published is not None,
    "drill": lambda plan: plan.drill_held is not None,
    "filed": lambda plan: plan.filed is not None,
}


def _area(plan: EmergencyPlan, kind: str) -> bool:
    return any(each.kind == kind for each in plan.area)


def lacking(plan: EmergencyPlan, elements: Mapping[str, Mapping[str, str]], due: date | None) -> list[Message]:
    """Say what a plan lacks of the elements asked for; filed after its day it is late.

    >>> from lantian.response.model import EmergencyPlan
    >>> [each.values["element"]["values"]["en"] for each in lacking(EmergencyPlan("x", "x", "1", {}), {"drill": {"zh": "演练", "en": "a drill"}}, None)]
    ['a drill']
    """
    found = [Message("response.lacks", {"element": {"key": "plan.text", "values": dict(text)}}) for name, text in elements.items() if not PRESENT[name](plan)]
    if due is not None and plan.filed is not None and plan.filed > due:
        found.append(Message("response.filed_late", {"filed": f"{plan.filed}", "due": f"{due}"}))
    return found
