"""The law of one edition as the rules take it: breakpoint tables for the index, validity for the day."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from functools import lru_cache

from lantian.air.model import Breakpoints, DayRules, IndexTable, Level
from lantian.kernel.finding import LawUsed
from lantian.law import LawBook, LawValue


def cited(value: LawValue) -> LawUsed:
    """Show a law value as a result cites it."""
    item = " ".join(str(part) for part in value.key.values())
    return LawUsed(f"{value.standard}:{value.edition}", item, value.value, value.unit, value.clause, value.source, value.confidence)


@lru_cache(maxsize=16)
def index_table(book: LawBook, edition: str) -> IndexTable:
    """Give one edition of HJ 633 for the index rules."""
    decimals = {v.key["pollutant"]: int(v.value) for v in book.values("law_input_rounding", edition=edition)}
    points: dict[tuple[str, str], list[tuple[Fraction, int]]] = {}
    for v in book.values("law_breakpoint", edition=edition):
        points.setdefault((v.key["pollutant"], v.key["averaging"]), []).append((Fraction(str(v.value)), int(v.key["iaqi"])))
    above = {(v.key["pollutant"], v.key["averaging"]): _above(v.value) for v in book.values("law_breakpoint_rule", edition=edition)}
    breakpoints = {indicator: Breakpoints(tuple(sorted(column)), decimals[indicator[0]], above.get(indicator)) for indicator, column in points.items()}
    rules = {v.key["rule"]: v for v in book.values("law_aqi_rule", edition=edition)}
    named = sorted(book.rows("law_level"), key=lambda row: row["level"])
    last = named[-1]["level"]
    levels = tuple(
        Level(row["level"], None if row["level"] == last else row["aqi_high"], row["zh"], row["en"])
        for row in (row for row in named if row["edition"] == edition)
    )
    return IndexTable(
        edition=edition,
        breakpoints=breakpoints,
        levels=levels,
        daily=_indicators(rules["daily_indicators"].value),
        hourly=_indicators(rules["hourly_indicators"].value),
        primary_above=int(rules["primary_above"].value),
        exceedance_above=int(rules["exceedance_above"].value) if "exceedance_above" in rules else None,
        required=frozenset(rules["required_pollutants"].value),
        published_above=int(rules["published_above"].value),
        law=tuple(cited(v) for v in rules.values()),
    )


def _above(rule: str) -> int | None:
    """Read what holds above the top breakpoint: 'no_iaqi', 'cap_500' or 'iaqi_200'."""
    return None if rule == "no_iaqi" else int(rule.rsplit("_", 1)[1])


def _indicators(names: list[str]) -> tuple[tuple[str, str], ...]:
    """Read 'PM2.5 day', 'O3 mda8' as indicators."""
    return tuple((name.split()[0], name.split()[1]) for name in names)


@lru_cache(maxsize=4096)
def day_rules(book: LawBook, on: date, edition: str) -> DayRules:
    """Give the rules that make a station-day valid on a date."""

    def need(statistic: str, pollutant: str = "*") -> int:
        return int(book.value("law_validity", on=on, pollutant=pollutant, statistic=statistic).value)

    limit = book.value("law_limit", edition=edition, pollutant="O3", averaging="mda8", area_class=2)
    return DayRules(
        hours=need("day_hours"),
        window_hours=need("mda8_window_hours", "O3"),
        windows=need("mda8_windows", "O3"),
        first_window=need("mda8_first_window", "O3"),
        last_window=need("mda8_last_window", "O3"),
        o3_limit=Fraction(str(limit.value)),
    )
