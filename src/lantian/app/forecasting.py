"""Training and verifying on what is loaded, and a forecast as plain data."""

from __future__ import annotations

import hashlib
import json
import math
import secrets
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from lantian.air.model import IndexTable
from lantian.app.forecast_data import city_days, city_hours, station_days
from lantian.app.forecasts import VALID_SHARE
from lantian.app.house import House
from lantian.forecast.model import Bundle, CityForecast, Hours, Range
from lantian.forecast.readers import bundles, hash_of, methods, read_bundle
from lantian.forecast.service.rolling import verify_daily, verify_hourly
from lantian.forecast.service.training import train_cities, train_city, write_bundle
from lantian.kernel.errors import InputError
from lantian.kernel.finding import Message
from lantian.kernel.pollutant import POLLUTANTS

LEADS = range(1, 8)
TIED = 0.6
"""How far days hang together where nothing was verified yet: the correlation of neighbouring days (our choice)."""


def train(house: House, place: str | None, variant: str, end: date, check: date | None) -> Path:
    """Train and keep models; ``check`` verifies on the days after ``end`` up to it."""
    table = house.forecasts.table(end)
    told = methods()
    if place is None:
        bundle = train_cities(city_days(house, table), end, told, table)
        name = f"cities-none-{end}"
    else:
        code = house.air.city(place).code
        bundle = train_city(_hours(house, code), end, variant, told, table, VALID_SHARE)
        name = f"{code}-{variant}-{end}"
    scores: dict[str, Any] = {}
    tied = [[TIED ** abs(i - j) for j in LEADS] for i in LEADS]
    if check is not None:
        found = _verify(house, bundle, place, variant, end + timedelta(days=1), check, table)
        scores, tied = {"after": found}, found["dependence"]
    folder = house.home / "forecasts" / "models" / name
    write_bundle(bundle, folder, scores, tied)
    return folder


def verify(house: House, place: str | None, variant: str, first: date, last: date) -> dict[str, Any]:
    """Verify the models that were trained last before a span of days."""
    room = house.forecasts
    code = None if place is None else house.air.city(place).code
    chosen = room.choose_before("daily" if code is None else "hourly", variant, code, first)
    return _verify(house, read_bundle(chosen), place, variant, first, last, room.table(first))


def _verify(house: House, bundle: Bundle, place: str | None, variant: str, first: date, last: date, table: IndexTable) -> dict[str, Any]:
    end = house.span()[1]
    if last > end:
        raise InputError(f"{last} was not measured yet; the loaded days end {end}")
    if place is None:
        return verify_daily(city_days(house, table), bundle, first, last, methods(), table, LEADS)
    code = house.air.city(place).code
    return verify_hourly(_hours(house, code), station_days(house, code, table), bundle, first, last, methods(), table, variant, LEADS)


def _hours(house: House, code: str) -> Hours:
    hours = city_hours(house, code)
    if hours is None:
        raise InputError(f"no hours of {house.atlas.place(code).name} are loaded; leave --place out to train on the days of all cities")
    return hours


def as_json(house: House, code: str, told: CityForecast | Message) -> dict[str, Any]:
    """Give a forecast, or why there is none, as plain data."""
    place = house.atlas.place(code)
    issued = house.forecasts.issued_at if isinstance(told, Message) else told.issued_at
    head = {"place": code, "name": place.name, "name_en": place.name_en, "issued_at": issued.isoformat()}
    if isinstance(told, Message):
        return head | {"days": [], "hours": [], "because": [_message(told)]}
    keys, top = {each.column: each.key for each in POLLUTANTS}, house.forecasts.top
    days = [
        {
            "date": day.day.isoformat(),
            "lead": day.lead,
            "aqi": {name: min(math.ceil(getattr(day.aqi, name)), top) for name in ("low", "median", "high")},
            "level": {"low": day.level[0], "median": day.level[1], "high": day.level[2]},
            "primary": day.primary,
            "probability": {f"{above}": round(chance, 3) for above, chance in day.probability.items()},
            "heavy": list(day.probability.values())[1] >= told.warning_probability,
            "values": {keys[name]: _range(each) for name, each in day.values.items()},
        }
        for day in told.days
    ]
    hours = [{"time": at.isoformat(), **_range(each)} for at, each in told.hours]
    model = {"family": told.family, "variant": told.variant, "first_day": f"{told.trained[0]}", "last_day": f"{told.trained[1]}"}
    return head | {"model": model, "days": days, "hours": hours, "because": [_message(each) for each in told.because]}


def kept(house: House, code: str) -> dict[str, Any]:
    """Give the forecast of a city at the clock with the skill of its models, kept on disk under all that it rests on."""
    room = house.forecasts
    models = hashlib.sha256(str([(str(path.name), told["data"], told["code"]) for path, told in bundles(room.folders)]).encode()).hexdigest()[:16]
    ground = f"{house.derived.key} {house.law.signature} {hash_of(methods())} {models} {room.clock} {code}"
    path = house.home / "derived" / "forecasts" / f"{hashlib.sha256(ground.encode()).hexdigest()[:16]}.json"
    if path.is_file():
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return found
    try:
        told = room.city(code)
    except InputError as error:
        return as_json(house, code, Message("forecast.cannot", {"why": str(error)})) | {"skill": []}
    found = as_json(house, code, told) | {"skill": skill(house, code)}
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{secrets.token_hex(4)}.draft")
    draft.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
    draft.replace(path)
    return found


def skill(house: House, code: str) -> list[dict[str, Any]]:
    """Give how right forecasts like this one have been, lead by lead, on days the models had not seen and that were over at the clock.

    Of several such stretches the longest speaks; empty where nothing was verified by then.
    """
    told = house.forecasts.skill(code)
    over = [each for each in (told["scores"] if told else {}).values() if each["last"] <= f"{house.forecasts.issue_day}"]
    if not over:
        return []
    found = max(over, key=lambda each: (date.fromisoformat(each["last"]) - date.fromisoformat(each["first"]), each["last"]))
    rows = []
    for each in found["leads"]:
        aqi, heavy = each["targets"]["aqi"], list(each["events"].values())[1]
        names = ("mae", "persistence_mae", "climatology_mae", "blend_mae", "coverage", "crps")
        about = {
            "first": found["first"],
            "last": found["last"],
            "lead": each["lead"],
            "level_hit": each["level_hit"]["exact"],
            "primary_hit": each["primary_hit"],
        }
        about["seasons"] = {name: {key: part[key] for key in ("count", "mae", "persistence_mae")} for name, part in each["seasons"].items()}
        rows.append(about | {name: aqi[name] for name in names} | {name: heavy[name] for name in ("pod", "far", "csi", "hits", "misses", "false_alarms")})
    return rows


def _range(each: Range) -> dict[str, float]:
    return {name: round(getattr(each, name), 1) for name in ("low", "median", "high")}


def _message(each: Message) -> dict[str, Any]:
    return {"key": each.key, "values": dict(each.values)}
