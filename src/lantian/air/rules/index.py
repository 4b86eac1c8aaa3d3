"""The air quality index of HJ 633: sub-index, index, primary and exceeding pollutants, level."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise

from lantian.air.model import AirIndex, Breakpoints, IndexTable, Indicator
from lantian.kernel.finding import Message
from lantian.kernel.quantity import Exact, ceiling, round_half_even


def iaqi(concentration: Exact, table: Breakpoints) -> int | None:
    """Give the sub-index of one concentration, interpolated on the breakpoints and rounded up (HJ 633 formula 1).

    The input is first rounded half-even to ``table.decimals``; above the top breakpoint the edition's own rule holds, and None means
    that it gives no sub-index there. Below zero the sub-index is 0: an instrument's small negative noise is clean air.

    >>> pm25 = Breakpoints(tuple((Fraction(c), i) for c, i in [(0, 0), (35, 50), (75, 100), (115, 150)]), 0, 500)
    >>> iaqi(68, pm25), iaqi(75, pm25), iaqi(Fraction("75.5"), pm25)
    (92, 100, 102)
    """
    rounded = Fraction(round_half_even(concentration, table.decimals))
    if rounded <= table.points[0][0]:
        return table.points[0][1]
    for (low, low_index), (high, high_index) in pairwise(table.points):
        if rounded <= high:
            return ceiling(low_index + (high_index - low_index) * (rounded - low) / (high - low))
    return table.above


def level(aqi: int, table: IndexTable) -> int:
    """Give the class 1 … 6 of an AQI (HJ 633 table of appendix A)."""
    return next(each.number for each in table.levels if each.top is None or aqi <= each.top)


def air_quality_index(values: Mapping[Indicator, Exact | None], table: IndexTable) -> AirIndex:
    """Give the AQI from the concentrations of a day or an hour (HJ 633 formula 2): the greatest sub-index.

    ``values`` holds the indicators that were meant to be measured; None is a missing one. When a pollutant in ``table.required`` is
    missing, the AQI is unknown unless the rest already stands above ``table.published_above``: under HJ 633-2026 clause 5.3.1 for any
    pollutant; under HJ 633-2012, which is silent, for PM2.5 and PM10 as our reading.
    """
    parts: dict[str, int | None] = {}
    for (name, averaging), value in values.items():
        part = None if value is None else iaqi(value, table.breakpoints[name, averaging])
        known = parts.get(name)
        parts[name] = part if known is None else max(known, part) if part is not None else known
    present = {name: part for name, part in parts.items() if part is not None}
    lacking = tuple(name for name in parts if name not in present)
    if not present:
        return AirIndex(None, None, parts, (), (), (Message("aqi.nothing_valid"),))
    aqi = max(present.values())
    blocking = tuple(name for name in lacking if name in table.required)
    if blocking and aqi <= table.published_above:
        reason = Message("aqi.missing_blocks", {"missing": list(blocking), "rest": aqi, "above": table.published_above, "edition": table.edition})
        return AirIndex(None, None, parts, (), (), (reason,))
    primary = tuple(name for name, part in present.items() if part == aqi) if aqi > table.primary_above else ()
    limit = table.exceedance_above
    exceeding = () if limit is None else tuple(name for name, part in present.items() if part > limit)
    because = (Message("aqi.missing", {"missing": list(lacking)}),) if lacking else ()
    return AirIndex(aqi, level(aqi, table), parts, primary, exceeding, because)
