"""Every gate against its cases, a slow reading of the same law, and the laws that changes obey."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lantian.app.gates import registry
from lantian.app.speech import LANGUAGES, say
from lantian.approvals.service import GATES, Lent, applied, cures, decide, drawn, judge
from lantian.law import book
from lantian.plan.readers import plan
from tests.approvals.world import CASES, cases, project_of, world_of


@pytest.mark.parametrize(("gate", "case"), cases(), ids=lambda each: each if isinstance(each, str) else each["says"])
def test_a_gate_answers_as_its_case_says(gate, case):
    facts, project = world_of(case), project_of(case)
    answer = decide(book(), facts, project).answer(gate)
    assert answer.result == case["gives"], [say(each, "en") for each in answer.because]
    if "lacks" in case:
        assert list(answer.missing) == case["lacks"]
    if "opens" in case:
        change = next(each for each in cures(book(), facts, project) if each.gate == gate)
        assert [say(each, "en") for each in change.said] == case["opens"]
    if answer.result == "fail":
        assert answer.because
        assert answer.law
    for each in (*answer.because, *answer.cure):
        assert all(say(each, language) for language in LANGUAGES)


def test_every_gate_has_cases_of_pass_fail_and_unknown():
    told = {}
    for gate, case in cases():
        told.setdefault(gate, set()).add(case["gives"])
    assert set(told) == set(GATES) == set(registry())
    assert {gate: {"pass", "fail", "unknown"} - given for gate, given in told.items()} == {gate: set() for gate in GATES}


def test_gates_stand_on_provisions_of_the_plan():
    articles = {each.id: each.article for each in plan().duties}
    for name, about in registry().items():
        first, *others = about["provisions"]
        assert articles[first] == about["article"], name
        assert all(each in articles for each in others), name


@pytest.mark.parametrize(("gate", "case"), cases(), ids=lambda each: each if isinstance(each, str) else each["says"])
def test_many_at_once_are_judged_as_one_by_one(gate, case):
    facts, project = world_of(case), project_of(case)
    (many,) = judge(book(), facts, [project])
    assert many == {each.gate: each.result for each in decide(book(), facts, project).answers}


@pytest.mark.parametrize(
    ("gate", "case"), [each for each in cases() if each[1]["gives"] == "fail"], ids=lambda each: each if isinstance(each, str) else each["says"]
)
def test_a_change_opens_the_gate_and_nothing_less_does(gate, case):
    facts, project = world_of(case), project_of(case)
    found = [each for each in cures(book(), facts, project) if each.gate == gate]
    for change in found:
        if any(part.kind == "world" for part in change.parts):
            continue
        lent = Lent(facts, project.offsets)
        opened = asked(lent, change.applied, gate)
        assert opened in ("pass", "not_applicable") or (opened == "unknown" and case["lacks"])
        for at, part in enumerate(change.parts):
            without = [each for number, each in enumerate(change.parts) if number != at]
            assert asked(lent, applied(project, without), gate) not in (opened, "pass", "not_applicable"), part
            if part.smaller is not None and getattr(part.smaller, "amount", 1) > 0:
                less = [*without, replace(part, value=part.smaller)]
                assert asked(lent, applied(project, less), gate) not in ("pass", "not_applicable"), part


def asked(facts, project, gate):
    return decide(book(), facts, project).answer(gate).result


def test_a_refusal_rests_on_the_law_of_what_is_shut_and_an_approval_on_all():
    shut = next(case for gate, case in cases() if gate == "boiler" and case["gives"] == "fail")
    decision = decide(book(), world_of(shut), project_of(shut))
    assert decision.result == "fail"
    open_gates = {each for answer in decision.answers if answer.result != "fail" for each in answer.rests_on}
    assert "action_plan_gates:2013 law_small_boiler(area=built_up)" in decision.rests_on
    assert set(decision.rests_on) == {each for answer in decision.of("fail") for each in answer.rests_on}
    assert open_gates - set(decision.rests_on)


def test_a_decision_is_drawn_from_its_gates():
    for gate, case in cases():
        decision = decide(book(), world_of(case), project_of(case))
        assert decision.result == drawn(each.result for each in decision.answers), gate
        assert decision == decide(book(), world_of(case), project_of(case))


def test_the_folders_are_gates():
    assert {each.name for each in CASES.iterdir() if each.is_dir()} == set(GATES)
