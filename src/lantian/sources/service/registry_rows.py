"""The registers as the small tables that the SQL rules join (DESIGN §7): spans of days in which nothing changed, the limit that binds each outlet among them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Any, TypeVar

import pyarrow as pa

from lantian.law import LawBook
from lantian.places import Atlas, atlas
from lantian.sources.model import FACTORS, POLLUTANTS, Analyser, Outlet, Registry
from lantian.sources.model.registry import Report, Reports
from lantian.sources.rules.emission_law import emission_law
from lantian.sources.rules.limits import Site, limit_for

Rows = list[dict[str, Any]]
STACKS = ("main", "general")
"""Kinds of outlet that are judged by emission limits."""
DAY = timedelta(days=1)
_SPAN = [("valid_from", pa.date32()), ("valid_to", pa.date32())]
SCHEMAS = {
    "outlet_device": pa.schema([("outlet", pa.string()), ("device", pa.string()), ("label", pa.string()), ("interval", pa.int32()), *_SPAN]),
    "outlet_unit": pa.schema(
        [
            *((name, pa.string()) for name in ("outlet", "enterprise", "place", "kind", "sector")),
            ("area", pa.float64()),
            ("commissioned", pa.date32()),
            ("retired", pa.date32()),
            ("simulated", pa.bool_()),
            *_SPAN,
        ]
    ),
    "outlet_analyser": pa.schema(
        [
            *((name, pa.string()) for name in ("outlet", "analyser", "factor", "pollutant")),
            ("range_top", pa.float64()),
            ("basis", pa.string()),
            ("nox_basis", pa.string()),
            *_SPAN,
        ]
    ),
    "outlet_factor": pa.schema([("outlet", pa.string()), ("pollutant", pa.string()), ("factor", pa.string())]),
    "rule_limit": pa.schema(
        [
            ("outlet", pa.string()),
            ("pollutant", pa.string()),
            *_SPAN,
            ("limit_value", pa.float64()),
            ("reference_oxygen", pa.float64()),
            ("item", pa.string()),
            ("provisional", pa.int32()),
            ("confidence", pa.string()),
        ]
    ),
}
"""The tables that the SQL rules join: every span is whole days, first and last included, within the days asked for; spans of one key never overlap.

``rule_limit.limit_value`` NULL: the limit is not known; ``reference_oxygen`` NULL: the measured concentration is judged; ``outlet_analyser.pollutant`` NULL: the
factor is no pollutant, such as oxygen.
"""


def site_of(outlet: Outlet, places: Atlas | None = None) -> Site:
    """Give where an outlet stands, for the rules of special limits; an outlet without a place stands nowhere known."""
    return Site(*_names(places or atlas(), outlet.place), outlet.urban_core)


@lru_cache(maxsize=1 << 12)
def _names(places: Atlas, code: str) -> tuple[str, str]:
    """Give the short names of the province and the city of a place."""
    if not code:
        return "", ""
    province = places.province_of(code)
    city = next((each for each in places.cities(province.code) if places.is_within(code, each.code)), None)
    return province.short, "" if city is None else city.short


Noun = TypeVar("Noun", bound=Report)


def spans(history: Iterable[Noun], first: date, last: date) -> Iterator[tuple[Noun, date, date]]:
    """Give each report with the days for which it tells, within those asked for: the first also for the days before it."""
    told = list(history)
    for number, report in enumerate(told):
        start = first if number == 0 else max(first, report.day)
        end = last if number + 1 == len(told) else min(last, told[number + 1].day - DAY)
        if start <= end:
            yield report, start, end


def _standing(reports: Reports[Any], first: date, last: date) -> Iterator[tuple[Any, date, date]]:
    """Give each report of what was installed and removed with the days on which it stood."""
    for key in reports.names():
        for report, start, end in spans(reports.history(key), first, last):
            since = start if report.installed is None else max(start, report.installed)
            until = end if report.removed is None else min(end, report.removed - DAY)
            if since <= until:
                yield report, since, until


def registry_tables(registry: Registry, law: LawBook, first: date, last: date, places: Atlas | None = None) -> dict[str, Rows]:
    """Give the registers and the limits that bind each outlet as rows for the SQL rules (``SCHEMAS``), for the days asked for."""
    devices = [
        {"outlet": each.outlet, "device": each.device, "label": each.label, "interval": each.interval, "valid_from": start, "valid_to": end}
        for each, start, end in _standing(registry.logger_reports, first, last)
        if each.outlet
    ]
    return {
        "outlet_device": _merged(devices),
        "outlet_unit": _units(registry, first, last),
        "outlet_analyser": _analysers(registry, first, last),
        "outlet_factor": [
            {"outlet": each.outlet, "pollutant": pollutant, "factor": FACTORS[pollutant]}
            for each in registry.outlets(kinds=STACKS)
            for pollutant in monitored(registry, each)
        ],
        "rule_limit": _limits(registry, law, first, last, places or atlas()),
    }


def as_arrow(tables: dict[str, Rows]) -> dict[str, pa.Table]:
    """Give the rows as typed tables, so that an empty one has its columns too."""
    return {name: pa.Table.from_pylist(rows, schema=SCHEMAS[name]) for name, rows in tables.items()}


def monitored(registry: Registry, outlet: Outlet) -> tuple[str, ...]:
    """Give the pollutants that an outlet is monitored for: those of its analysers, or all where no analyser is registered."""
    factors = {each.factor for each in registry.analysers_of(outlet.outlet)}
    return tuple(each for each in POLLUTANTS if FACTORS[each] in factors) or POLLUTANTS


def _units(registry: Registry, first: date, last: date) -> Rows:
    rows = []
    for key in registry.outlet_reports.names():
        for each, start, end in spans(registry.outlet_reports.history(key), first, last):
            owner = registry.enterprise_reports.get(each.enterprise, end)
            line = registry.line_reports.get(each.line, end) if each.line else None
            sector = (line.sector if line else "") or (owner.sector if owner else "")
            own = {name: getattr(each, name) for name in ("outlet", "enterprise", "place", "kind", "area", "commissioned", "retired", "simulated")}
            rows.append(own | {"sector": sector, "valid_from": start, "valid_to": end})
    return _merged(rows)


def _analysers(registry: Registry, first: date, last: date) -> Rows:
    """Give one analyser for each outlet, factor and day: where two stand, the one installed last."""
    pollutants = {factor: pollutant for pollutant, factor in FACTORS.items()}
    by_factor: dict[tuple[str, str], list[tuple[Analyser, date, date]]] = {}
    for each, start, end in _standing(registry.analyser_reports, first, last):
        by_factor.setdefault((each.outlet, each.factor), []).append((each, start, end))
    rows = []
    for (outlet, factor), found in by_factor.items():
        for each, start, end in _apart(found):
            own = {name: getattr(each, name) for name in ("analyser", "range_top", "basis", "nox_basis")}
            rows.append({"outlet": outlet, "factor": factor, "pollutant": pollutants.get(factor)} | own | {"valid_from": start, "valid_to": end})
    return _merged(rows)


def _apart(found: list[tuple[Analyser, date, date]]) -> Iterator[tuple[Analyser, date, date]]:
    """Cut spans that overlap, so that each day has one analyser: the one installed last, then the last by name."""
    cuts = sorted({start for _, start, _ in found} | {end + DAY for _, _, end in found})
    for start, after in pairwise(cuts):
        standing = [each for each, since, until in found if since <= start <= until]
        if standing:
            yield max(standing, key=lambda each: (each.installed or date.min, each.analyser)), start, after - DAY


def _limits(registry: Registry, law: LawBook, first: date, last: date, places: Atlas) -> Rows:
    """Give the limit of each pollutant of each outlet, split on every day on which the law, the unit or a permit changes."""
    rows = []
    turns = {standard: emission_law(law).turns(standard) for standard in ("", *emission_law(law).standards)}
    for key in registry.outlet_reports.names():
        history = registry.outlet_reports.history(key)
        for outlet, start, end in spans(history, first, last):
            if outlet.kind not in STACKS:
                continue
            permits = registry.permits_of(outlet)
            standards = (outlet.standard,) if outlet.standard in turns and outlet.standard else tuple(turns)
            days = {start, *(each for each in (outlet.retired, outlet.ultra_low) if each), *(day for standard in standards for day in turns[standard])}
            days |= {day for each in permits for day in (each.valid_from, each.valid_to and each.valid_to + DAY, each.day) if day}
            cuts = [*sorted(day for day in days if start <= day <= end), end + DAY]
            site = site_of(outlet, places)
            for since, after in pairwise(cuts):
                in_force = registry.permits(outlet, on=since) if permits else ()
                for pollutant in POLLUTANTS:
                    limit = limit_for(law, outlet, site, pollutant, since, in_force)
                    rows.append(
                        {
                            "outlet": outlet.outlet,
                            "pollutant": pollutant,
                            "valid_from": since,
                            "valid_to": after - DAY,
                            "limit_value": limit.value,
                            "reference_oxygen": limit.reference_oxygen,
                            "item": limit.item,
                            "provisional": int(limit.provisional),
                            "confidence": str(limit.confidence),
                        }
                    )
    return _merged(rows)


def _merged(rows: Rows) -> Rows:
    """Join rows that follow each other day on day and say the same."""
    last: dict[tuple[Any, ...], dict[str, Any]] = {}
    merged: Rows = []
    for row in sorted(rows, key=lambda each: each["valid_from"]):
        said = tuple(value for name, value in row.items() if name not in ("valid_from", "valid_to"))
        before = last.get(said)
        if before is not None and before["valid_to"] + DAY == row["valid_from"]:
            before["valid_to"] = row["valid_to"]
            continue
        last[said] = dict(row)
        merged.append(last[said])
    return merged
