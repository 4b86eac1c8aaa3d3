"""The table of moves: the one function that lets a state move, against a slow reading of the tables, over every role and place."""

from __future__ import annotations

import itertools

import pytest

from lantian.app.flows import flow_of, flows
from lantian.kernel.decision import Actor, Role, Standing, faults, may_read, open_moves, refusal
from lantian.kernel.errors import InputError

ACTORS = [
    Actor(f"{role}-{place}", role, place, "91" if role == Role.ENTERPRISE else None) for role in Role for place in ("000000", "130000", "130100", "140100")
]
PLACES = ("000000", "130000", "130100")


def slow(flow, move, standing, actor):
    """Read the table as a clerk would, line by line."""
    if standing.state not in move.starts or actor.role not in move.who:
        return False
    digits, own = standing.place.rstrip("0"), actor.place.rstrip("0")
    digits, own = (each + "0" * (len(each) % 2) for each in (digits, own))
    if actor.role == Role.ENTERPRISE:
        here = standing.owner == "91"
    else:
        here = {"within": digits[: len(own)] == own, "above": digits[: len(own)] == own and digits != own, "own": digits == own}[move.level]
    apart = all(not (earlier == done and who == actor.name) for earlier in move.apart_from for done, who in standing.done)
    return here and apart and ("evidence" not in move.asks or standing.evidence > 0) and not (move.official and standing.unsigned)


@pytest.mark.parametrize("name", sorted(flows()))
def test_every_table_agrees_with_a_slow_reading_for_every_role_and_place(name):
    flow = flow_of(name)
    allowed = 0
    for move, actor, place, state, owner in itertools.product(flow.moves, ACTORS, PLACES, flow.states, (None, "91", "92")):
        for done, evidence, unsigned in (((), 0, ()), (((move.apart_from[0], actor.name),) if move.apart_from else (), 1, ()), ((), 1, ("x",))):
            standing = Standing(state, place, owner, done, evidence, unsigned)
            told = refusal(flow, move, standing, actor, {"ground": "依据"})
            assert (told is None) == slow(flow, move, standing, actor), (move.name, actor, standing, told)
            allowed += told is None
    assert allowed


@pytest.mark.parametrize("name", sorted(flows()))
def test_a_move_that_asks_a_ground_takes_no_blank(name):
    flow = flow_of(name)
    for move in flow.moves:
        actor = next(actor for actor in ACTORS for place in PLACES if slow(flow, move, Standing(move.starts[0], place, "91", (), 1), actor))
        place = next(place for place in PLACES if slow(flow, move, Standing(move.starts[0], place, "91", (), 1), actor))
        told = refusal(flow, move, Standing(move.starts[0], place, "91", (), 1), actor, {"ground": "  "})
        assert (told is not None and told.key == "acting.no_ground") == ("ground" in move.asks)


def test_nobody_verifies_what_they_claimed():
    task = flow_of("task")
    standing = Standing("claimed", "130100", None, (("claim", "甲"),), 1)
    move = task.move("verify")
    told = refusal(task, move, standing, Actor("甲", Role.CITY, "130100"), {})
    assert told.key == "acting.not_your_own"
    assert refusal(task, move, standing, Actor("乙", Role.CITY, "130100"), {}) is None


def test_an_open_move_that_is_closed_says_why():
    task = flow_of("task")
    found = {move.name: told and told.key for move, told in open_moves(task, Standing("under_way", "130100"), Actor("甲", Role.CITY, "130100"))}
    assert found == {"report": None, "claim": "acting.no_evidence", "withdraw": None}


def test_a_record_is_read_from_its_place_upwards_and_by_all_once_published():
    plan = flow_of("yearly_plan")
    standing = Standing("drafted", "130000")
    readers = {actor.place for actor in ACTORS if actor.role != Role.ENTERPRISE and may_read(plan, standing, actor)}
    assert readers == {"000000", "130000"}
    assert not may_read(plan, standing, None)
    assert may_read(plan, Standing("published", "130000"), None)


def test_every_approval_is_apart_from_its_making():
    """Where one person's move settles what another proposed, the table keeps them apart."""
    settling = {"promise": "sign", "task": "verify", "yearly_plan": "approve", "assessment": "decide", "consequence": "sign", "bulletin": "approve"}
    assert set(settling) <= set(flows())
    for name, move in settling.items():
        assert flow_of(name).move(move).apart_from


def test_a_broken_table_is_told():
    from dataclasses import replace

    task = flow_of("task")
    broken = replace(task, moves=(*task.moves[:-1], replace(task.moves[-1], end="gone", apart_from=("nothing",))))
    assert set(faults(broken)) >= {"task: nothing leads to withdrawn", "task.withdraw: no state gone", "task.withdraw: no move nothing"}


def test_an_unknown_kind_is_told():
    with pytest.raises(InputError, match="did you mean 'task'"):
        flow_of("tasks")
