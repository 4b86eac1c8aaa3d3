"""Units at the door against calculation by hand, and the laws of conversion."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.kernel.errors import InputError
from lantian.sources.rules.units import POWERS, concentration_in, from_ppm, kilopascal, nox_as_no2, nox_from_ppm, ppm_multiplier, unit_name
from lantian.sources.service.door import setting

AMOUNTS = st.decimals(0, 100_000, places=3)


@pytest.mark.parametrize(
    ("ppm", "gas", "by_hand"),
    [
        (35, "SO2", "100"),  # 35 · 64 / 22.4
        (224, "NO", "300"),  # 224 · 30 / 22.4
        (56, "NO2", "115"),  # 56 · 46 / 22.4
        (800, "CO", "1000"),  # 800 · 28 / 22.4
        (0, "SO2", "0"),
    ],
)
def test_volume_share_to_mass_by_hand(ppm, gas, by_hand):
    assert from_ppm(Decimal(ppm), gas) == Decimal(by_hand)
    assert from_ppm(float(ppm), gas) == pytest.approx(float(by_hand))


@pytest.mark.parametrize(
    ("value", "sent", "wanted", "by_hand"),
    [
        ("85000", "ng/m³", "µg/m³", "85"),
        ("85000", "ng/m³", "mg/m³", "0.085"),
        ("35", "µg/m3", "mg/m³", "0.035"),
        ("35", "ug/m3", "µg/m³", "35"),
        ("0.2", "g/m³", "mg/m³", "200"),
        ("-0.4", "mg/m3", "µg/m³", "-400"),
    ],
)
def test_concentrations_by_hand(value, sent, wanted, by_hand):
    assert concentration_in(Decimal(value), sent, wanted) == Decimal(by_hand)
    assert concentration_in(float(value), sent, wanted) == pytest.approx(float(by_hand))


@given(AMOUNTS, st.sampled_from(list(POWERS)), st.sampled_from(list(POWERS)))
def test_there_and_back_is_the_same_amount(value, one, other):
    assert concentration_in(concentration_in(value, one, other), other, one) == value


@given(AMOUNTS, AMOUNTS)
def test_nox_is_the_same_by_mass_and_by_volume(no, no2):
    """Formulas (21) and (22) of HJ 212-2017 annex D agree: each is counted as so many moles of NO2."""
    by_mass = nox_as_no2(float(from_ppm(no, "NO")), float(from_ppm(no2, "NO2")))
    assert by_mass == pytest.approx(float(nox_from_ppm(no, no2)))


def test_a_device_that_sends_ppm_is_turned_at_the_door():
    found = setting("start", 10, "a21026=ppm; a21002=ppm; a34013=ppm")
    assert found.scales["a21026"] * 35 == 100
    assert float(found.scales["a21002"]) == pytest.approx(float(nox_from_ppm(1.0, 0.0)))
    assert found.unknown == frozenset({"a34013"})
    with pytest.raises(InputError, match="no gas 'a34013'"):
        ppm_multiplier("a34013")


def test_nox_of_no_alone_and_of_no2_alone():
    assert nox_as_no2(Decimal(30), Decimal(0)) == 46
    assert nox_as_no2(Decimal(0), Decimal(46)) == 46
    assert nox_as_no2(30.0, 4.0) == pytest.approx(50.0)


def test_pressure():
    assert kilopascal(Decimal(101325)) == Decimal("101.325")
    assert kilopascal(-1500.0) == -1.5


def test_unknown_words_say_what_is_known():
    with pytest.raises(InputError, match="no unit 'mg/m4'; did you mean 'mg/m"):
        unit_name("mg/m4")
    with pytest.raises(InputError, match="no gas 'SO3'; did you mean 'SO2'"):
        from_ppm(1.0, "SO3")
