"""Periods as a logger makes them: by hand from a few minutes, and as rows of the lake."""

from datetime import date, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest

from lantian.gateway.devices.model import FLOW, OXYGEN, POLLUTANTS, SENT
from lantian.gateway.devices.physics import honest
from lantian.gateway.devices.reporting import device_values, instant, periods
from lantian.lake.declaration import DATASETS
from tests.gateway.devices.stacks import COAL, FIRST

HOUR = honest(COAL, FIRST, FIRST + timedelta(hours=1), 5)


def flagged(bad: int, letter: str = "C"):
    """The hour with so many minutes of another flag at its beginning, and 999 as their reading."""
    columns = {name: HOUR[name].to_pylist() for name in HOUR.column_names}
    columns["a21026"][:bad] = [999.0] * bad
    columns["a21026-Flag"][:bad] = [letter] * bad
    columns["a21026-Flag"][bad:] = ["N"] * (60 - bad)
    return pa.table(columns)


def test_a_mean_is_that_of_normal_minutes_and_the_total_fills_the_period():
    table = flagged(10)
    own = periods(table, COAL, 60)["a21026"]
    value, mass = table["a21026"].to_numpy()[10:], HOUR["a21026-Cou"].to_numpy()[10:]
    assert own.flag.tolist() == ["N"]
    assert own.mean[0] == pytest.approx(value.mean(), abs=0.005)
    assert (own.low[0], own.high[0]) == (pytest.approx(value.min(), abs=0.005), pytest.approx(value.max(), abs=0.005))
    assert own.total[0] == pytest.approx(mass.mean() * 60, abs=0.0005)


@pytest.mark.parametrize(("bad", "flag"), [(0, "N"), (15, "N"), (16, "C"), (60, "C")])
def test_an_hour_is_normal_with_forty_five_normal_minutes(bad, flag):
    assert periods(flagged(bad), COAL, 60)["a21026"].flag.tolist() == [flag]


@pytest.mark.parametrize(("length", "count"), [(5, 12), (10, 6), (60, 1)])
def test_periods_are_as_many_as_fit_and_end_where_they_should(length, count):
    found = periods(HOUR, COAL, length)
    assert set(found) == set(SENT)
    ends = found[FLOW].end
    assert len(ends) == count
    assert ends[-1].astype(datetime) == FIRST + timedelta(hours=1)
    assert periods(HOUR.slice(0, length - 1), COAL, length)[FLOW].end.size == 0


def test_the_reported_correction_uses_the_means_and_leaves_air_alone():
    found = periods(HOUR, COAL, 60)
    for factor in POLLUTANTS.values():
        assert found[factor].corrected[0] == pytest.approx(found[factor].mean[0] * 15 / (21 - found[OXYGEN].mean[0]), abs=0.006)
    aired = HOUR.set_column(HOUR.column_names.index(OXYGEN), OXYGEN, pa.array(np.full(60, 20.9)))
    assert periods(aired, COAL, 60)["a21026"].corrected[0] == found["a21026"].mean[0]


def test_rows_of_the_lake_bear_its_columns_and_its_days():
    rows = device_values(honest(COAL, FIRST, FIRST + timedelta(days=1), 5), COAL, 60)
    assert rows.column_names == [column.name for column in DATASETS["device_values"].values]
    assert len(rows) == 24 * len(SENT)
    assert set(rows["day"].to_pylist()) == {date(2015, 12, 1)}
    first = rows.slice(0, 1).to_pylist()[0]
    assert (first["device"], first["cn"], first["factor"], first["time"], first["minutes"]) == (COAL.device, "2061", "a21026", datetime(2015, 12, 1, 1), 60)
    empty = [row for row in rows.to_pylist() if row["total"] is None]
    assert {row["factor"] for row in empty} == set(SENT) - {*POLLUTANTS.values(), FLOW, "i33201", "i33202"}


def test_every_period_of_an_hour_bears_the_day_of_that_hour():
    rows = device_values(honest(COAL, FIRST, FIRST + timedelta(days=1), 5), COAL, 10)
    assert set(rows["day"].to_pylist()) == {FIRST.date()}


def test_an_instant_is_one_minute():
    moment, read = instant(HOUR, 9)
    assert moment == datetime(2015, 12, 1, 0, 10)
    assert float(read["a21026"][0]) == pytest.approx(HOUR["a21026"][9].as_py(), abs=0.005)
    assert read[FLOW][1] in "NFM"
