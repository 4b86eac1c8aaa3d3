"""Units at the door: what devices send becomes what the lake holds, by named conversions (HJ 212-2017 annex D, table B.2)."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TypeVar

from lantian.kernel.errors import unknown

Amount = TypeVar("Amount", float, Decimal)

MOLAR_VOLUME = Decimal("22.4")
"""Litres that a mole of gas fills at 273 K and 101.325 kPa, as formula (20) rounds it."""
CARBON, NITROGEN, OXYGEN, SULPHUR = Decimal(12), Decimal(14), Decimal(16), Decimal(32)
MOLAR_MASS = {"SO2": SULPHUR + 2 * OXYGEN, "NO": NITROGEN + OXYGEN, "NO2": NITROGEN + 2 * OXYGEN, "CO": CARBON + OXYGEN}
"""Grams a mole, whole as the formulas use them."""
GASES = {"a21026": "SO2", "a21003": "NO", "a21004": "NO2", "a21002": "NO2", "a21005": "CO"}
"""The gas whose molar mass turns a factor's volume share into mass; nitrogen oxides are given as NO2 (formula (22))."""
POWERS = {"ng/m³": -6, "µg/m³": -3, "mg/m³": 0, "g/m³": 3}
"""Units of concentration as powers of ten of mg/m³."""
WRITTEN = {"ug/m3": "µg/m³", "ug/m³": "µg/m³", "μg/m³": "µg/m³", "μg/m3": "µg/m³", "µg/m3": "µg/m³", "mg/m3": "mg/m³", "ng/m3": "ng/m³", "g/m3": "g/m³"}
"""Other spellings of the units, Greek letters included."""


def unit_name(text: str) -> str:
    """Give a unit of concentration by its one spelling; an unknown one raises ``InputError``.

    >>> unit_name("ug/m3"), unit_name("mg/m3")
    ('µg/m³', 'mg/m³')
    """
    word = text.strip()
    found = WRITTEN.get(word, word)
    if found not in POWERS:
        raise unknown("unit", word, {*POWERS, *WRITTEN})
    return found


def concentration_in(value: Amount, sent: str, wanted: str) -> Amount:
    """Turn a concentration from one unit into another: ng, µg, mg and g in a cubic metre differ by thousands.

    >>> concentration_in(Decimal("85000"), "ng/m³", "µg/m³"), concentration_in(0.035, "mg/m³", "ug/m3")
    (Decimal('85.000'), 35.0)
    """
    power = POWERS[unit_name(sent)] - POWERS[unit_name(wanted)]
    if isinstance(value, Decimal):
        return value.scaleb(power)
    factor = float(10 ** abs(power))
    return value * factor if power >= 0 else value / factor


def from_ppm(ppm: Amount, gas: str) -> Amount:
    """Turn a volume share into mg/m³ at the standard state: M / 22.4 · ppm (HJ 212-2017 annex D (20)).

    >>> from_ppm(Decimal("2.8"), "NO"), round(from_ppm(100.0, "NO"), 2)
    (Decimal('3.75'), 133.93)
    """
    if gas not in MOLAR_MASS:
        raise unknown("gas", gas, MOLAR_MASS)
    mass = MOLAR_MASS[gas]
    return ppm * mass / MOLAR_VOLUME if isinstance(ppm, Decimal) else ppm * float(mass) / float(MOLAR_VOLUME)


def ppm_multiplier(factor: str) -> Fraction:
    """Give by what a volume share in ppm is multiplied to be mg/m³, exactly; a factor that is no gas raises ``InputError``.

    >>> ppm_multiplier("a21026"), ppm_multiplier("a21002") == Fraction(460, 224)
    (Fraction(20, 7), True)
    """
    if factor not in GASES:
        raise unknown("gas", factor, GASES)
    return Fraction(MOLAR_MASS[GASES[factor]]) / Fraction(MOLAR_VOLUME)


def nox_as_no2(no: Amount, no2: Amount) -> Amount:
    """Give nitrogen oxides as NO2 from the masses of NO and NO2: NO · 46/30 + NO2 (HJ 212-2017 annex D (21)).

    >>> nox_as_no2(Decimal(60), Decimal(8))
    Decimal('100')
    """
    if isinstance(no, Decimal) and isinstance(no2, Decimal):
        return no * MOLAR_MASS["NO2"] / MOLAR_MASS["NO"] + no2
    return no * float(MOLAR_MASS["NO2"]) / float(MOLAR_MASS["NO"]) + no2


def nox_from_ppm(no: Amount, no2: Amount) -> Amount:
    """Give nitrogen oxides as NO2 from volume shares: (NO + NO2) · 46 / 22.4 (HJ 212-2017 annex D (22)).

    >>> nox_from_ppm(Decimal("45"), Decimal("3.7")).quantize(Decimal("0.01"))
    Decimal('100.01')
    """
    return from_ppm(no + no2, "NO2")


def kilopascal(pascal: Amount) -> Amount:
    """Turn Pa, as the formulas have it, into kPa, as devices send it.

    >>> kilopascal(Decimal(-1500))
    Decimal('-1.500')
    """
    return pascal.scaleb(-3) if isinstance(pascal, Decimal) else pascal / 1000
