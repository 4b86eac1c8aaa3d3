"""The ledger on both stores: order, repetition, tampering found, fifty writers at once, a kill in the middle, migrations with rows in them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import create_engine, text

from lantian.ledger import Act, Ledger
from lantian.ledger.model import FIRST, hash_of

AT = datetime(2015, 12, 8, 12)
ACT = Act("王某", "test", "110000", "law.sign_off", "x", {"confidence": "unsure"}, {"confidence": "confirmed"}, "第4页")


def fill(ledger, count):
    return [ledger.append(replace(ACT, subject=str(number)), AT) for number in range(count)]


def raw(url, statement):
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def test_acts_come_back_as_they_were_in_their_order(ledger):
    written = fill(ledger, 5)
    assert list(ledger.acts()) == written
    assert [each.number for each in written] == [1, 2, 3, 4, 5]
    assert list(ledger.acts("another")) == []
    assert ledger.verify() == []


def test_the_chain_is_the_one_written_down(ledger):
    """Each hash is SHA-256 over the row's parts and the hash before; the first names sixty-four zeros."""
    first, second = fill(ledger, 2)
    assert first.previous == FIRST
    assert second.previous == first.hash == hash_of(1, AT, replace(ACT, subject="0"), FIRST)


def test_the_same_intent_is_recorded_once(ledger):
    first = ledger.append(replace(ACT, once="order-7"), AT)
    again = ledger.append(replace(ACT, once="order-7", ground="another"), AT)
    assert again == first
    assert len(list(ledger.acts())) == 1


@pytest.mark.parametrize(
    ("statement", "row", "reason"),
    [
        ("UPDATE audit SET ground = 'nothing' WHERE number = 2", 2, "changed"),
        ("UPDATE audit SET actor = '李某' WHERE number = 3", 3, "changed"),
        ("DELETE FROM audit WHERE number = 2", 2, "removed"),
        ("DELETE FROM audit WHERE number = 4", 4, "the chain ends at row 3"),
        ("UPDATE audit SET number = CASE number WHEN 2 THEN -3 ELSE -2 END WHERE number IN (2, 3)", 1, "removed"),
        ("UPDATE audit_head SET number = 3", 3, "the chain ends at row 4"),
    ],
)
def test_any_change_behind_its_back_is_found(ledger, url, statement, row, reason):
    fill(ledger, 4)
    raw(url, statement)
    if "CASE" in statement:
        raw(url, "UPDATE audit SET number = -number WHERE number < 0")
        assert {fault.number for fault in ledger.verify()} >= {2, 3}
        return
    faults = ledger.verify()
    assert any(fault.number == row and reason in fault.reason for fault in faults), faults


def test_a_row_that_is_rewritten_with_a_right_hash_is_still_found(ledger, url):
    """Who works out a new hash for a changed row breaks the row after it."""
    rows = fill(ledger, 3)
    forged = hash_of(2, AT, replace(rows[1].act, ground="forged"), rows[0].hash)
    raw(url, f"UPDATE audit SET ground = 'forged', hash = '{forged}' WHERE number = 2")
    assert [(fault.number, fault.reason) for fault in ledger.verify()] == [(3, "does not continue the row before it")]


def test_fifty_writers_lose_and_double_nothing(url):
    """Fifty writers, each through a connection of its own, record two acts and repeat one."""
    with Ledger(url) as made:
        made.upgrade()

    def write(number):
        own = Ledger(url)
        for part in range(2):
            own.append(replace(ACT, subject=f"{number}-{part}", once=f"{number}-{part}"), AT)
        own.append(replace(ACT, subject=f"{number}-0", once=f"{number}-0"), AT)
        own.close()

    with ThreadPoolExecutor(50) as pool:
        list(pool.map(write, range(50)))
    ledger = Ledger(url)
    subjects = [each.act.subject for each in ledger.acts()]
    assert sorted(subjects) == sorted(f"{number}-{part}" for number in range(50) for part in range(2))
    assert ledger.verify() == []
    ledger.close()


WRITER = """
import sys
from datetime import datetime
from lantian.ledger import Act, Ledger
ledger = Ledger(sys.argv[1])
for number in range(100000):
    ledger.append(Act("a", "o", "110000", "k", str(number), None, number, "g"), datetime(2015, 1, 1))
    print(number, flush=True)
"""


def test_a_kill_in_the_middle_loses_no_act_that_was_acknowledged(url):
    with Ledger(url) as made:
        made.upgrade()
    with subprocess.Popen([sys.executable, "-c", WRITER, url], stdout=subprocess.PIPE, text=True, env=os.environ) as writer:
        for _ in range(20):
            writer.stdout.readline()
        time.sleep(0.05)
        writer.send_signal(signal.SIGKILL)
        said = 19 + len(writer.stdout.read().split())
    ledger = Ledger(url)
    kept = [int(each.act.subject) for each in ledger.acts()]
    assert kept == list(range(len(kept)))
    assert len(kept) >= said
    assert ledger.verify() == []
    ledger.append(ACT, AT)  # and the next writer goes on
    assert ledger.verify() == []
    ledger.close()


def test_migrations_go_down_and_up_again(url):
    ledger = Ledger(url)
    ledger.upgrade()
    fill(ledger, 3)
    ledger.upgrade()  # nothing left to do, and nothing lost
    assert len(list(ledger.acts())) == 3
    ledger.downgrade("base")
    ledger.upgrade()
    assert list(ledger.acts()) == []
    assert ledger.verify() == []
    ledger.close()


def test_the_tables_are_those_the_migrations_make(url):
    """What the code declares and what the migrations leave behind are the same."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from lantian.ledger.tables import metadata

    with Ledger(url) as made:
        made.upgrade()
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
    engine.dispose()
    assert [each for each in differences if "alembic_version" not in str(each)] == []


def test_the_newest_revision_is_the_last_migration():
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    from lantian.ledger.store import MIGRATIONS, NEWEST

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [NEWEST]
