"""What online monitoring may say of a duty: bounds, edges, tolerance, and who goes before it."""

from __future__ import annotations

from datetime import date

import pytest

from lantian.app.speech import say
from lantian.kernel.finding import Confidence, Status
from lantian.places import atlas
from lantian.plan.readers import plan
from lantian.plan.rules.duty import Count, Done
from lantian.plan.rules.observed import Observed, month_before, own_reading, read_observed, read_seen, simulated, told
from lantian.plan.service.duties import NATION, Registers, duty_finding

PLAN, ATLAS = plan(), atlas()
BY_ID = {key: duty for duty in PLAN.duties for key in duty.ids}
HEBEI, DAY = "130000", date(2015, 12, 31)


def seen(kept, broken, unseen, unreal=0):
    return Observed(kept, broken, unseen, unreal, "2015-12")


def finding(key, shown, place=HEBEI, on=DAY, **registers):
    duty = BY_ID[key]
    return duty_finding(PLAN, duty, Registers(observed={(duty.indicator.key, place): shown}, **registers), ATLAS, on, place)


@pytest.mark.parametrize(
    ("shown", "status", "value"),
    [
        (seen(4, 0, 0), Status.MET, 100),
        (seen(3, 1, 0), Status.BREACHED, 75),
        (seen(2, 1, 1), Status.BREACHED, 75),  # whatever the unseen one does, 75 % is the most
        (seen(3, 0, 1), Status.NO_DATA, None),  # 75 to 100 %: open
        (seen(0, 0, 4), Status.NO_DATA, None),
        (seen(0, 4, 0), Status.BREACHED, 0),
    ],
)
def test_desulphurisation_of_coal_power_is_told_from_what_runs(shown, status, value):
    found = finding("C020", shown)
    assert (found.status, found.value) == (status, value)
    assert any(each.key == "duty.observed" for each in found.because)
    assert bool(found.provisional) is (status is Status.BREACHED)
    assert found.evidence[0].dataset == "device_values"
    assert (found.evidence[0].rows, found.evidence[0].expected) == (shown.kept + shown.broken, shown.total)


def test_what_does_not_run_counts_as_missing_by_our_own_reading_which_is_said():
    found = finding("C020", seen(3, 1, 0))
    assert found.law[-1].confidence is Confidence.UNSURE
    assert [each.key for each in found.provisional] == ["duty.observed_reading"]


def test_simulated_outlets_make_every_finding_say_so():
    for key, shown in (("C020", seen(4, 0, 0, 4)), ("C020", seen(3, 0, 1, 1)), ("C233", seen(4, 0, 0, 2)), ("C233", seen(3, 1, 0, 2))):
        found = finding(key, shown)
        assert "duty.simulated" in {each.key for each in found.provisional}, key
        assert "simulated" in say(found.provisional[-1], "en")
    assert simulated(seen(1, 0, 0)) == ()


def test_a_filled_in_register_goes_before_what_is_seen_but_both_are_told():
    counts = {("fgd_coal_power", HEBEI): Count(4, 4, 4, 0, 0.0, 0.0, 0, DAY)}
    found = finding("C020", seen(3, 1, 0), counts=counts, newest={HEBEI: DAY})
    assert (found.status, found.value) == (Status.MET, 100)
    assert [each.key for each in found.because][:2] == ["duty.covered", "duty.observed"]


def test_the_nation_is_not_judged_by_the_few_that_are_seen():
    found = finding("C020", seen(4, 0, 0), NATION)
    assert (found.status, found.value) == (Status.NO_DATA, None)
    assert [each.key for each in found.because] == ["duty.few_provinces", "duty.observed"]


def test_a_place_where_nothing_is_seen_stays_unknown():
    assert finding("C020", seen(0, 0, 0)).because[0].key == "duty.no_register"
    assert read_observed(BY_ID["C020"], "河北", seen(0, 0, 0)).value is None


@pytest.mark.parametrize(
    ("shown", "status", "value"),
    [(seen(5, 0, 0), Status.MET, 1), (seen(4, 1, 0), Status.BEHIND, 0), (seen(4, 0, 1), Status.NO_DATA, None)],
)
@pytest.mark.parametrize("key", ["C233", "C244"])
def test_online_monitoring_and_publication_are_done_where_every_outlet_does_it(key, shown, status, value):
    found = finding(key, shown)
    assert (found.status, found.value) == (status, value)
    assert any(each.key == "duty.observed" for each in found.because)


def test_an_act_on_record_goes_before_what_is_seen():
    duty = BY_ID["C233"]
    acts = {duty.indicator.act: [Done(HEBEI, date(2014, 5, 1), "联网", "", "网站")]}
    found = finding("C233", seen(0, 5, 0), acts=acts)
    assert found.status is Status.MET
    assert found.because[0].key == "duty.recorded"


def test_nothing_is_seen_before_the_plan_began():
    assert finding("C233", seen(5, 0, 0), on=date(2013, 9, 9)).status is Status.NOT_DUE
    assert finding("C020", seen(5, 0, 0), on=date(2013, 9, 9)).status is Status.NOT_DUE


def test_reasons_can_be_said():
    for each in (told(seen(3, 1, 2)), *simulated(seen(3, 1, 2, 1)), *own_reading(BY_ID["C020"], seen(3, 1, 2))[1], *read_seen(seen(1, 0, 0)).because):
        assert say(each, "zh")
        assert say(each, "en")
    assert month_before(date(2016, 2, 29)) == "2016-02"


def test_the_tolerance_of_a_soft_word_widens_what_may_stay_open():
    """C034 allows 5 points: 95 of 100 with one not told lies between 95 and 96 %, which is enough by its tolerance only when it is certain."""
    duty = BY_ID["C034"]
    assert read_observed(duty, "河北", seen(94, 6, 0)).value == 94
    assert read_observed(duty, "河北", seen(95, 4, 1)).value is None
    assert read_observed(duty, "河北", seen(90, 6, 4)).value == 94
