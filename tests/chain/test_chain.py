"""The chain: what it leaves, and that a process killed at any arrow loses no act and doubles none."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest

from lantian.app.case_evidence import intact
from lantian.app.chain.acts import KEY
from lantian.app.chain.run import run, told
from lantian.app.chain.stack import OUTLET
from lantian.app.chain.steps import steps
from lantian.kernel.errors import InputError
from lantian.ledger import Credits, Outbox
from tests.chain.killer import house_over
from tests.site import Site, site_over

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def chained(sample, tmp_path_factory):
    site = Site(house_over(sample.home, tmp_path_factory.mktemp("chained")))
    run(site.house)
    yield site
    site.house.desk.ledger.close()


def whole(house):
    """Give what a chain that ran through left: acts by kind, records by flow and state, letters by key."""
    acts = list(house.desk.ledger.acts())
    keys = Counter(each.act.once for each in acts if each.act.once)
    assert [key for key, count in keys.items() if count != 1] == []
    letters = Counter(each.letter.key for each in Outbox(house.desk.ledger).find())
    assert [key for key, count in letters.items() if count != 1] == []
    assert house.desk.ledger.verify() == []
    assert Credits(house.desk.ledger).check() == []
    assert {f"{KEY}{step.key}" for step in steps() if step.once is None} <= set(keys)
    kinds = Counter(each.act.kind for each in acts)
    return kinds, Counter((each.flow, each.state) for each in house.desk.records.find()), len(letters)


def rows_of(house):
    """Give the rows of the plant's values, by their key and revision."""
    table = house.lake.table("device_values").to_pyarrow_table(columns=["device", "time", "factor", "cn", "minutes", "revision"])
    return Counter(tuple(each.values()) for each in table.to_pylist())


def test_the_frames_went_through_the_gateway_and_the_evidence_holds_their_rows(chained):
    house = chained.house
    (seen,) = house.desk.records.find(["exceedance"])
    assert (seen.state, seen.body["simulated"], seen.body["outlet"]) == ("referred", True, OUTLET)
    (case,) = house.desk.records.find(["case"])
    assert case.body["source_record"] == seen.id
    assert case.body["frozen"]["rows"] > 100
    assert case.body["frozen"]["hours"] >= seen.body["hours"] > 10
    assert intact(house, case)
    rows = rows_of(house)
    assert set(rows.values()) == {1}
    assert {key[-1] for key in rows} == {0}
    spool = house.home / "gateway" / "chain" / "spool.sqlite"
    assert spool.is_file()


def test_what_the_chain_leaves(chained):
    house = chained.house
    _, records, letters = whole(house)
    assert records["notice", "lifted"] == 6
    for flow, state in (("warning", "issued"), ("freeze", "lifted"), ("trigger", "settled"), ("case", "rechecked"), ("application", "published")):
        assert records[flow, state] == 1
    assert letters >= 12  # six notices sent, six lifted
    (project,) = house.desk.records.find(["application"])
    assert project.body["result"] == "approved"
    (refused,) = project.body["earlier"]
    shut = {each["gate"]: each for each in refused["decision"]["answers"] if each["result"] == "fail"}
    assert {"freeze", "offset", "energy_review"} == set(shut)
    assert all(each["provisions"][0]["quote"] for each in shut.values())
    (case,) = house.desk.records.find(["case"])
    assert case.body["daily"]["days"] == 10
    assert project.body["simulated"] is True


def test_a_second_run_does_nothing(chained):
    before = whole(chained.house)
    run(chained.house)
    assert whole(chained.house) == before


def test_an_installation_of_others_is_left_alone(sample, tmp_path):
    site = site_over(sample, tmp_path)
    site.make("hebei", "task", "石家庄", title="x", office="y", due="2015-06-30", provision="C013")
    with pytest.raises(InputError, match="holds records of its own"):
        run(site.house)
    assert told(site.house)["steps"] == []
    site.house.desk.ledger.close()


def gateways(home):
    """Give the processes of a gateway of a home that still live."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            found += [path] if str(home / "gateway").encode() in path.read_bytes() else []
    return found


@pytest.mark.slow
@pytest.mark.parametrize("how", ["arrows", "random"])
def test_killed_at_every_arrow_nothing_is_lost_or_doubled(sample, chained, tmp_path_factory, how):
    home = tmp_path_factory.mktemp("killed")
    command = [sys.executable, "-m", "tests.chain.killer", how, str(sample.home), str(home)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=900, check=False)
    assert ended.returncode == 0, ended.stderr
    site = Site(house_over(sample.home, home))
    kinds, records, letters = whole(site.house)
    clean = whole(chained.house)
    signed = "law.sign_off"
    assert {k: n for k, n in kinds.items() if k != signed} == {k: n for k, n in clean[0].items() if k != signed}
    assert (records, letters) == clean[1:]
    assert rows_of(site.house) == rows_of(chained.house)
    assert not gateways(home), "a gateway outlived its chain"
    site.house.desk.ledger.close()
