"""Tracing emission sources: an hour of an outlet down to what its devices sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from lantian.app.trace.acts import law_line, plain_row
from lantian.app.trace.air import day_of, time_of
from lantian.app.trace.grammar import Asked
from lantian.app.trace.model import Trace
from lantian.app.trace.rows import raw_rows
from lantian.kernel.errors import InputError
from lantian.kernel.period import HOUR, monitoring_day
from lantian.law import LawValue

if TYPE_CHECKING:
    from lantian.app.house import House

MINUTE = timedelta(minutes=1)


def outlet(house: House, asked: Asked) -> Trace:
    """Trace an hour of an outlet: its limit, the mark it rests on, and every value its devices sent for it."""
    room = house.sources
    name, at, pollutant = asked.words[0], time_of(asked.words[1]), asked.words[2]
    told = room.known.registry.outlet(name)
    found = [row for row in room.hours(name, pollutant, at - HOUR, at) if row["time"] == at.isoformat()]
    if not found:
        raise InputError(f"no hour of {name} {pollutant} that ends at {at:%Y-%m-%d %H:%M} is known at the clock")
    row = found[0]
    on = monitoring_day(at)
    limit = room.limit(name, pollutant, on)
    law = tuple(law_line(house, value) for value in law_of(house, limit["law"], on))
    names = [each.device for each in room.known.registry.loggers(outlet=name, on=on)]
    within = [at - number * MINUTE for number in range(int(HOUR / MINUTE))]
    months = {f"{on:%Y-%m}", f"{at:%Y-%m}"}
    rows = [plain_row(each) for each in raw_rows(house.lake, "device_values", months, {"device": names, "time": within}, house.moment)] if names else []
    parts = (f"record:{row['mark']}",) if row["mark"] else ()
    facts = {key: row[key] for key in ("state", "method", "minutes", "valid_minutes", "limit", "reported", "oxygen", "mass")} | {"simulated": told.simulated}
    return Trace(
        asked.text,
        f"{told.name} {at} {pollutant}",
        f"{told.name_en or told.name} {at} {pollutant}",
        row["corrected"],
        "mg/m³",
        (),
        law,
        parts,
        tuple(rows),
        facts=facts,
    )


def law_of(house: House, told: Iterable[Mapping[str, Any]], on: date) -> list[LawValue]:
    """Give the law values that a limit names beside it: of their standard, for what they are, in force on the day."""
    asked = {(each["standard"], each["item"]) for each in told}
    found = (value for name in house.law.tables for value in house.law.values(name, on=on))
    return [value for value in found if (value.standard, " ".join(map(str, value.key.values()))) in asked]


def outlets(house: House, asked: Asked) -> Trace:
    """Trace what is said of all outlets: the newest hour of each."""
    on = day_of(asked.words[0])
    parts = tuple(f"outlet:{name}:{row['time']:%Y-%m-%dT%H}:{key}" for name, held in sorted(house.sources.latest.items()) for key, row in sorted(held.items()))
    return Trace(asked.text, f"{on} 各排放口", f"all outlets, {on}", len(parts), parts=parts)


def stack(house: House, asked: Asked) -> Trace:
    """Trace what is said of one outlet: its newest hours, its exceedances."""
    room, name = house.sources, asked.words[0]
    told = room.known.registry.outlet(name)
    parts = [f"outlet:{name}:{row['time']:%Y-%m-%dT%H}:{key}" for key, row in sorted(room.latest.get(name, {}).items())]
    parts += [f"record:{row['record']}" for row in room.episodes(outlet=name) if row["record"]]
    facts = {"simulated": told.simulated, "enterprise": told.enterprise}
    return Trace(asked.text, told.name, told.name_en or told.name, parts=tuple(parts), facts=facts)


def firm(house: House, asked: Asked) -> Trace:
    """Trace what is said of an enterprise: its outlets."""
    told = house.sources.enterprise(asked.words[0])
    parts = tuple(f"stack:{row['outlet']}" for row in told["outlets"])
    return Trace(asked.text, asked.words[0], asked.words[0], parts=parts)
