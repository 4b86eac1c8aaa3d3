"""Numbers, days and periods as values of messages; bilingual words travel as a nested message (DESIGN §15)."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from lantian.kernel.finding import Message
from lantian.kernel.period import Period
from lantian.kernel.quantity import exact, round_half_even
from lantian.plan.model import Measure, Text
from lantian.plan.rules.arithmetic import Number, percent_change

Word = dict[str, Any]


def nested(key: str, **values: Any) -> Word:
    """Give a message to stand inside another."""
    return {"key": key, "values": values}


def text(words: Text) -> Word:
    """Give words that are said in either language."""
    return nested("plan.text", zh=words.zh, en=words.en)


def on_day(day: date) -> Word:
    """Give a day as each language writes it.

    >>> on_day(date(2015, 12, 8))["values"]
    {'zh': '2015-12-08', 'en': '8 Dec 2015'}
    """
    return nested("plan.text", zh=day.isoformat(), en=f"{day.day} {day:%b %Y}")


def in_period(period: Period) -> Word:
    """Give twelve months as a year, or by their last day."""
    if period.kind == "year":
        return nested("plan.period.year", year=period.label)
    return nested("plan.period.trailing", end=on_day(period.end))


def shown(value: Number) -> str:
    """Write a computed number with one decimal.

    >>> shown(Fraction(299, 4)), shown(-0.04)
    ('74.8', '0.0')
    """
    rounded = round_half_even(value, 1)
    return str(abs(rounded) if rounded == 0 else rounded).replace("-", "−")


def stated(value: Number) -> str:
    """Write a stated number as it was stated, without a needless decimal.

    >>> stated(Fraction(106)), stated(Fraction(179, 2))
    ('106', '89.5')
    """
    number = exact(value)
    return str(number) if number.denominator == 1 else shown(number)


def unit(name: str) -> str:
    """Write a unit after its number: per cent closed up, others after a narrow gap."""
    return name if name == "%" else f"\N{NARROW NO-BREAK SPACE}{name}"


def direction(value: Number, base: Number) -> str:
    """Name the way from base to value: fell, rose or same, as the page would show them."""
    step = exact(value) - exact(base)
    return "same" if step == 0 else "fell" if step < 0 else "rose"


def changed(measure: Measure, period: Period, value: Number, since: Word, base: Number, base_shown: str) -> Message:
    """Say a value beside what it is compared with: in per cent, and in percentage points where it is a share itself."""
    values = {
        "what": text(measure.title),
        "period": in_period(period),
        "value": shown(value),
        "unit": unit(measure.unit),
        "since": since,
        "base": base_shown,
    }
    way = direction(value, base)
    relative = percent_change(value, base)
    if measure.unit == "%" or relative is None:
        return Message(f"plan.points.{way}", values | {"change": shown(abs(exact(value) - exact(base)))})
    return Message(f"plan.changed.{way}", values | {"change": shown(abs(relative))})


def alone(measure: Measure, period: Period, value: Number) -> Message:
    """Say a value that has nothing to be compared with."""
    return Message("plan.value", {"what": text(measure.title), "period": in_period(period), "value": shown(value), "unit": unit(measure.unit)})


def number(value: Fraction | None) -> float | None:
    """Give an exact number as JSON has it."""
    return None if value is None else float(value)
