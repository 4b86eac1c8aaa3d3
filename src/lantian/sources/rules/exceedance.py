"""Exceedance: an hour above its limit, by how much, and the runs that such hours make."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from lantian.kernel.period import HOUR
from lantian.kernel.quantity import Exact
from lantian.sources.model.hours import Episode, Judged


def exceeds(corrected: Exact | None, limit: Exact | None) -> bool | None:
    """Tell whether an hour's corrected concentration is above its limit; at the limit it is not; None where either is unknown.

    >>> exceeds(35, 35), exceeds(Fraction("35.01"), 35), exceeds(None, 35)
    (False, True, None)
    """
    return None if corrected is None or limit is None else Fraction(corrected) > Fraction(limit)


def multiple(corrected: Exact, limit: Exact) -> Fraction:
    """Give by how many times the limit an hour lies above it (超标倍数): 70 against 35 is 1.

    >>> multiple(70, 35)
    Fraction(1, 1)
    """
    return Fraction(corrected) / Fraction(limit) - 1


def episodes(hours: Iterable[Judged], bridged: int) -> list[Episode]:
    """Join exceeding hours into runs: an hour known to be within its limit, or a stop, ends a run.

    Up to ``bridged`` unknown hours in a row neither end a run nor count as exceeding; more of them end it.
    """
    runs: list[list[Judged]] = []
    open_run = False
    for hour in sorted(hours, key=lambda each: each.time):
        verdict = exceeds(hour.corrected, hour.limit)
        if verdict:
            if not open_run or (hour.time - runs[-1][-1].time) // HOUR - 1 > bridged:
                runs.append([])
            runs[-1].append(hour)
            open_run = True
        elif hour.stopped or verdict is False:
            open_run = False
    return [_episode(run) for run in runs]


def _episode(run: list[Judged]) -> Episode:
    """Sum up a run; of equal peaks the first counts."""
    peak = max(run, key=lambda each: Fraction(each.corrected or 0))
    high, limit = peak.corrected or 0, peak.limit or 0
    spanned = (run[-1].time - run[0].time) // HOUR + 1
    return Episode(run[0].time, run[-1].time, len(run), spanned - len(run), high, peak.time, limit, multiple(high, limit))
