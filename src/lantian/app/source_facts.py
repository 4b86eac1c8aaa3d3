"""What is said of one outlet or enterprise beside its hours: registers and limits, rates, tonnes and quotas, levy and premiums, how late data come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime, timedelta
from fractions import Fraction
from statistics import median
from typing import TYPE_CHECKING, Any

from lantian.app.source_tables import quarters
from lantian.kernel.period import DAY, Period, monitoring_day, parse_period
from lantian.market.model import Charged, Generated
from lantian.market.service import bill, bill_json, particles, tariff, tariff_json
from lantian.sources.model import POLLUTANTS, Outlet
from lantian.sources.service.limits import as_answer, limit_of
from lantian.sources.service.registry_rows import monitored
from lantian.sources.service.totals import over_quota, quotas, totals, year_of

if TYPE_CHECKING:
    from lantian.app.stacks import SourceRoom

Answer = dict[str, Any]
COAL, MEGAWATT = "coal", "MW"
KW_OF_MW = 1000


def outlet_facts(room: SourceRoom, outlet: str) -> Answer:
    """Give what is registered of an outlet, with the limit of each pollutant on the day of the clock."""
    registry, on = room.known.registry, room.day
    told = registry.outlet(outlet)
    device = registry.device_of(outlet, on)
    logger = registry.logger(device, on) if device else None
    names = ("standard", "unit_type", "fuel", "capacity", "capacity_unit", "kind", "height", "area", "plant", "line")
    dates = ("approved", "commissioned", "retired", "ultra_low")
    return {
        **room.line(told),
        **{name: getattr(told, name) for name in names},
        **{name: _iso(getattr(told, name)) for name in dates},
        "device": device,
        "label": logger.label if logger else None,
        "interval": logger.interval if logger else None,
        "measured": list(monitored(registry, told)),
        "analysers": [
            {"factor": each.factor, "method": each.method, "serial": each.serial, "range_top": each.range_top} for each in registry.analysers(outlet, on)
        ],
        "permits": [_plain(each) for each in registry.permits(told, on=on)],
        "limits": {name: room.limit(outlet, name, on) for name in POLLUTANTS},
    }


def limit_answer(room: SourceRoom, outlet: str, pollutant: str, on: date) -> Answer:
    """Give the limit that binds a pollutant, with the law it rests on as sign-offs name it."""
    found = limit_of(room.known.registry, room.house.law, outlet, pollutant, on, room.house.atlas)
    answer = as_answer(found)
    first = found.law[0] if found.law else None
    return answer | {"source": first.source if first else "", "rests_on": [each.item for each in found.law]}


def enterprise_facts(room: SourceRoom, code: str) -> Answer:
    """Give an enterprise with its outlets as lines, its permits and the tonnes of the clock's year."""
    registry = room.known.registry
    told = registry.enterprise(code)
    place = room.house.atlas.place(told.place)
    outlets = [room.line(each) for each in registry.outlets(enterprise=code)]
    permits = [_plain(each) for each in registry.permit_reports.all(room.day) if each.enterprise == code]
    return {
        **{name: getattr(told, name) for name in ("enterprise", "name", "place", "sector", "address", "longitude", "latitude", "simulated")},
        "name_en": told.name_en or told.name,
        "place_name": place.short,
        "place_name_en": place.name_en,
        "outlets": outlets,
        "permits": permits,
        "totals": room.totals("enterprise", code, str(room.day.year)),
    }


def month_rows(room: SourceRoom, first: date, last: date) -> list[Answer]:
    """Give the months of every outlet in a span as known at the clock."""
    return room.quarter_rows("months", first, last, first=f"{first:%Y-%m}", last=f"{last:%Y-%m}")


def total_rows(room: SourceRoom, by: str, key: str, period: str) -> list[Answer]:
    """Give tonnes of a group by pollutant in a period, with coverage, the substituted share, and of an outlet or enterprise the quota of the year."""
    asked = parse_period(period)
    registry = room.known.registry
    rows = month_rows(room, asked.start, min(asked.end, room.day))
    span = year_of if asked.kind == "year" else str
    found = [
        asdict(each) | {"coverage": each.coverage, "substituted_share": each.substituted_share, "at_least": each.at_least}
        for each in totals(registry, rows, by, span=span)
    ]
    own = {
        each.pollutant: asdict(each) | {"because": [_message(one) for one in each.because]}
        for each in quotas(registry, rows, asked.start.year, min(asked.end, room.day))
        if each.subject == key
    }
    return [row | {"quota": own.get(row["pollutant"])} for row in found if row["group"] == key]


def levy_of(room: SourceRoom, enterprise: str, quarter: str) -> Answer:
    """Give what an enterprise owes for a quarter, line by line; an unknown enterprise or quarter raises ``InputError``."""
    period = parse_period(quarter)
    registry = room.known.registry
    told = registry.enterprise(enterprise)
    outlets = list(registry.outlets(enterprise=enterprise, kinds=("main", "general")))
    own, until = {each.outlet for each in outlets}, min(period.end, room.day)
    rows = [row for row in month_rows(room, period.start.replace(month=1), until) if row["outlet"] in own]
    held = quotas(registry, rows, period.start.year, until)
    charged = [_charged(room, each, told.sector, period, over_quota(held, each)) for each in outlets]
    limits = [_limit_row(room, each.outlet, name, day) for each in outlets for name in POLLUTANTS for day in sorted({day.replace(day=1) for day in period})]
    return bill_json(bill(room.house.law, charged, rows, period, limits, room.day)) | {"enterprise": enterprise, "until": room.known.until.isoformat()}


def _charged(room: SourceRoom, outlet: Outlet, sector: str, period: Period, above: Mapping[str, bool | None]) -> Charged:
    called = {name: name for name in POLLUTANTS} | {"PM": particles(room.house.law, outlet.standard, period.start)}
    items = tuple(called[name] for name in POLLUTANTS if name in monitored(room.known.registry, outlet))
    return Charged(
        outlet.outlet,
        outlet.name,
        outlet.place,
        sector,
        items,
        {called[name]: flag for name, flag in above.items() if name in called},
        simulated=outlet.simulated,
        commissioned=outlet.commissioned,
        retired=outlet.retired,
    )


def _limit_row(room: SourceRoom, outlet: str, pollutant: str, on: date) -> Answer:
    found = limit_of(room.known.registry, room.house.law, outlet, pollutant, on, room.house.atlas)
    month_end = (on + timedelta(days=31)).replace(day=1) - DAY
    return {
        "outlet": outlet,
        "pollutant": pollutant,
        "limit_value": found.value,
        "valid_from": on,
        "valid_to": month_end,
        "provisional": int(found.provisional),
    }


def tariff_of(room: SourceRoom, outlet: str, start: datetime, end: datetime) -> Answer | None:
    """Give what a coal-fired unit's premiums come to in a span, from the power it sent and how each pollutant stood; None where no power is known.

    The power is reckoned from load and capacity (``basis``), not read at the meter of the grid.
    """
    told = room.known.registry.outlet(outlet)
    if told.fuel != COAL or told.capacity is None or told.capacity_unit != MEGAWATT:
        return None
    kwh = {row["time"]: Fraction(str(row["load"])) / 100 * Fraction(str(told.capacity)) * KW_OF_MW for row in room.rows("power", start, end, outlet=outlet)}
    if not kwh:
        return None
    hours = [
        Generated(monitoring_day(datetime.fromisoformat(row["time"])), name, kwh[datetime.fromisoformat(row["time"])], _fraction(row["multiple"]))
        for name in POLLUTANTS
        for row in room.hours(outlet, name, start, end)
        if datetime.fromisoformat(row["time"]) in kwh
    ]
    return tariff_json(tariff(room.house.law, hours)) | {"basis": "load"}


def rates_of(room: SourceRoom, outlet: str, month: str) -> Answer:
    """Give the rates of a month and the capture rate of its quarter: hours expected, received and valid, by pollutant and together."""
    asked = parse_period(month)
    sent = room.quarter_rows("transmission", asked.start, asked.start, outlet=outlet, month=month)
    captured = room.quarter_rows("captures", asked.start, asked.start, outlet=outlet, quarter=quarters(asked.start, asked.start)[0].label)
    told = sent[0] if sent else {}
    names = ("transmission", "validity", "effective", "transmission_days", "validity_days", "effective_days")
    counts = {name: told.get(f"{name}_hours") for name in ("expected", "received", "valid")}
    return {"month": month, **counts, **{name: told.get(name) for name in names}, "capture": {row["pollutant"]: row["capture"] for row in captured}}


def lag_of(room: SourceRoom, place: str | None) -> Answer:
    """Give how late hours come and what share of the hours expected of the last day is there."""
    lines = room.list(place=place, limit=10**6)["rows"]
    heard = [row["lag_minutes"] for row in lines if row["lag_minutes"] is not None]
    day = room.rows("completion", room.known.until - DAY, room.known.until)
    outlets = {row["outlet"] for row in lines}
    own = [row for row in day if row["outlet"] in outlets]
    expected, published = sum(row["expected"] for row in own), sum(row["published"] for row in own)
    return {
        "median_minutes": median(heard) if heard else None,
        "expected": expected,
        "published": published,
        "completion_share": published / expected if expected else None,
    }


def _fraction(value: float | None) -> Fraction | None:
    return None if value is None else Fraction(str(value))


def _plain(noun: Any) -> Answer:
    return {name: _iso(value) for name, value in asdict(noun).items()}


def _iso(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _message(message: Any) -> Mapping[str, Any]:
    return {"key": message.key, "values": dict(message.values)}
