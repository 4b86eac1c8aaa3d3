"""Leads of the plausibility checks at a clock, over the last days, kept under what they rest on; computed where an officer asks, or by the watch."""

from __future__ import annotations

import pickle
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from lantian.app.source_tables import clear_away, quarters
from lantian.kernel.period import DAY, Moment, monitoring_day
from lantian.kernel.place_id import within
from lantian.lake.engine import open_engine
from lantian.lake.read import open_dataset
from lantian.sources.rules.quality.model import Lead
from lantian.sources.service.quality import explain, found_leads, records, register_tables, run_quality
from lantian.sources.service.registry_rows import as_arrow, registry_tables

if TYPE_CHECKING:
    from lantian.app.stacks import SourceRoom

LOOK = timedelta(days=14)
"""How many days before the clock the checks look at (our choice)."""
LAKE_TABLES = ("device_values", "device_notes", "device_deviations", "site_visits")


def leads_of(room: SourceRoom, outlet: str | None = None, place: str | None = None) -> list[dict[str, Any]]:
    """Give the leads, heaviest first, each with its reason, its rows and the parameters of its check; ``raise`` tells which become records."""
    found = computed(room)
    heavy = {each.once for each in records(found)}
    return [_told(room, each, each.once in heavy) for each in found if outlet in (None, each.outlet) and (place is None or _in(room, each, place))]


def computed(room: SourceRoom) -> list[Lead]:
    """Compute the leads of the last days at the room's clock, or take them as they were computed from the same ground."""
    tables = room.house.source_tables
    path = tables.home / "derived" / "leads" / f"{tables.ground(room.known, 'leads')}.bin"
    if path.is_file():
        held: list[Lead] = pickle.loads(path.read_bytes())  # noqa: S301 - written by this house only
        return held
    found = _compute(room)
    path.parent.mkdir(parents=True, exist_ok=True)
    clear_away(path.parent.glob("*.bin"))
    draft = path.with_suffix(f".{secrets.token_hex(4)}.draft")
    draft.write_bytes(pickle.dumps(found))
    draft.replace(path)
    return found


def _compute(room: SourceRoom) -> list[Lead]:
    until = room.known.until
    last = monitoring_day(until)
    first = last - LOOK + DAY
    months = sorted({f"{first:%Y-%m}", f"{last:%Y-%m}"})
    law, registry = room.house.law, room.known.registry
    with open_engine(room.house.engine) as engine:
        for name in LAKE_TABLES:
            open_dataset(engine, room.house.lake, name, Moment(until), months)
        hours = [room.house.source_tables.shelf(room.known, law, period) for period in quarters(first, last)]
        known = [shelf.table("outlet_hour") for shelf in hours if shelf is not None]
        if not known:
            return []
        for number, table in enumerate(known):
            engine.table(f"outlet_hour_{number}", table)
        engine.view("outlet_hour", " UNION ALL ".join(f"SELECT * FROM outlet_hour_{number}" for number in range(len(known))))
        for name, rows in as_arrow(registry_tables(registry, law, first.replace(day=1), last)).items():
            if name in ("outlet_device", "outlet_analyser"):
                engine.table(name, rows)
        run_quality(engine, law, last, register_tables(registry, first, last, _wet(room)))
        return found_leads(engine)


def _wet(room: SourceRoom) -> list[str]:
    """Give the outlets behind a wet scrubber, as the registers of units and controls tell."""
    return sorted(room.house.source_tables.wet_outlets(room.known))


def _in(room: SourceRoom, lead: Lead, place: str) -> bool:
    told = room.known.registry.outlet_reports.get(lead.outlet)
    return told is not None and within(told.place, place)


def _told(room: SourceRoom, lead: Lead, heavy: bool) -> dict[str, Any]:
    said = explain(lead, room.house.law)
    return {
        "key": lead.once,
        "check": lead.code,
        "title": {"zh": said.title.values["zh"], "en": said.title.values["en"]},
        "outlet": lead.outlet,
        "device": lead.device,
        "pollutant": lead.factor,
        "severity": lead.severity,
        "first_hour": lead.first_hour.isoformat(),
        "last_hour": lead.last_hour.isoformat(),
        "hours": lead.hours,
        "because": [{"key": each.key, "values": dict(each.values)} for each in said.because],
        "evidence": [{"dataset": each.dataset, "place": each.place, "period": each.period, "rows": each.rows} for each in said.evidence],
        "parameters": [
            {"item": each.item, "value": each.value, "unit": each.unit, "source": each.source, "confidence": str(each.confidence)} for each in said.parameters
        ],
        "raise": heavy and bool(lead.outlet),
    }
