"""Readings that stand still, heap at their top, stand at the top of the range, or hardly vary."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby

from lantian.sources.rules.quality.model import HOUR, MOVES, Candidate, Hour, Judged, Parameters, Usual, at


def normal(hours: Iterable[Hour]) -> list[Hour]:
    """Give the normal hours of factors that move by nature, in order.

    >>> normal([])
    []
    """
    return sorted((each for each in hours if each.usable and each.factor in MOVES), key=lambda each: (each.factor, each.time))


def flat(hours: Iterable[Hour], usual: Mapping[str, Usual], p: Parameters) -> list[Candidate]:
    """FLAT-A: every minute of an hour reads the same."""
    return [
        at("FLAT-A", each, each.mean, _spread(usual, each), 1.0)
        for each in normal(hours)
        if each.minutes >= p["flat_a_minutes"] and each.n >= p["flat_a_readings"] and each.kinds == 1
    ]


def flat_hours(hours: Iterable[Hour], usual: Mapping[str, Usual]) -> list[Candidate]:
    """FLAT-B: where only hour values are sent, an hour equals its neighbour."""
    found = []
    for _, group in groupby(normal(hours), key=lambda each: each.factor):
        own = {each.time: each for each in group}
        for each in own.values():
            beside = [own[time].mean for time in (each.time - HOUR, each.time + HOUR) if time in own]
            if each.n == 1 and each.mean in beside:
                known = usual.get(each.factor)
                found.append(at("FLAT-B", each, each.mean, known.level if known else None, 1.0))
    return found


def heaped(hours: Iterable[Hour], tops: Mapping[str, float], p: Parameters) -> list[Candidate]:
    """LIMIT-B: a large share of an hour's minutes stands at the hour's very highest reading, below the top of the range."""
    return [
        at("LIMIT-B", each, each.highest, each.mean, each.at_top / each.n)
        for each in normal(hours)
        if each.pollutant
        and each.n >= p["limit_b_readings"]
        and each.kinds >= p["limit_b_kinds"]
        and each.at_top >= p["limit_b_share"] * each.n
        and not at_top_of_range(each.highest, tops.get(each.factor), p)
    ]


def at_top_of_range(value: float, top: float | None, p: Parameters) -> bool:
    """Tell whether a reading stands at the top of the analyser's range; without a known range it does not.

    >>> at_top_of_range(299, 300, {"range_a_near": 0.005}), at_top_of_range(298, 300, {"range_a_near": 0.005})
    (True, False)
    """
    return top is not None and value >= top * (1 - p["range_a_near"])


def saturated(hours: Iterable[Hour], tops: Mapping[str, float], p: Parameters) -> list[Candidate]:
    """RANGE-A: readings stand at the top of the range and are not marked as over range."""
    return [
        at("RANGE-A", each, each.highest, tops[each.factor], each.at_top / each.n)
        for each in normal(hours)
        if each.minutes >= p["range_a_minutes"]
        and each.n >= p["range_a_readings"]
        and at_top_of_range(each.highest, tops.get(each.factor), p)
        and each.at_top >= p["range_a_share"] * each.n
    ]


def collapsed(hours: Iterable[Hour], usual: Mapping[str, Usual], tops: Mapping[str, float], p: Parameters) -> list[Candidate]:
    """COLLAPSE-A: minutes spread far less than they usually do, in themselves, against the level and against the range."""
    found = []
    for each in normal(hours):
        known, top = usual.get(each.factor), tops.get(each.factor)
        if known is None or known.spread <= 0 or each.kinds == 1 or each.n < p["collapse_a_readings"] or each.minutes < p["collapse_a_minutes"]:
            continue
        ratio = p["collapse_a_ratio"]
        within = top is None or each.spread < p["collapse_a_of_range"] * top
        if within and each.spread < ratio * known.spread and each.spread * known.level < ratio * known.spread * each.mean:
            found.append(at("COLLAPSE-A", each, each.spread, known.spread, each.spread / known.spread))
    return found


def close_under_limit(hours: Iterable[Judged], p: Parameters) -> list[Candidate]:
    """LIMIT-A: hours stand close under the limit and hardly move."""
    own = {(each.factor, each.time): each for each in hours if each.state == "N" and each.corrected is not None}
    found = []
    for each in own.values():
        limit, value = each.limit, each.corrected
        if value is None or limit is None or limit <= 0 or not limit * (1 - p["limit_a_band"]) <= value <= limit:
            continue
        beside = [own[key].corrected for key in ((each.factor, each.time - HOUR), (each.factor, each.time + HOUR)) if key in own]
        if any(other is not None and abs(value - other) <= p["limit_a_move"] * limit for other in beside):
            found.append(Candidate("LIMIT-A", each.factor, each.time, each.time, 1, value, limit, value / limit, each.minutes))
    return found


def recomputed_otherwise(hours: Iterable[Judged], p: Parameters) -> list[Candidate]:
    """RECALC-A: the corrected concentration that was sent differs from the one recomputed from its own inputs, beyond rounding."""
    found = []
    for each in hours:
        if each.state != "N" or each.corrected is None or each.reported is None or each.corrected <= 0:
            continue
        off = abs(each.reported - each.corrected)
        if off > p["recalc_a_ratio"] * each.corrected and off > p["recalc_a_least"]:
            share = each.reported / each.corrected - 1
            found.append(Candidate("RECALC-A", each.factor, each.time, each.time, 1, each.reported, each.corrected, share, each.minutes))
    return found


def _spread(usual: Mapping[str, Usual], hour: Hour) -> float | None:
    known = usual.get(hour.factor)
    return known.spread if known else None
