"""Watching sources: what devices sent becomes records of exceedance and leads, and marks nobody proved in time lapse; done by rule, again and again."""

from __future__ import annotations

import logging
import threading
from datetime import datetime

from lantian.app.accountability import Accountability
from lantian.app.acting import now
from lantian.app.exceedances import RULE, raise_exceedances, raise_leads
from lantian.app.house import House
from lantian.app.resting import decide_again
from lantian.kernel.errors import LantianError
from lantian.ledger import By, Record
from lantian.sources.model.hours import Mark
from lantian.sources.rules.marks import lapsed

EVERY = 15.0
"""Seconds between two looks (our choice)."""
log = logging.getLogger("lantian.watching")


def watch_once(house: House, origin: str) -> dict[str, int]:
    """Raise what is new and let lapse what is due; give how many of each. A second call finds nothing to do."""
    room = house.sources
    if not room.loaded:
        return {"exceedance": 0, "lead": 0, "lapsed": 0}
    return {
        "exceedance": len(raise_exceedances(room, origin)),
        "lead": len(raise_leads(room, origin)),
        "lapsed": len(lapse_marks(house, origin)),
    }


def lapse_marks(house: House, origin: str) -> list[Record]:
    """Let the marks lapse for which no evidence was filed by the last day for it; then the hours are again what the device said."""
    until = house.sources.known.until
    gone = []
    for each in house.desk.records.find(["mark"], states=["stated"]):
        start, finish = datetime.fromisoformat(each.body["start"]), datetime.fromisoformat(each.body["end"])
        mark = Mark(each.body["outlet"], each.body["pollutant"], each.body["code"], start, finish, each.state, each.id)
        last = int(house.law.value("law_hour_rule", on=finish.date(), standard="hj_75", item="evidence_day").value)
        if lapsed(mark, len(house.desk.records.exhibits(each.id)), until, last):
            ground = f"HJ 75 evidence_day {last}"
            gone.append(house.desk.records.move(each.id, each.version, "lapse", "lapsed", each.body, By(RULE, origin, ground, now(), f"lapse:{each.id}")))
    return gone


def keep_watching(house: House, stop: threading.Event, every: float = EVERY) -> None:
    """Look until told to stop; a look that fails is told in the log and tried again."""
    while not stop.wait(every):
        try:
            made = watch_once(house.renew(), "lantian watch")
            made |= {"expired": len(house.applications.expire(now(), "lantian watch"))}
            made |= {"trigger": len(Accountability(house).raise_all(now(), "lantian watch"))}
            made |= {"again": len(decide_again(house, "lantian watch", now()))}
            made |= {"credits": house.credits.expire(now(), "lantian watch")}
        except (LantianError, OSError) as error:
            log.warning("the look at the sources failed: %s", error)
        else:
            if any(made.values()):
                log.info("%s", made)
