"""The nouns of levies, taxes and tariffs: what was emitted, what is owed for it line by line, and what a premium of power comes to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

from lantian.kernel.finding import Confidence, LawUsed, Message, weakest
from lantian.kernel.quantity import round_half_even

PARTICLES = ("smoke", "dust")
"""What the particles of a stack can be in the tables of levy and tax."""
VOC = "VOC"
LACKING = frozenset(f"market.{name}" for name in ("no_rate", "no_mass", "place_open", "rate_least", "incomplete", "no_mean", "quota_unknown", "generated"))
"""Reasons that leave a line unknown or make it a lower bound."""
FEN = 2
"""Digits of a yuan: a sum is rounded once, at the end, to the fen (DESIGN §12)."""


@dataclass(frozen=True, slots=True)
class Discharge:
    """What one outlet emitted of one item in one month, and how its concentration stood to the limit; None is unknown.

    ``item`` is an item of the equivalents' table, or VOC. ``kg`` is the mass, ``substituted`` [kg] the part of it that was not measured; ``mean`` and ``limit``
    are in mg/m³; ``method`` says where the mass comes from: online, monitoring, coefficient, sampling.
    """

    outlet: str
    item: str
    month: str
    kg: Fraction | None
    mean: Fraction | None = None
    limit: Fraction | None = None
    exceeding_hours: int | None = None
    complete: bool = True
    substituted: Fraction = Fraction(0)
    method: str = "online"
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Charged:
    """An outlet as levy and tax see it: where it lies, what its sector is, which charges are raised, whether generated amounts are taxed instead.

    ``over_quota`` and ``eliminated`` are None while nobody has said. ``generated_ground`` names the ground on which the tax takes what was generated.
    """

    outlet: str
    name: str = ""
    place: str = "000000"
    sector: str = ""
    items: tuple[str, ...] = ("SO2", "NOx", "smoke")
    over_quota: Mapping[str, bool | None] = field(default_factory=dict)
    eliminated: bool | None = None
    generated_ground: str = ""
    simulated: bool = False
    commissioned: date | None = None
    retired: date | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a bill: an outlet, a month, an item; what was emitted, at what rate and factor, what it comes to and why.

    ``amount`` [yuan] is exact, and None where it is unknown. ``counts`` is False for an item that is not among those charged. ``least`` says that the true amount
    cannot be less, as far as the house knows; ``called`` is the item's name in both languages.
    """

    outlet: str
    month: str
    item: str
    kg: Fraction | None
    equivalents: Fraction | None
    rate: Fraction | None
    unit: str
    factor: Fraction | None
    amount: Fraction | None
    counts: bool = True
    least: bool = False
    because: tuple[Message, ...] = ()
    law: tuple[LawUsed, ...] = ()
    provisional: tuple[Message, ...] = ()
    called: Mapping[str, object] = field(default_factory=dict)

    @property
    def confidence(self) -> Confidence:
        """Give how sure the line is: as sure as the weakest value it rests on."""
        return weakest(*(each.confidence for each in self.law))


@dataclass(frozen=True, slots=True)
class Bill:
    """What an enterprise owes for a quarter: its lines, their sum rounded once, and whether that is all or only the least.

    ``kind`` is levy or tax; ``due`` the last day of filing where the law names one. ``until`` is the last day looked at where the quarter is not over yet.
    """

    kind: str
    quarter: str
    lines: tuple[Line, ...]
    due: date | None = None
    simulated: bool = False
    until: date | None = None

    @property
    def exact(self) -> Fraction:
        """Give the exact sum of the known lines that count."""
        return sum((line.amount for line in self.lines if line.counts and line.amount is not None), Fraction(0))

    @property
    def total(self) -> Decimal:
        """Give the sum in yuan, rounded once to the fen."""
        return round_half_even(self.exact, FEN)

    @property
    def at_least(self) -> bool:
        """Tell whether more may be owed: a line is unknown or a lower bound, or the quarter still runs."""
        return self.until is not None or any(line.counts and (line.amount is None or line.least) for line in self.lines)

    @property
    def unknown(self) -> tuple[Message, ...]:
        """Give why lines are unknown or lower bounds, each reason once."""
        told = [] if self.until is None else [Message("market.running", {"day": self.until.isoformat()})]
        told += [reason for line in self.lines if line.counts and (line.amount is None or line.least) for reason in line.because if reason.key in LACKING]
        return tuple(dict.fromkeys(told))

    @property
    def provisional(self) -> tuple[Message, ...]:
        """Give what makes the bill provisional, each reason once."""
        return tuple(dict.fromkeys(reason for line in self.lines if line.counts for reason in line.provisional))


@dataclass(frozen=True, slots=True)
class Generated:
    """Power sent out while one pollutant stood at one multiple above its limit (corrected/limit − 1; None: no valid hour); ``day`` says which rates hold.

    ``excused`` is a time at which the control could not run for an objective reason that the authority confirmed.
    """

    day: date
    pollutant: str
    kwh: Fraction
    multiple: Fraction | None
    excused: bool = False


@dataclass(frozen=True, slots=True)
class Premium:
    """What one control of a unit earned by its premium [yuan], what is taken back, what fine may follow, and the power behind each [kWh]."""

    control: str
    pollutant: str
    kwh: Fraction
    over_kwh: Fraction
    far_over_kwh: Fraction
    excused_kwh: Fraction
    unknown_kwh: Fraction
    earned: Fraction
    taken_back: Fraction
    fine_most: Fraction
    because: tuple[Message, ...] = ()
    law: tuple[LawUsed, ...] = ()
    provisional: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class Tariff:
    """The premiums of a unit together, each sum rounded once to the fen."""

    premiums: tuple[Premium, ...]

    @property
    def earned(self) -> Decimal:
        """Give the premiums for all power sent out [yuan]."""
        return round_half_even(sum((each.earned for each in self.premiums), Fraction(0)), FEN)

    @property
    def taken_back(self) -> Decimal:
        """Give what is taken back [yuan]."""
        return round_half_even(sum((each.taken_back for each in self.premiums), Fraction(0)), FEN)

    @property
    def fine_most(self) -> Decimal:
        """Give the highest fine [yuan]."""
        return round_half_even(sum((each.fine_most for each in self.premiums), Fraction(0)), FEN)

    @property
    def at_least(self) -> bool:
        """Tell whether more may be taken back: there was power without a valid hour."""
        return any(each.unknown_kwh for each in self.premiums)
