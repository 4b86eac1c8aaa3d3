"""Several processes move credits at once, and are killed in the middle: the books are exact, no serial is used twice, no intent acts twice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from lantian.ledger import By, Credits, Records
from tests.ledger.credit_writer import AT

WRITER = Path(__file__).with_name("credit_writer.py")
WRITERS, OPERATIONS = 4, 2500
KILLS = 12
STARTS = {
    "create": {"source"},
    "realise": {"pledged"},
    "reserve": {"available"},
    "commit": {"reserved"},
    "release": {"reserved", "committed"},
    "retire": {"committed"},
    "transfer": {"available"},
    "expire": {"pledged", "available"},
    "void": {"pledged", "available"},
}
ENDS = {
    "create": {"pledged", "available"},
    "realise": {"available"},
    "reserve": {"reserved"},
    "commit": {"committed"},
    "release": {"available"},
    "retire": {"retired"},
    "transfer": {"available"},
    "expire": {"expired"},
    "void": {"void"},
}


def start(url, proof, seed, operations):
    words = [sys.executable, str(WRITER), url, proof, str(seed), str(operations)]
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ)


def proof_of(ledger):
    return Records(ledger).make("task", "130100", None, "verified", {}, By("林", "test", "依据", AT)).id


def replay(ledger):
    """Walk the acts in their order with one entry a serial: every movement takes each serial once from where it is; give where all are at the end."""
    serials, lots = {}, {}
    for act in ledger.acts():
        room, _, kind = act.act.kind.partition(".")
        if room != "credit":
            continue
        out, into = Counter(), Counter()
        for credit, first, last, state, place, holder, amount in act.act.after["lines"]:
            assert abs(amount) == last - first + 1
            for number in range(first, last + 1):
                (out if amount < 0 else into)[credit, number] += 1
                if amount < 0:
                    assert state in STARTS[kind]
                    assert serials.get((credit, number), ("source", place, "")) == (state, place, holder), (act.number, credit, number)
                else:
                    assert state in ENDS[kind]
                    serials[credit, number] = (state, place, holder)
        assert out == into
        assert set(out.values()) == {1}
        if kind == "create":
            lots[act.act.subject] = act.act.after["credit"]["amount"]
    assert Counter(credit for credit, _ in serials) == lots
    return serials, lots


def sound(ledger):
    """Check the books by their query, the chain, and an independent replay of the acts against what is held."""
    books = Credits(ledger)
    assert books.check() == []
    assert ledger.verify() == []
    serials, lots = replay(ledger)
    held = {}
    for each in books.parts():
        for number in range(each.range.first, each.range.last + 1):
            assert (each.range.credit, number) not in held
            held[each.range.credit, number] = (each.state, each.place, each.holder)
    assert held == serials
    assert sum(each.amount for each in books.balances()) == sum(lots.values()) == sum(each.amount for each in books.balances(on=date(2016, 6, 1)))
    intents = [act.act.once for act in ledger.acts() if act.act.once]
    assert len(intents) == len(set(intents))
    return serials


@pytest.mark.slow
def test_ten_thousand_operations_of_four_processes(url, ledger):
    proof = proof_of(ledger)
    running = [start(url, proof, seed, OPERATIONS) for seed in range(WRITERS)]
    told = Counter()
    for each in running:
        out, errors = each.communicate(timeout=900)
        assert each.returncode == 0, errors
        told += Counter(line.split()[0] for line in out.splitlines())
    assert sum(told.values()) == WRITERS * OPERATIONS
    assert all(told[kind] for kind in (*STARTS, "refused"))
    states = Counter(state for state, _, _ in sound(ledger).values())
    assert all(states[state] for state in ("available", "reserved", "committed", "retired", "expired", "void"))


@pytest.mark.slow
def test_killed_in_the_middle(url, ledger):
    """Two writers at a time killed without warning, again and again under the same intents: each either stands whole or never was."""
    proof, chance = proof_of(ledger), random.Random(3)
    for _ in range(KILLS):
        running = [start(url, proof, seed, 400) for seed in range(2)]
        for each in running:
            each.stdout.readline()  # it is at work
        time.sleep(chance.uniform(0, 0.3))
        for each in running:
            each.send_signal(signal.SIGKILL)
            each.communicate()
        assert Credits(ledger).check() == []
    sound(ledger)
