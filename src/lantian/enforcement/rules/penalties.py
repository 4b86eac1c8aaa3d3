"""Fines: the range that the law in force on the day of a violation names, and a sum within it with the reasons that raise it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from lantian.enforcement.model import Factor, Facts, Proposal, violation_words
from lantian.kernel.finding import Message
from lantian.law import LawBook, LawValue

FACTORS = ("multiple", "hours", "earlier")


def penalty_range(law: LawBook, violation: str, on: date) -> LawValue | None:
    """Give the range of fines of a violation by the law in force on its day; None where that law names none.

    >>> from lantian.law import book
    >>> penalty_range(book(), "over_limit", date(2015, 12, 8)).value, penalty_range(book(), "over_limit", date(2016, 1, 1)).value
    ({'low': 10000, 'high': 100000}, {'low': 100000, 'high': 1000000})
    >>> penalty_range(book(), "emergency_measures", date(2015, 12, 8)) is None
    True
    """
    found = law.values("law_penalty", on=on, violation=violation)
    return found[0] if found else None


def reached(steps: Sequence[LawValue], found: float | None) -> LawValue | None:
    """Give the highest step of a factor that what was found reaches; nothing known reaches none, in favour of the enterprise.

    >>> from lantian.law import book
    >>> steps = book().values("law_penalty_factor", factor="hours")
    >>> [None if each is None else each.key["at_least"] for each in (reached(steps, 5), reached(steps, 6), reached(steps, 30), reached(steps, None))]
    [None, 6, 24, None]
    """
    fitting = [each for each in steps if found is not None and found >= each.key["at_least"]]
    return max(fitting, key=lambda each: each.key["at_least"], default=None)


def proposed_fine(law: LawBook, violation: str, on: date, facts: Facts) -> Proposal:
    """Propose a fine: the least sum of the range and the shares of the range that its factors add, to whole yuan, half to even.

    >>> from lantian.law import book
    >>> proposed_fine(book(), "over_limit", date(2016, 1, 5), Facts(multiple=1.2, hours=30, earlier=0)).amount
    640000
    """
    bounds = penalty_range(law, violation, on)
    if bounds is None:
        return Proposal(violation, 0, 0, 0, (), (Message("enforcement.no_fine", {"violation": violation_words(violation), "day": on.isoformat()}),), ())
    low, high = int(bounds.value["low"]), int(bounds.value["high"])
    factors = tuple(_factor(law, name, getattr(facts, name), on) for name in FACTORS)
    share = min(Fraction(1), sum((Fraction(str(each.share)) for each in factors), Fraction(0)))
    amount = round(low + (high - low) * share)
    because = [Message("enforcement.range", {"low": low, "high": high, "source": bounds.source, "clause": bounds.clause})]
    because += [_said(each) for each in factors]
    used = tuple(value for each in factors for value in _steps(law, each.name, on))
    return Proposal(violation, low, high, amount, factors, tuple(because), (bounds, *used))


def within_range(proposal: Proposal, amount: int) -> bool:
    """Tell whether a sum lies in the range of a proposal; without a range only 0 does.

    >>> within_range(Proposal("over_limit", 10, 20, 15, (), (), ()), 20), within_range(Proposal("over_limit", 0, 0, 0, (), (), ()), 1)
    (True, False)
    """
    return proposal.low <= amount <= proposal.high


def _factor(law: LawBook, name: str, found: float | None, on: date) -> Factor:
    step = reached(_steps(law, name, on), found)
    return Factor(name, found, 0.0 if step is None else float(step.value), step)


def _steps(law: LawBook, name: str, on: date) -> list[LawValue]:
    return law.values("law_penalty_factor", on=on, factor=name)


def _said(factor: Factor) -> Message:
    if factor.found is None:
        return Message(f"enforcement.factor.{factor.name}_unknown", {})
    return Message(f"enforcement.factor.{factor.name}", {"found": round(factor.found, 2), "share": round(100 * factor.share)})
