"""What holds of every project: more given never shuts a gate, more taken never opens one, a change that is told opens, and the world is asked once."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from lantian.approvals.model import POLLUTANTS, Offset
from lantian.approvals.service import Lent, cures, decide, judge
from lantian.law import book
from tests.approvals.test_slow import projects, worlds
from tests.approvals.world import World

ORDER = {"fail": 0, "unknown": 1, "pass": 2, "not_applicable": 2}
TOTALS = ("quota", "offset", "coal", "capacity")


def ranks(told, *asked):
    return [{name: ORDER[result] for name, result in each.items()} for each in judge(book(), World(told), asked)]


@settings(max_examples=200, deadline=None)
@given(worlds(), projects(), st.sampled_from([*POLLUTANTS, "coal", "capacity"]), st.sampled_from([0.001, 1.0, 500.0]))
def test_more_offered_never_shuts_a_gate(told, project, item, amount):
    name = f"capacity:{project.industry}" if item == "capacity" else item
    more = replace(project, offsets=(*project.offsets, Offset("130100", name, project.industry, amount)))
    before, after = ranks(told, project, more)
    assert all(after[gate] >= before[gate] for gate in before)


@settings(max_examples=200, deadline=None)
@given(worlds(), projects(), st.sampled_from(POLLUTANTS), st.sampled_from([1.001, 2.0, 50.0]))
def test_more_emitted_never_opens_a_gate(told, project, pollutant, times):
    told_now = project.emissions[pollutant]
    more = replace(project, emissions={**project.emissions, pollutant: (told_now or 1.0) * times})
    if told_now is None:
        return
    before, after = ranks(told, project, more)
    assert all(after[gate] <= before[gate] for gate in before)


@settings(max_examples=200, deadline=None)
@given(worlds(), projects(), st.sampled_from([1.001, 2.0, 50.0]))
def test_more_coal_or_capacity_never_opens_a_gate(told, project, times):
    for name in ("coal", "capacity"):
        told_now = getattr(project, name)
        if not told_now:
            continue
        named = {name: told_now * times}
        before, after = ranks(told, project, replace(project, **named))
        assert all(after[gate] <= before[gate] for gate in before), name


@settings(max_examples=200, deadline=None)
@given(worlds(), projects(), st.sampled_from(["eia_report", "plan_eia", "energy_review", "total_quota"]))
def test_a_document_more_never_shuts_a_gate(told, project, document):
    before, after = ranks(told, project, replace(project, documents=project.documents | {document}))
    assert all(after[gate] >= before[gate] for gate in before)


@settings(max_examples=200, deadline=None)
@given(worlds(), projects())
def test_what_is_told_to_open_a_gate_opens_it(told, project):
    facts = World(told)
    for change in cures(book(), facts, project):
        if any(part.kind == "world" for part in change.parts):
            continue
        asked = decide(book(), facts, project).answer(change.gate)
        answer = decide(book(), Lent(facts, project.offsets), change.applied).answer(change.gate)
        assert answer.result != "fail", (change.gate, change.parts)
        if answer.result == "unknown":  # only what the shut gate named as missing too
            assert set(answer.missing) <= set(asked.missing), change.gate
        if change.gate in TOTALS:
            less = [part for part in change.parts if part.kind == "offset" and part.smaller.amount > 0]
            for part in less:
                offsets = tuple(part.smaller if each is part.value else each for each in change.applied.offsets)
                smaller = replace(change.applied, offsets=offsets)
                assert decide(book(), Lent(facts, project.offsets), smaller).answer(change.gate).result in ("fail", "unknown")


class Counted(World):
    """A world that counts how often it is asked for the air."""

    def __init__(self, told):
        super().__init__(told)
        self.asked = Counter()

    def attained(self, place, pollutant, year):
        self.asked[place, pollutant, year] += 1
        return super().attained(place, pollutant, year)


@settings(max_examples=20, deadline=None)
@given(worlds(), projects())
def test_the_air_of_a_place_is_asked_for_once(told, project):
    facts = Counted(told)
    judge(book(), facts, [replace(project, applied=date(2015, 12, 20))] * 50)
    assert set(facts.asked.values()) <= {1}
