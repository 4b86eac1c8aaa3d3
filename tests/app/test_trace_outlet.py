"""The hour of an outlet is traced to every value its device sent for it, and to the law of its limit."""

from __future__ import annotations

from datetime import datetime

import pytest

from lantian.app.house import House
from lantian.app.trace import trace
from lantian.kernel.errors import InputError
from lantian.kernel.period import Moment
from tests.app.test_stacks import LIMIT, home_of, sent

NOON = datetime(2015, 12, 30, 12)


@pytest.fixture
def house(tmp_path):
    home_of(tmp_path, sent(datetime(2015, 12, 30, 1), NOON, lambda hour: 80.0 + hour.hour))
    return House.open(tmp_path, moment=Moment(datetime(2015, 12, 30, 13)))


def test_an_hour_goes_down_to_what_the_device_sent(house):
    found = trace(house, "outlet:a:2015-12-30T10:NOx")
    assert found.value == 90.0  # 80 + 10, and nothing to correct at 6 % oxygen
    nox = [row for row in found.rows if row["factor"] == "a21002"]
    assert [(row["time"], float(row["value"])) for row in nox] == [("2015-12-30 10:00:00", 90.0)]
    assert {row["factor"] for row in found.rows} >= {"a21026", "a34013", "a19001", "a00000"}
    assert all(row["file"].endswith(".parquet") and row["known_at"] for row in found.rows)
    assert found.facts["limit"] == LIMIT
    limit = next(each for each in found.law if each["item"].startswith("law_emission_limit"))
    assert limit["value"] == LIMIT
    assert limit["source"] == "GB 13223-2011"


def test_an_outlet_leads_to_its_newest_hours_and_an_hour_nobody_sent_is_said(house):
    newest = trace(house, "stack:a")
    assert "outlet:a:2015-12-30T12:NOx" in newest.parts
    assert all(trace(house, each).value is not None for each in newest.parts)
    with pytest.raises(InputError, match="no hour of a NOx"):
        trace(house, "outlet:a:2016-03-01T10:NOx")
