"""Scores of the yearly and final assessment (环发〔2014〕107号): air score, lower of the two, grades, falsification."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from lantian.assessment.model import AirCase, Outcome, Rules, Score
from lantian.kernel.finding import Message
from lantian.kernel.quantity import round_half_even


def air_score(case: AirCase, rules: Rules) -> Score:
    """Score the fall against the base: no points when the mean rose on the year before, the required fall earns the anchor, the next step the rest.

    The anchors are law values; the straight lines between them are our own reading (score_107_provisional): below the requirement in
    proportion to it, above it up to the next step of the path. A place that must only keep improving has no number to score against.
    """
    unknown = [name for name, value in (("now", case.now), ("before", case.before), ("base", case.base), ("cut", case.cut)) if value is None]
    if case.now is not None and case.before is not None and case.now > case.before:
        told = {"now": _shown(case.now), "before": _shown(case.before), "change": _shown((case.now - case.before) / case.before * 100)}
        return Score(rules.points_risen, None, None, (Message("assessment.risen", told),))
    if unknown:
        return Score(None, None, None, tuple(Message(f"assessment.no_{name}", {"year": rules.year}) for name in unknown))
    cut, base, now = Fraction(case.cut or 0), Fraction(case.base or 0), Fraction(case.now or 0)
    fall = (base - now) / base * 100
    if cut == 0:
        return Score(None, fall, None, (Message("assessment.keep_improving", {"fall": _shown(fall)}),))
    required = case.letter if case.letter is not None else cut * rules.share / 100
    step = max(cut * rules.next_share / 100 - required, Fraction(0))
    points = _between(fall, required, step, rules)
    told = {"base": _shown(base), "now": _shown(now), "fall": _shown(fall), "required": _shown(required)}
    key = "assessment.letter" if case.letter is not None else "assessment.fall"
    return Score(points, fall, required, (Message(key, told),))


def _between(fall: Fraction, required: Fraction, step: Fraction, rules: Rules) -> Fraction:
    """Give the points between the anchors; nothing below zero, nothing above full."""
    if fall < required:
        return max(Fraction(0), rules.points_required * fall / required)
    if step == 0:
        return rules.points_full
    return rules.points_required + (rules.points_full - rules.points_required) * min(Fraction(1), (fall - required) / step)


def outcome(air: Score, tasks: Score, rules: Rules, *, falsified: bool = False) -> Outcome:
    """Give the result: the lower of the two scores where the rules say so, else the air score; falsified data fail whatever the points."""
    if falsified:
        return Outcome(air.points, "fail", (Message("assessment.falsified"),))
    counted = (air, tasks) if rules.lower_of_two else (air,)
    if any(each.points == 0 for each in counted):  # nothing lies below: the other score need not be known
        return Outcome(Fraction(0), grade(Fraction(0), rules.grades), ())
    lacking = [reason for each in counted if each.points is None for reason in each.because]
    if lacking:
        return Outcome(None, None, (Message("assessment.no_score"), *lacking))
    points = min(each.points for each in counted if each.points is not None)
    return Outcome(points, grade(points, rules.grades), ())


def grade(points: Fraction, bounds: Mapping[str, Fraction]) -> str:
    """Give the grade whose lower bound is the greatest not above the points; points are compared as printed, with one decimal.

    >>> bounds = {"excellent": Fraction(90), "good": Fraction(70), "pass": Fraction(60), "fail": Fraction(0)}
    >>> [grade(Fraction(p), bounds) for p in ("59.9", "60", "69.9", "70", "89.9", "90")]
    ['fail', 'pass', 'pass', 'good', 'good', 'excellent']
    """
    printed = round_half_even(points, 1)
    return max((name for name, bound in bounds.items() if bound <= printed), key=lambda name: bounds[name])


def _shown(value: Fraction) -> str:
    return str(round_half_even(value, 1)).replace("-", "−")
