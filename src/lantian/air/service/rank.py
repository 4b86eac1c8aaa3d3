"""Ranking of a set of cities by the composite index, and by its change against the year before (plan article 25)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from lantian.air.rules.ranking import change_rate, competition_ranks
from lantian.air.service.desk import Desk, as_json, law_of, provisional_of
from lantian.kernel.errors import InputError
from lantian.kernel.finding import Message
from lantian.kernel.period import Period, month, parse_period, quarter, year
from lantian.kernel.pollutant import POLLUTANTS
from lantian.kernel.quantity import exact

Answer = dict[str, Any]


def rank(desk: Desk, period: Period, cities: str = "key74", reading: str | None = None) -> Answer:
    """Rank the cities of a set in a period, best first; cities without all six pollutants are listed as not ranked, with the reason."""
    known = desk.known_part(period)
    label = desk.periods(known, None)
    group = desk.atlas.group(cities)
    chosen = reading or next((r for r in ("published", "evaluation") if desk.ask("period_ranks", reading=r, city_set=group.key, period=label)), None)
    found: dict[str, list[dict[str, Any]]] = {}
    for row in desk.ask("period_ranks", reading=chosen or "published", city_set=group.key, period=label):
        found.setdefault(row["place"], []).append(row)
    rows = [_row(desk, code, parts) for code, parts in found.items()]
    missing = [code for code in group.members if code not in found]
    rules = desk.book.values("law_ranking_rule", on=known.end)
    counts = {v.key["rule"]: v.value for v in rules}
    law = [*rules, *desk.book.values("law_index", standard="ranking", on=known.end)]
    return {
        "period": period.label,
        "start": known.start.isoformat(),
        "end": known.end.isoformat(),
        "complete": known.end == period.end,
        "cities": group.key,
        "name": group.zh,
        "name_en": group.en,
        "reading": chosen,
        "rows": rows,
        "best": int(counts["best_count"]),
        "worst": int(counts["worst_count"]),
        "not_ranked": [{"place": code, "name": desk.atlas.place(code).short, "because": [as_json(Message("rank.incomplete"))]} for code in missing],
        "law": law_of(law),
        "provisional": provisional_of(law),
    }


def _row(desk: Desk, code: str, parts: list[dict[str, Any]]) -> Answer:
    """Give one ranked city from its rows by pollutant."""
    first = parts[0]
    by_key = {part["pollutant"]: part for part in parts}
    return {
        "rank": first["place_rank"],
        "place": code,
        "name": desk.atlas.place(code).short,
        "name_en": desk.atlas.place(code).name_en,
        "index": first["printed_index"],
        "index_exact": first["composite_index"],
        "primary": [p.key for p in POLLUTANTS if by_key[p.key]["single_index"] == first["top_index"]],
        "values": {p.key: by_key[p.key]["percentile" if p.key in ("CO", "O3") else "mean"] for p in POLLUTANTS},
        "attains": bool(first["attains"]),
        "valid_days": min(part["days"] for part in parts),
        "valid": bool(first["valid"]),
    }


def year_before(period: Period) -> Period:
    """Give the same period of the year before; a span of odd days has none and raises ``InputError``."""
    number = period.start.year - 1
    if period.kind == "year":
        return year(number)
    if period.kind == "quarter":
        return quarter(number, (period.start.month + 2) // 3)
    if period.kind == "month":
        return month(number, period.start.month)
    if period.kind in ("span", "day") and (period.start.month, period.start.day) != (2, 29) != (period.end.month, period.end.day):
        return parse_period(f"{period.start.replace(year=number)}/{period.end.replace(year=period.end.year - 1)}")
    raise InputError(f"{period.label} has no namesake in the year before; ask for a year, quarter or month")


def change(desk: Desk, period: Period, cities: str = "key74") -> Answer:
    """Rank cities by the change of their composite index, most improved first.

    A city that attains in all pollutants is not put on the list of the worst changes (城市环境空气质量变化程度排名方案, 2017).
    """
    known = desk.known_part(period)
    now = rank(desk, known, cities)
    past = {row["place"]: row for row in rank(desk, year_before(known), cities)["rows"]}
    pairs = [(row, past[row["place"]]) for row in now["rows"] if row["place"] in past]
    rates = [change_rate(Decimal(str(row["index"])), Decimal(str(old["index"]))) for row, old in pairs]
    ranks = competition_ranks([rate * 100 for rate in rates], decimals=1)
    rows = [
        {
            "rank": place,
            "place": row["place"],
            "name": row["name"],
            "name_en": row["name_en"],
            "index": row["index"],
            "index_before": old["index"],
            "change": float(exact(rate) * 100),
            "attains": row["attains"],
            "listed_worst": not row["attains"],
        }
        for place, (row, old), rate in zip(ranks, pairs, rates, strict=True)
    ]
    without = [row["name"] for row in now["rows"] if row["place"] not in past]
    head = {key: now[key] for key in ("start", "end", "complete", "cities", "name", "name_en", "reading", "best", "worst", "law", "provisional")}
    return head | {"period": period.label, "rows": sorted(rows, key=lambda row: row["rank"]), "not_compared": without}
