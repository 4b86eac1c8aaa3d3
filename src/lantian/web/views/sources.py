"""What the pages of sources show: the list with its map, an outlet's week against its limits, an enterprise's year."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from lantian.app.complaints import ComplaintRoom
from lantian.app.flows import flow_of
from lantian.disclosure.rules import kept
from lantian.kernel.errors import unknown
from lantian.kernel.period import HOUR
from lantian.sources.model import POLLUTANTS
from lantian.web.source_words import full_name
from lantian.web.views.hour import HourClock

if TYPE_CHECKING:
    from lantian.app.stacks import SourceRoom

HOURS = 168
PAGE = 50
ON_MAP = 2_000
NEAR = 8
TONNE = 1000
STATES = ("exceeding", "silent", "normal", "stopped", "unknown")
CELLS = ("N", "E", "C", "S", "M", "F", "X")
"""Cells of the validity strip: normal, exceeding, calibrating, substituted, maintained or at fault, stopped or starting, missing."""
STOPPED = {"F", "St", "Sd", "B"}
TENDED = {"M", "D", "T"}


def list_view(clock: HourClock, asked: Mapping[str, str | None], after: str | None, lang: str) -> dict[str, Any]:
    """Give the sources that are asked for, a page of them as a table and all as points, with the counts of every state."""
    room: SourceRoom = clock.house.sources
    given = {key: value for key, value in asked.items() if value}
    if given.get("state") and given["state"] not in STATES:
        raise unknown("state of a source", str(given["state"]), STATES)
    code = place_of(clock, given.pop("place", None))
    found = room.list(place=code, after=after, limit=PAGE, **given)
    drawn = room.list(place=code, limit=ON_MAP, **given)["rows"]
    every = drawn if not given and code is None else room.list(limit=ON_MAP)["rows"]
    counts = {state: found["counts"].get(state, 0) for state in STATES}
    return {
        "rows": found["rows"],
        "next": found["next"],
        "counts": counts,
        "total": sum(counts.values()),
        "points": [point(row, lang) for row in drawn if row["longitude"] is not None],
        "sectors": sorted({row["sector"] for row in every if row["sector"]}),
        "places": places_of(clock, every),
        "place": code,
        "simulated": any(row["simulated"] for row in found["rows"]),
        "only_simulated": bool(every) and all(row["simulated"] for row in every),
        "lag": lag_view(clock, code),
    }


def place_of(clock: HourClock, text: str | None) -> str | None:
    """Find a place by code or name; none is asked for where the text is empty."""
    if not text or not text.strip():
        return None
    atlas = clock.house.atlas
    return atlas.place(text.strip()).code if text.strip().isdigit() else atlas.find(text.strip()).code


def places_of(clock: HourClock, rows: Iterable[Mapping[str, Any]]) -> list[Any]:
    """Give the provinces and cities where there are sources, for the filter."""
    codes = {row["place"][:2] + "0000" for row in rows} | {row["place"][:4] + "00" for row in rows}
    return [clock.house.atlas.place(code) for code in sorted(codes)]


def point(row: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """Give a source as the map draws it."""
    return {name: row[name] for name in ("outlet", "state", "longitude", "latitude")} | {"title": full_name(row, lang)}


def near_view(clock: Any, place: str) -> dict[str, Any] | None:
    """Give the sources of a place for its city page; None where no source is registered on this site at all."""
    room: SourceRoom = clock.house.sources
    return {"rows": room.near(place, limit=NEAR), "counts": room.list(place=place, limit=1)["counts"]} if room.loaded else None


def lag_view(clock: HourClock, place: str | None) -> dict[str, Any]:
    """Give how fast and how fully sources were published, beside the hours that provinces let pass."""
    found = clock.house.sources.lag(place)
    law = clock.house.law.values("law_source_publication_lag", on=clock.day)
    own = next((v for v in law if place is not None and v.key["place"] == place[:2] + "0000"), None)
    examples = [{"place": clock.house.atlas.place(str(v.key["place"])), "hours": v.value, "value": v} for v in law]
    return dict(found) | {"examples": examples, "limit": own, "kept": kept(found["median_minutes"], None if own is None else float(own.value))}


def source_view(clock: HourClock, outlet: str, pollutant: str | None) -> dict[str, Any]:
    """Give everything the page of an outlet shows at the clock: its week, runs of exceedance, what follows."""
    room: SourceRoom = clock.house.sources
    facts = room.outlet(outlet)
    held = [each for each in POLLUTANTS if each in facts["measured"] or each in facts["pollutants"]] or list(POLLUTANTS)
    if pollutant is not None and pollutant not in held:
        raise unknown("pollutant of this outlet", pollutant, held)
    shown = pollutant or leading(facts, held)
    start = clock.end - (HOURS - 1) * HOUR
    hours = week(room.hours(facts["outlet"], shown, start - HOUR, clock.end), start)
    episodes = [each for each in room.episodes(outlet=facts["outlet"], start=start - HOUR, end=clock.end) if each["pollutant"] == shown]
    month = f"{(clock.end - HOUR):%Y-%m}"
    return {
        "facts": facts,
        "pollutants": held,
        "pollutant": shown,
        "limit": bound(facts["limits"].get(shown)),
        "hours": hours,
        "counts": Counter(each["cell"] for each in hours),
        "summary": summary(hours),
        "episodes": sorted(episodes, key=lambda each: str(each["start"]), reverse=True),
        "flow": flow_of("exceedance"),
        "rates": room.rates(outlet, month),
        "month": month,
        "totals": tonnes(room.totals("outlet", outlet, month), (shown,)),
        "tariff": room.tariff(facts["outlet"], start, clock.end) if facts["sector"] == "power" else None,
        "bill": room.levy(facts["enterprise"], quarter_of(clock.end - HOUR)),
        "quarter": quarter_of(clock.end - HOUR),
        "publication": {str(v.key["item"]): v for v in clock.house.law.values("law_source_publication", on=clock.day)},
    }


def bound(limit: Mapping[str, Any] | None) -> dict[str, Any]:
    """Give a limit as the page shows it; where none is known, its value is None and its reasons say why."""
    return {"value": None, "reference_oxygen": None, "because": [], "provisional": False, "title": None} | dict(limit or {})


def leading(facts: Mapping[str, Any], held: list[str]) -> str:
    """Choose what to show unasked: what exceeds now, else nitrogen oxides, else the first."""
    over = [each for each in held if facts["pollutants"].get(each, {}).get("exceeds")]
    return (over or [each for each in held if each == "NOx"] or held)[0]


def week(rows: Iterable[Mapping[str, Any]], start: datetime) -> list[dict[str, Any]]:
    """Give every hour of the week in its order with its cell; an hour of which nothing is known is missing, not left out."""
    known = {datetime.fromisoformat(str(row["time"])): row for row in rows}
    found = []
    for number in range(HOURS):
        at = start + number * HOUR
        row: Mapping[str, Any] = known.get(at, {})
        names = ("corrected", "concentration", "limit", "exceeds", "state", "method", "mass", "valid_minutes", "minutes", "provisional", "mark", "differs")
        found.append({"time": at} | {name: row.get(name) for name in names} | {"cell": cell(row)})
    return found


def cell(hour: Mapping[str, Any]) -> str:
    """Say how an hour is drawn in the validity strip.

    >>> cell({"exceeds": 1, "state": "N"}), cell({"state": "C", "method": "substituted_180"}), cell({"state": "Md", "method": "substituted_180"}), cell({})
    ('E', 'C', 'S', 'X')
    """
    state, method = hour.get("state"), str(hour.get("method") or "")
    if hour.get("exceeds"):
        return "E"
    if hour.get("corrected") is not None:
        return "N"
    if state == "C":
        return "C"
    if state in STOPPED or method == "stopped":
        return "F"
    if state in TENDED:
        return "M"
    return "S" if method.startswith("substituted") or method == "reference" else "X"


def summary(hours: list[dict[str, Any]]) -> dict[str, Any]:
    """Count what the page's sentence says: valid and exceeding hours, the last value, the highest and its hour."""
    valid = [each for each in hours if each["corrected"] is not None]
    top = max(valid, key=lambda each: float(each["corrected"]), default=None)
    return {
        "hours": len(hours),
        "valid": len(valid),
        "exceeding": sum(each["cell"] == "E" for each in hours),
        "now": hours[-1],
        "top": top,
        "substituted": sum(str(each["method"] or "").startswith("substituted") for each in hours),
    }


def quarter_of(moment: datetime) -> str:
    """Name the quarter of a moment.

    >>> quarter_of(datetime(2015, 12, 8))
    '2015Q4'
    """
    return f"{moment.year}Q{(moment.month + 2) // 3}"


def chart(view: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """Give the chart its numbers: what is no valid hour stays a gap."""
    hours = view["hours"]
    first, last = hours[0]["time"], hours[-1]["time"]
    bands = []
    for each in view["episodes"]:
        ends = [min(max(datetime.fromisoformat(str(each[name])), first), last) for name in ("start", "finish")]
        bands.append([round((end - first) / HOUR) for end in ends])
    return {
        "times": [f"{each['time']:%m-%d %H:%M}" for each in hours],
        "values": [None if each["corrected"] is None else float(each["corrected"]) for each in hours],
        "limits": [None if each["limit"] is None else float(each["limit"]) for each in hours],
        "cells": [each["cell"] for each in hours],
        "bands": bands,
        "name": view["pollutant"],
        "lang": lang,
    }


def enterprise_view(clock: HourClock, code: str, year: int | None, complaints: ComplaintRoom) -> dict[str, Any]:
    """Give an enterprise with its outlets and the report of a year, month by month."""
    room: SourceRoom = clock.house.sources
    found = room.enterprise(code)
    number = year or (clock.end - HOUR).year
    outlets = tuple(row["outlet"] for row in found["outlets"])
    duty = next(iter(clock.house.law.values("law_source_publication", on=clock.day, item="yearly_report")), None)
    return {
        "enterprise": found,
        "year": number,
        "months": months(room.months(enterprise=code, period=str(number))) if number <= clock.day.year else [],
        "complaints": complaints.public(found["place"], outlets)["figures"],
        "lag": lag_view(clock, found["place"]),
        "report": duty,
        "due": None if duty is None else date.fromisoformat(f"{number + 1}-{duty.value['when']}"),
    }


def tonnes(rows: Iterable[Mapping[str, Any]], pollutants: Iterable[str]) -> list[dict[str, Any]]:
    """Give tonnes by pollutant, with those of them that are substituted and whether more must have been emitted; what is unknown stays unknown.

    >>> tonnes([{"pollutant": "NOx", "tonnes": 1.5, "substituted": 0.2, "at_least": True}], ["NOx", "PM"])[1]
    {'pollutant': 'PM', 'at_least': False, 'tonnes': None, 'substituted': None, 'quota': None}
    """
    held = {str(row["pollutant"]): row for row in rows}
    names = ("tonnes", "substituted", "at_least", "quota")
    return [{"pollutant": each} | {"at_least": False} | {name: held.get(each, {"at_least": False}).get(name) for name in names} for each in pollutants]


def months(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Gather the months of an enterprise's outlets: tonnes by pollutant, running and valid hours, hours over the limit, the share that is substituted.

    Parameters
    ----------
    rows
        Rows of ``outlet_month``; masses in kg, hours counted by outlet and pollutant.
    """
    gathered: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        gathered.setdefault(str(row["month"]), []).append(row)
    found = []
    for month, own in sorted(gathered.items(), reverse=True):
        masses = {key: [row["mass"] for row in own if row["pollutant"] == key and row["mass"] is not None] for key in POLLUTANTS}
        hours, valid, over = (sum(int(row[name] or 0) for row in own) for name in ("operating_hours", "valid_hours", "exceeding_hours"))
        whole = sum(sum(each) for each in masses.values())
        said = {"month": month, "hours": hours, "valid": valid, "over": over, "at_least": any(not row["complete"] for row in own)}
        said |= {"validity": valid / hours if hours else None, "substituted": sum(row["substituted_mass"] or 0 for row in own) / whole if whole else None}
        found.append(said | {"tonnes": {key: sum(each) / TONNE if each else None for key, each in masses.items()}})
    return found
