"""Numbers with care: rounding once and half-even (GB/T 8170), exact ceilings, gas units and reference states."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

Exact = int | Decimal | Fraction


def exact(value: float | str | Exact) -> Fraction:
    """Read a reported number as the decimal it was written as, so that 0.1 is one tenth.

    >>> exact(0.1) == Fraction(1, 10)
    True
    """
    return Fraction(str(value)) if isinstance(value, float) else Fraction(value)


def round_half_even(value: float | str | Exact, digits: int = 0) -> Decimal:
    """Round to ``digits`` decimals, a tie going to the even digit (GB/T 8170 四舍六入五成双); exact, once.

    >>> round_half_even(0.5), round_half_even(1.5), round_half_even("2.25", 1), round_half_even(Fraction(1, 3), 2)
    (Decimal('0'), Decimal('2'), Decimal('2.2'), Decimal('0.33'))
    """
    scaled = round(exact(value) * 10**digits)  # Fraction.__round__ is half-even and exact
    return Decimal(scaled).scaleb(-digits).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_EVEN)


def ceiling(value: Exact) -> int:
    """Give the smallest whole number not below an exact value.

    >>> ceiling(Fraction(92)), ceiling(Fraction(921, 10))
    (92, 93)
    """
    number = Fraction(value)
    return -(-number.numerator // number.denominator)


@dataclass(frozen=True, slots=True)
class ReferenceState:
    """The temperature [K] and pressure [hPa] at which a gas volume is counted (GB 3095)."""

    kelvin: Fraction
    hectopascal: Fraction


STATE_273K = ReferenceState(Fraction(27315, 100), Fraction(101325, 100))
STATE_298K = ReferenceState(Fraction(29815, 100), Fraction(101325, 100))
_MOLAR_LITRES_AT_273K = Fraction("22.414")
MOLAR_MASS = {"SO2": Fraction("64.06"), "NO2": Fraction("46.01"), "O3": Fraction("48.00"), "CO": Fraction("28.01")}


def to_mass(ppb: float | Exact, gas: str, at: ReferenceState) -> Fraction:
    """Turn a gas mixing ratio [ppb] into a mass concentration [µg/m³] at a reference state (ideal gas).

    >>> round(float(to_mass(100, "O3", at=STATE_298K)), 1)
    196.2
    """
    litres = _MOLAR_LITRES_AT_273K * at.kelvin / STATE_273K.kelvin * STATE_273K.hectopascal / at.hectopascal
    return exact(ppb) * MOLAR_MASS[gas] / litres


def to_state(mass: float | Exact, was: ReferenceState, at: ReferenceState) -> Fraction:
    """Carry a gas mass concentration from one reference state to another (GB 3095-2012 amendment of 2018).

    >>> round(float(to_state(100, was=STATE_273K, at=STATE_298K)), 2)
    91.61
    """
    return exact(mass) * was.kelvin / at.kelvin * at.hectopascal / was.hectopascal
