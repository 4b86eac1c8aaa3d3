"""Tonnes by hand, sums that agree whichever way they are gathered, quotas with their borders."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lantian.app.speech import say
from lantian.kernel.errors import InputError
from lantian.sources.model import Enterprise, Outlet, Permit, Registry
from lantian.sources.service.totals import BY, group_of, over_quota, quotas, totals, year_of

REPORT = date(2014, 1, 1)


def enterprise(code, sector):
    return Enterprise(code, code, code, "130100", None, None, sector, "", "", False, REPORT)


def outlet(key, code, place, *, simulated=False):
    blank = dict.fromkeys(("longitude", "latitude", "area", "height", "capacity", "approved", "commissioned", "retired", "urban_core", "ultra_low"))
    text = dict.fromkeys(("plant", "line", "name", "name_en", "standard", "unit_type", "fuel", "capacity_unit"), "")
    return Outlet(outlet=key, enterprise=code, place=place, kind="main", simulated=simulated, day=REPORT, **blank, **text)


def permit(key, subject, quota, pollutant="SO2", code="A", start=date(2014, 1, 1), end=None):
    return Permit(key, code, subject, pollutant, None, quota, start, end, REPORT)


REGISTRY = Registry(
    enterprise_rows=(enterprise("A", "power"), enterprise("B", "steel")),
    outlet_rows=(outlet("a1", "A", "130102"), outlet("a2", "A", "130102"), outlet("b1", "B", "130200", simulated=True)),
    permit_rows=(permit("p1", "a1", 12.0), permit("p2", "", 30.0), permit("p3", "b1", 5.0, code="B")),
)


def month(key, name, mass, *, substituted=0.0, missing=0, pollutant="SO2", operating=700):
    measured = None if mass is None else mass - substituted
    hours = {"hours": 744, "operating_hours": operating, "valid_hours": operating - missing, "missing_hours": missing, "exceeding_hours": 0}
    masses = {"mass": mass, "measured_mass": measured, "substituted_mass": None if mass is None else substituted}
    return {"outlet": key, "pollutant": pollutant, "month": name, **hours, **masses, "mean": 30.0, "highest": 60.0, "complete": int(not missing)}


ROWS = [
    month("a1", "2015-01", 1000.0, substituted=250.0),
    month("a1", "2015-02", 2000.0, missing=70),
    month("a2", "2015-01", 3000.0),
    month("a2", "2015-02", None, missing=700),
    month("b1", "2015-01", 500.0),
]


def test_an_enterprise_is_its_outlets_and_says_what_is_missing():
    """January of A: 1 t + 3 t, a quarter tonne of them substituted; February: 2 t of one outlet, 70 + 700 of 1,400 working hours without a mass."""
    found = {(each.group, each.span): each for each in totals(REGISTRY, ROWS, "enterprise")}
    january, february = found["A", "2015-01"], found["A", "2015-02"]
    assert (january.tonnes, january.measured, january.substituted, january.substituted_share, january.coverage, january.at_least) == (
        4.0,
        3.75,
        0.25,
        0.0625,
        1.0,
        False,
    )
    assert (february.tonnes, february.outlets, february.silent, february.coverage, february.at_least) == (2.0, 2, 1, pytest.approx(0.45), True)
    assert found["B", "2015-01"].simulated
    assert not january.simulated


def test_groups_follow_the_registers():
    first = REGISTRY.outlet("a1")
    assert [group_of(by, first, {"A": "power"}) for by in BY] == ["a1", "A", "power", "130100", "130000", ""]
    assert {each.group for each in totals(REGISTRY, ROWS, "sector")} == {"power", "steel"}


def test_nothing_known_is_unknown_and_not_zero():
    (found,) = totals(REGISTRY, [month("a2", "2015-02", None, missing=700)])
    assert (found.tonnes, found.substituted_share, found.coverage, found.at_least) == (None, None, 0.0, True)


def test_a_standing_unit_lacks_nothing():
    (found,) = totals(REGISTRY, [month("a2", "2015-02", 0.0, operating=0)])
    assert (found.tonnes, found.coverage, found.at_least) == (0.0, None, False)


def test_an_outlet_that_is_not_registered_is_a_fault():
    with pytest.raises(InputError) as error:
        totals(REGISTRY, [month("a3", "2015-01", 1.0)])
    assert str(error.value) == "no outlet 'a3' (3 known)"


MASSES = st.lists(
    st.tuples(st.sampled_from(["a1", "a2", "b1"]), st.integers(1, 12), st.one_of(st.none(), st.integers(0, 10**6))), unique_by=lambda each: each[:2]
)


@settings(deadline=None)
@given(MASSES)
def test_every_way_of_gathering_gives_the_same_tonnes(masses):
    rows = [month(key, f"2015-{number:02}", None if kg is None else float(kg)) for key, number, kg in masses]
    sums = {by: sum(each.tonnes or 0 for each in totals(REGISTRY, rows, by, span=span)) for by in BY for span in (str, year_of)}
    assert all(each == pytest.approx(sum(kg or 0 for _, _, kg in masses) / 1000) for each in sums.values())


def quota(rows, until, subject="a1", registry=REGISTRY):
    return next(each for each in quotas(registry, rows, 2015, until) if each.subject == subject)


def test_a_quota_is_used_and_projected_by_days():
    """3 t in 59 days of 12 t: a quarter used; the year would end at 3 × 365 / 59 = 18.559 t, yet nothing is exceeded."""
    found = quota([month("a1", "2015-01", 1000.0), month("a1", "2015-02", 2000.0)], date(2015, 2, 28))
    assert (found.used, found.share, found.over, found.at_least) == (3.0, 0.25, None, False)
    assert found.projected == pytest.approx(3 * 365 / 59)
    assert "18.559" in say(found.because[-1], "en")
    assert all(say(each, "zh") for each in found.because)


def test_the_running_month_is_used_but_does_not_speak_for_the_year():
    found = quota([month("a1", "2015-01", 1000.0), month("a1", "2015-02", 2000.0)], date(2015, 2, 27))
    assert (found.used, found.projected) == (3.0, pytest.approx(365 / 31))


@pytest.mark.parametrize(("tonnes", "over"), [(12.0, False), (12.001, True)])
def test_at_the_quota_is_not_above_it(tonnes, over):
    rows = [month("a1", f"2015-{number:02}", 0.0) for number in range(1, 12)] + [month("a1", "2015-12", tonnes * 1000)]
    assert quota(rows, date(2015, 12, 31)).over is over


def test_a_missing_month_leaves_it_open_unless_it_is_exceeded_already():
    rows = [month("a1", f"2015-{number:02}", 100.0) for number in range(2, 13)]
    found = quota(rows, date(2015, 12, 31))
    assert (found.over, found.at_least, found.projected) == (None, True, None)
    assert quota([month("a1", "2015-02", 13000.0)], date(2015, 12, 31)).over is True


def test_a_permit_without_an_outlet_is_the_whole_enterprise():
    found = quota(ROWS, date(2015, 2, 28), "A")
    assert (found.quota, found.used, found.at_least) == (30.0, 6.0, True)


def test_a_permit_that_ended_before_the_year_says_nothing():
    old = Registry(outlet_rows=REGISTRY.outlet_rows, permit_rows=(permit("p", "a1", 1.0, end=date(2014, 12, 31)),))
    assert quotas(old, ROWS, 2015, date(2015, 12, 31)) == []


def test_without_a_mass_nothing_is_used_and_nothing_is_known():
    found = quota([], date(2015, 3, 31))
    assert (found.used, found.share, found.over, found.at_least) == (None, None, None, True)


def test_an_outlet_is_above_its_quota_when_it_or_its_enterprise_is():
    """a1 has 12 t of its own and 30 t with a2; b1 has 5 t; a2 has no quota of its own."""
    until, outlet = date(2015, 1, 31), REGISTRY.outlet

    def asked(rows, key):
        return over_quota(quotas(REGISTRY, rows, 2015, until), outlet(key)).get("SO2", "none")

    full = [month("a1", "2015-01", 12000.0), month("a2", "2015-01", 18000.0), month("b1", "2015-01", 5000.0)]
    assert [asked(full, key) for key in ("a1", "a2", "b1")] == [False, False, False]
    assert [asked([*full[:1], month("a2", "2015-01", 18001.0)], key) for key in ("a1", "a2")] == [True, True]
    assert [asked(full[:1], key) for key in ("a1", "a2", "b1")] == [None, None, None]
    assert asked([month("b1", "2015-01", 5001.0)], "b1") is True
    assert over_quota([], outlet("a1")) == {}
