"""Gates beside a second reading of the same law, on random projects in random worlds."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from lantian.approvals.model import POLLUTANTS, Application, Offset, Unit
from lantian.approvals.service import judge
from lantian.law import book
from tests.approvals.slow import SLOW
from tests.approvals.world import World, usual

INDUSTRIES = ("power", "steel", "cement", "food", "heating", "shipbuilding", "aluminium")
BORDERS = [date(2013, 10, 5), date(2013, 10, 6), date(2014, 7, 9), date(2014, 7, 10), date(2014, 12, 28), date(2014, 12, 29), date(2014, 12, 30)]
DAYS = st.sampled_from([*BORDERS, date(2015, 12, 20), date(2016, 12, 31), date(2017, 1, 1), date(2017, 12, 31), date(2018, 1, 1)])
AMOUNTS = st.sampled_from([0.0, 0.001, 1.0, 1.999, 2.0, 10.0, 12.5, 100.0, 125.0, 150.0])
UNKNOWN = st.sampled_from([True, False, None])
UNITS = st.builds(
    Unit,
    kind=st.sampled_from(["boiler", "power_unit", "kiln"]),
    size=st.sampled_from([None, 9.9, 10.0, 10.1, 20.0, 20.1, 150.0, 300.0]),
    fuel=st.sampled_from(["coal", "gas"]),
    number=st.integers(1, 2),
    purpose=st.sampled_from(["", "chp", "public", "self_owned"]),
    near_gas_turbine=UNKNOWN,
)


@st.composite
def worlds(draw):
    groups = draw(st.sampled_from([["bth13", "130000"], ["370000"], ["540000"], ["620000"], ["prd9", "440000"]]))
    return usual()["world"] | {"groups": groups, "attained": {each: draw(UNKNOWN) for each in ("SO2", "NO2", "PM10", "PM2.5")}}


@st.composite
def projects(draw):
    industry = draw(st.sampled_from(INDUSTRIES))
    items = st.sampled_from([*POLLUTANTS, "coal", f"capacity:{industry}"])
    offsets = st.builds(Offset, place=st.just("130100"), item=items, industry=st.sampled_from([industry, "power"]), amount=AMOUNTS)
    return Application(
        "",
        "x",
        "130100",
        industry,
        "new",
        draw(DAYS),
        emissions={each: draw(st.one_of(st.none(), AMOUNTS)) for each in POLLUTANTS},
        coal=draw(st.one_of(st.none(), AMOUNTS)),
        energy=draw(st.sampled_from([None, 999.9, 1000.0])),
        capacity=draw(st.one_of(st.none(), AMOUNTS)),
        capacity_unit=draw(st.sampled_from(["万吨", "t", ""])),
        documents=frozenset(draw(st.sets(st.sampled_from(["eia_report", "energy_review"])))),
        units=tuple(draw(st.lists(UNITS, max_size=2))),
        replaced_units=tuple(draw(st.lists(UNITS, max_size=2))),
        offsets=tuple(draw(st.lists(offsets, max_size=4))),
        built_up=draw(UNKNOWN),
        approved=draw(st.sampled_from([None, date(2013, 12, 1)])),
        eia_approved=draw(st.sampled_from([None, date(2013, 9, 20), date(2013, 9, 21)])),
        started=draw(st.sampled_from([None, date(2013, 9, 20), date.max])),
    )


@settings(max_examples=400, deadline=None)
@given(worlds(), projects())
def test_gates_answer_as_a_second_reading_does(told, project):
    (found,) = judge(book(), World(told), [project])
    for gate, slow in SLOW.items():
        assert found[gate] == slow(told, project), gate
