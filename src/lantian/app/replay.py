"""A replay: what would have been forecast, proposed and ordered at each issue, with nothing known that was not known then; beside what was announced."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from importlib import resources
from typing import Any

import yaml

from lantian.alerts.model import Level
from lantian.alerts.rules import decide
from lantian.alerts.service import Choices, rules_in_force
from lantian.alerts.service.desk import proposal_json
from lantian.app.forecasting import as_json
from lantian.app.house import House
from lantian.forecast.model import CityForecast
from lantian.forecast.readers import hash_of, methods
from lantian.kernel.errors import InputError
from lantian.kernel.period import DAY, close_of

LONGEST = 120
"""How many days one replay may span (our choice)."""
END_OF_DAY = "24:00"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is replayed: a city, its days, which weather the forecast saw, and whether proposals are approved by themselves (a rehearsal)."""

    place: str
    first: date
    last: date
    variant: str = "none"
    auto_approve: bool = False


def replay(house: House, asked: Asked) -> dict[str, Any]:
    """Replay a city day by day; the answer is kept on disk under all that it rests on."""
    if not 0 <= (asked.last - asked.first).days < LONGEST:
        raise InputError(f"the replay from {asked.first} to {asked.last} does not span 1 to {LONGEST} days; choose other days")
    code = house.air.city(asked.place).code
    ground = f"{house.derived.key} {house.law.signature} {hash_of(methods())} {code} {asked.first} {asked.last} {asked.variant} {asked.auto_approve}"
    kept = house.home / "derived" / "replays" / f"{hashlib.sha256(ground.encode()).hexdigest()[:16]}.json"
    if kept.is_file():
        found: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8"))
        return found
    found = json.loads(json.dumps(_replay(house, code, asked), ensure_ascii=False, default=str))
    kept.parent.mkdir(parents=True, exist_ok=True)
    draft = kept.with_suffix(".draft")
    draft.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
    draft.replace(kept)
    return found


def _replay(house: House, code: str, asked: Asked) -> dict[str, Any]:
    """Forecast all issues, then walk through them in order, carrying the warning in force where proposals are approved by themselves."""
    room, place = house.forecasts, house.atlas.place(code)
    told = room.replayed(code, asked.first, asked.last, asked.variant)
    own = Choices.of(house.law, asked.first)
    series = {row["date"]: row for row in house.air.series(code, asked.first, asked.last)["rows"]}
    steps: list[dict[str, Any]] = []
    held: dict[str, Any] | None = None
    ordered: list[dict[str, Any]] = []
    for number, each in enumerate(told):
        day = asked.first + DAY * number
        clock = datetime.combine(day, datetime.min.time()) + timedelta(hours=int(methods()["issue_hour"]))
        if held is not None and datetime.fromisoformat(held["end"]) <= clock:
            held = None
        row = series.get(f"{day}") or {"aqi": None, "level": None}
        step: dict[str, Any] = {"date": f"{day}", "clock": clock.isoformat(), "aqi": row["aqi"], "level": row["level"]}
        step["announced"] = [other["level"] for other in announced(code) if other["start"].date() <= day and other["start"] < close_of(day) and other["end"] > datetime.combine(day, datetime.min.time())]  # fmt: skip
        step["forecast"] = as_json(house, code, each)
        rules = rules_in_force(house.law, house.atlas, code, day).rules
        if isinstance(each, CityForecast):
            days = room.known_days(code, day, clock) + room.ahead_days(each)
            current = None if held is None else Level[held["level"].upper()]
            found = decide(rules, code, days, clock, upper_bound=own.upper_bound, draws=own.draws, current=current)
            step["proposal"] = proposal_json(found) | {"because": [{"key": m.key, "values": dict(m.values)} for m in found.because], "rule": dict(rules.title)}
            if asked.auto_approve:
                held = _approve(held, found.action, step["proposal"], clock, ordered)
                if ordered and ordered[-1]["at"] == clock.isoformat() and ordered[-1]["start"]:
                    ordered[-1]["orders"] = _orders(house.at(clock), code, ordered[-1])
        else:
            step["proposal"] = None
        step["held"] = None if held is None else {name: held[name] for name in ("level", "start", "end")}
        steps.append(step)
    hours = [
        {"time": row["time"], "pm25": row["values"]["PM2.5"], "aqi": row["aqi"]} for row in house.air.series(code, asked.first, asked.last, hourly=True)["rows"]
    ]
    return {
        "place": code,
        "name": place.name,
        "name_en": place.name_en,
        "first": f"{asked.first}",
        "last": f"{asked.last}",
        "variant": asked.variant,
        "auto_approve": asked.auto_approve,
        "steps": steps,
        "ordered": ordered,
        "hours": hours,
        "announced": [{**other, "start": other["start"].isoformat(), "end": other["end"].isoformat()} for other in announced(code) if _overlaps(other, asked)],
    }


def _approve(held: dict[str, Any] | None, action: str, proposal: Mapping[str, Any], clock: datetime, ordered: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Carry out a proposal as if somebody had approved it at once; list what would have gone out."""
    if action in ("issue", "upgrade", "downgrade") or (action == "keep" and held is not None and proposal["end"] != held["end"]):
        made = {"level": proposal["level"], "start": proposal["start"], "end": proposal["end"], "at": clock.isoformat(), "action": action}
        ordered.append(made)
        return made
    if action == "lift":
        ordered.append({"level": held["level"] if held else None, "start": None, "end": clock.isoformat(), "at": clock.isoformat(), "action": action})
        return None
    return held


def _orders(house: House, code: str, made: Mapping[str, Any]) -> dict[str, Any] | None:
    """Say how many orders a warning would have become, and what they were expected to cut, by the plan that stands there."""
    start, end = (datetime.fromisoformat(made[name]) for name in ("start", "end"))
    found = house.response.response_to(code, made["level"], start, end)
    if found is None:
        return None
    cuts = {each["pollutant"]: round(each["share"], 4) for each in found["sufficient"]["cuts"]}
    return {"count": len(found["orders"]), "cuts": cuts, "illustrative": found["illustrative"]}


def _overlaps(other: Mapping[str, Any], asked: Asked) -> bool:
    start, end = datetime.combine(asked.first, datetime.min.time()), close_of(asked.last)
    return bool(other["start"] < end and other["end"] > start)


@cache
def announced(place: str) -> tuple[Mapping[str, Any], ...]:
    """Give the warnings that were really announced at a place, with their source."""
    text = resources.files("lantian.alerts").joinpath("announced.yaml").read_text(encoding="utf-8")
    rows = yaml.load(text, Loader=yaml.CSafeLoader)
    return tuple({**row, "start": _moment(row["start"]), "end": _moment(row["end"])} for row in rows if row["place"] == place)


def _moment(text: str) -> datetime:
    """Read a moment; 24:00 is the next day's midnight."""
    day, _, hour = str(text).partition(" ")
    if hour == END_OF_DAY:
        return datetime.combine(date.fromisoformat(day) + DAY, datetime.min.time())
    return datetime.fromisoformat(str(text))
