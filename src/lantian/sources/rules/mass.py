"""Flow and mass of an hour (HJ 212-2017 annex D, formulas 29 to 34)."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from lantian.kernel.quantity import Exact
from lantian.sources.model.hours import HourRules
from lantian.sources.rules.correction import PERCENT, standard_factor

SECONDS_OF_HOUR = 3600


def duct_flow(area: Exact, velocity: Exact) -> Fraction:
    """Give the flow in the duct [m³/s] of its cross-section [m²] and the mean velocity [m/s]: formulas (29) and (30); the device sends the section's mean.

    >>> duct_flow(20, 12)
    Fraction(240, 1)
    """
    return Fraction(area) * Fraction(velocity)


def standard_flow(flow: Exact, celsius: Exact, gauge: Exact, moisture: Exact, rules: HourRules) -> Fraction | None:
    """Give the dry flow at standard state [m³/h] of the flow in the duct [m³/s, °C, gauge kPa, %]; None for what no gas can be.

    Formula (31): Qsn = Qs · 273 / (273 + ts) · (Ba + Ps) / 101325 · (1 - Xsw), with Qs an hour of the flow in the duct (30).
    """
    factor = standard_factor(celsius, gauge, rules)
    if factor is None or flow < 0 or not 0 <= moisture < PERCENT:
        return None
    return Fraction(flow) * SECONDS_OF_HOUR / factor * (PERCENT - Fraction(moisture)) / PERCENT


def hour_mass(dry: Exact, flow: Exact, rules: HourRules) -> Fraction:
    """Give the mass of an hour [kg] of the dry concentration [mg/m³] and the dry flow [m³/h]: formula (33); a reading below zero emits nothing."""
    return max(Fraction(dry), Fraction(0)) * Fraction(flow) * rules.kg_of_mg


def day_mass(hours: Iterable[Exact]) -> Fraction:
    """Give the mass of a day [kg]: the plain sum of its hours; printed (34) scales the sum once more, an erratum.

    >>> day_mass([2, 3])
    Fraction(5, 1)
    """
    return sum((Fraction(hour) for hour in hours), Fraction(0))


def mass_differs(computed: Exact, sent: Exact | None, rules: HourRules) -> bool | None:
    """Tell whether the totals that a device sent (Cou, in kg) differ from the computed mass by more than the allowed share; None where it sent none."""
    return None if sent is None else abs(Fraction(computed) - Fraction(sent)) > rules.differs * abs(Fraction(computed))
