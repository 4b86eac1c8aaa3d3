"""Law and places as the small tables that the SQL rules join: nothing regulatory is written in SQL (DESIGN §7)."""

from __future__ import annotations

import calendar
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa

from lantian.air.service.edition import day_rules, index_table
from lantian.kernel.period import DAY, Period, span
from lantian.kernel.pollutant import POLLUTANTS
from lantian.law import LawBook

Rows = list[dict[str, Any]]

INDICATORS = (*((p.column, p.key, "mda8" if p.column == "o3" else "day") for p in POLLUTANTS), ("o3_hour", "O3", "hour"))
POINTS = 8
LEVEL_TOPS = 5
WHOLE_YEAR = 365


@dataclass(frozen=True, slots=True)
class Choice:
    """Which edition of a standard is asked for instead of the one in force: {'hj_633': '2026'}; its product is a what-if (DESIGN §2)."""

    editions: Mapping[str, str]

    def edition(self, book: LawBook, standard: str, on: date) -> str:
        """Give the edition asked for, or else the one in force on a day."""
        return self.editions.get(standard) or book.edition(standard, on)


IN_FORCE = Choice({})


def rule_day(book: LawBook, days: Period, choice: Choice = IN_FORCE) -> Rows:
    """One row a day: the validity rules and the edition of HJ 633 in force on it."""
    rows = []
    for day in days:
        rules = day_rules(book, day, choice.edition(book, "gb_3095", day))
        share = book.value("law_validity", on=day, pollutant="*", statistic="city_station_share").value
        rows.append(
            {
                "day": day,
                "year": day.year,
                "day_hours": rules.hours,
                "window_hours": rules.window_hours,
                "windows": rules.windows,
                "o3_limit": Decimal(rules.o3_limit.numerator) / rules.o3_limit.denominator,
                "hour_share": math.lcm(*range(rules.hours, 25)),
                "window_share": math.lcm(*range(rules.window_hours, rules.first_window + 1)),
                "station_share": float(share),
                "index_edition": choice.edition(book, "hj_633", day),
            }
        )
    return rows


def rule_point(book: LawBook, editions: Iterable[str]) -> Rows:
    """One row an edition and daily indicator: its breakpoints, scaled so that every concentration is a whole number."""
    rows = []
    for edition in sorted(set(editions)):
        table = index_table(book, edition)
        for pollutant, averaging in table.daily:
            column = table.breakpoints[pollutant, averaging]
            scale = 10**column.decimals
            row: dict[str, Any] = {"edition": edition, "of": pollutant, "by": averaging, "scale": float(scale)}
            for k in range(POINTS):
                known = k < len(column.points)
                row[f"c{k}"] = float(column.points[k][0] * scale) if known else None
                row[f"i{k}"] = float(column.points[k][1]) if known else None
            row["above"] = None if column.above is None else float(column.above)
            rows.append(row)
    return rows


def rule_edition(book: LawBook, editions: Iterable[str]) -> Rows:
    """One row an edition of HJ 633: level tops, thresholds, and what a missing pollutant does."""
    rows = []
    for edition in sorted(set(editions)):
        table = index_table(book, edition)
        tops = [level.top for level in table.levels if level.top is not None]
        row: dict[str, Any] = {"edition": edition, "primary_above": table.primary_above, "published_above": table.published_above}
        row |= {f"top{k + 1}": tops[k] for k in range(LEVEL_TOPS)}
        row["needs_particles"] = int({"PM2.5", "PM10"} <= table.required)
        row["needs_all"] = int({p.key for p in POLLUTANTS} <= table.required)
        row["good_top"] = tops[1]
        row["heavy_above"] = tops[3]
        rows.append(row)
    return rows


def indicator() -> Rows:
    """One row an indicator of the daily AQI: its column in station_day, its pollutant and averaging."""
    return [{"name": name, "pollutant": key, "averaging": averaging} for name, key, averaging in INDICATORS]


def rule_plausibility(book: LawBook, on: date) -> Rows:
    """One row: the top of each pollutant's range, the cap of its instrument (NULL where none is known), and how many equal hours look stuck."""
    row: dict[str, Any] = {"repeated_hours": book.value("law_plausibility", on=on, check="repeated_hours", pollutant="*").value}
    for check, suffix in (("range_top", "top"), ("cap", "cap")):
        found = {v.key["pollutant"]: float(v.value) for v in book.values("law_plausibility", on=on, check=check)}
        row |= {f"{p.column}_{suffix}": found.get(p.key) for p in POLLUTANTS}
    return [row]


def network(stations: Iterable[tuple[str, str, bool]]) -> Rows:
    """One row a reading and station: (station, city, is a control point); evaluation leaves control points out (HJ 663)."""
    rows = []
    for station, place, control in stations:
        rows.append({"reading": "all", "station": station, "place": place})
        if not control:
            rows.append({"reading": "evaluation", "station": station, "place": place})
    return rows


def asked_period(book: LawBook, periods: Sequence[Period]) -> Rows:
    """One row an asked period: how many months it has, and how the composite index is printed."""
    rows = []
    for period in periods:
        months = {(day.year, day.month) for day in _month_days(period)}
        decimals = book.value("law_ranking_rule", on=period.end, rule="index_decimals").value
        rows.append({"period": period.label, "months_needed": len(months), "index_scale": float(10**decimals), "pollutants": len(POLLUTANTS)})
    return rows


def _month_days(period: Period) -> list[date]:
    """Give the first asked day of every month that the period touches."""
    return [day for day in period if day.day == 1 or day == period.start]


def period_day(book: LawBook, periods: Sequence[Period]) -> Rows:
    """One row an asked period and day: its month, and how many valid days that month needs (GB 3095 table 4)."""
    rows = []
    for period in periods:
        for day in period:
            february = day.month == 1 + 1
            statistic = "february_days" if february else "month_days"
            needed = book.value("law_validity", on=day, pollutant="*", statistic=statistic).value
            first, last = day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1])
            asked = span(max(first, period.start), min(last, period.end)).days
            missing_allowed = (last - first + DAY).days - needed
            rows.append({"period": period.label, "day": day, "month": f"{day:%Y-%m}", "month_days_needed": max(1, asked - missing_allowed)})
    return rows


def rule_statistic(book: LawBook, periods: Sequence[Period]) -> Rows:
    """One row an asked period and pollutant: its percentile, and how many valid days a year needs."""
    rows = []
    for period in periods:
        for each in POLLUTANTS:
            rank = book.value("law_percentile", on=period.end, pollutant=each.key, period="year").value
            year_days = book.value("law_validity", on=period.end, pollutant="*", statistic="year_days").value
            whole_year = period.days >= WHOLE_YEAR
            rows.append({"period": period.label, "pollutant": each.key, "percentile": rank, "days_needed": year_days if whole_year else 1})
    return rows


def rule_limit(book: LawBook, periods: Sequence[Period], choice: Choice = IN_FORCE) -> Rows:
    """One row an asked period and pollutant: the class 2 limits of its mean and percentile, and its reporting digits."""
    rows = []
    for period in periods:
        edition = choice.edition(book, "gb_3095", period.end)
        for each in POLLUTANTS:
            found = {v.key["averaging"]: float(v.value) for v in book.values("law_limit", edition=edition, pollutant=each.key, area_class=2)}
            digits = book.value("law_reporting_digits", on=period.end, quantity=each.key).value
            rows.append(
                {
                    "period": period.label,
                    "pollutant": each.key,
                    "limit_mean": found.get("annual"),
                    "limit_percentile": found.get("mda8") if each.key == "O3" else found.get("day"),
                    "scale": float(10**digits),
                }
            )
    return rows


def rule_weight(book: LawBook, periods: Sequence[Period], choice: Choice = IN_FORCE) -> Rows:
    """One row an asked period and pollutant: the statistic and weight of its single index in the version in force."""
    rows = []
    for period in periods:
        standard = "hj_663" if "hj_663" in choice.editions else "ranking"
        edition = choice.edition(book, standard, period.end)
        for value in book.values("law_index", standard=standard, edition=edition):
            rows.append({"period": period.label, "pollutant": value.key["pollutant"], "statistic": value.key["statistic"], "weight": float(value.value)})
    return rows


def arrow(rows: Rows) -> pa.Table:
    """Make an Arrow table of rows, a column without any value as a number; an empty list is a mistake of the caller and raises ``ValueError``."""
    if not rows:
        raise ValueError("no rows to make a rule table of")
    table = pa.Table.from_pylist(rows)
    fields = [pa.field(each.name, pa.float64()) if pa.types.is_null(each.type) else each for each in table.schema]
    return table.cast(pa.schema(fields))
