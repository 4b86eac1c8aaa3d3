"""Every case of the plan: a sentence, the facts, the answer worked out by hand."""

from __future__ import annotations

from typing import Any

import pytest

from lantian.app.speech import say
from lantian.kernel.finding import Finding, Status
from lantian.plan.model import Facts, Plan, TableFacts
from lantian.plan.rules import evaluate
from lantian.plan.service import narrow

from .conftest import cases, table

NEAR = 1e-9


def check(found: Finding, case: dict[str, Any]) -> None:
    assert found.status is Status(case["status"])
    assert found.met is case.get("met")
    for name in ("value", "required", "gap"):
        assert getattr(found, name) == (None if case[name] is None else pytest.approx(case[name], abs=NEAR)), name
    items = [say(each.values["item"], "en") for each in found.provisional]
    assert items == case.get("provisional", [])
    keys = [each.key for each in found.because]
    for key in case.get("because", []):
        assert key in keys
    readings = {say(each["title"], "en"): each for each in found.details.get("readings", [])}
    for other in case.get("others", []):
        seen = readings[other["title"]]
        assert (seen["status"], seen["judged"]) == (other["status"], False)
        assert (seen["value"], seen["required"]) == pytest.approx((other["value"], other["required"]), abs=NEAR)


def judge(told: Plan, facts: Facts, case: dict[str, Any]) -> Finding:
    provision = told.provision(case["provision"])
    if "place" in case:
        narrowed = narrow(provision, facts, case["place"])
        assert narrowed is not None
        provision = narrowed
    return evaluate(provision, case["as_of"], facts)


@pytest.mark.parametrize("case", cases("nine_goals.yaml"), ids=lambda case: f"{case['provision']} {case['as_of']} {case.get('place', '')}".strip())
def test_the_nine_goals_by_hand(case: dict[str, Any], told: Plan, published: TableFacts) -> None:
    check(judge(told, published, case), case)


@pytest.mark.parametrize("case", cases("edges.yaml"), ids=lambda case: case["says"])
def test_edges(case: dict[str, Any], told: Plan) -> None:
    check(judge(told, table(case["facts"]), case), case)


def test_every_goal_has_its_two_cases() -> None:
    national = {(case["provision"], str(case["as_of"])) for case in cases("nine_goals.yaml") if "place" not in case}
    assert national == {(f"C{number:03}", day) for number in range(3, 12) for day in ("2014-12-31", "2015-12-31")}
