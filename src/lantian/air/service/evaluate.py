"""A period of a place against the standard: means, percentiles, attainment, good and heavy days (HJ 663)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from lantian.air.rules.evaluation import compliance_rate, exceedance_multiple, spearman
from lantian.air.service.desk import Desk, as_json, law_of, provisional_of
from lantian.kernel.finding import Message
from lantian.kernel.period import Period, year
from lantian.kernel.pollutant import POLLUTANTS
from lantian.kernel.quantity import exact, round_half_even
from lantian.law import LawValue
from lantian.places import Group, Place

Answer = dict[str, Any]


def evaluate(desk: Desk, place: Place | Group, period: Period, stations: str = "evaluation") -> Answer:
    """Evaluate a year, quarter, month or span of a city; of a province, group or the nation the plain mean of its cities."""
    known = desk.known_part(period)
    members = desk.members(place, known.end)
    alone = not isinstance(place, Group) and members == (place.code,)
    label = desk.periods(known, place.code if alone and isinstance(place, Place) else None)
    if isinstance(place, Group) or not alone:
        answer = _group(desk, members, known, label)
    else:
        answer = _city(desk, place, known, label, stations)
    law = evaluation_law(desk, known)
    code, name, name_en = (place.key, place.zh, place.en) if isinstance(place, Group) else (place.code, place.name, place.name_en)
    head = {"place": code, "name": name, "name_en": name_en, "year": period.start.year, "period": period.label, "start": known.start.isoformat()}
    head |= {"end": known.end.isoformat(), "complete": known.end == period.end}
    return head | answer | {"provisional": provisional_of(law), "law": law_of(law), "what_if": bool(desk.choice.editions)}


def _city(desk: Desk, place: Place, period: Period, label: str, stations: str) -> Answer:
    """Evaluate one city in one reading."""
    reading = desk.reading(place, period, stations)
    rows = [] if reading is None else desk.ask("period_values", reading=reading, place=place.code, period=label)
    by_column = {row["pollutant"]: row for row in rows}
    pollutants = {p.key: _pollutant(desk, p.key, by_column.get(p.key), period) for p in POLLUTANTS}
    counted = desk.ask("period_days", reading=reading, place=place.code, period=label) if reading else []
    days: dict[str, Any] = counted[0] if counted else {"good_days": None, "heavy_days": None, "valid_days": 0, "reported_days": 0, "level1_days": None}
    because = [] if rows else [as_json(Message("period.no_data", {"place": place.name, "period": period.label}))]
    known = [each["attains"] for each in pollutants.values()]
    return {
        "basis": None if reading is None else "city_daily" if reading == "published" else "stations",
        "reading": reading,
        "pollutants": pollutants,
        "good_days": days["good_days"],
        "heavy_days": days["heavy_days"],
        "valid_days": days["valid_days"],
        "excellent_days": days["level1_days"],
        "unknown_days": period.days - days["valid_days"],
        "good_share": _share(days["good_days"], days["valid_days"]),
        "heavy_share": _share(days["heavy_days"], days["valid_days"]),
        "attains": False if False in known else None if None in known else True,
        "because": because,
    }


def _pollutant(desk: Desk, key: str, row: dict[str, Any] | None, period: Period) -> Answer:
    """Give one pollutant's statistics against its limits; what too few valid days leave unknown is None, with the reason."""
    rank = desk.book.value("law_percentile", on=period.end, pollutant=key, period="year").value
    if row is None:
        empty: Answer = {"mean": None, "percentile": {"p": rank, "value": None}, "limit_mean": None, "limit_percentile": None, "attains": None}
        return empty | {"valid_days": 0, "valid": False, "exceedance": None, "because": [as_json(Message("period.no_days", {"pollutant": key}))]}
    valid = bool(row["valid"])
    why = [] if valid else [as_json(Message("period.too_few_days", {"pollutant": key, "days": row["days"], "of": period.days}))]
    compared = (row["reported_mean"], row["limit_mean"]) if row["limit_mean"] else (row["reported_percentile"], row["limit_percentile"])
    return {
        "mean": row["mean"],
        "percentile": {"p": rank, "value": row["percentile"]},
        "limit_mean": row["limit_mean"],
        "limit_percentile": row["limit_percentile"],
        "attains": bool(row["attains"]) if valid else None,
        "valid_days": row["days"],
        "valid": valid,
        "reported_mean": row["reported_mean"],
        "reported_percentile": row["reported_percentile"],
        "exceedance": float(round_half_even(exceedance_multiple(exact(compared[0]), exact(compared[1])), 2)),
        "single_index": row["single_index"],
        "because": why,
    }


def _group(desk: Desk, members: Sequence[str], period: Period, label: str) -> Answer:
    """Average the cities of a group: the plain mean of their unrounded statistics (published regional figures follow it)."""
    rows: dict[str, list[dict[str, Any]]] = {p.key: [] for p in POLLUTANTS}
    days = []
    for code in members:
        place = desk.atlas.place(code)
        reading = desk.reading(place, period, "published") or desk.reading(place, period, "evaluation")
        if reading is None:
            continue
        for row in desk.ask("period_values", reading=reading, place=code, period=label):
            rows[row["pollutant"]].append(row)
        days += desk.ask("period_days", reading=reading, place=code, period=label)
    pollutants = {key: _mean_of(desk, key, found, period) for key, found in rows.items()}
    shares = [Fraction(each["good_days"] * 100, each["valid_days"]) for each in days if each["valid_days"]]
    heavy = [Fraction(each["heavy_days"] * 100, each["valid_days"]) for each in days if each["valid_days"]]
    return {
        "basis": "cities",
        "reading": None,
        "cities": len(days),
        "cities_of": len(members),
        "pollutants": pollutants,
        "good_days": _mean([each["good_days"] for each in days]),
        "heavy_days": _mean([each["heavy_days"] for each in days]),
        "valid_days": _mean([each["valid_days"] for each in days]),
        "good_share": float(sum(shares) / len(shares)) if shares else None,
        "heavy_share": float(sum(heavy) / len(heavy)) if heavy else None,
        "attains": None,
        "because": [as_json(Message("group.mean_of_cities", {"cities": len(days), "of": len(members)}))],
    }


def _mean_of(desk: Desk, key: str, rows: list[dict[str, Any]], period: Period) -> Answer:
    """Average one pollutant over cities."""
    rank = desk.book.value("law_percentile", on=period.end, pollutant=key, period="year").value
    return {
        "mean": _mean([row["mean"] for row in rows]),
        "percentile": {"p": rank, "value": _mean([row["percentile"] for row in rows])},
        "limit_mean": rows[0]["limit_mean"] if rows else None,
        "limit_percentile": rows[0]["limit_percentile"] if rows else None,
        "attains": None,
        "valid_days": min((row["days"] for row in rows), default=0),
        "cities": len(rows),
        "cities_valid": sum(row["valid"] for row in rows),
    }


def trend(desk: Desk, place: Place, key: str, years: Sequence[int], stations: str = "evaluation") -> Answer:
    """Tell whether yearly values rise or fall, by Spearman's rank correlation against the critical value (HJ 663 annex B)."""
    means = [evaluate(desk, place, year(each), stations)["pollutants"][key]["mean"] for each in years]
    known = [(each, mean) for each, mean in zip(years, means, strict=True) if mean is not None]
    shortest = min(int(value.key["n"]) for value in desk.book.values("law_trend", on=desk.known_part(year(years[-1])).end))
    if len(known) < shortest:
        why = Message("trend.too_few_years", {"years": len(known), "needed": shortest})
        return {"place": place.code, "pollutant": key, "years": dict(known), "r": None, "direction": None, "because": [as_json(why)]}
    r = spearman([exact(mean) for _, mean in known])
    critical = desk.book.value("law_trend", on=year(years[-1]).end, n=len(known))
    sure = abs(r) >= exact(critical.value)
    direction = ("rising" if r > 0 else "falling") if sure else "none"
    return {"place": place.code, "pollutant": key, "years": dict(known), "r": float(r), "critical": critical.value, "direction": direction, "because": []}


def evaluation_law(desk: Desk, period: Period) -> list[LawValue]:
    """Give the law values an evaluation rests on."""
    book, on = desk.book, period.end
    edition = desk.choice.edition(book, "gb_3095", on)
    values = [v for p in POLLUTANTS for v in book.values("law_limit", edition=edition, pollutant=p.key, area_class=2) if v.key["averaging"] != "hour"]
    values += [book.value("law_percentile", on=on, pollutant=p.key, period="year") for p in POLLUTANTS]
    values += [book.value("law_validity", on=on, pollutant="*", statistic=s) for s in ("year_days", "month_days", "february_days")]
    return [*values, book.value("law_validity", on=on, pollutant="*", statistic="city_station_share")]


def _share(part: int | None, of: int) -> float | None:
    """Give a share of valid days in per cent."""
    rate = None if part is None else compliance_rate(part, of)
    return None if rate is None else float(rate)


def _mean(values: Sequence[float | None]) -> float | None:
    """Give a plain mean of what is known."""
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None
