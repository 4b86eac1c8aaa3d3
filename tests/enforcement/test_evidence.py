"""Evidence frozen by hash over hours that a logger sent: the rows are those of the lake, the same again, and a change is seen."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

from lantian.app.case_evidence import intact
from lantian.app.house import House
from lantian.kernel.errors import InputError
from lantian.kernel.period import Moment
from lantian.lake.engine import open_engine
from lantian.lake.read import open_dataset
from tests.enforcement.case_site import by, do, person, sign_off
from tests.site import Site
from tests.stacks import load_stacks

pytestmark = pytest.mark.slow
OUTLET = "130000-025-3"
START, FINISH = datetime(2015, 12, 24, 5), datetime(2015, 12, 25, 4)


@pytest.fixture
def stacks(sample, tmp_path):
    load_stacks(tmp_path, (OUTLET,), datetime(2015, 12, 23), datetime(2015, 12, 27))
    house = House(tmp_path, moment=Moment(datetime(2015, 12, 27)))
    house.__dict__.update(atlas=sample.atlas, derived=sample.derived)
    made = Site(house)
    sign_off(made)
    yield made
    made.house.desk.ledger.close()


def exceedance(site, **more):
    outlet = site.house.sources.known.registry.outlet(OUTLET)
    given = {"key": "k", "outlet": OUTLET, "pollutant": "NOx", "start": START.isoformat(), "finish": FINISH.isoformat(), "hours": 24, "multiple": 1.2}
    given |= {"title": "模拟", "simulated": True} | more
    return site.house.desk.records.make("exceedance", outlet.place, outlet.enterprise, "confirmed", given, by("lantian 规则"))


def investigated(site, **more):
    case = site.house.cases.open(exceedance(site, **more), by("hebei"))
    do(site, "hebei", case.id, "file", ground="属实")
    do(site, "hebei", case.id, "investigate", ground="核查", facts="超标")
    return site.house.desk.records.get(case.id)


def test_the_rows_are_those_of_the_lake_and_the_hash_tells_a_change(stacks):
    case = investigated(stacks)
    frozen = case.body["frozen"]
    path = stacks.house.home / "evidence" / frozen["hash"]
    told = json.loads(path.read_bytes())
    with open_engine("duckdb") as engine:
        open_dataset(engine, stacks.house.lake, "device_values", Moment(datetime(2015, 12, 27)))
        count = engine.fetch(
            f"SELECT COUNT(*) AS n FROM device_values WHERE device = '{frozen['device']}' AND time > TIMESTAMP '2015-12-24 04:00:00' AND time <= TIMESTAMP '{FINISH}'"
        ).to_pylist()[0]["n"]
    assert len(told["rows"]) == frozen["rows"] == count > 0
    assert len(told["hours"]) == frozen["hours"] == 24
    do(stacks, "hebei", case.id, "investigate", ground="再核", facts="超标")
    again = stacks.house.desk.records.get(case.id)
    assert again.body["frozen"] == frozen  # the same rows give the same file
    assert len(stacks.house.desk.records.exhibits(case.id)) == 1
    assert intact(stacks.house, again) is True
    path.write_bytes(path.read_bytes() + b" ")
    assert intact(stacks.house, again) is False
    with pytest.raises(InputError, match="is gone or was changed"):
        stacks.house.desk.exhibit(person("hebei"), case.id, frozen["hash"])


def test_a_span_too_long_is_not_frozen(stacks):
    with pytest.raises(InputError, match="a span of at most 31 days"):
        investigated(stacks, start="2015-10-01T01:00:00")


def test_an_outlet_that_nobody_registered_has_no_rows(stacks):
    case = investigated(stacks, outlet="nowhere", key="n")
    assert case.body["frozen"] is None
    assert intact(stacks.house, case) is None
