"""Rates by which online monitoring is judged: capture, transmission, validity, valid days and months."""

from __future__ import annotations

from fractions import Fraction

from lantian.sources.model.hours import HourRules


def capture_rate(hours: int, stopped: int, invalid: int) -> Fraction | None:
    """Give the share of a quarter's operating hours with valid data: (hours - invalid - stopped) / (hours - stopped); None where it never ran.

    >>> capture_rate(2208, 208, 200)
    Fraction(9, 10)
    >>> capture_rate(2208, 2208, 0) is None
    True
    """
    running = hours - stopped
    return Fraction(running - invalid, running) if running else None


def transmission_rate(expected: int, received: int) -> Fraction | None:
    """Give the share of expected values that were received; None where none was expected.

    >>> transmission_rate(720, 540)
    Fraction(3, 4)
    """
    return Fraction(received, expected) if expected else None


def validity_rate(received: int, valid: int) -> Fraction | None:
    """Give the share of received values that are valid; None where none was received.

    >>> validity_rate(540, 486)
    Fraction(9, 10)
    """
    return Fraction(valid, received) if received else None


def effective_rate(expected: int, received: int, valid: int) -> Fraction | None:
    """Give the effective transmission rate, transmission times validity; nothing received of what was expected is zero.

    >>> effective_rate(720, 540, 486)
    Fraction(27, 40)
    """
    sent = transmission_rate(expected, received)
    return None if sent is None else sent * (validity_rate(received, valid) or 0)


def day_is_valid(operating: int, valid: int, rules: HourRules) -> bool:
    """Tell whether a day has enough valid hours: HJ 75's share of its operating hours, or the fixed number of HJ 212 where that reading is chosen."""
    needed = rules.day_share * operating if rules.day_hours is None else rules.day_hours
    return 0 < valid >= needed
