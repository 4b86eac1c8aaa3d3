"""Evidence of a case frozen by hash: the computed hours and the raw rows of the lake they rest on, as known when it was frozen."""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from lantian.kernel.errors import InputError
from lantian.kernel.period import HOUR, Moment
from lantian.lake.engine import open_engine
from lantian.lake.read import open_dataset
from lantian.ledger import By, Record

if TYPE_CHECKING:
    from lantian.app.house import House
    from lantian.kernel.decision import Actor

FILE = "rows.json"
DATASET = "device_values"
LONGEST = timedelta(days=31)
"""How long a span of rows may be frozen at most (our choice): a file stays readable."""


@dataclass(frozen=True, slots=True)
class Frozen:
    """What was frozen: the hash of the file, how many raw rows and computed hours it holds, of which outlet, device and span."""

    hash: str
    rows: int
    hours: int
    about: dict[str, Any]

    def told(self) -> dict[str, Any]:
        """Give it as a record keeps it."""
        return {"hash": self.hash, "rows": self.rows, "hours": self.hours} | self.about


def freeze(house: House, actor: Actor, record: Record, by: By) -> Frozen | None:
    """Freeze the rows a case rests on and attach them; a case of no registered outlet or span has none, and its evidence is what people attach."""
    body = record.body
    if not (body.get("outlet") and body.get("start") and body.get("finish")):
        return None
    known = house.sources.known
    if body["outlet"] not in {each.outlet for each in known.registry.outlets()}:
        return None
    start, finish = datetime.fromisoformat(body["start"]), datetime.fromisoformat(body["finish"])
    if not start <= finish <= start + LONGEST:
        raise InputError(f"rows from {start} to {finish} are not frozen: a span of at most {LONGEST.days} days is; choose the days that prove the violation")
    device = known.registry.device_of(body["outlet"], start.date())
    hours = house.sources.hours(body["outlet"], body["pollutant"], start - HOUR, finish) if body.get("pollutant") else []
    raw = raw_rows(house, device, start - HOUR, finish) if device else []
    about = {"outlet": body["outlet"], "device": device, "pollutant": body.get("pollutant"), "start": body["start"], "finish": body["finish"]}
    about |= {"known_until": known.until.isoformat(), "dataset": DATASET}
    text = json.dumps({"about": about, "hours": hours, "rows": raw}, ensure_ascii=False, sort_keys=True, default=str, indent=0)
    kept = house.desk.attach(actor, record.id, FILE, io.BytesIO(text.encode()), By(by.actor, by.origin, by.ground, by.at))
    return Frozen(kept.hash, len(raw), len(hours), about)


def raw_rows(house: House, device: str, after: datetime, until: datetime) -> list[dict[str, Any]]:
    """Give the rows that a logger sent in a span, in their newest revision known at the clock, in a fixed order."""
    months = sorted({f"{day:%Y-%m}" for day in (after, after + timedelta(days=15), until) if day <= until} | {f"{until:%Y-%m}"})
    moment = Moment(house.sources.known.until, house.moment.as_loaded)
    with open_engine("duckdb") as engine:
        open_dataset(engine, house.lake, DATASET, moment, [each for each in months if house.lake.files(DATASET, [each])])
        name = device.replace("'", "''")
        asked = f"SELECT * FROM {DATASET} WHERE device = '{name}' AND time > TIMESTAMP '{after:%Y-%m-%d %H:%M:%S}' AND time <= TIMESTAMP '{until:%Y-%m-%d %H:%M:%S}'"
        rows: list[dict[str, Any]] = engine.fetch(f"{asked} ORDER BY time, factor, cn, minutes").to_pylist()
    return rows


def intact(house: House, record: Record) -> bool | None:
    """Tell whether the frozen file still is what it was; None where nothing was frozen."""
    frozen = record.body.get("frozen")
    if not frozen:
        return None
    path = house.home / "evidence" / frozen["hash"]
    return path.is_file() and bool(hashlib.sha256(path.read_bytes()).hexdigest() == frozen["hash"])
