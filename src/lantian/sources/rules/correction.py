"""Concentrations made comparable: standard state, dry, mass, NOx as NO2, reference oxygen (HJ 212-2017 annex D, by formula numbers)."""

from __future__ import annotations

from fractions import Fraction

from lantian.kernel.finding import Message
from lantian.kernel.quantity import Exact
from lantian.sources.model.hours import HourRules, Quantity

PERCENT = 100


def standard_factor(celsius: Exact, gauge: Exact, rules: HourRules) -> Fraction | None:
    """Give how much denser a concentration is at 273 K and 101.325 kPa than in the duct [°C, gauge kPa]; None where no gas can be so.

    Formula (18): C_standard = C · 101325 / (Ba + Ps) · (273 + ts) / 273.
    """
    pressure, kelvin = rules.ambient_pressure + Fraction(gauge), rules.kelvin + Fraction(celsius)
    return rules.pressure / pressure * kelvin / rules.kelvin if pressure > 0 and kelvin > 0 else None


def dry_factor(moisture: Exact) -> Fraction | None:
    """Give how much denser a concentration is in dry gas [moisture in %]; None for gas that would be all water.

    Formula (19): C_dry = C_wet / (1 - Xsw).

    >>> dry_factor(20)
    Fraction(5, 4)
    >>> dry_factor(100) is None
    True
    """
    return PERCENT / (PERCENT - Fraction(moisture)) if 0 <= moisture < PERCENT else None


def mass_of_ppm(ppm: Exact, molar_mass: Exact, rules: HourRules) -> Fraction:
    """Turn a volume fraction [ppm] into a concentration [mg/m³] at standard state: formula (20), C = M / 22.4 · ppm."""
    return Fraction(molar_mass) / rules.molar_volume * Fraction(ppm)


def nox_as_no2(no: Exact, no2: Exact | None, rules: HourRules) -> Quantity:
    """Give NOx as NO2 [mg/m³] of NO and NO2 [mg/m³]: formula (21), NO · 46 / 30 + NO2; without NO2 only where the edition allows NO alone."""
    if no2 is None and not rules.no_alone:
        return Quantity(None, (Message("source.hour.no_without_no2", {"edition": rules.edition}),))
    return Quantity(Fraction(no) * rules.mass_of_no2 / rules.mass_of_no + Fraction(no2 or 0))


def nox_of_ppm(no: Exact, no2: Exact, rules: HourRules) -> Fraction:
    """Give NOx as NO2 [mg/m³] of NO and NO2 [ppm]: formula (22), (NO + NO2) · 46 / 22.4."""
    return mass_of_ppm(Fraction(no) + Fraction(no2), rules.mass_of_no2, rules)


def at_reference_oxygen(dry: Exact, oxygen: Exact | None, reference: Exact | None, rules: HourRules) -> Quantity:
    """Give a dry concentration at the standard's reference oxygen: formula (28), C · (21 - reference) / (21 - oxygen).

    A standard without reference oxygen means no correction. Oxygen near that of air makes the result unknown, never huge.
    """
    if reference is None:
        return Quantity(Fraction(dry))
    if oxygen is None:
        return Quantity(None, (Message("source.hour.no_oxygen"),))
    if Fraction(oxygen) >= rules.oxygen_top:
        return Quantity(None, (Message("source.hour.oxygen_of_air", {"oxygen": float(oxygen), "top": float(rules.oxygen_top)}),))
    return Quantity(Fraction(dry) * (rules.oxygen_of_air - Fraction(reference)) / (rules.oxygen_of_air - Fraction(oxygen)))


def differs(recomputed: Exact, reported: Exact | None, rules: HourRules) -> bool | None:
    """Tell whether a device's own corrected value differs from the recomputed one by more than the allowed share; None where it sent none."""
    return None if reported is None else abs(Fraction(recomputed) - Fraction(reported)) > rules.differs * abs(Fraction(recomputed))
