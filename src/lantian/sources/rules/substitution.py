"""What stands in for mass that was not measured: the highest valid hour of a window before the loss (HJ 75-2017 tables 6 and 7)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from lantian.kernel.finding import Message
from lantian.kernel.quantity import Exact
from lantian.sources.model.hours import Gap, HourRules, Substitute

MISSING = "missing"


def band_of(capture: Exact, rules: HourRules) -> str | None:
    """Tell the band of a quarter's capture rate; None below the lowest, where nothing may stand in."""
    return next((band for band, least in rules.bands if Fraction(capture) >= least), None)


def substitute(gap: Gap, capture: Exact | None, before: Sequence[Exact], rules: HourRules) -> Substitute:
    """Give the mass that stands in for each hour of a gap: the highest of the last valid hourly masses before it.

    ``before`` are the valid hourly masses [kg], the newest last, up to the failure, or up to the last calibration of an analyser out of control.
    A window that reaches further back than any data takes what there is; a concentration is never made.
    """
    if capture is None:
        return Substitute(None, MISSING, (Message("source.hour.no_capture"),))
    band = band_of(capture, rules)
    if band is None:
        return Substitute(None, MISSING, (Message("source.hour.capture_too_low", {"capture": float(capture), "least": float(rules.bands[-1][1])}),))
    window = rules.windows.get((gap.kind, band, "short" if gap.hours <= rules.short_gap else "long"))
    if window is None:
        return Substitute(None, MISSING, (Message("source.hour.no_window", {"edition": rules.edition}),))
    if not before:
        return Substitute(None, MISSING, (Message("source.hour.nothing_before"),))
    return Substitute(max(before[-window:]), f"substituted_{window}")
