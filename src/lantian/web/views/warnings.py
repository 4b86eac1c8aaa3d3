"""What the page of warnings shows: those in force, those before, and how right they were; a draft with the forecast it rests on."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from lantian.alerts.model import Episode, Level
from lantian.app.flows import flow_of
from lantian.app.house import House
from lantian.app.scoring import Scored, scored, unwarned
from lantian.kernel.period import close_of
from lantian.kernel.place_id import within
from lantian.ledger import Record
from lantian.web.views.clock import Clock

COLOUR = {"zh": ("蓝色", "黄色", "橙色", "红色"), "en": ("Blue", "Yellow", "Orange", "Red")}


def line(house: House, record: Record) -> dict[str, Any]:
    """Give a warning as pages show it."""
    place = house.atlas.place(record.place)
    level = Level[record.body["level"].upper()]
    start, end = (datetime.fromisoformat(record.body[name]) for name in ("start", "end"))
    measures = {"zh": record.body.get("measures"), "en": record.body.get("measures_en")}
    return {
        "record": record,
        "place": place,
        "level": level.word,
        "label": {lang: COLOUR[lang][level - 1] + {"zh": "预警", "en": " warning"}[lang] for lang in COLOUR},
        "start": start,
        "end": end,
        "measures": {lang: [each for each in str(text or "").splitlines() if each.strip()][:3] for lang, text in measures.items()},
    }


def banners(site: House, clock: Clock, place: str | None = None) -> list[dict[str, Any]]:
    """Give the warnings for the head of a page, at a place and what holds it.

    The newest page shows those in force at the site's own clock; an earlier one those in force on its day, as far as they were issued by its close.
    """
    if clock.hour is None and clock.day == clock.last:
        found = site.alarm.in_force()
    else:
        found = site.alarm.in_force(start=clock.hour or datetime.combine(clock.day, time()), end=clock.hour or close_of(clock.day))
    return [line(site, each) for each in found if place is None or within(place, each.place)]


def warnings_view(house: House) -> dict[str, Any]:
    """Give the warnings in force, all that were issued, with what became of each, and what was missed."""
    held = house.alarm.in_force()
    issued = house.alarm.public()
    found: dict[str, Scored] = {each.record: each for each in scored(house, issued)}
    rows = [line(house, each) | {"score": found.get(each.id), "messages": each.body["messages"]} for each in issued]
    return {
        "held": [line(house, each) for each in held],
        "rows": rows,
        "missed": [_missed(house, place, each) for place, each in unwarned(house, issued)],
        "flow": flow_of("warning"),
        "clock_at": house.alarm.clock,
        "levels": [(e.word, COLOUR["zh"][e - 1], COLOUR["en"][e - 1]) for e in Level],
    }


def _missed(house: House, place: str, found: Episode) -> dict[str, Any]:
    """Give an episode that nobody warned of."""
    level = found.level or Level.BLUE
    label = {lang: COLOUR[lang][level - 1] for lang in COLOUR}
    return {"place": house.atlas.place(place), "first": found.first, "last": found.last, "label": label}
