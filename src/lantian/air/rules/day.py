"""From hours to a day at one station: the 24-hour mean and the daily maximum 8-hour mean of ozone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from lantian.air.model import DayRules, DayValue
from lantian.kernel.finding import Message
from lantian.kernel.quantity import Exact


def daily_mean(hours: Mapping[int, Exact], rules: DayRules) -> DayValue:
    """Give the mean of a day's valid hours, known when enough of them are valid (GB 3095 table 4).

    >>> rules = DayRules(hours=20, window_hours=6, windows=14, first_window=8, last_window=24, o3_limit=Fraction(160))
    >>> daily_mean({hour: 10 for hour in range(1, 20)}, rules).because[0].values
    {'valid': 19, 'needed': 20}
    """
    valid = len(hours)
    if valid < rules.hours:
        return DayValue(None, valid, rules.hours, (Message("day.too_few_hours", {"valid": valid, "needed": rules.hours}),))
    return DayValue(sum((Fraction(value) for value in hours.values()), Fraction(0)) / valid, valid, rules.hours)


def eight_hour_means(hours: Mapping[int, Exact], rules: DayRules) -> dict[int, Fraction]:
    """Give the 8-hour means by the clock hour at which their window ends, where enough of the eight hours are valid.

    A window belongs to a clock hour, not to a row: it exists even where its last hour is missing (GB 3095 table 4, HJ 663 6.1.2).
    """
    means = {}
    for end in range(rules.first_window, rules.last_window + 1):
        window = [Fraction(hours[hour]) for hour in range(end - rules.first_window + 1, end + 1) if hour in hours]
        if len(window) >= rules.window_hours:
            means[end] = sum(window, Fraction(0)) / len(window)
    return means


def mda8(hours: Mapping[int, Exact], rules: DayRules) -> DayValue:
    """Give the daily maximum 8-hour mean of ozone: valid with enough windows, or with fewer when it exceeds the limit (HJ 663 6.1.2)."""
    means = eight_hour_means(hours, rules)
    top = max(means.values(), default=None)
    if top is None or (len(means) < rules.windows and top <= rules.o3_limit):
        return DayValue(None, len(means), rules.windows, (Message("day.too_few_windows", {"valid": len(means), "needed": rules.windows}),))
    return DayValue(top, len(means), rules.windows)


def city_value(values: Sequence[Exact | None], share: Fraction) -> DayValue:
    """Give a city's value, the plain mean of its stations, known when the needed share of them is valid (HJ 663).

    >>> city_value([10, 20, 30, None], Fraction(3, 4)).value
    Fraction(20, 1)
    >>> city_value([10, 20, None, None], Fraction(3, 4)).value is None
    True
    """
    known = [Fraction(value) for value in values if value is not None]
    needed = -(-len(values) * share.numerator // share.denominator)
    if not known or len(known) < needed:
        return DayValue(None, len(known), needed, (Message("city.too_few_stations", {"valid": len(known), "needed": needed, "of": len(values)}),))
    return DayValue(sum(known, Fraction(0)) / len(known), len(known), needed)
